package org.mailcaravan.sync.folders;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Side;
import org.mailcaravan.sync.session.MailboxSession;
import org.mailcaravan.sync.session.ServerManners;

/**
 * Whether a source's STATUS is believed, by which a folder need not be opened where nothing has
 * happened. A server may tell numbers that it has kept from some time ago, even for good: an open
 * folder then shows more than its STATUS tells, and in this pass none is believed. INBOX, which is
 * opened in each pass before the folders are listed, finds that out at no cost. Thread-safe.
 */
public final class StatusTrust {
  private @Nullable FolderStatus inbox;
  private boolean doubted;

  /** That of a pass. */
  public static StatusTrust of(MailboxSession session) {
    return session.ofPass(StatusTrust.class, StatusTrust::new);
  }

  /** INBOX was opened, before the folders are listed. */
  synchronized void inbox(FolderStatus opened) {
    inbox = opened;
  }

  /** The folders were listed. */
  synchronized void listed(ServerManners manners, Listing source) {
    FolderStatus before = inbox;
    if (before != null) {
      source
          .find("INBOX")
          .flatMap(folder -> Optional.ofNullable(folder.status()))
          .filter(before::isAheadOf)
          .ifPresent(now -> doubt(manners, now, before));
    }
  }

  /** A folder was opened, after the folders were listed. Mail may have come in between. */
  public void opened(MailboxSession session, FolderPlan plan, SelectedFolder opened) {
    FolderStatus listed = plan.mapping().source().status();
    if (listed == null || !opened.status().isAheadOf(listed) || !isBelieved(session)) {
      return;
    }
    FolderStatus now =
        session.on(
            Side.SOURCE,
            plan.place(),
            connection -> {
              try {
                return connection.status(opened.name());
              } catch (CommandRefused e) {
                return opened.status();
              }
            });
    synchronized (this) {
      doubt(session.manners(Side.SOURCE), now, opened.status());
    }
  }

  /** An UIDNEXT never falls (RFC 9051 section 2.3.1.1), so that one that does is from before. */
  private void doubt(ServerManners manners, FolderStatus now, FolderStatus before) {
    doubted = true;
    if (now.uidValidity() == before.uidValidity()
        && now.uidNext() > 0
        && now.uidNext() < before.uidNext()) {
      manners.tellsOldStatus();
    }
  }

  public synchronized boolean isBelieved(MailboxSession session) {
    return !doubted && !session.manners(Side.SOURCE).hasStaleStatus();
  }

  /**
   * How many messages a source folder has by all that its server tells. A STATUS may count what is
   * hidden when the folder is open; it is asked again, since messages may have been deleted.
   */
  public static long announced(
      MailboxSession session, FolderPlan plan, SelectedFolder opened, long shown) {
    long open = opened.status().messages();
    long listed = Listing.messages(plan.mapping().source());
    if (shown < open || shown >= listed) {
      return open;
    }
    return session.on(
        Side.SOURCE,
        plan.place(),
        connection -> {
          try {
            FolderStatus now = connection.status(opened.name());
            boolean more = now.uidNext() > opened.status().uidNext();
            return more ? open : Math.max(open, now.messages());
          } catch (CommandRefused e) {
            return open;
          }
        });
  }
}
