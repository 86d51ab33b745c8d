package org.mailcaravan.sync.copy;

import java.util.NavigableMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.OpenMessage;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * A folder that is being copied: both folders as they were opened, its ledger, and what the copy
 * has found out so far. For one thread at a time.
 */
final class FolderCopy {
  private final FolderLook look;
  private final MailboxSession session;
  private final @Nullable SelectedFolder destination;
  private final FolderLedger ledger;
  private final WorkList work;
  private final ArrivedSizes sizes;
  private final ReadableMessage readable;
  private final AppendGuard guard = new AppendGuard();
  private final AppendFailures failures = new AppendFailures();
  private final DestinationPleas pleas = new DestinationPleas();
  private final NotShown notShown = new NotShown();
  private final ToldUids toldUids;
  private long stored;

  /**
   * @param look what is to be copied; it has a ledger
   * @param destination null when there is nothing to be copied
   * @param cut messages that are copied, and that are to be asked for again
   */
  FolderCopy(
      FolderLook look,
      MailboxSession session,
      @Nullable SelectedFolder destination,
      NavigableMap<Long, ShortMessage> cut) {
    this.look = look;
    this.session = session;
    this.destination = destination;
    this.ledger = Objects.requireNonNull(look.ledger());
    this.work = new WorkList(session, look, ledger, cut);
    this.sizes = new ArrivedSizes(session, ledger);
    this.readable = new ReadableMessage(ledger);
    this.toldUids = new ToldUids(destination == null ? 1 : destination.status().uidNext());
    ledger
        .openMessages()
        .forEach(
            (uid, message) -> {
              if (!message.setAside() && message.why() == OpenMessage.Why.NOT_STORED) {
                notShown.inEarlierPass(uid);
              }
            });
  }

  FolderLook look() {
    return look;
  }

  FolderPlan plan() {
    return look.plan();
  }

  MailboxSession session() {
    return session;
  }

  SelectedFolder source() {
    return look.source();
  }

  SelectedFolder destination() {
    return Objects.requireNonNull(destination);
  }

  FolderLedger ledger() {
    return ledger;
  }

  /** The folder, for problems. */
  Where place() {
    return look.place();
  }

  /** Which messages are still to be copied. */
  WorkList work() {
    return work;
  }

  /** How large messages came. */
  ArrivedSizes sizes() {
    return sizes;
  }

  /** A message that the source has given before. */
  ReadableMessage readable() {
    return readable;
  }

  /** The order of the batches. */
  AppendGuard guard() {
    return guard;
  }

  /** What the destination does not take. */
  AppendFailures failures() {
    return failures;
  }

  /** Where the destination asks for time. */
  DestinationPleas pleas() {
    return pleas;
  }

  /** What the destination says it has stored and does not show. */
  NotShown notShown() {
    return notShown;
  }

  /** Which UIDs the destination tells, and how far they can be believed. */
  ToldUids toldUids() {
    return toldUids;
  }

  /** Messages were stored: the destination works. */
  void stored(long messages) {
    if (messages > 0) {
      stored += messages;
      failures.stored();
      pleas.stored();
    }
  }

  /** How many messages were stored in this folder by this pass. */
  long stored() {
    return stored;
  }
}
