package org.mailcaravan.imap;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folders that a server has listed, and signs that it has left some out.
 *
 * @param warning an untagged NO or BAD that came with the list, or null
 * @param malformed lines that are not IMAP, fit to be shown; each may have named a folder
 */
public record FolderList(
    List<ListedFolder> folders, @Nullable ServerRefusal warning, List<String> malformed) {
  public FolderList {
    folders = List.copyOf(folders);
    malformed = List.copyOf(malformed);
  }
}
