package org.mailcaravan.sync.folders;

import java.util.List;
import java.util.Map;

/**
 * Where every folder of a source mailbox goes.
 *
 * @param folders what is copied: INBOX first, parents before their children, then by name
 * @param excluded what is not copied, each with its reason, in the same order
 * @param wanted where rules lead folders that an earlier pass has copied to other ones, by their
 *     names on the wire; no other folder has or gets these names
 */
public record FolderMap(
    List<FolderMapping> folders, List<ExcludedFolder> excluded, Map<String, String> wanted) {
  public FolderMap {
    folders = List.copyOf(folders);
    excluded = List.copyOf(excluded);
    wanted = Map.copyOf(wanted);
  }
}
