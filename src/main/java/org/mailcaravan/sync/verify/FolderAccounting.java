package org.mailcaravan.sync.verify;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.FolderCertificate.Finding;
import org.mailcaravan.model.FolderCertificate.Listed;
import org.mailcaravan.model.FolderCertificate.Reason;
import org.mailcaravan.model.rules.LeaveOut;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.OpenMessage;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.copy.Room;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.messages.MessageDigests;

/** Counts what a comparison of a folder shows, message by message. */
final class FolderAccounting {
  /** How many messages are listed; all are counted. */
  private static final int LISTED = 100;

  private final FolderPlan plan;
  private final @Nullable FolderLedger ledger;
  private final long firstUnseen;
  private final boolean deep;

  /** Of originals whose copies are the same; of the other originals; of their copies. */
  private final MessageDigests same;

  private final MessageDigests originals;
  private final MessageDigests copies;
  private final List<Listed> listed = new ArrayList<>();
  private final AccountNotes notes = new AccountNotes();
  private long copied;
  private long alreadyThere;
  private long otherLabel;
  private long setAside;
  private long failed;
  private long unaccounted;
  private long cameAfter;
  private final Map<String, Long> leftOut = new LinkedHashMap<>();
  private final UidSet held = new UidSet();
  private long neverStored;
  private long inPlace;
  private long movedByUser;
  private long gone;
  private long altered;
  private long cut;
  private long atDestination;
  private long ours;
  private @Nullable String obstacle;
  private boolean ofPass;
  private @Nullable Room room;

  /**
   * @param spool for what does not fit into memory
   */
  FolderAccounting(
      FolderPlan plan, @Nullable FolderLedger ledger, long firstUnseen, boolean deep, Path spool) {
    this.same = new MessageDigests(spool);
    this.originals = new MessageDigests(spool);
    this.copies = new MessageDigests(spool);
    this.plan = plan;
    this.ledger = ledger;
    this.firstUnseen = firstUnseen;
    this.deep = deep;
  }

  void obstacle(String reason) {
    obstacle = reason;
  }

  /** Adds a note; the same one twice counts once. */
  void note(String note) {
    notes.add(note);
  }

  void recorded(Standing standing) {
    switch (standing) {
      case COPIED -> copied++;
      case FOUND -> alreadyThere++;
      case OTHER_LABEL -> otherLabel++;
    }
  }

  void leftOut(LeaveOut rule) {
    leftOut.merge(rule.toString(), 1L, Long::sum);
  }

  void open(long uid, OpenMessage message) {
    if (message.why() == OpenMessage.Why.HELD) {
      unaccounted++;
      held.add(uid);
      list(uid, Reason.UNACCOUNTED, message.reason());
      return;
    }
    if (message.setAside()) {
      setAside++;
    } else {
      failed++;
      neverStored += message.why() == OpenMessage.Why.NOT_STORED ? 1 : 0;
    }
    list(
        new Listed(
            uid,
            message.setAside() ? Reason.SET_ASIDE : Reason.FAILED,
            message.why() == OpenMessage.Why.NOT_STORED ? Finding.NOT_STORED : Finding.OTHER,
            message.reason()));
  }

  /**
   * What comes while a pass runs is for the next one, and not missing in this.
   *
   * @param left at the destination, as the pass found it
   */
  void ofPass(Room left) {
    ofPass = true;
    room = left;
  }

  void unaccounted(long uid) {
    boolean since = firstUnseen > 0 && uid >= firstUnseen;
    if (since && ofPass) {
      notes.cameSince();
      return;
    }
    unaccounted++;
    cameAfter += since ? 1 : 0;
    list(
        uid,
        Reason.UNACCOUNTED,
        since
            ? "it came after the last pass had looked at this folder"
            : room != null && room.isShort()
                ? "the mailbox at the new server is full"
                : "no pass has copied it");
  }

  /** A message that was recorded as copied is not at the destination, and never was seen there. */
  void notStored(long uid) {
    copied--;
    failed++;
    neverStored++;
    list(new Listed(uid, Reason.FAILED, Finding.NOT_STORED, OpenMessage.NOT_STORED.reason()));
  }

  /**
   * A message without a UID that is known.
   *
   * @param messages how many of them
   */
  void unaccountedUnseen(long messages) {
    unaccounted += messages;
  }

  void inPlace(byte[] digest) {
    inPlace++;
    both(digest);
  }

  void otherLineEnds(byte[] digest) {
    notes.otherLineEnds();
    inPlace(digest);
  }

  void otherSize(long uid, byte[] digest) {
    notes.otherSize(uid);
    inPlace(digest);
  }

