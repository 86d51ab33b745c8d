package org.mailcaravan.sync.verify;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.rules.LeaveOut;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.OpenMessage;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Resemblance;
import org.mailcaravan.store.Stamp;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.RuledFolders;
import org.mailcaravan.sync.folders.StatusTrust;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.LeftOutMessages;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.messages.Resembling;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Compares a source folder with what the ledger says of it and with its copies at the destination.
 * Changes nothing on either side. For one use, by one thread.
 */
final class FolderComparison {
  private final MailboxSession session;
  private final FolderPlan plan;
  private final @Nullable FolderLedger ledger;
  private final boolean deep;
  private final EarlierComparison earlier;
  private final Path spool;
  private final KnownMessages known;
  private final FolderAccounting accounting;
  private final FlagComparison flags;
  private final SourceReading source;
  private final @Nullable DestinationReading destination;
  private final CopyComparison copies;
  private final MissingMessages missing;
  private @Nullable SurplusCopies surplus;

  /** Recorded messages that the source shows. */
  private long shown;

  /** Messages of the destination folder that the ledger knows. */
  private long ours;

  private long left;
  private boolean numberedAnew;

  /**
   * @param ledger null when no pass has looked at the folder
   * @param firstUnseen source messages from this UID on were not there when a pass last looked; 0
   *     when that is unknown
   * @param deep whether to compare contents always, rather than where sizes differ
   * @param fresh the messages that this pass has copied; null when it has copied none
   * @param tables may have read the folders already
   * @param spool for what does not fit into memory
   */
  FolderComparison(
      MailboxSession session,
      FolderPlan plan,
      @Nullable FolderLedger ledger,
      long firstUnseen,
      boolean deep,
      EarlierComparison earlier,
      @Nullable UidSet fresh,
      FolderTables tables,
      Path spool) {
    this.session = session;
    this.plan = plan;
    this.ledger = ledger;
    this.deep = deep;
    this.earlier = earlier;
    this.spool = spool;
    this.known = new KnownMessages(session, ledger);
    this.accounting = new FolderAccounting(plan, ledger, firstUnseen, deep, spool);
    this.flags =
        new FlagComparison(
            fresh,
            earlier.wrongFlags(),
            earlier.flags(),
            session.mailbox().pass() == Pass.CATCH_UP,
            flag -> session.tally().isDropped(plan.place(), flag),
            known::details);
    this.source = new SourceReading(session, plan, tables);
    this.destination =
        ledger == null
            ? null
            : new DestinationReading(session, plan.place(), ledger, known, tables);
    this.copies = new CopyComparison(deep, earlier, known, accounting);
    this.missing = new MissingMessages(deep, known, source, destination, accounting);
  }

  FolderPlan plan() {
    return plan;
  }

  @Nullable FolderLedger ledger() {
    return ledger;
  }

  FolderName sourceName() {
    return source.name();
  }

  /** As it was listed; null when it is not there, or not known. */
  @Nullable FolderName destinationName() {
    return destination == null ? null : destination.name();
  }

  /** How many messages of either side it will have to look at, as far as that is known before. */
  long expected() {
    FolderStatus listed = plan.mapping().source().status();
    return Math.max(
        ledger == null ? 0 : ledger.count(), listed == null ? 0 : Math.max(0, listed.messages()));
  }

  /** Compares. What is neither in its place nor accounted for otherwise is {@link #missing}. */
  void compare() {
    SelectedFolder opened = source.open();
    FolderLedger recorded = ledger;
    DestinationReading copied = destination;
    if (recorded == null || copied == null) {
      source.forEachPiece(
          (piece, here) -> {
            LeftOutMessages leftOut = leftOut(here, uid -> false);
            for (int row = 0; row < here.count(); row++) {
              notCopied(here.uid(row), leftOut, null);
            }
          });
    } else if (opened.status().uidValidity() == recorded.pair().sourceUidValidity()) {
      compareWith(recorded, copied);
    } else {
      // What is recorded under other numbers may be any of them: none has come since for certain.
      source.forEachPiece((piece, here) -> accounting.unaccountedUnseen(here.count()));
      numberedAnew = true;
      accounting.obstacle(
          "the old provider has given all messages new numbers (UIDVALIDITY) since they were recorded");
      return;
    }
    long announced = StatusTrust.announced(session, plan, opened, source.messages());
    if (source.messages() < announced) {
      accounting.obstacle(
          "the old provider announces "
              + announced
              + " messages but shows only "
              + source.messages());
    }
  }

  private void compareWith(FolderLedger recorded, DestinationReading copied) {
    Resemblance resemblance = recorded.resemblance();
    if (resemblance != null) {
      accounting.note(Resembling.words(Where.words("this folder"), resemblance));
    }
    if (copied.open() == null) {
      accounting.note("The folder is not at the new server any more.");
    } else if (!copied.hasKnownUids()) {
      accounting.note(
          "Its messages at the new server have new numbers (UIDVALIDITY), and were found by content.");
    }
    Map<Long, OpenMessage> open = recorded.openMessages();
    SurplusCopies more = new SurplusCopies(session, plan.place(), recorded, copied, earlier);
    surplus = more;
    try {
      source.forEachPiece(
          (piece, here) -> {
            MessageTable there = copied.copies(piece);
            comparePiece(recorded, copied, new CopyComparison.Piece(here, there), open, more);
            if (copied.hasKnownUids()) {
              recorded.forEach(
                  piece.first(),
                  piece.last(),
                  (uid, place) -> ours += isThere(place, there) ? 1 : 0);
            }
          });
      left = recorded.present() - shown;
      accounting.destination(copied.messages(), ours);
      more.look(copied.whole());
    } finally {
      copied.forgetMessages();
    }
  }

