package org.mailcaravan.sync.folders;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.model.FolderRole;

/**
 * Which source folder has which role: by SPECIAL-USE, else by a name at the top level that the
 * table of names knows, if just one folder has such a name.
 *
 * @param folders the one folder of each role that is there
 * @param remarks for folders that look like one of a role, and are not taken for it
 */
record SourceRoles(Map<FolderRole, ListedFolder> folders, Map<ListedFolder, String> remarks) {

  /**
   * @param paths the folders that are copied, and where they stand
   */
  static SourceRoles of(Map<ListedFolder, SourcePath> paths) {
    Map<FolderRole, ListedFolder> folders = new EnumMap<>(FolderRole.class);
    Map<ListedFolder, String> remarks = new HashMap<>();
    for (FolderRole role : FolderRole.values()) {
      List<ListedFolder> told = candidates(paths, role, true);
      List<ListedFolder> named = candidates(paths, role, false);
      if (!told.isEmpty()) {
        folders.put(role, told.get(0));
      } else if (named.size() == 1 || (named.size() > 1 && isUsual(paths, role, named.get(0)))) {
        folders.put(role, named.get(0));
      }
      ListedFolder chosen = folders.get(role);
      for (List<ListedFolder> alike : List.of(told, named)) {
        for (ListedFolder folder : alike) {
          if (!folder.equals(chosen)) {
            remarks.put(
                folder,
                chosen == null
                    ? "Several folders look like the "
                        + role.usualName()
                        + " folder, so each keeps its name."
                    : "The "
                        + role.usualName()
                        + " folder is '"
                        + chosen.name()
                        + "', so this one keeps its name.");
          }
        }
      }
    }
    return new SourceRoles(folders, remarks);
  }

  /** The usual name first: Dovecot's defaults give \Sent to both "Sent" and "Sent Messages". */
  private static List<ListedFolder> candidates(
      Map<ListedFolder, SourcePath> paths, FolderRole role, boolean told) {
    return paths.keySet().stream()
        .filter(folder -> !pathOf(paths, folder).equals(SourcePath.INBOX))
        .filter(
            folder ->
                told
                    ? folder.attributes().contains(role.attribute())
                    : isNamed(folder, pathOf(paths, folder), role))
        .sorted(
            Comparator.comparing((ListedFolder folder) -> !isUsual(paths, role, folder))
                .thenComparing(folder -> pathOf(paths, folder), SourcePath.ORDER))
        .toList();
  }

  /** Whether its name at the top says that a folder is for something, whatever others there are. */
  static boolean isNamed(ListedFolder folder, SourcePath path, FolderRole role) {
    return !path.underInbox()
        && path.depth() == 1
        && !FolderRole.isIn(folder.attributes())
        && RoleNames.roleOf(path.last()).filter(role::equals).isPresent();
  }

  private static boolean isUsual(
      Map<ListedFolder, SourcePath> paths, FolderRole role, ListedFolder folder) {
    return pathOf(paths, folder).last().equalsIgnoreCase(role.usualName());
  }

  private static SourcePath pathOf(Map<ListedFolder, SourcePath> paths, ListedFolder folder) {
    SourcePath path = paths.get(folder);
    if (path == null) {
      throw new IllegalArgumentException(folder.name() + " has no path");
    }
    return path;
  }
}
