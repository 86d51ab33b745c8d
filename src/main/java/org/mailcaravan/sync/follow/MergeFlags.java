package org.mailcaravan.sync.follow;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderJournal.FlagChange;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.sync.copy.FolderLook;
import org.mailcaravan.sync.copy.LookAtFolder;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.RecordedFolder;
import org.mailcaravan.sync.messages.Keywords;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * {@code mailbox:flags}: carries over what the source has changed of the flags of copied messages,
 * flag by flag, where the destination still has what we wrote. A flag that the user has changed
 * there is the user's from then on. {@code \Recent} is never carried; {@code \Deleted} is a flag
 * like any other, and nothing is expunged. Thread-safe.
 */
public final class MergeFlags {
  /** How many messages a journal entry holds. */
  private static final int STEP = 1_000;

  private final LookAtFolder looks;

  public MergeFlags(LookAtFolder looks) {
    this.looks = looks;
  }

  /** Merges; called again after a failure, it goes on where it was. */
  public void merge(MailboxSession session, FolderPlan plan) {
    if (KnownFolders.of(session).ledger(plan) == null) {
      return;
    }
    FolderLook look = looks.look(session, plan);
    FolderLedger ledger = look.ledger();
    if (ledger == null || look.isUnchanged()) {
      return;
    }
    Set<FlagChange> cutOff = ledger.journal().flags();
    if (!cutOff.isEmpty()) {
      new Merge(session, look, ledger).recover(cutOff);
    }
    NavigableMap<Long, Set<String>> step = new TreeMap<>();
    for (PrimitiveIterator.OfLong uids = look.flags().uids().iterator(); uids.hasNext(); ) {
      long uid = uids.nextLong();
      Set<String> now = changed(uid, look, ledger);
      if (now != null) {
        step.put(uid, now);
        if (step.size() == STEP) {
          merge(session, look, ledger, step);
          step = new TreeMap<>();
        }
      }
    }
    if (!step.isEmpty()) {
      merge(session, look, ledger, step);
    }
    // Nothing more is to be done with them, and there may be millions.
    look.flags().clear();
  }

  private static void merge(
      MailboxSession session,
      FolderLook look,
      FolderLedger ledger,
      NavigableMap<Long, Set<String>> step) {
    // No other lane opens another folder between reading and writing.
    Runnable end =
        session.on(
            Side.DESTINATION,
            look.place(),
            connection -> new Merge(session, look, ledger).merge(step));
    end.run();
  }

  /** The flags at the source where they are not what was carried over last, else null. */
  private static @Nullable Set<String> changed(long uid, FolderLook look, FolderLedger ledger) {
    Details details = ledger.details(uid);
    Set<String> now = look.flags().of(uid);
    return details != null && now != null && !Keywords.differing(details.flags(), now).isEmpty()
        ? now
        : null;
  }

  /** One step of one folder. */
  private static final class Merge {
    private final MailboxSession session;
    private final FolderLook look;
    private final FolderLedger ledger;
    private final NavigableMap<Long, Details> merged = new TreeMap<>();
    private final Map<Long, FetchedMessage> there = new HashMap<>();
    private final Set<FlagChange> changes = new HashSet<>();

    Merge(MailboxSession session, FolderLook look, FolderLedger ledger) {
      this.session = session;
      this.look = look;
      this.ledger = ledger;
    }

    /** What was changed when the last pass was cut off counts as written by us. */
    void recover(Set<FlagChange> cutOff) {
      Set<Long> uids = new TreeSet<>();
      cutOff.forEach(change -> uids.add(change.sourceUid()));
      NavigableMap<Long, Long> copies = ledger.copies(uids);
      readDestination(copies.values());
      for (FlagChange change : cutOff) {
        long uid = change.sourceUid();
        Details was = merged.getOrDefault(uid, ledger.details(uid));
        FetchedMessage copy = there.get(copies.getOrDefault(uid, 0L));
        if (was != null
            && copy != null
            && Keywords.has(copy.flags(), change.flag()) == change.set()) {
          Set<String> flags = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
          flags.addAll(was.flags());
          if (change.set()) {
            flags.add(change.flag());
          } else {
            flags.remove(change.flag());
          }
          merged.put(uid, new Details(flags, was.users(), was.fingerprint()));
        }
      }
      ledger.recordFlags(merged);
    }

    /** Gives what waits for the last answer and records the changes. */
    Runnable merge(NavigableMap<Long, Set<String>> changed) {
      NavigableMap<Long, Long> copies = ledger.copies(changed.keySet());
      Optional<SelectedFolder> destination = readDestination(copies.values());
      changed.forEach(
          (uid, flags) -> {
            Details was = ledger.details(uid);
            FetchedMessage copy = there.get(copies.getOrDefault(uid, 0L));
            if (was != null) {
              merged.put(
                  uid,
                  copy == null || destination.isEmpty()
                      ? new Details(flags, was.users(), was.fingerprint())
                      : merge(uid, was, flags, copy, destination.get()));
            }
          });
      Runnable stored = () -> {};
      if (destination.isPresent() && !changes.isEmpty()) {
        ledger.journal().beginFlags(changes);
        stored = store(destination.get(), copies);
      }
      Runnable last = stored;
      return () -> {
        last.run();
        ledger.recordFlags(merged);
        session
            .tally()
            .flagsUpdated(changes.stream().map(FlagChange::sourceUid).distinct().count());
      };
    }

