package org.mailcaravan.sync.folders;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.MigrationException;
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
    if (count) {
      new Look(session).run();
    } else {
      throwFirst(
          session,
          BothSides.ask(
              side ->
                  failure(
                      session,
                      side,
                      () -> {
                        session.all(
                            side,
                            Where.inboxAt(session.server(side)),
                            connection -> openInbox(session, side, connection));
                        session.found(side, SideCheck.UNCOUNTED);
                      })));
    }
  }

  private static SelectedFolder openInbox(
      MailboxSession session, Side side, ImapConnection connection) {
    SelectedFolder inbox = connection.examine(connection.folderName("INBOX"));
    if (side == Side.SOURCE) {
      StatusTrust.of(session).inbox(inbox.status());
    }
    return inbox;
  }

  private static Optional<MigrationException> failure(
      MailboxSession session, Side side, Runnable work) {
    try {
      work.run();
      return Optional.empty();
    } catch (MigrationException e) {
      session.found(side, SideCheck.FAILED);
      return Optional.of(e);
    }
  }

  private static void throwFirst(
      MailboxSession session, BothSides<Optional<MigrationException>> failed) {
    MigrationException atSource = failed.source().orElse(null);
    MigrationException atDestination = failed.destination().orElse(null);
    if (atSource != null && atDestination != null) {
      session.tally().problem(atSource.problem());
      session.tally().problem(atDestination.problem());
    }
    if (atSource != null) {
      throw atSource;
    }
    if (atDestination != null) {
      throw atDestination;
    }
  }

  /** A check that counts. */
  private static final class Look {
    private final MailboxSession session;
    private final Map<Side, Listing> listed = new ConcurrentHashMap<>();
    private final Map<ListedFolder, FolderAmount> tooLarge = new LinkedHashMap<>();
    private volatile long appendLimit;

    Look(MailboxSession session) {
      this.session = session;
    }

    void run() {
      BothSides<Optional<MigrationException>> closed =
          BothSides.ask(side -> failure(session, side, () -> open(side)));
      // One side that is closed keeps nobody from counting the other.
      BothSides<Optional<MigrationException>> failed =
          BothSides.ask(
              side -> {
                Listing listing = listed.get(side);
                return listing == null
                    ? side == Side.SOURCE ? closed.source() : closed.destination()
                    : failure(session, side, () -> count(side, listing));
              });
      throwFirst(session, failed);
      Listing source = listed.get(Side.SOURCE);
      Listing destination = listed.get(Side.DESTINATION);
      if (source != null && destination != null) {
        MailBefore.look(session);
        new Foresight(session, appendLimit).look(source, destination, tooLarge);
      }
    }

    private void open(Side side) {
      Where inbox = Where.inboxAt(session.server(side));
      ask(() -> session.all(side, inbox, connection -> openInbox(session, side, connection)));
      Listing listing = listing(side);
      if (side == Side.SOURCE) {
        if (listing.folders().isEmpty()) {
          throw PlanFolders.noFolders(session);
        }
        listing = ask(() -> FolderContents.of(session, listing(side)));
      } else {
        Where place = Where.foldersAt(session.server(side));
        appendLimit = ask(() -> session.on(side, place, ImapConnection::appendLimit));
      }
      listed.put(side, listing);
    }

    /**
     * Asks again where the failure has shown how the server wants to be asked ({@link
     * org.mailcaravan.sync.session.ServerManners}); what else goes wrong is what the check is to
     * find.
     */
    private <T extends @Nullable Object> T ask(Supplier<T> question) {
      for (int tries = 1; ; tries++) {
        long before = session.tally().progress();
        try {
          return question.get();
        } catch (TryAgain e) {
          if (session.tally().progress() == before || tries == MOST_TRIES) {
            throw e;
          }
        }
      }
    }

    /** Without status where the connection is lost over it: so the folder is known that does it. */
    private Listing listing(Side side) {
      try {
        return listing(side, true);
      } catch (TryAgain e) {
        if (e.getCause() instanceof ConnectionLost) {
          return listing(side, false);
        }
        throw e;
      }
    }

    private Listing listing(Side side, boolean withStatus) {
      return ask(
          () ->
              session.all(
                  side,
                  Where.foldersAt(session.server(side)),
                  connection ->
                      new Listing(
                          SourceKind.of(connection.greeting(), connection.capabilities()),
                          connection.namespaces(),
                          Listing.listed(session, side, connection, withStatus))));
    }

    /** Counts what is copied: nothing that is left out, and each message once. */
    private void count(Side side, Listing listing) {
      int folders = 0;
      long messages = 0;
      long octets = 0;
      int lost = 0;
      PassRules rules = side == Side.SOURCE ? PassRules.of(session) : PassRules.NONE;
      Predicate<ListedFolder> holdsEachOnce =
          Exclusions.holdingEachOnce(
              listing.kind(), RuledFolders.of(rules, listing).others(listing.folders()));
      for (ListedFolder folder : FolderMapper.copied(listing, rules)) {
        if (side == Side.SOURCE) {
          FolderCaps.problem(listing.kind(), folder).ifPresent(session.tally()::problem);
        }
        if (!holdsEachOnce.test(folder)) {
          folders++;
          continue;
        }
        try {
          FolderAmount found = amount(side, folder);
          folders++;
          messages += found.messages();
          octets += found.octets();
          if (found.tooLarge() > 0) {
            tooLarge.put(folder, found);
          }
        } catch (MigrationException e) {
          // A folder that cannot be opened stops no other.
          boolean isOfFolder =
              e.getCause() instanceof CommandRefused
                  || (e.getCause() instanceof ConnectionLost && ++lost <= MOST_LOST);
          if (!isOfFolder) {
            throw e;
          }
          if (side == Side.SOURCE) {
            session.tally().problem(e.problem());
          }
        }
      }
      session.found(side, new SideCheck(true, folders, messages, octets));
    }

    private FolderAmount amount(Side side, ListedFolder folder) {
      long limit = side == Side.SOURCE ? appendLimit : 0;
      return ask(
          () ->
              session.all(
                  side,
                  Where.folder(folder.name()),
                  connection -> FolderAmount.of(connection, folder, limit)));
    }
  }
}
