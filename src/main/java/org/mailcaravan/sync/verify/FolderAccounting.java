package org.mailcaravan.sync.verify;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.FolderCertificate.Finding;
import org.mailcaravan.model.FolderCertificate.Listed;
import org.mailcaravan.model.FolderCertificate.Reason;
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

  /** How many are named in a note. */
  private static final int EXAMPLES = 3;

  /** How the note begins that counts what is there more than once. */
  private static final String DOUBLED =
      "The new server has messages more than once, since it stored them twice, or showed them only after they had been"
          + " sent again. Copies too many: ";

  /** How the note begins that names second copies of what was sent again. */
  private static final String SECOND =
      "The new server showed messages only after they had been sent again, and has them twice. Second copies: ";

  /** How many UIDs of a folder are named in a note. */
  private static final int UIDS = 20;

  /** How many folders are named in a note. */
  private static final int FOLDERS = 5;

  private final FolderPlan plan;
  private final @Nullable FolderLedger ledger;
  private final long firstUnseen;
  private final boolean deep;

  /** Of originals whose copies are the same; of the other originals; of their copies. */
  private final MessageDigests same;

  private final MessageDigests originals;
  private final MessageDigests copies;
  private final List<Listed> listed = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long copied;
  private long alreadyThere;
  private long elsewhere;
  private long setAside;
  private long failed;
  private long unaccounted;
  private long cameSince;
  private long cameAfter;
  private final UidSet held = new UidSet();
  private long neverStored;
  private long inPlace;
  private long movedByUser;
  private final Map<String, Long> filedElsewhere = new TreeMap<>();
  private long doubled;
  private final Map<String, UidSet> secondCopies = new TreeMap<>();
  private long gone;
  private long altered;
  private long cut;
  private long otherLineEnds;
  private long otherSize;
  private final Set<Long> otherSizes = new TreeSet<>();
  private long repaired;
  private long changed;
  private long noDate;
  private long otherHeader;
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
    if (!notes.contains(note)) {
      notes.add(note);
    }
  }

  void recorded(Standing standing) {
    switch (standing) {
      case COPIED -> copied++;
      case FOUND -> alreadyThere++;
      case ELSEWHERE -> elsewhere++;
    }
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
      cameSince++;
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
    otherLineEnds++;
    inPlace(digest);
  }

  void otherSize(long uid, byte[] digest) {
    otherSize++;
    if (otherSizes.size() < EXAMPLES) {
      otherSizes.add(uid);
    }
    inPlace(digest);
  }

  /**
   * A copy is as it was stored, which is otherwise than its original: the destination refused that,
   * or has changed what it does not keep, in a way that is known.
   */
  void repaired(long uid, boolean byServer, String repairs, byte[] digest) {
    if (byServer) {
      changed++;
    } else {
      repaired++;
    }
    list(uid, Reason.REPAIRED, repairs);
    inPlace(digest);
  }

  /** The source tells no date of a message, or one that cannot be. */
  void noDate() {
    noDate++;
  }

  void otherHeader(byte[] digest) {
    otherHeader++;
    inPlace(digest);
  }

  void movedByUser(byte[] digest) {
    movedByUser++;
    both(digest);
  }

  /** The new server has so many copies more than it was given. */
  void doubled(long copies) {
    doubled += copies;
  }

  /**
   * Second copies have come to light of messages that were sent again.
   *
   * @param uids at the destination
   */
  void secondCopies(String folder, UidSet uids) {
    secondCopies.put(folder, uids);
  }

  private String secondCopies() {
    return secondCopies.values().stream().mapToLong(UidSet::count).sum()
        + secondCopies.entrySet().stream()
            .limit(FOLDERS)
            .map(folder -> folder.getKey() + " UID " + some(folder.getValue()))
            .collect(Collectors.joining("; ", " (", ")"));
  }

  private static String some(UidSet uids) {
    UidSet some = new UidSet();
    uids.forEach(
        uid -> {
          if (some.count() < UIDS) {
            some.add(uid);
          }
        });
    return some + (uids.count() > UIDS ? " and more" : "");
  }

  /** A copy is in another folder, and nobody has seen it where it was put. */
  void filedElsewhere(String folder) {
    filedElsewhere.merge(folder, 1L, Long::sum);
  }

  /** What the new server filed elsewhere, as a sentence, or null when it filed nothing. */
  @Nullable String filedElsewhere() {
    return filedElsewhere.isEmpty()
        ? null
        : "The new server filed messages in other folders as they came, or the user moved them at once: "
            + filedElsewhere.entrySet().stream()
                .limit(FOLDERS)
                .map(folder -> folder.getKey() + " (" + folder.getValue() + ")")
                .collect(Collectors.joining(", "))
            + (filedElsewhere.size() > FOLDERS
                ? " and " + (filedElsewhere.size() - FOLDERS) + " more folders"
                : "")
            + ". They are there once. Switch off what files them (a Sieve script at APPEND, a spam filter) for the"
            + " migration, and move them to their folder where they belong.";
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
    List<String> all = new ArrayList<>(notes);
    all.addAll(ofFlags);
    String filed = filedElsewhere();
    if (filed != null) {
      all.add(filed);
    }
    if (doubled > 0) {
      all.add(DOUBLED + doubled + ".");
    }
    if (!secondCopies.isEmpty()) {
      all.add(SECOND + secondCopies() + ".");
    }
    if (cameSince > 0) {
      all.add(
          "Messages that came while this pass was running, which the next pass copies: "
              + cameSince
              + ".");
    }
    if (otherLineEnds > 0) {
      all.add(
          "Messages that have other line ends at the new server, as servers store them, and are otherwise the same: "
              + otherLineEnds
              + ".");
    }
    if (repaired > 0) {
      all.add(
          "Messages that the new server refused as they are and that are stored repaired; their originals are kept as"
              + " files: "
              + repaired
              + ".");
    }
    if (changed > 0) {
      all.add(
          "Messages that the new server took, and stored otherwise in a way that is known, as is listed: "
              + changed
              + ".");
    }
    if (noDate > 0) {
      all.add(
          "Messages of which the old provider gives no date, or an impossible one; their copies have the date of their"
              + " header, or else of the day they were copied: "
              + noDate
              + ".");
    }
    if (otherSize > 0) {
      all.add(
          "Messages whose size at the new server is not what the old provider announces, and whose content, as it came"
              + " from there, is the same: "
              + otherSize
              + " (such as UID "
              + otherSizes.stream().map(String::valueOf).collect(Collectors.joining(", "))
              + ").");
    }
    if (otherHeader > 0) {
      all.add(
          "Messages whose header was changed by the new server, or by a tool that copied before (lines added or folded"
              + " anew); their Message-ID, date, people, subject, content type, encoding and body were compared and are"
              + " the same: "
              + otherHeader
              + ".");
    }
    String source = same.digest(originals);
    String destination = originals.isEmpty() && copies.isEmpty() ? source : same.digest(copies);
    return new FolderCertificate(
        plan.folder(),
        ledger == null ? "" : ledger.pair().destinationFolder(),
        now,
        deep,
        new FolderCertificate.Messages(
            copied, alreadyThere, elsewhere, setAside, failed, unaccounted),
        new FolderCertificate.Copies(inPlace, movedByUser, gone, altered, cut),
        atDestination,
        atDestination - ours,
        source,
        destination,
        obstacle,
        listed.stream().sorted(Comparator.comparingLong(Listed::uid)).toList(),
        all,
        flags,
        new FolderCertificate.Surplus(doubled, secondCopies.isEmpty() ? "" : secondCopies()));
  }
}
