package org.mailcaravan.dav;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Where;

/**
 * A text that cards or events stand in: a file as it lies there, or what was unpacked of one.
 *
 * @param name for problems: "contacts.vcf", "old.zip!/contacts.vcf"
 * @param file where it stands; null when it was unpacked
 * @param start offset of its first octet, in its file or in the spool
 * @param end offset behind its last octet; {@link Long#MAX_VALUE} for the end of the file
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
