package org.mailcaravan.sync.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.FolderCertificate.ChangedFlag;
import org.mailcaravan.model.FolderCertificate.Flags;
import org.mailcaravan.store.Details;
import org.mailcaravan.sync.messages.Keywords;
import org.mailcaravan.sync.messages.Untouched;

/**
 * Compares the flags of copies with what we wrote. A flag that is missing right after the pass that
 * wrote it is the destination's doing, and so is a system flag that several new copies have got,
 * all that were written without it: some servers mark everything as {@code \Seen}. Where only some
 * have got it, the user has read new mail meanwhile. Later any change may be the user's, so that a
 * copy is looked at once, and again only as long as a system flag of it is wrong. For one use, by
 * one thread.
 */
final class FlagComparison {
  private static final Set<String> SYSTEM =
      Set.of("\\Seen", "\\Answered", "\\Flagged", "\\Draft", "\\Deleted");

  /** How many copies must have got a flag until it is the destination's doing. */
  private static final int SEVERAL = 3;

  private final @Nullable UidSet fresh;
  private final UidSet wrongBefore;
  private final boolean isUsers;
  private final Predicate<String> announced;
  private final LongFunction<@Nullable Details> written;
  private final Map<String, ChangedFlag> changed = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final UidSet wrong = new UidSet();

  /** New copies that have got a system flag, by it. */
  private final Map<String, UidSet> added = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  /** System flags that some new copy was written without and does not have. */
  private final Set<String> notAdded = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  /**
   * @param fresh the messages that this pass has copied; null when it has copied none
   * @param wrongBefore source UIDs of messages with a wrong system flag at the last comparison
   * @param before what was counted until then
   * @param isUsers whether the user works at the new server already, so that a system flag that
   *     differs may be the user's
   * @param announced whether the destination said that it does not keep a flag (PERMANENTFLAGS), or
   *     refused it, so that it is known and no fault
   * @param written what was written of a message
   */
  FlagComparison(
      @Nullable UidSet fresh,
      UidSet wrongBefore,
      Flags before,
      boolean isUsers,
      Predicate<String> announced,
      LongFunction<@Nullable Details> written) {
    this.fresh = fresh;
    this.wrongBefore = wrongBefore;
    this.isUsers = isUsers;
    this.announced = announced;
    this.written = written;
    before.changed().stream()
        .filter(flag -> !SYSTEM.contains(flag.flag()))
        .forEach(flag -> changed.put(flag.flag(), flag));
  }

  /** Compares a copy with its message, if it was written by this pass or was wrong before. */
  void compare(long uid, Set<String> here, Set<String> there) {
    boolean isNew = fresh != null && fresh.contains(uid);
    if (!isNew && !wrongBefore.contains(uid)) {
      return;
    }
    if (isNew && notAdded.size() < SYSTEM.size()) {
      SYSTEM.stream()
          .filter(flag -> !Keywords.has(here, flag) && !Keywords.has(there, flag))
          .forEach(notAdded::add);
    }
    if (differing(here, there).isEmpty()) {
      return;
    }
    Details details = written.apply(uid);
    if (details == null) {
      return;
    }
    if (isNew) {
      // Keywords that the new server refused were never written.
      differing(here, there).stream()
          .filter(flag -> Keywords.has(here, flag) && !Keywords.has(details.flags(), flag))
          .forEach(flag -> count(flag, true));
    }
    for (String flag : differing(details.flags(), there)) {
      boolean system = isSystem(flag);
      if (Keywords.has(details.users(), flag) || (!system && !isNew)) {
        continue;
      }
      boolean dropped = Keywords.has(details.flags(), flag);
      count(flag, dropped);
      if (system && !isUsers && !(dropped && announced.test(flag))) {
        if (isNew && !dropped) {
          added.computeIfAbsent(flag, key -> new UidSet()).add(uid);
        } else {
          wrong.add(uid);
        }
      }
    }
  }

  private void count(String flag, boolean dropped) {
    changed.merge(
        flag,
        new ChangedFlag(flag, dropped ? 1 : 0, dropped ? 0 : 1),
        (one, other) ->
            new ChangedFlag(
                one.flag(), one.dropped() + other.dropped(), one.added() + other.added()));
  }

  private static boolean isSystem(String flag) {
    return Keywords.has(SYSTEM, flag);
  }

  private static Set<String> differing(Set<String> one, Set<String> other) {
    if (one.equals(other)) {
      return Set.of();
    }
    Set<String> differing = Keywords.differing(one, other);
    differing.removeIf(
        flag -> Keywords.has(Untouched.SET_BY_SERVERS, flag) || flag.equalsIgnoreCase("\\Recent"));
    return differing;
  }

  /** Source UIDs of the messages with a wrong system flag, of all that were compared. */
  UidSet wrong() {
    UidSet all = new UidSet();
    all.addAll(wrong);
    added.forEach(
        (flag, uids) -> {
          if (uids.count() >= SEVERAL && !notAdded.contains(flag)) {
            all.addAll(uids);
          }
        });
    return all;
  }

  /** What was counted, at this comparison and before. */
  Flags flags() {
    return new Flags(wrong().count(), new ArrayList<>(changed.values()));
  }

  /** The same as sentences. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (ChangedFlag flag : changed.values()) {
      if (flag.dropped() > 0) {
        notes.add(
            "The new server does not keep the flag %s of messages that had it: %d."
                .formatted(flag.flag(), flag.dropped()));
      }
      if (flag.added() > 0) {
        notes.add(
            "Messages that have the flag %s at the new server only: %d."
                .formatted(flag.flag(), flag.added()));
      }
    }
    return notes;
  }
}
