package org.mailcaravan.dav;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Where;

/**
 * A text with cards or events: a file, or an entry that was unpacked from one.
 *
 * @param name as problems show it: "contacts.vcf", "old.zip!/contacts.vcf"
 * @param file the file that it is; null when it is in the spool
 * @param start offset of its first octet, in its file or in the spool
 * @param end offset after its last octet; {@link Long#MAX_VALUE} for the end of the file
 */
record ExportPart(String name, @Nullable Path file, long start, long end) {
  static ExportPart of(Path file) {
    return new ExportPart(ExportText.fileName(file), file, 0, Long.MAX_VALUE);
  }

  /** "contacts.vcf line 12". */
  Where.InFile place(int line) {
    return Where.line(name, line);
  }
}
