package org.mailcaravan.sync.folders;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.session.BothSides;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * {@code mailbox:check}: can we log in on both sides and open INBOX there? Changes nothing.
 * Thread-safe.
 */
public final class CheckMailbox {
  /** Tries to find out how the server wants to be asked, step by step. */
  private static final int MOST_TRIES = 6;

  /** After so many folders over which the connection is lost, the server is at fault. */
  private static final int MOST_LOST = 3;

  /**
   * Logs in on both sides, so that both failures are told when both fail. A login alone proves
   * nothing: Exchange answers OK to a LOGIN and refuses everything after it.
   *
   * @param count whether to count folders, messages and octets too, for which every folder may have
   *     to be opened, to look whether mail of the source is at the destination already, and to tell
   *     what will not fit there, is left out or gets another name
   * @throws MigrationException with the reason
   */
  public void check(MailboxSession session, boolean count) {
    Map<Side, Listing> listed = new ConcurrentHashMap<>();
    BothSides<Optional<MigrationException>> failed =
        BothSides.ask(side -> failure(session, side, count, listed));
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
      Foresight.look(
          session,
          Objects.requireNonNull(listed.get(Side.SOURCE)),
          Objects.requireNonNull(listed.get(Side.DESTINATION)));
    }
  }

  private static Optional<MigrationException> failure(
      MailboxSession session, Side side, boolean count, Map<Side, Listing> listed) {
    try {
      Function<ImapConnection, SideCheck> open =
          connection -> {
            SelectedFolder inbox = connection.examine(connection.folderName("INBOX"));
            if (side == Side.SOURCE) {
              StatusTrust.of(session).inbox(inbox.status());
            }
            return SideCheck.UNCOUNTED;
          };
      Where inbox = Where.inboxAt(session.server(side));
      SideCheck found = count ? ask(session, side, inbox, open) : session.all(side, inbox, open);
      session.found(side, count ? count(session, side, listed) : found);
      return Optional.empty();
    } catch (MigrationException e) {
      session.found(side, SideCheck.FAILED);
      return Optional.of(e);
    }
  }

  /**
   * Asks again where the failure has shown how the server wants to be asked ({@link
   * ServerManners}); what else goes wrong is what the check is to find.
   */
  private static <T> T ask(
      MailboxSession session, Side side, Where place, Function<ImapConnection, T> work) {
    for (int tries = 1; ; tries++) {
      long before = session.tally().progress();
      try {
        return session.all(side, place, work);
      } catch (TryAgain e) {
        if (session.tally().progress() == before || tries == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  private static SideCheck count(MailboxSession session, Side side, Map<Side, Listing> listed) {
    Listing listing = listing(session, side);
    listed.put(side, listing);
    if (side == Side.SOURCE && listing.folders().isEmpty()) {
      throw PlanFolders.noFolders(session);
    }
    int folders = 0;
    long messages = 0;
    long bytes = 0;
    List<Problem> problems = new ArrayList<>();
    Exclusions exclusions = new Exclusions(listing.kind(), listing.namespaces(), listing.folders());
    int lost = 0;
    for (ListedFolder folder : listing.folders()) {
      if (!folder.selectable()) {
        continue;
      }
      try {
        SideCheck one =
            ask(
                session,
                side,
                Where.folder(folder.name()),
                connection -> count(connection, folder));
        folders++;
        messages += one.messages();
        bytes += one.bytes();
        if (side == Side.SOURCE) {
          FolderCaps.problem(listing.kind(), folder).ifPresent(problems::add);
        }
      } catch (MigrationException e) {
        // A folder that cannot be opened stops no other; an excluded one need not be opened.
        boolean isOfFolder =
            e.getCause() instanceof CommandRefused
                || (e.getCause() instanceof ConnectionLost && ++lost <= MOST_LOST);
        if (!isOfFolder) {
          throw e;
        }
        if (side == Side.SOURCE && exclusions.reason(folder).isEmpty()) {
          problems.add(e.problem());
        }
      }
    }
    problems.forEach(session.tally()::problem);
    return new SideCheck(true, folders, messages, bytes);
  }

  /** Without status where the connection is lost over it: so the folder is known that does it. */
  private static Listing listing(MailboxSession session, Side side) {
    try {
      return listing(session, side, true);
    } catch (TryAgain e) {
      if (e.getCause() instanceof ConnectionLost) {
        return listing(session, side, false);
      }
      throw e;
    }
  }

  private static Listing listing(MailboxSession session, Side side, boolean withStatus) {
    return ask(
        session,
        side,
        Where.foldersAt(session.server(side)),
        connection ->
            new Listing(
                SourceKind.of(connection.greeting(), connection.capabilities()),
                connection.namespaces(),
                Listing.listed(session, side, connection, withStatus)));
  }

  private static SideCheck count(ImapConnection connection, ListedFolder folder) {
    FolderStatus told = folder.status();
    FolderStatus status = told == null ? status(connection, folder) : told;
    return new SideCheck(
        true,
        1,
        Math.max(0, status.messages()),
        status.size() >= 0 ? status.size() : sumOfSizes(connection, folder));
  }

  /** Some servers refuse STATUS and open the folder all the same. */
  private static FolderStatus status(ImapConnection connection, ListedFolder folder) {
    try {
      return connection.status(folder.name());
    } catch (CommandRefused e) {
      return connection.examine(folder.name()).status();
    }
  }

  private static long sumOfSizes(ImapConnection connection, ListedFolder folder) {
    if (connection.examine(folder.name()).status().messages() == 0) {
      return 0;
    }
    AtomicLong octets = new AtomicLong();
    connection.read(
        "1:*",
        EnumSet.of(FetchItem.SIZE),
        ContentStore.NONE,
        message -> octets.addAndGet(Math.max(0, message.announcedSize())));
    return octets.get();
  }
}
