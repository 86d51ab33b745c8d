package org.mailcaravan.sync;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.SideCheck;

/**
 * {@code mailbox:check}: can we log in on both sides and open INBOX there? Changes nothing.
 * Thread-safe.
 */
final class CheckMailbox {
  private final Sessions sessions;

  CheckMailbox(Sessions sessions) {
    this.sessions = sessions;
  }

  /**
   * Logs in on both sides, so that both are told of when both fail. A login alone proves nothing:
   * Exchange answers OK to a LOGIN and refuses everything after it.
   *
   * @param count whether to count folders, messages and octets too, for which every folder may have
   *     to be opened, and to look whether mail of the source is at the destination already
   * @throws MigrationException what stands in the way
   */
  void check(Mailbox mailbox, boolean count) {
    MailboxSession session = sessions.of(mailbox);
    BothSides<Optional<MigrationException>> failed =
        BothSides.ask(side -> failure(session, side, count));
    MigrationException atSource = failed.source().orElse(null);
    MigrationException atDestination = failed.destination().orElse(null);
    if (atSource != null) {
      if (atDestination != null) {
        session.tally().problem(atSource.problem());
        session.tally().problem(atDestination.problem());
      }
      throw atSource;
    }
    if (atDestination != null) {
      throw atDestination;
    }
    if (count) {
      MailBefore.look(session);
    }
  }

  private static Optional<MigrationException> failure(
      MailboxSession session, Side side, boolean count) {
    try {
      Map<ListedFolder, CommandRefused> refused = new LinkedHashMap<>();
      session.found(
          side,
          session.all(
              side,
              "INBOX at " + session.server(side),
              connection -> {
                connection.examine(connection.folderName("INBOX"));
                return count
                    ? count(session, side, connection, refused)
                    : new SideCheck(true, 0, 0, -1);
              }));
      if (side == Side.SOURCE) {
        tell(session, refused);
      }
      return Optional.empty();
    } catch (MigrationException e) {
      session.found(side, SideCheck.FAILED);
      return Optional.of(e);
    }
  }

  private static SideCheck count(
      MailboxSession session,
      Side side,
      ImapConnection connection,
      Map<ListedFolder, CommandRefused> refused) {
    SourceKind kind = SourceKind.of(connection.greeting(), connection.capabilities());
    int folders = 0;
    long messages = 0;
    long bytes = 0;
    for (ListedFolder folder : connection.list(true)) {
      if (!folder.selectable()) {
        continue;
      }
      try {
        FolderStatus told = folder.status();
        FolderStatus status = told == null ? connection.status(folder.name()) : told;
        folders++;
        messages += Math.max(0, status.messages());
        bytes += status.size() >= 0 ? status.size() : sumOfSizes(connection, folder);
        if (side == Side.SOURCE) {
          FolderCaps.problem(kind, folder).ifPresent(session.tally()::problem);
        }
      } catch (CommandRefused e) {
        refused.put(folder, e);
      }
    }
    return new SideCheck(true, folders, messages, bytes);
  }

  /** A folder that cannot be opened stops no other; one that is not to be copied need not be. */
  private static void tell(MailboxSession session, Map<ListedFolder, CommandRefused> refused) {
    if (refused.isEmpty()) {
      return;
    }
    Listing listing = Listing.of(session, Side.SOURCE);
    Exclusions exclusions = new Exclusions(listing.kind(), listing.namespaces(), listing.folders());
    refused.forEach(
        (folder, refusal) -> {
          if (exclusions.reason(folder).isEmpty()) {
            session
                .tally()
                .problem(
                    session
                        .diagnosis()
                        .of(
                            refusal,
                            Side.SOURCE,
                            "folder " + folder.name(),
                            session.server(Side.SOURCE).toString())
                        .problem());
          }
        });
  }

  private static long sumOfSizes(ImapConnection connection, ListedFolder folder) {
    if (connection.examine(folder.name()).status().messages() == 0) {
      return 0;
    }
    AtomicLong octets = new AtomicLong();
    connection.read(
        "1:*",
        EnumSet.of(FetchItem.SIZE),
        PullMessages.NO_CONTENT,
        message -> octets.addAndGet(Math.max(0, message.announcedSize())));
    return octets.get();
  }
}
