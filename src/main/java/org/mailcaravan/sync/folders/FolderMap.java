package org.mailcaravan.sync.folders;

import java.util.List;

/**
 * Where every folder of a source mailbox goes.
 *
 * @param folders what is copied: INBOX first, parents before their children, then by name
 * @param excluded what is not copied, each with its reason, in the same order
 */
public record FolderMap(List<FolderMapping> folders, List<ExcludedFolder> excluded) {
  public FolderMap {
    folders = List.copyOf(folders);
    excluded = List.copyOf(excluded);
  }
}
