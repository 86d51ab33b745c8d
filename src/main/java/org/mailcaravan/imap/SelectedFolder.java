package org.mailcaravan.imap;

import java.util.Set;

/**
 * What SELECT or EXAMINE says of a folder.
 *
 * @param permanentFlags the flags and keywords that can be stored, as the server wrote them; {@code
 *     \*} means that new keywords can be made. Without PERMANENTFLAGS the flags listed in FLAGS, or
 *     without those the system flags (RFC 9051 section 7.1)
 * @param readOnly whether the server opened it read-only
 */
public record SelectedFolder(
    FolderName name, FolderStatus status, Set<String> permanentFlags, boolean readOnly) {
  public SelectedFolder {
    permanentFlags = Set.copyOf(permanentFlags);
  }
}
