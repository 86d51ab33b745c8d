package org.mailcaravan.sync;

import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger.Stamp;

/**
 * What one look at a source folder showed: what is new in it since the last pass, what changed and
 * what is gone. For one thread at a time.
 */
final class FolderLook {
  private final FolderPlan plan;
  private final @Nullable SelectedFolder source;
  private final MessageSizes fresh;
  private final SeenFlags flags;
  private final Map<Long, String> emailIds;
  private final NavigableSet<Long> vanished;
  private @Nullable FolderLedger ledger;
  private boolean incomplete;

  /**
   * @param seen all messages of which something was told, recorded ones among them
   * @param vanished recorded messages that are no longer in the folder
   */
  FolderLook(
      FolderPlan plan,
      SelectedFolder source,
      @Nullable FolderLedger ledger,
      SeenMessages seen,
      NavigableSet<Long> vanished) {
    this.plan = plan;
    this.source = source;
    this.ledger = ledger;
    this.fresh = seen.sizes().copy();
    this.flags = seen.flags();
    this.emailIds = seen.emailIds();
    this.vanished = vanished;
    if (ledger != null) {
      fresh.removeIf(ledger::contains);
    }
  }

  /** The folder is as it was at the last pass, which its status shows: it need not be opened. */
  FolderLook(FolderPlan plan, FolderLedger ledger) {
    this.plan = plan;
    this.source = null;
    this.ledger = ledger;
    this.fresh = new MessageSizes();
    this.flags = new SeenFlags();
    this.emailIds = Map.of();
    this.vanished = new TreeSet<>();
  }

  FolderPlan plan() {
    return plan;
  }

  /** For messages to people. */
  String place() {
    return place(plan);
  }

  static String place(FolderPlan plan) {
    return "folder " + plan.mapping().source().name();
  }

  /** Whether nothing has happened in the folder since everything in it was accounted for. */
  boolean isUnchanged() {
    return source == null;
  }

  /** The folder as it was opened. */
  SelectedFolder source() {
    if (source == null) {
      throw new IllegalStateException(plan + " was not opened");
    }
    return source;
  }

  /** The ledger, or null as long as the destination was not looked at for the first time. */
  @Nullable FolderLedger ledger() {
    return ledger;
  }

  void ledger(FolderLedger made) {
    ledger = made;
    fresh.removeIf(made::contains);
  }

  /** Announced octets, by UID, of the messages that the ledger does not know. */
  MessageSizes fresh() {
    return fresh;
  }

  /** Flags, by UID, of new messages and of recorded ones that may have changed. */
  SeenFlags flags() {
    return flags;
  }

  /** EMAILIDs of messages whose server tells them. */
  Map<Long, String> emailIds() {
    return emailIds;
  }

  /** Recorded messages that have left the folder. */
  NavigableSet<Long> vanished() {
    return vanished;
  }

  /** Something of what was seen could not be carried over; the next pass must look again. */
  void incomplete() {
    incomplete = true;
  }

  /** Notes in the ledger that all is accounted for, so that the next pass need not look again. */
  void completeIfAccounted() {
    FolderLedger recorded = ledger;
    if (source == null || recorded == null || incomplete) {
      return;
    }
    if (vanished.isEmpty()
        && recorded.open().isEmpty()
        && fresh.uids().allMatch(recorded::contains)) {
      FolderStatus status = source.status();
      recorded.complete(new Stamp(status.uidNext(), status.messages(), status.highestModSeq()));
    }
  }
}
