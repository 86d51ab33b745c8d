package org.mailcaravan.sync.copy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Sha256;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.rules.LeaveOut;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.LeftOutBefore;
import org.mailcaravan.store.Stamp;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.messages.CarefulReading;
import org.mailcaravan.sync.messages.HeaderPrint;
import org.mailcaravan.sync.messages.HeaderTable;
import org.mailcaravan.sync.messages.MessageSizes;
import org.mailcaravan.sync.messages.SeenFlags;
import org.mailcaravan.sync.messages.SeenMessages;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * What one look at a source folder showed: what is new in it since the last pass, what changed and
 * what is gone. For one thread at a time.
 */
public final class FolderLook {
  private final FolderPlan plan;
  private final @Nullable SelectedFolder source;
  private MessageSizes fresh;
  private @Nullable UidSet freshUids;
  private final SeenFlags flags;
  private final Map<Long, String> emailIds;
  private UidSet vanished;
  private @Nullable FolderLedger ledger;
  private final long shown;
  private final long highest;
  private @Nullable HeaderTable headers;
  private Predicate<HeaderPrint> worth = header -> true;
  private boolean ofChanges;
  private boolean incomplete;
  private final UidSet held = new UidSet();
  private final UidSet leftOut = new UidSet();
  private String rules = "";

  /**
   * @param seen all messages of which something was told, recorded ones among them
   * @param vanished recorded messages that are no longer in the folder
   */
  FolderLook(
      FolderPlan plan,
      SelectedFolder source,
      @Nullable FolderLedger ledger,
      SeenMessages seen,
      UidSet vanished) {
    this.plan = plan;
    this.source = source;
    this.ledger = ledger;
    this.fresh = seen.sizes().copy();
    this.shown = seen.sizes().count();
    this.highest = seen.sizes().highest();
    this.flags = seen.flags();
    this.emailIds = seen.emailIds();
    this.vanished = vanished;
    if (ledger != null) {
      fresh.removeIf(ledger::contains);
    }
  }

  /** A folder that, by its status, is as it was at the last pass: it need not be opened. */
  FolderLook(FolderPlan plan, FolderLedger ledger) {
    this.plan = plan;
    this.source = null;
    this.ledger = ledger;
    this.fresh = new MessageSizes();
    this.shown = 0;
    this.highest = 0;
    this.flags = new SeenFlags();
    this.emailIds = Map.of();
    this.vanished = new UidSet();
  }

  public FolderPlan plan() {
    return plan;
  }

  /** The folder, for problems. */
  public Where place() {
    return plan.place();
  }

  /** Whether nothing has happened in the folder since everything in it was accounted for. */
  public boolean isUnchanged() {
    return source == null;
  }

  /** The folder as it was opened. */
  public SelectedFolder source() {
    if (source == null) {
      throw new IllegalStateException(plan + " was not opened");
    }
    return source;
  }

  /** The ledger, or null as long as the destination was not looked at for the first time. */
  public @Nullable FolderLedger ledger() {
    return ledger;
  }

  void ledger(FolderLedger made) {
    ledger = made;
    fresh.removeIf(made::contains);
  }

  /** Announced octets, by UID, of the messages that the ledger does not know. */
  public MessageSizes fresh() {
    return fresh;
  }

  /**
   * Holds messages back for a later pass: the destination may hold them already, where it does not
   * show everything, or in a folder that is not opened in this pass.
   */
  public void hold(UidSet uids) {
    held.addAll(uids);
    fresh.removeIf(held::contains);
  }

  /** Source UIDs of what this pass does not copy, since it may be at the destination already. */
  public UidSet held() {
    return held;
  }

  /**
   * Leaves messages out on purpose.
   *
   * @param uids of those that the ledger does not know
   * @param by the rules of this folder
   */
  void leaveOut(UidSet uids, List<LeaveOut> by) {
    leftOut.addAll(uids);
    rules = leftOut.isEmpty() ? "" : textOf(by);
    fresh.removeIf(leftOut::contains);
  }

  /**
   * UIDs of what has come to the folder and may have been copied from another: what is fresh, and
   * what rules leave out of it that the last pass has not seen.
   */
  public UidSet arrived() {
    UidSet uids = new UidSet();
    fresh.uids().forEach(uids::add);
    FolderLedger recorded = ledger;
    long unseen = recorded == null ? 1 : Math.max(1, recorded.stamp().uidNext());
    for (long uid = leftOut.next(unseen); uid > 0; uid = leftOut.next(uid + 1)) {
      uids.add(uid);
    }
    return uids;
  }