  private static boolean isThere(Place place, MessageTable there) {
    return place.destinationUid() > 0 && there.row(place.destinationUid()) >= 0;
  }

  private void comparePiece(
      FolderLedger recorded,
      DestinationReading copied,
      CopyComparison.Piece piece,
      Map<Long, OpenMessage> open,
      SurplusCopies more) {
    MessageTable here = piece.here();
    ContentComparison contents = contents(copied, piece);
    LeftOutMessages leftOut = leftOut(here, recorded::contains);
    for (int row = 0; row < here.count(); row++) {
      long uid = here.uid(row);
      Place place = recorded.place(uid);
      if (place != null) {
        shown++;
        accounting.recorded(place.standing());
        if (place.standing() != Standing.OTHER_LABEL) {
          compareRow(piece, row, place, contents, more);
        }
      } else {
        notCopied(uid, leftOut, open.get(uid));
      }
    }
    if (contents != null) {
      contents.end();
    }
  }

  /** Which messages of a piece that no pass has copied rules leave out. */
  private LeftOutMessages leftOut(MessageTable here, LongPredicate copied) {
    List<LeaveOut> rules = RuledFolders.ofMessages(session, plan);
    LeftOutMessages leftOut = new LeftOutMessages(session, plan.place(), source.folder(), rules);
    if (!rules.isEmpty()) {
      for (int row = 0; row < here.count(); row++) {
        if (!copied.test(here.uid(row))) {
          leftOut.add(here, row);
        }
      }
      leftOut.readHeaders();
    }
    return leftOut;
  }

  private void notCopied(long uid, LeftOutMessages leftOut, @Nullable OpenMessage open) {
    LeaveOut rule = leftOut.rule(uid);
    if (rule != null) {
      accounting.leftOut(rule);
    } else if (open != null) {
      accounting.open(uid, open);
    } else {
      accounting.unaccounted(uid);
    }
  }

  /**
   * @param contents null where there is no folder to compare with, or its UIDs are not known
   */
  private void compareRow(
      CopyComparison.Piece piece,
      int row,
      Place place,
      @Nullable ContentComparison contents,
      SurplusCopies more) {
    MessageTable here = piece.here();
    MessageTable there = piece.there();
    long uid = here.uid(row);
    long copyUid = place.destinationUid();
    int copy = contents == null || copyUid == 0 ? -1 : there.row(copyUid);
    if (copy >= 0 && !there.isTold(copyUid) && known.unseen().contains(uid)) {
      // A search finds it, and nobody has ever seen it.
      copy = -1;
    }
    boolean copied = place.standing() == Standing.COPIED;
    if (copied) {
      more.recorded(uid, copy < 0 ? here.size(row) : there.size(copy));
    }
    if (copy < 0 || contents == null) {
      missing.add(uid, here.size(row), here.date(row));
      return;
    }
    if (copied) {
      more.inPlace(uid, copyUid, there.size(copy), there.date(copy));
      if (there.isTold(copyUid)) {
        flags.compare(uid, here.flags(uid), there.flags(copyUid));
      }
    }
    copies.compare(piece, row, place, contents);
  }

  private @Nullable ContentComparison contents(
      DestinationReading copied, CopyComparison.Piece piece) {
    SelectedFolder folder = copied.folder();
    return folder == null || !copied.hasKnownUids()
        ? null
        : new ContentComparison(
            new BothFolders(session, plan.place(), source.folder(), folder),
            piece.here(),
            piece.there(),
            deep,
            earlier.alike(),
            known,
            spool,
            accounting);
  }

  /** The messages that were delivered and are not where they were put. */
  MissingMessages missing() {
    return missing;
  }

  /** Whether there is more to find out of the destination folder. */
  boolean isOpen() {
    return missing.isOpen() || (surplus != null && surplus.isOpen());
  }

  /**
   * Finds out what the new server has more than once.
   *
   * @param all of all folders, in which missing copies were found
   */
  void countSurplus(List<MissingMessages> all) {
    if (surplus != null) {
      surplus.count(all, accounting);
    }
  }

  /** What was counted. */
  FolderAccounting accounting() {
    return accounting;
  }

  /** How many messages the source shows. */
  long messages() {
    return source.messages();
  }

  /** Their octets, as the source announces them. */
  long octets() {
    return source.octets();
  }

  /** How many recorded messages have left the source folder since a pass looked at it. */
  long left() {
    return left;
  }

  /** Whether the source has other numbers than at the last pass, which says nothing of its mail. */
  boolean isNumberedAnew() {
    return numberedAnew;
  }

  /** How the destination folder stood, or null when it was not there. */
  @Nullable Stamp destinationStamp() {
    SelectedFolder folder = destination == null ? null : destination.folder();
    return folder == null ? null : stamp(folder.status());
  }

  /** What shows that no message has come or gone; flags do not count. */
  static Stamp stamp(FolderStatus status) {
    return new Stamp(status.uidNext(), status.messages(), -1);
  }

  /** What was found out by content, for the next comparison. */
  ComparedBefore alike() {
    return earlier.alike();
  }

  /** Source UIDs of copies that were read though size and date are the same, and are right. */
  UidSet read() {
    return known.read();
  }

  /** Source UIDs of messages whose copies have a wrong system flag. */
  UidSet wrongFlags() {
    return flags.wrong();
  }

  /** The account. */
  FolderCertificate account(Instant now) {
    return accounting.account(now, flags);
  }
}
