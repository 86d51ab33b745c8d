package org.mailcaravan.sync.follow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.sync.copy.FolderLook;
import org.mailcaravan.sync.copy.LookAtFolder;
import org.mailcaravan.sync.copy.Looks;
import org.mailcaravan.sync.copy.OpenDestination;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.Listing;
import org.mailcaravan.sync.folders.MailboxPlan;
import org.mailcaravan.sync.folders.PassRules;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * {@code mailbox:reconcile}: brings the ledger and the destination in line with what has happened
 * to the folders and messages of both sides since the last pass. Thread-safe.
 */
public final class ReconcileMailbox {
  private final Ledger ledger;
  private final LookAtFolder looks;
  private final OpenDestination destinations;

  public ReconcileMailbox(Ledger ledger, LookAtFolder looks, OpenDestination destinations) {
    this.ledger = ledger;
    this.looks = looks;
    this.destinations = destinations;
  }

  /**
   * Reconciles; called again after a failure, it goes on where it was.
   *
   * @param mirrorDeletions whether to remove the copies of what was deleted at the source, where
   *     nobody has touched them; never where rules leave something out
   * @return the plan, in which a folder may go to another destination now
   */
  public MailboxPlan reconcile(MailboxSession session, MailboxPlan plan, boolean mirrorDeletions) {
    ledger.forgetUnfinished(session.accountPair());
    followDestination(session);
    new CutOffAppends(session).confirm();
    new CutOffMoves(ledger, session).recover();
    new SourceDeletions(ledger, session, false).recover();
    if (session.isInboxOnly()) {
      new ReconcileInbox(looks, session).reconcile(ledger, plan);
      return plan;
    }
    List<FolderLedger> gone = goneFolders(session);
    MailboxPlan now =
        new MappingChanges(session, new SourceRenames(ledger, session, plan).follow(gone)).follow();
    List<FolderPlan> known =
        now.folders().stream()
            .filter(folder -> KnownFolders.of(session).ledger(folder) != null)
            .toList();
    boolean allOpen = looks.lookAtAll(session, known).size() == known.size();
    buryOlder(session);
    Map<FolderLedger, UidSet> left = left(session, now, goneFolders(session));
    LeftOutFolders leftOut = new LeftOutFolders(session, now);
    List<FolderLedger> others = leftOut.ledgers();
    if (!left.isEmpty() || !others.isEmpty()) {
      List<FolderLook> all = looks.lookAtAll(session, now.folders());
      allOpen &= all.size() == now.folders().size();
      if (all.stream().anyMatch(look -> !look.arrived().isEmpty())) {
        left.putAll(leftOut.left(others));
      }
      new SourceMoves(ledger, destinations, session).follow(left, all);
    }
    if (!KnownFolders.of(session).isRecognised()) {
      if (new Recognition(looks, destinations, session).recognise(now)) {
        ledger.recognised(session.accountPair());
        KnownFolders.of(session).recognised();
      }
    }
    // What is missing may be in a folder that could not be opened, or where a rule leaves it out.
    boolean ruled = !PassRules.of(session).leaveOut().isEmpty();
    SourceDeletions deletions =
        new SourceDeletions(ledger, session, mirrorDeletions && allOpen && !ruled);
    deletions.note(left);
    deletions.mirror();
    for (FolderPlan folder : now.folders()) {
      FolderLook look = Looks.of(session).at(folder);
      if (look != null) {
        look.forgetVanished();
      }
    }
    return now;
  }

