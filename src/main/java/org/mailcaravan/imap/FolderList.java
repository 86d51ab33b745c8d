package org.mailcaravan.imap;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folders that a server has listed, and what hints at others.
 *
 * @param warning what it warned of while it listed them, or null: it may have left some out
 * @param malformed lines that are no IMAP, fit to be shown; each may have named a folder
 */
public record FolderList(
    List<ListedFolder> folders, @Nullable ServerRefusal warning, List<String> malformed) {
  public FolderList {
    folders = List.copyOf(folders);
    malformed = List.copyOf(malformed);
  }
}