    /** Opens the folder and reads the flags of copies in one go; empty when it is not there. */
    private Optional<SelectedFolder> readDestination(Collection<Long> uids) {
      Optional<SelectedFolder> destination =
          RecordedFolder.read(
              session,
              look.place(),
              ledger,
              UidSet.of(uids).commands(),
              Merge::items,
              message -> there.put(message.uid(), message));
      if (destination.isEmpty()) {
        there.clear();
      }
      return destination;
    }

    private static Set<FetchItem> items(ListedFolder folder) {
      FolderStatus status = folder.status();
      return status != null && status.highestModSeq() > 0
          ? EnumSet.of(FetchItem.FLAGS, FetchItem.MODSEQ)
          : EnumSet.of(FetchItem.FLAGS);
    }

    private Details merge(
        long uid, Details was, Set<String> now, FetchedMessage copy, SelectedFolder destination) {
      Set<String> users = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
      users.addAll(was.users());
      for (String flag : Keywords.differing(was.flags(), now)) {
        FlagChange change = new FlagChange(uid, flag, Keywords.has(now, flag));
        boolean set = Keywords.has(copy.flags(), flag);
        if (users.contains(flag) || !Keywords.isPermitted(flag, destination.permanentFlags())) {
          continue;
        }
        if (set == change.set()) {
          // The user did the same; it is not ours to take back later.
          users.add(flag);
        } else {
          changes.add(change);
        }
      }
      return new Details(now, users, was.fingerprint());
    }

    /**
     * Messages that one command changes.
     *
     * @param guarded whether nothing is changed where the user has changed something just now
     */
    private record Group(boolean add, boolean guarded, Set<String> flags) {}

    /** As few commands as there are different changes; gives what waits for the last of them. */
    private Runnable store(SelectedFolder destination, NavigableMap<Long, Long> copies) {
      Map<Group, Set<Long>> uidsOfGroup = new LinkedHashMap<>();
      NavigableMap<Long, Set<String>> added = byUid(true);
      NavigableMap<Long, Set<String>> removed = byUid(false);
      for (boolean add : new boolean[] {true, false}) {
        (add ? added : removed)
            .forEach(
                (uid, flags) -> {
                  // Our first change of a message raises its MODSEQ, so that only it can be
                  // guarded.
                  boolean guarded = add || !added.containsKey(uid);
                  uidsOfGroup
                      .computeIfAbsent(new Group(add, guarded, flags), key -> new TreeSet<>())
                      .add(uid);
                });
      }
      Runnable last = () -> {};
      for (Map.Entry<Group, Set<Long>> group : uidsOfGroup.entrySet()) {
        last.run();
        Set<Long> uids = group.getValue();
        // Of a message that the user has just changed nothing more is changed.
        uids.removeIf(uid -> !merged.containsKey(uid));
        Map<Long, Long> sources = new HashMap<>();
        uids.forEach(uid -> sources.put(copies.getOrDefault(uid, 0L), uid));
        long modSeq =
            group.getKey().guarded()
                ? sources.keySet().stream().mapToLong(this::modSeq).max().orElse(-1)
                : -1;
        last = store(destination, sources, group.getKey().add(), group.getKey().flags(), modSeq);
      }
      return last;
    }

    private Runnable store(
        SelectedFolder destination,
        Map<Long, Long> sources,
        boolean add,
        Set<String> flags,
        long modSeq) {
      try {
        Supplier<UidSet> answer =
            session.sentInSame(
                Side.DESTINATION,
                look.place(),
                destination,
                connection -> connection.sendStore(sources.keySet(), add, flags, modSeq));
        return () -> {
          try {
            stored(sources, answer.get());
          } catch (NeedsAttention e) {
            refused(e, sources.values(), add, flags);
          }
        };
      } catch (NeedsAttention e) {
        refused(e, sources.values(), add, flags);
        return () -> {};
      }
    }

    private void stored(Map<Long, Long> sources, UidSet leftAlone) {
      sources.forEach(
          (copy, uid) -> {
            if (leftAlone.contains(copy)) {
              // The user changed it just now; the next pass sees what.
              merged.remove(uid);
              look.incomplete();
            }
          });
    }

    /** What the server refuses as such, a keyword for example, keeps nothing else from going on. */
    private void refused(
        NeedsAttention refusal, Collection<Long> uids, boolean add, Set<String> flags) {
      if (!(refusal.getCause() instanceof CommandRefused)) {
        throw refusal;
      }
      for (long uid : uids) {
        merged.computeIfPresent(uid, (any, details) -> unwritten(details, add, flags));
      }
      session
          .tally()
          .note(
              "The new server refused to change flags of some messages in "
                  + look.place()
                  + " as the old provider did; they stay as they were.");
    }

    /** The copies are as they were, and so are known by their flags as the user left them. */
    private static Details unwritten(Details details, boolean add, Set<String> flags) {
      Set<String> written = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
      written.addAll(details.flags());
      if (add) {
        written.removeAll(flags);
      } else {
        written.addAll(flags);
      }
      return new Details(written, details.users(), details.fingerprint());
    }

    private long modSeq(long copy) {
      FetchedMessage message = there.get(copy);
      return message == null ? -1 : message.modSeq();
    }

    private NavigableMap<Long, Set<String>> byUid(boolean set) {
      NavigableMap<Long, Set<String>> byUid = new TreeMap<>();
      for (FlagChange change : changes) {
        if (change.set() == set) {
          byUid.computeIfAbsent(change.sourceUid(), uid -> new TreeSet<>()).add(change.flag());
        }
      }
      return byUid;
    }
  }
}