  /**
   * Finds copies again whose folder has another UIDVALIDITY. If nothing at all is found of what was
   * delivered, not even in INBOX, which no user can delete, then the mailbox was created again, and
   * everything is copied again.
   */
  private void followDestination(MailboxSession session) {
    KnownFolders folders = KnownFolders.of(session);
    AtomicLong inPlace = new AtomicLong();
    boolean inboxIsNew = false;
    for (FolderLedger recorded : folders.ledgers()) {
      String name = recorded.pair().destinationFolder();
      Optional<ListedFolder> there = folders.destination().find(name);
      if (there.isEmpty()) {
        continue;
      }
      boolean sameUids =
          Listing.uidValidity(there.get()) > 0
              && Listing.uidValidity(there.get()) == recorded.pair().destinationUidValidity();
      if (sameUids) {
        inPlace.incrementAndGet();
        continue;
      }
      FolderName folder = there.get().name();
      Where place = Where.folder(folder);
      inboxIsNew |= Listing.isInbox(name);
      try {
        SelectedFolder opened = session.open(Side.DESTINATION, place, folder);
        OpenDestination.follow(session, place, recorded, opened);
      } catch (NeedsAttention e) {
        // What is in it cannot be known; it is no reason to take the mailbox for created again.
        session.failed(e);
        session.tally().problem(e.problem());
        inPlace.incrementAndGet();
        continue;
      }
      recorded.forEach(
          (uid, known) -> {
            if (known.destinationUid() > 0) {
              inPlace.incrementAndGet();
            }
          });
    }
    boolean delivered = folders.ledgers().stream().anyMatch(recorded -> recorded.count() > 0);
    if (inboxIsNew && delivered && inPlace.get() == 0) {
      ledger.forget(session.accountPair());
      folders.clear();
      session
          .tally()
          .note(
              "Nothing of what was copied before is at the new server any more: the mailbox there was made anew, so"
                  + " everything is copied again.");
    }
  }

  /**
   * When INBOX itself was renumbered, folders that are missing were not deleted by the user: the
   * whole mailbox was created again at the source, and nothing of it may be mirrored as a deletion.
   */
  private void buryOlder(MailboxSession session) {
    if (KnownFolders.of(session).isInboxReplaced()) {
      goneFolders(session).forEach(ledger::bury);
    }
  }

  /** The ledgers of folders that are no longer at the source. */
  private static List<FolderLedger> goneFolders(MailboxSession session) {
    Listing source = KnownFolders.of(session).source();
    return KnownFolders.of(session).ledgers().stream()
        .filter(recorded -> !source.hasOnWire(recorded.pair().sourceFolder()))
        .filter(recorded -> recorded.present() == 0 || isGone(session, recorded))
        .toList();
  }

  /** A list may be wrong for a while; a folder is gone when it cannot be asked for either. */
  private static boolean isGone(MailboxSession session, FolderLedger recorded) {
    if (recorded.pair().isReplaced()) {
      return true;
    }
    FolderName name = FolderName.ofWire(recorded.pair().sourceFolder());
    try {
      session.on(Side.SOURCE, Where.folder(name), connection -> connection.status(name));
      return false;
    } catch (NeedsAttention e) {
      if (e.getCause() instanceof CommandRefused) {
        return true;
      }
      throw e;
    }
  }

  /**
   * What has left its folder: since the last pass, or before without being found. Nothing when
   * nothing did.
   */
  private static Map<FolderLedger, UidSet> left(
      MailboxSession session, MailboxPlan plan, List<FolderLedger> gone) {
    Map<FolderLedger, UidSet> left = new LinkedHashMap<>();
    for (FolderPlan folder : plan.folders()) {
      FolderLook look = Looks.of(session).at(folder);
      if (look != null && look.ledger() != null) {
        UidSet uids = new UidSet();
        uids.addAll(look.vanished());
        look.ledger()
            .forEach(
                (uid, place) -> {
                  if (place.gone()) {
                    uids.add(uid);
                  }
                });
        add(left, look.ledger(), uids);
      }
    }
    for (FolderLedger folder : gone) {
      UidSet uids = new UidSet();
      folder.forEach((uid, place) -> uids.add(uid));
      add(left, folder, uids);
    }
    return left;
  }

  private static void add(Map<FolderLedger, UidSet> left, FolderLedger folder, UidSet uids) {
    if (!uids.isEmpty()) {
      left.put(folder, uids);
    }
  }
}
