package org.mailcaravan.sync;

import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
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
      session.found(
          side,
          session.all(
              side,
              "INBOX at " + session.server(side),
              connection -> {
                connection.examine(connection.folderName("INBOX"));
                return count ? count(connection) : new SideCheck(true, 0, 0, -1);
              }));
      return Optional.empty();
    } catch (MigrationException e) {
      session.found(side, SideCheck.FAILED);
      return Optional.of(e);
    }
  }

  private static SideCheck count(ImapConnection connection) {
    int folders = 0;
    long messages = 0;
    long bytes = 0;
    for (ListedFolder folder : connection.list(true)) {
      FolderStatus status = folder.status();
      if (!folder.selectable() || status == null) {
        continue;
      }
      folders++;
      messages += Math.max(0, status.messages());
      bytes += status.size() >= 0 ? status.size() : sumOfSizes(connection, folder);
    }
    return new SideCheck(true, folders, messages, bytes);
  }

  private static long sumOfSizes(ImapConnection connection, ListedFolder folder) {
    if (connection.examine(folder.name()).status().messages() == 0) {
      return 0;
    }
    AtomicLong octets = new AtomicLong();
    connection
        .fetch(
            "1:*",
            EnumSet.of(FetchItem.SIZE),
            PullMessages.NO_CONTENT,
            message -> octets.addAndGet(Math.max(0, message.announcedSize())))
        .join();
    return octets.get();
  }
}
