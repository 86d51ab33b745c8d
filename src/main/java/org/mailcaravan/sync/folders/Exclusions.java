package org.mailcaravan.sync.folders;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.Namespaces;
import org.mailcaravan.model.rules.LeaveOut;

/**
 * Which folders of a source are not copied. A folder is left out only if it surely holds no mail of
 * this user, or only mail that is copied from another folder; in doubt it is copied.
 */
final class Exclusions {
  private static final Set<String> ZIMBRA =
      Set.of("calendar", "contacts", "emailed contacts", "tasks", "briefcase", "chats", "notebook");

  private static final Set<String> GMAIL_EACH_ONCE = Set.of("\\all", "\\junk", "\\trash");

  private static final String MOVED_OTHERWISE =
      "Contacts and calendars are moved where the request names them (contacts, calendar).";

  private final Namespaces namespaces;
  private final Set<String> nonMail;
  private final String server;
  private final boolean gmailShowsAll;
  private final RuledFolders ruled;

  /**
   * @param ruled what rules of people say of these folders
   */
  Exclusions(
      SourceKind kind,
      Namespaces namespaces,
      Collection<ListedFolder> folders,
      RuledFolders ruled) {
    this.namespaces = namespaces;
    this.nonMail = nonMail(kind, namespaces, folders);
    this.server =
        switch (kind) {
          case ZIMBRA -> "Zimbra";
          case EXCHANGE -> "Exchange";
          default -> "The server";
        };
    this.ruled = ruled;
    this.gmailShowsAll = showsAll(kind, ruled.others(folders));
  }

  /** Without any rule of people. */
  Exclusions(SourceKind kind, Namespaces namespaces, Collection<ListedFolder> folders) {
    this(kind, namespaces, folders, new RuledFolders(PassRules.NONE, Map.of()));
  }

  private static Set<String> nonMail(
      SourceKind kind, Namespaces namespaces, Collection<ListedFolder> folders) {
    if (kind == SourceKind.ZIMBRA) {
      return ZIMBRA;
    }
    if (kind != SourceKind.EXCHANGE && kind != SourceKind.GROUPWARE) {
      return Set.of();
    }
    Set<String> top = new HashSet<>();
    folders.forEach(folder -> top.add(topName(SourcePath.of(folder, namespaces))));
    return NonMailNames.in(top);
  }

  /** Why this folder is not copied, as a sentence, or empty when it is. */
  Optional<String> reason(ListedFolder folder) {
    Optional<LeaveOut> rule = ruled.leftOutBy(folder);
    if (rule.isPresent()) {
      return rule.map(LeaveOut::sentence);
    }
    if (isForeign(folder)) {
      return Optional.of(
          "It belongs to another user or is shared by several; it is moved with its owner's mailbox.");
    }
    Optional<String> told = FoundContents.otherThanMail(folder);
    if (told.isPresent()) {
      return Optional.of(
          "The server says that it holds " + told.get() + " rather than mail. " + MOVED_OTHERWISE);
    }
    if (FoundContents.isLeftOut(folder)) {
      return Optional.of(
          "It holds no mail at this provider, says config/providers.yaml (leave-out). "
              + MOVED_OTHERWISE);
    }
    if (isByName(folder) && !FoundContents.isMail(folder)) {
      return Optional.of(
          server
              + " keeps things other than mail in it, as its name says: appointments, contacts or unsent items. "
              + MOVED_OTHERWISE
              + " Mail that is in it comes along once it is in a folder of another name.");
    }
    if (gmailShowsAll && isGmailView(folder)) {
      return Optional.of("It is a view of messages that are copied from All Mail.");
    }
    return Optional.empty();
  }

  /** Whether nothing but its name, or that of a folder above, says that it holds no mail. */
  boolean isByName(ListedFolder folder) {
    SourcePath path = SourcePath.of(folder, namespaces);
    return !path.underInbox() && nonMail.contains(topName(path));
  }

  /**
   * Cyrus gives the shared namespace the empty prefix and the user's own {@code INBOX.}, so the
   * longest prefix that fits decides.
   */
  private boolean isForeign(ListedFolder folder) {
    String name = folder.name().text();
    if (name.equalsIgnoreCase("INBOX")) {
      return false;
    }
    int own = SourcePath.hasPrefix(name, namespaces.prefix()) ? namespaces.prefix().length() : -1;
    return namespaces.foreignPrefixes().stream()
        .anyMatch(prefix -> prefix.length() > own && isAtOrBelow(folder, name, prefix));
  }

  private static boolean isAtOrBelow(ListedFolder folder, String name, String prefix) {
    boolean root = !folder.selectable() && name.length() == prefix.length() - 1;
    return SourcePath.hasPrefix(name, prefix) || (root && prefix.startsWith(name));
  }

  /** The name at the top, as {@link NonMailNames#key}; empty for INBOX. */
  static String topName(SourcePath path) {
    return path.depth() == 0 ? "" : NonMailNames.key(path.components().get(0));
  }

  /**
   * All Mail, unless the user has limited the number of messages that Gmail shows per folder: then
   * Starred may show older ones.
   */
  private static boolean showsEveryMessage(ListedFolder folder) {
    var status = folder.status();
    return folder.selectable()
        && folder.attributes().contains("\\all")
        && status != null
        && status.messages() >= 0
        && !FolderCaps.GMAIL.contains(status.messages());
  }

  /** Whether every message shows in Gmail's All Mail, other than those in Spam and Trash. */
  private static boolean showsAll(SourceKind kind, Collection<ListedFolder> folders) {
    return kind == SourceKind.GMAIL && folders.stream().anyMatch(Exclusions::showsEveryMessage);
  }

  /**
   * Of folders that are copied, those that hold each message once: Gmail shows one under each of
   * its labels.
   */
  static Predicate<ListedFolder> holdingEachOnce(
      SourceKind kind, Collection<ListedFolder> folders) {
    return showsAll(kind, folders)
        ? folder -> folder.attributes().stream().anyMatch(GMAIL_EACH_ONCE::contains)
        : folder -> true;
  }

  private static boolean isGmailView(ListedFolder folder) {
    return folder.attributes().contains("\\flagged") || folder.attributes().contains("\\important");
  }
}