  /**
   * A copy is as it was stored, which is otherwise than its original: the destination refused that,
   * or has changed what it does not keep, in a way that is known.
   */
  void repaired(long uid, boolean byServer, String repairs, byte[] digest) {
    notes.repaired(byServer);
    list(uid, Reason.REPAIRED, repairs);
    inPlace(digest);
  }

  /** The source tells no date of a message, or one that cannot be. */
  void noDate() {
    notes.noDate();
  }

  void otherHeader(byte[] digest) {
    notes.otherHeader();
    inPlace(digest);
  }

  void movedByUser(byte[] digest) {
    movedByUser++;
    both(digest);
  }

  /** The new server has so many copies more than it was given. */
  void doubled(long copies) {
    notes.doubled(copies);
  }

  /**
   * Second copies have come to light of messages that were sent again.
   *
   * @param uids at the destination
   */
  void secondCopies(String folder, UidSet uids) {
    notes.secondCopies(folder, uids);
  }

  /** A copy is in another folder, and nobody has seen it where it was put. */
  void filedElsewhere(String folder) {
    notes.filedElsewhere(folder);
  }

  /** What the new server filed elsewhere, as a sentence, or null when it filed nothing. */
  @Nullable String filedElsewhere() {
    return notes.filedElsewhere();
  }

  /** A copy that is the same counts with the digest of its original. */
  private void both(byte[] digest) {
    same.add(digest);
  }

  /**
   * A copy is not as its original.
   *
   * @param copy its digest, or null when it could not be read
   */
  void altered(long uid, Difference difference, byte[] original, byte @Nullable [] copy) {
    altered++;
    originals.add(original);
    if (copy != null) {
      copies.add(copy);
    }
    list(new Listed(uid, Reason.ALTERED, difference.finding(), difference.words()));
  }

  /**
   * A copy is as it came, which is less than the source announces.
   *
   * @param copy its digest
   */
  void cut(long uid, ShortMessage came, byte[] original, byte[] copy) {
    cut++;
    originals.add(original);
    copies.add(copy);
    list(
        uid,
        Reason.CUT,
        came.isStandIn()
            ? "the old provider gives a text in place of it: the header that it gives of this message alone is another"
            : "the old provider announces "
                + came.announced()
                + " octets and gives "
                + came.octets());
  }

  void gone(long uid, byte[] original) {
    gone++;
    originals.add(original);
    list(uid, Reason.GONE, "it was delivered and is in no folder of the new server any more");
  }

  private void list(long uid, Reason reason, String detail) {
    list(new Listed(uid, reason, detail));
  }

  private void list(Listed message) {
    if (listed.size() < LISTED) {
      listed.add(message);
    }
  }

  void destination(long messages, long oursAmongThem) {
    atDestination = messages;
    ours = oursAmongThem;
  }

  /** Another message of the destination folder is a copy of ours. */
  void oneMoreOfOurs() {
    ours++;
  }

  /** Messages that should have been copied and were not, though nothing says why. */
  long unexplained() {
    return unaccounted - cameAfter - held.count();
  }

  /** Messages that the pass did not copy, since the new server may hold them already. */
  UidSet held() {
    return held;
  }

  /** Messages that came after a pass had looked at the folder. */
  long cameAfter() {
    return cameAfter;
  }

  /** Messages of which the destination said that it had stored them, and that are not there. */
  long neverStored() {
    return neverStored;
  }

  /** The account of a folder that was not compared. */
  FolderCertificate account(Instant now) {
    return account(now, List.of(), FolderCertificate.Flags.NONE);
  }

  /** The account. */
  FolderCertificate account(Instant now, FlagComparison flags) {
    return account(now, flags.notes(), flags.flags());
  }

  private FolderCertificate account(
      Instant now, List<String> ofFlags, FolderCertificate.Flags flags) {
    String source = same.digest(originals);
    String destination = originals.isEmpty() && copies.isEmpty() ? source : same.digest(copies);
    return new FolderCertificate(
        plan.folder(),
        ledger == null ? "" : ledger.pair().destinationFolder(),
        now,
        deep,
        new FolderCertificate.Messages(
            copied,
            alreadyThere,
            otherLabel,
            setAside,
            failed,
            unaccounted,
            leftOut.values().stream().mapToLong(Long::longValue).sum()),
        new FolderCertificate.Copies(inPlace, movedByUser, gone, altered, cut),
        atDestination,
        atDestination - ours,
        source,
        destination,
        obstacle,
        listed.stream().sorted(Comparator.comparingLong(Listed::uid)).toList(),
        notes.sentences(ofFlags),
        flags,
        notes.surplus(),
        leftOut.entrySet().stream()
            .map(rule -> new FolderCertificate.LeftOut(rule.getKey(), rule.getValue()))
            .toList());
  }
}
