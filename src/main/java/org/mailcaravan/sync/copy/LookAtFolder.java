package org.mailcaravan.sync.copy;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.rules.LeaveOut;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.FolderPair;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.store.LeftOutBefore;
import org.mailcaravan.sync.folders.FolderCaps;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.ReadyFolders;
import org.mailcaravan.sync.folders.RuledFolders;
import org.mailcaravan.sync.folders.SourceKind;
import org.mailcaravan.sync.folders.StatusTrust;
import org.mailcaravan.sync.messages.FolderPieces;
import org.mailcaravan.sync.messages.FolderReading;
import org.mailcaravan.sync.messages.KnownMatch;
import org.mailcaravan.sync.messages.LeftOutMessages;
import org.mailcaravan.sync.messages.NumbersByUid;
import org.mailcaravan.sync.messages.SeenMessages;
import org.mailcaravan.sync.messages.SourceChanges;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Finds out what has happened in a source folder since the last pass: by its status, by CONDSTORE
 * and QRESYNC (RFC 7162), or else by listing the UIDs and flags of all messages. Looks at each
 * folder once in a pass. Thread-safe.
 */
public final class LookAtFolder {
  private final Ledger ledger;

  public LookAtFolder(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Looks at a folder that is about to be copied: while the source answers to the first look, the
   * destination folder is made ready.
   */
  public FolderLook look(MailboxSession session, FolderPlan plan) {
    return look(
        session,
        plan,
        null,
        () -> ReadyFolders.of(session).prepare(session, plan.place(), plan.mapping()));
  }

  private FolderLook look(
      MailboxSession session, FolderPlan plan, @Nullable SourceChanges told, Runnable meanwhile) {
    KnownFolders folders = KnownFolders.of(session);
    FolderLook known = Looks.of(session).at(plan);
    if (known != null && !isToBeOpened(session, known)) {
      return known;
    }
    FolderLedger recorded = folders.ledger(plan);
    FolderLook look =
        recorded != null && isAsRecorded(session, plan, recorded)
            ? new FolderLook(plan, recorded)
            : open(session, plan, recorded, told, meanwhile);
    leaveOut(session, look);
    Looks.of(session).add(look);
    if (FirstTimes.of(session).isFirstLook(plan)) {
      session.tally().gotFurther(1);
      session.tally().looked();
    }
    return look;
  }

  private static void leaveOut(MailboxSession session, FolderLook look) {
    List<LeaveOut> rules = RuledFolders.ofMessages(session, look.plan());
    if (!look.isUnchanged() && !rules.isEmpty()) {
      LeftOutMessages found = new LeftOutMessages(session, look.place(), look.source(), rules);
      found.find(look.fresh());
      look.leaveOut(found.uids(), rules);
    }
  }

  /**
   * Looks at several folders, in one go where the source tells changes. One that cannot be opened
   * is left out: its problem is noted, and noted again when it is to be copied.
   */
  public List<FolderLook> lookAtAll(MailboxSession session, Collection<FolderPlan> plans) {
    Map<FolderPlan, FolderLook> seen = new HashMap<>();
    Set<FolderPlan> failed = new HashSet<>();
    Map<FolderName, SourceChanges> told = new HashMap<>();
    Consumer<FolderPlan> look =
        plan -> {
          try {
            seen.put(plan, look(session, plan, told.get(name(plan)), () -> {}));
          } catch (NeedsAttention e) {
            failed.add(plan);
            session.failed(e);
            session.tally().problem(e.problem());
          }
        };
    boolean believed;
    do {
      believed = StatusTrust.of(session).isBelieved(session);
      Map<FolderName, Long> changed = changed(session, plans);
      changed.keySet().removeAll(told.keySet());
      told.putAll(SourceChanges.of(session, changed));
      for (FolderPlan plan : plans) {
        SourceChanges changes = told.get(name(plan));
        if (changes != null) {
          StatusTrust.of(session).opened(session, plan, changes.folder());
        }
      }
    } while (believed && !StatusTrust.of(session).isBelieved(session));
    // An opened folder may show that the others must be opened too.
    plans.stream().filter(plan -> !isUnchangedByStatus(session, plan)).forEach(look);
    plans.stream().filter(plan -> !seen.containsKey(plan) && !failed.contains(plan)).forEach(look);
    return plans.stream().flatMap(plan -> Stream.ofNullable(seen.get(plan))).toList();
  }

  private static FolderName name(FolderPlan plan) {
    return plan.name();
  }

  private static boolean isUnchangedByStatus(MailboxSession session, FolderPlan plan) {
    FolderLedger recorded = KnownFolders.of(session).ledger(plan);
    return recorded != null && isAsRecorded(session, plan, recorded);
  }

  /** The mod-sequence of the last look at each folder that has changed since. */
  private static Map<FolderName, Long> changed(
      MailboxSession session, Collection<FolderPlan> plans) {
    Map<FolderName, Long> changed = new LinkedHashMap<>();
    for (FolderPlan plan : plans) {
      FolderLedger recorded = KnownFolders.of(session).ledger(plan);
      FolderLook known = Looks.of(session).at(plan);
      if ((known == null || isToBeOpened(session, known))
          && recorded != null
          && toldSince(recorded) > 0
          && !isAsRecorded(session, plan, recorded)) {
        changed.put(name(plan), toldSince(recorded));
      }
    }
    return changed;
  }

  /**
   * The mod-sequence since which the source is asked for changes, or a number below 1 where it is
   * asked for all: what was left out is among what has not changed.
   */
  private static long toldSince(FolderLedger recorded) {
    return recorded.leftOut().messages() > 0 ? 0 : recorded.stamp().highestModSeq();
  }

  /** Whether a folder was not opened since its status was believed, which it is no longer. */
  private static boolean isToBeOpened(MailboxSession session, FolderLook known) {
    return known.isUnchanged() && !StatusTrust.of(session).isBelieved(session);
  }

  private static boolean isAsRecorded(
      MailboxSession session, FolderPlan plan, FolderLedger recorded) {
    return StatusTrust.of(session).isBelieved(session)
        && isAsRecorded(session, plan, plan.mapping().source().status(), recorded);
  }

  /** Whether the rules say the same as before, where they have left out something. */
  private static boolean isLeftOutStill(
      MailboxSession session, FolderPlan plan, FolderLedger recorded) {
    LeftOutBefore before = recorded.leftOut();
    return before.messages() == 0
        || before.rules().equals(FolderLook.textOf(RuledFolders.ofMessages(session, plan)));
  }

  /** Whether nothing happened in it, and nothing of it is to be asked for again. */
  private static boolean isAsRecorded(
      MailboxSession session,
      FolderPlan plan,
      @Nullable FolderStatus status,
      FolderLedger recorded) {
    return status != null
        && recorded.isAsAt(status)
        && status.messages() >= 0
        && status.messages() == recorded.present() + recorded.leftOut().messages()
        && isLeftOutStill(session, plan, recorded)
        && AnnouncedSizes.of(session, recorded).cut(recorded).isEmpty();
  }

  /** Without UIDVALIDITY a UID proves nothing from one pass to the next. */
  private static boolean isValid(FolderStatus status, FolderLedger recorded) {
    return status.uidValidity() > 0 && status.uidValidity() == recorded.pair().sourceUidValidity();
  }

  private FolderLook open(
      MailboxSession session,
      FolderPlan plan,
      @Nullable FolderLedger recorded,
      @Nullable SourceChanges told,
      Runnable meanwhile) {
    Where place = plan.place();
    if (recorded == null) {
      return first(session, plan, place, meanwhile);
    }
    SelectedFolder source =
        told == null ? session.open(Side.SOURCE, place, plan.name()) : told.folder();
    StatusTrust.of(session).opened(session, plan, source);
    if (!isValid(source.status(), recorded)) {
      return rebuilt(session, plan, source, recorded);
    }
    new ConfirmAppends(session, place).confirm(recorded);
    FolderLook look = since(session, plan, source, recorded, told);
    recorded.recordEmailIds(look.emailIds());
    return look;
  }

  private static FolderLook first(
      MailboxSession session, FolderPlan plan, Where place, Runnable meanwhile) {
    if (FolderPieces.isLarge(plan.mapping().source().status())) {
      SelectedFolder large = session.open(Side.SOURCE, place, plan.name());
      StatusTrust.of(session).opened(session, plan, large);
      meanwhile.run();
      SeenMessages seen = all(session, plan, large, SeenMessages.forFirstLook());
      tellHidden(session, plan, large, seen);
      return new FolderLook(plan, large, null, seen, new UidSet());
    }
    SeenMessages seen = new SeenMessages(SeenMessages.forFirstLook());
    SelectedFolder source =
        new FolderReading(
                session, Side.SOURCE, place, plan.name(), SeenMessages.forFirstLook(), seen::add)
            .read(seen::untold, meanwhile);
    StatusTrust.of(session).opened(session, plan, source);
    suspect(session, plan, seen);
    tellHidden(session, plan, source, seen);
    return new FolderLook(plan, source, null, seen, new UidSet());
  }

  private static SeenMessages all(
      MailboxSession session, FolderPlan plan, SelectedFolder source, Set<FetchItem> wanted) {
    Set<FetchItem> items = EnumSet.copyOf(wanted);
    // EMAILIDs of millions of messages do not fit into memory; moved messages are recognised by
    // content. Only Gmail's labels need them.
    if (FolderPieces.isLarge(source.status())
        && KnownFolders.of(session).source().kind() != SourceKind.GMAIL) {
      items.remove(FetchItem.EMAIL_ID);
    }
    SeenMessages seen = SeenMessages.all(session, plan.place(), source, items);
    suspect(session, plan, seen);
    if (seen.areFlagsUntold()) {
      session.tally().problem(UntoldFlags.problem(plan.place()));
    }
    return seen;
  }

  /**
   * What the source cannot list it may not give either: it is asked for alone, after the others.
   */
  private static void suspect(MailboxSession session, FolderPlan plan, SeenMessages seen) {
    seen.untold().forEach(uid -> session.suspects(Side.SOURCE).add(plan.name(), List.of(uid)));
  }

  /**
   * Looks for what the folder hides, and tells what stays hidden.
   *
   * @return whether all that the folder has was shown
   */
  private static boolean tellHidden(
      MailboxSession session, FolderPlan plan, SelectedFolder source, SeenMessages seen) {
    if (seen.sizes().count() < source.status().messages()) {
      seen.findHidden(session, plan.place(), source);
    }
    long shown = seen.sizes().count();
    long announced = StatusTrust.announced(session, plan, source, shown);
    if (shown < announced) {
      session
          .tally()
          .problem(
              FolderCaps.partialView(
                  KnownFolders.of(session).source().kind(), plan.place(), shown, announced));
    }
    return shown >= announced;
  }

  private static FolderLook since(
      MailboxSession session,
      FolderPlan plan,
      SelectedFolder source,
      FolderLedger recorded,
      @Nullable SourceChanges known) {
    Where place = plan.place();
    long modSeq = toldSince(recorded);
    // A server that lost its index counts from the start again, and tells nothing of what is new.
    if (modSeq > 0 && source.status().highestModSeq() >= modSeq) {
      SourceChanges told = known == null ? SourceChanges.in(session, place, source, modSeq) : known;
      if (told != null) {
        Optional<UidSet> vanished = vanished(recorded, source.status().messages(), told);
        if (vanished.isPresent()) {
          FolderLook changes =
              new FolderLook(plan, source, recorded, told.seen(), vanished.get()).ofChanges();
          if (told.seen().areFlagsUntold()) {
            session.tally().problem(UntoldFlags.problem(place));
            changes.incomplete();
          }
          return changes;
        }
      }
    }
    SeenMessages seen =
        source.status().messages() == 0
            ? SeenMessages.none()
            : all(session, plan, source, SeenMessages.forLaterLook());
    // Of a partial view (Yahoo) it cannot be said what is missing.
    boolean whole = tellHidden(session, plan, source, seen);
    UidSet vanished = whole ? recorded(recorded, false, seen, false) : new UidSet();
    recorded.recordReturned(recorded(recorded, true, seen, true));
    FolderLook look = new FolderLook(plan, source, recorded, seen, vanished);
    if (!whole || seen.areFlagsUntold()) {
      look.incomplete();
    }
    return look;
  }

  /** Empty when only a list of all UIDs can tell. */
  private static Optional<UidSet> vanished(
      FolderLedger recorded, long messages, SourceChanges told) {
    UidSet vanished = new UidSet();
    long fresh = told.seen().sizes().uids().filter(uid -> !recorded.contains(uid)).count();
    if (recorded.present() + fresh == messages) {
      return Optional.of(vanished);
    }
    told.vanished()
        .ifPresent(
            set ->
                recorded.forEach(
                    (uid, place) -> {
                      if (!place.gone() && set.contains(uid)) {
                        vanished.add(uid);
                      }
                    }));
    return recorded.present() - vanished.count() + fresh == messages
        ? Optional.of(vanished)
        : Optional.empty();
  }

  /**
   * Recorded messages that count as gone, or do not, and are there, or are not: what is there and
   * counts as gone was in a folder that could not be asked for a while.
   */
  private static UidSet recorded(
      FolderLedger recorded, boolean gone, SeenMessages seen, boolean there) {
    UidSet some = new UidSet();
    recorded.forEach(
        (uid, place) -> {
          if (place.gone() == gone && seen.sizes().contains(uid) == there) {
            some.add(uid);
          }
        });
    return some;
  }

  /**
   * The folder has another UIDVALIDITY: its messages have new UIDs, or another folder has taken its
   * name. Messages are known again by EMAILID or fingerprint and keep their places; what is not
   * found has left the folder, and is kept as the ledger of a folder that is gone.
   */
  private FolderLook rebuilt(
      MailboxSession session, FolderPlan plan, SelectedFolder source, FolderLedger recorded) {
    Where place = plan.place();
    new ConfirmAppends(session, place).confirm(recorded);
    SeenMessages seen =
        source.status().messages() == 0
            ? SeenMessages.none()
            : all(session, plan, source, SeenMessages.forLaterLook());
    tellHidden(session, plan, source, seen);
    NumbersByUid newUids =
        seen.sizes().isEmpty()
            ? new NumbersByUid()
            : session.in(
                Side.SOURCE,
                place,
                source,
                connection -> recognise(session, connection, recorded, seen));
    FolderPair now =
        recorded
            .pair()
            .from(
                recorded.pair().sourceFolder(),
                source.status().uidValidity(),
                source.status().mailboxId());
    FolderLedger made = ledger.split(recorded, now, newUids::forEach, seen.emailIds());
    if (recorded.count() == 0) {
      KnownFolders.of(session).remove(recorded);
    }
    KnownFolders.of(session).add(made);
    KnownFolders.of(session).replaced(plan);
    session
        .tally()
        .note(
            "The old provider has numbered the messages of "
                + place
                + " anew (UIDVALIDITY); they were known again by their content.");
    return new FolderLook(plan, source, made, seen, new UidSet());
  }

  /** New UIDs by old ones: by EMAILID where it is told, else the whole message must be the same. */
  private NumbersByUid recognise(
      MailboxSession session, ImapConnection connection, FolderLedger recorded, SeenMessages seen) {
    NumbersByUid newUids = new NumbersByUid();
    UidSet open = new UidSet();
    seen.sizes().uids().forEach(open::add);
    ledger.forEachWithEmailId(
        session.accountPair(),
        seen.emailIds(),
        (uid, known) -> {
          boolean first =
              known.folderId().equals(recorded.id())
                  && open.contains(uid)
                  && !newUids.contains(known.sourceUid());
          if (first) {
            newUids.put(known.sourceUid(), uid);
            open.remove(uid);
          }
        });
    KnownMatch match = new KnownMatch(KnownMatch.How.SAME_MESSAGE, recorded::fingerprint);
    match.expect(recorded.count());
    recorded.forEach(
        (uid, place) -> {
          Details details = recorded.details(uid);
          if (details != null && !newUids.contains(uid)) {
            match.add(uid, details.fingerprint());
          }
        });
    match.find(connection, open, (uid, key, fingerprint) -> newUids.put(key, uid));
    return newUids;
  }
}
