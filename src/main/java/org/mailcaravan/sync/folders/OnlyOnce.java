package org.mailcaravan.sync.folders;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ListedFolder;

/**
 * Leaves out what a source lists again: the same name, INBOX in a second spelling, the same name in
 * a second coding, and a folder under a second name where MAILBOXID (RFC 8474) tells. Two folders
 * that are told apart by their status stay two: twice is better than never.
 */
final class OnlyOnce {
  private OnlyOnce() {}

  /**
   * @param excluded gets what is left out because it has another name as well
   */
  static List<ListedFolder> of(List<ListedFolder> listed, List<ExcludedFolder> excluded) {
    Map<String, ListedFolder> byName = new LinkedHashMap<>();
    listed.forEach(
        folder -> byName.merge(folder.name().wire(), folder, (a, b) -> a.selectable() ? a : b));
    List<ListedFolder> once = new ArrayList<>();
    Map<String, ListedFolder> byText = new HashMap<>();
    Map<String, ListedFolder> byId = new HashMap<>();
    // INBOX is never left out for another, and of its spellings the usual one stays.
    List<ListedFolder> ordered =
        byName.values().stream()
            .sorted(
                Comparator.comparing((ListedFolder folder) -> !key(folder).equals("INBOX"))
                    .thenComparing(folder -> folder.name().wire()))
            .toList();
    boolean idsTell = tellFoldersApart(ordered);
    for (ListedFolder folder : ordered) {
      if (!folder.selectable()) {
        once.add(folder);
        continue;
      }
      ListedFolder other = byText.putIfAbsent(key(folder), folder);
      if (other != null
          && !looksTheSame(folder.status(), other.status(), key(folder).equals("INBOX"))) {
        other = null;
      }
      String id = id(folder);
      if (other == null && idsTell && !id.isEmpty()) {
        other = byId.putIfAbsent(id, folder);
      }
      if (other == null) {
        once.add(folder);
      } else {
        excluded.add(
            new ExcludedFolder(
                folder, "The source shows '" + other.name() + "' under this name, too."));
      }
    }
    return once;
  }

  /**
   * Whether folders with the same MAILBOXID also have the same status. A server that gives one to
   * folders that differ gives ids that say nothing.
   */
  private static boolean tellFoldersApart(List<ListedFolder> folders) {
    Map<String, ListedFolder> byId = new HashMap<>();
    for (ListedFolder folder : folders) {
      String id = id(folder);
      ListedFolder other = id.isEmpty() ? null : byId.putIfAbsent(id, folder);
      if (other != null && !looksTheSame(folder.status(), other.status(), false)) {
        return false;
      }
    }
    return true;
  }

  private static String key(ListedFolder folder) {
    String text = folder.name().text();
    return Listing.isInbox(text) ? "INBOX" : text;
  }

  private static String id(ListedFolder folder) {
    FolderStatus status = folder.status();
    return status == null ? "" : Objects.requireNonNullElse(status.mailboxId(), "");
  }

  private static boolean looksTheSame(
      @Nullable FolderStatus a, @Nullable FolderStatus b, boolean unlessTold) {
    if (a == null || b == null) {
      return unlessTold;
    }
    return a.uidValidity() == b.uidValidity()
        && a.uidNext() == b.uidNext()
        && a.messages() == b.messages()
        && a.highestModSeq() == b.highestModSeq();
  }
}
