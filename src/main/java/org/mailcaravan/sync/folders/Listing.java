package org.mailcaravan.sync.folders;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FolderList;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.Namespaces;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.diagnosis.Meaning;
import org.mailcaravan.sync.session.MailboxSession;
import org.mailcaravan.sync.session.ServerManners;

/** The folders of one side, as they were listed at the start of the pass. */
public record Listing(SourceKind kind, Namespaces namespaces, List<ListedFolder> folders) {
  /**
   * A warning that is about no folder: {@code Disk is 98% full} is the example of RFC 3501 section
   * 7.1.2, and may come at any command.
   */
  private static final Pattern OF_SERVER =
      Pattern.compile(
          "(?i)^(?!.*(?:could not|cannot|can't|unable|fail|error)).*(?:\\b\\d{1,3} ?%(?: full| used| of)"
              + "|\\b(?:shut|shutting|go|goes|going) ?down\\b|\\b(?:reboot|restart))");

  public Listing {
    folders = List.copyOf(folders);
  }

  /**
   * Lists all folders with their status; without it where the connection was lost over that twice,
   * as by a server that closes it after a number of commands.
   */
  static Listing of(MailboxSession session, Side side) {
    ServerManners manners = session.manners(side);
    return session.on(
        side,
        Where.foldersAt(session.server(side)),
        connection -> {
          Supplier<Namespaces> asked = manners.namespaces(connection);
          manners.listing(true);
          List<ListedFolder> folders =
              new ArrayList<>(listed(session, side, connection, manners.canTellStatuses()));
          Namespaces namespaces = asked.get();
          if (folders.stream().noneMatch(folder -> isInbox(folder.name().text()))) {
            unlistedInbox(connection, namespaces).ifPresent(folders::add);
          }
          manners.listing(false);
          return new Listing(
              SourceKind.of(connection.greeting(), connection.capabilities()), namespaces, folders);
        });
  }

  /**
   * The folders that a server lists. What hints at others is a problem of the mailbox, unless the
   * server asks for time, or warns of a full mailbox or of the server itself.
   */
  static List<ListedFolder> listed(
      MailboxSession session, Side side, ImapConnection connection, boolean withStatus) {
    FolderList list = connection.folderList(withStatus);
    ServerRefusal warning = list.warning();
    if (warning != null) {
      Meaning meaning = session.diagnosis().meaning(warning);
      if (meaning.code() == ProblemCode.THROTTLED) {
        throw new CommandRefused("LIST", warning);
      }
      if (meaning.code() != ProblemCode.QUOTA_FULL
          && !OF_SERVER.matcher(warning.toString()).find()) {
        tell(session, side, "says while it lists its folders: " + warning);
      }
    }
    if (!list.malformed().isEmpty()) {
      tell(
          session,
          side,
          "sends what is not IMAP in its list of folders: " + String.join("; ", list.malformed()));
    }
    return list.folders();
  }

  private static void tell(MailboxSession session, Side side, String what) {
    session
        .tally()
        .problem(
            new Problem(
                ProblemCode.PARTIAL_VIEW,
                Where.foldersAt(session.server(side)),
                "the server " + what + "; a folder may be missing",
                side == Side.SOURCE ? Owner.OLD_HOST : Owner.US,
                side == Side.SOURCE
                    ? "Ask the old provider whether its IMAP lists all folders; then run the request again."
                    : "See that the new server lists all folders of this mailbox; then run the request again."));
  }

  /** INBOX is always there (RFC 9051 section 5.1), and not every server lists it. */
  private static Optional<ListedFolder> unlistedInbox(
      ImapConnection connection, Namespaces namespaces) {
    FolderName name = connection.folderName("INBOX");
    try {
      FolderStatus status = connection.status(name);
      return Optional.of(
          new ListedFolder(
              name, namespaces.separator(), Set.of(ListedFolder.UNLISTED), false, status));
    } catch (CommandRefused e) {
      return Optional.empty();
    }
  }

  /** The folder that can hold messages and has this name. */
  public Optional<ListedFolder> find(String text) {
    return folders.stream()
        .filter(folder -> folder.selectable() && isNamed(folder, text))
        .findFirst();
  }

  /** INBOX is the same in any case (RFC 9051 section 5.1). */
  public static boolean isNamed(ListedFolder folder, String text) {
    return isNamed(folder.name().text(), text);
  }

  public static boolean isNamed(String name, String text) {
    return name.equals(text) || (isInbox(name) && isInbox(text));
  }

  public static boolean isInbox(String name) {
    return name.equalsIgnoreCase("INBOX");
  }

  /** Whether any folder has this name, one that holds no messages included. */
  public boolean hasText(String text) {
    return folders.stream().anyMatch(folder -> isNamed(folder, text));
  }

  /** The folders below another. */
  public List<ListedFolder> below(ListedFolder parent) {
    Character separator = parent.separator();
    return separator == null
        ? List.of()
        : folders.stream()
            .filter(folder -> folder.name().text().startsWith(parent.name().text() + separator))
            .toList();
  }

  /**
   * Whether a folder that can hold messages has this name; Dovecot goes on listing one that was
   * deleted as long as there are others below it.
   */
  public boolean hasOnWire(String name) {
    return folders.stream()
        .anyMatch(folder -> folder.selectable() && folder.name().wire().equals(name));
  }

  /** Whether a folder may hold mail: it does, or its server did not tell. */
  public static boolean mayHoldMail(ListedFolder folder) {
    return folder.selectable() && (folder.status() == null || folder.status().messages() != 0);
  }

  public static long messages(ListedFolder folder) {
    return folder.status() == null ? 0 : Math.max(0, folder.status().messages());
  }

  public static long uidValidity(ListedFolder folder) {
    return folder.status() == null ? -1 : folder.status().uidValidity();
  }

  /** The same with a folder that was made. */
  Listing with(FolderName made) {
    if (find(made.text()).isPresent()) {
      return this;
    }
    List<ListedFolder> all = new ArrayList<>(folders);
    all.removeIf(folder -> folder.name().text().equals(made.text()));
    all.add(new ListedFolder(made, namespaces.separator(), Set.of(), false, null));
    return new Listing(kind, namespaces, all);
  }

  /** The same after a RENAME. */
  public Listing renamed(String from, FolderName to) {
    return new Listing(
        kind,
        namespaces,
        folders.stream()
            .map(
                folder ->
                    folder.name().text().equals(from)
                        ? new ListedFolder(
                            to,
                            folder.separator(),
                            folder.attributes(),
                            folder.subscribed(),
                            folder.status())
                        : folder)
            .toList());
  }
}