  /** Messages that have come are recorded now: they were copied before, from another folder. */
  public void recorded(Collection<Long> uids) {
    fresh.removeAll(uids);
    uids.forEach(leftOut::remove);
  }

  /** How many messages rules leave out. */
  long leftOut() {
    FolderLedger recorded = ledger;
    return source == null && recorded != null ? recorded.leftOut().messages() : leftOut.count();
  }

  /**
   * Stands for rules in the ledger, in 64 letters: with their reasons, which the certificate
   * repeats.
   */
  static String textOf(List<LeaveOut> rules) {
    MessageDigest digest = Sha256.digest();
    rules.forEach(rule -> digest.update((rule + "\n").getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** UIDs of the messages that the ledger did not know at the look. */
  public UidSet freshUids() {
    if (freshUids != null) {
      return freshUids;
    }
    UidSet uids = new UidSet();
    fresh.uids().forEach(uids::add);
    return uids;
  }

  /** Only what has changed was told, rather than all that the folder holds. */
  FolderLook ofChanges() {
    ofChanges = true;
    return this;
  }

  /**
   * Messages from this UID on came after the look; 0 when that is unknown. A server that tells too
   * low a UIDNEXT does not hide what it has shown.
   */
  public long firstUnseen() {
    return Math.max(source().status().uidNext(), highest == 0 ? 0 : highest + 1);
  }

  /**
   * How many messages that the folder shows are accounted for. What a server announces and does not
   * show (Gmail and Yahoo cap folders) does not count.
   */
  long known() {
    FolderLedger recorded = ledger;
    if (source != null && !ofChanges) {
      return shown - fresh.count() - held.count() - leftOut.count();
    }
    return recorded == null ? 0 : recorded.present();
  }

  /**
   * What the headers of the {@link #fresh} messages tell. They are read once, though the messages
   * may be looked for in all folders of the destination; what is not fresh any more is used.
   */
  public HeaderTable headers(MailboxSession session) {
    HeaderTable read = headers;
    if (read == null) {
      UidSet wanted = new UidSet();
      fresh.uids().forEach(wanted::add);
      HeaderTable table = new HeaderTable();
      CarefulReading.ofHeaders(
              session,
              Side.SOURCE,
              place(),
              source(),
              (uid, size, header) -> table.add(uid, size, header, worth))
          .read(wanted);
      read = table;
      headers = read;
    }
    read.keep(fresh::contains);
    return read;
  }

  /** Says which {@link #headers} are worth being kept; all, unless told otherwise. */
  public void keepHeaders(Predicate<HeaderPrint> some) {
    worth = some;
  }

  /** Frees what {@link #headers} has read. */
  public void forgetHeaders() {
    headers = null;
    worth = header -> true;
  }

  /** Flags, by UID, of new messages and of recorded ones that may have changed. */
  public SeenFlags flags() {
    return flags;
  }

  /** EMAILIDs of messages whose server tells them. */
  public Map<Long, String> emailIds() {
    return emailIds;
  }

  /** Recorded messages that have left the folder. */
  public UidSet vanished() {
    return vanished;
  }

  /** Forgets the messages that left the folder: they are recorded. */
  public void forgetVanished() {
    vanished = new UidSet();
  }

  /** Something of what was seen could not be carried over; the next pass must look again. */
  public void incomplete() {
    incomplete = true;
  }

  /** Notes in the ledger that all is accounted for, so that the next pass need not look again. */
  void completeIfAccounted() {
    FolderLedger recorded = ledger;
    if (source == null || recorded == null || incomplete || !held.isEmpty()) {
      return;
    }
    if (vanished.isEmpty()
        && recorded.openMessages().isEmpty()
        && fresh.uids().allMatch(recorded::contains)) {
      FolderStatus status = source.status();
      recorded.recordAccountedFor(Stamp.of(status), new LeftOutBefore(leftOut.count(), rules));
      // Nothing is left to be copied, and there may be millions.
      freshUids = freshUids();
      fresh = new MessageSizes();
    }
  }
}
