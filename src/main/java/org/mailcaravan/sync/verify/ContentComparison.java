package org.mailcaravan.sync.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.store.RepairedCopy;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.Digests;
import org.mailcaravan.sync.messages.HeaderLines;
import org.mailcaravan.sync.messages.MessageDigests;
import org.mailcaravan.sync.messages.MessageTable;

/** Compares messages of a source folder with their copies by content, some at a time. */
final class ContentComparison {
  /** How many pairs are compared at once. */
  private static final int STEP = 200;

  private final BothFolders folders;
  private final MessageTable here;
  private final MessageTable there;
  private final boolean deep;
  private final ComparedBefore alike;
  private final Known known;
  private final SilentChanges changes;
  private final FolderAccounting accounting;
  private final NavigableMap<Long, Long> pairs = new TreeMap<>();

  /** Source UIDs of those pairs whose copies another tool brought. */
  private final Set<Long> brought = new HashSet<>();

  /** What is known of the messages of the source folder, by UID. */
  interface Known {
    /** By what the ledger knows it. */
    @Nullable Fingerprint fingerprint(long uid);

    /** As what it was stored, where the new server does not keep it as it is. */
    @Nullable RepairedCopy repaired(long uid);

    /** What is noted of a message of which the source gave less than it announces. */
    @Nullable ShortMessage cut(Fingerprint came);

    /** The new server has stored a message otherwise, in a way that is known. */
    void changed(Fingerprint original, RepairedCopy copy);

    /** A copy was read, and is right. */
    void read(long uid);
  }

  /**
   * @param here the messages of the source folder
   * @param there those of the destination folder
   * @param deep whether every octet is to be compared
   * @param alike messages that are known to be the same; added to
   * @param spool for messages that are looked into
   */
  ContentComparison(
      BothFolders folders,
      MessageTable here,
      MessageTable there,
      boolean deep,
      ComparedBefore alike,
      Known known,
      Path spool,
      FolderAccounting accounting) {
    this.folders = folders;
    this.here = here;
    this.there = there;
    this.deep = deep;
    this.alike = alike;
    this.known = known;
    this.changes = new SilentChanges(folders, spool);
    this.accounting = accounting;
  }

  /**
   * Has a message of the source compared with its copy.
   *
   * @param ours whether we have stored the copy, rather than another tool
   */
  void add(long uid, long copyUid, boolean ours) {
    pairs.put(uid, copyUid);
    if (!ours) {
      brought.add(uid);
    }
    if (pairs.size() == STEP) {
      end();
    }
  }

  /** All that was added is compared when this returns. */
  void end() {
    if (pairs.isEmpty()) {
      return;
    }
    if (deep) {
      compareOctets();
    } else {
      compareTexts();
    }
    pairs.clear();
    brought.clear();
  }

  /**
   * The messages of which the new server, or the tool that brought them, has changed the header and
   * nothing that matters. Of our own copies each field must be there still; what a tool left out
   * cannot be brought in any more.
   *
   * @param candidates messages whose bodies and chief fields are the same
   */
  private Set<Long> withOtherHeader(Set<Long> candidates) {
    Set<Long> accepted = new HashSet<>(candidates);
    NavigableMap<Long, Long> ours = new TreeMap<>(pairs);
    ours.keySet().retainAll(candidates);
    ours.keySet().removeAll(brought);
    if (!ours.isEmpty()) {
      Map<Long, HeaderLines> originals =
          folders.in(Side.SOURCE, connection -> Digests.headerLines(connection, ours.keySet()));
      Map<Long, HeaderLines> copies =
          folders.in(
              Side.DESTINATION, connection -> Digests.headerLines(connection, ours.values()));
      ours.forEach(
          (uid, copyUid) -> {
            HeaderLines original = originals.get(uid);
            HeaderLines copy = copies.get(copyUid);
            if (original == null || copy == null || !copy.hasAllOf(original)) {
              accepted.remove(uid);
            }
          });
    }
    return accepted;
  }

  private void compareOctets() {
    Map<Long, Digests.OfOctets> originals = folders.octets(Side.SOURCE, pairs.keySet());
    Map<Long, Digests.OfOctets> copies = folders.octets(Side.DESTINATION, pairs.values());
    Set<Long> candidates = new HashSet<>();
    pairs.forEach(
        (uid, copyUid) -> {
          Digests.OfOctets original = originals.get(uid);
          Digests.OfOctets copy = copies.get(copyUid);
          if (original != null
              && copy != null
              && !original.fingerprint().equals(copy.fingerprint())
              && copy.fingerprint().hasContentOf(original.fingerprint())) {
            candidates.add(uid);
          }
        });
    Set<Long> otherHeader = withOtherHeader(candidates);
    Map<Long, Fingerprint> differing = new TreeMap<>();
    pairs.forEach(
        (uid, copyUid) -> {
          Digests.OfOctets original = originals.get(uid);
          Digests.OfOctets copy = copies.get(copyUid);
          if (original != null && copy != null && !otherHeader.contains(uid)) {
            addDiffering(differing, uid, original.fingerprint(), copy.fingerprint());
          }
        });
    Map<Long, SilentChanges.Found> changed = changes.find(differing);
    for (long uid : givenAlone(changed)) {
      Digests.OfOctets alone =
          folders.in(Side.SOURCE, connection -> Digests.octets(connection, List.of(uid))).get(uid);
      if (alone != null && alone.fingerprint().equals(differing.get(uid))) {
        originals.put(uid, alone);
      }
    }
    pairs.forEach(
        (uid, copyUid) -> {
          Digests.OfOctets original = originals.get(uid);
          Digests.OfOctets copy = copies.get(copyUid);
          if (original == null || copy == null) {
            unreadable(uid, original == null ? Side.SOURCE : Side.DESTINATION);
          } else if (isCut(uid, original.fingerprint(), copy.fingerprint())) {
            cut(
                uid,
                original.fingerprint(),
                MessageDigests.ofOctets(original.sha256()),
                ofMetadata(there, there.row(copyUid)));
          } else if (original.sha256().equals(copy.sha256())) {
            known.read(uid);
            accounting.inPlace(MessageDigests.ofOctets(original.sha256()));
          } else if (isRepaired(uid, copy.fingerprint())) {
            repaired(uid, MessageDigests.ofOctets(original.sha256()));
          } else if (original.fingerprint().equals(copy.fingerprint())) {
            accounting.otherLineEnds(MessageDigests.ofOctets(original.sha256()));
          } else if (otherHeader.contains(uid)) {
            accounting.otherHeader(MessageDigests.ofOctets(original.sha256()));
          } else if (isGivenOtherwise(uid, copy.fingerprint(), changed.get(uid))) {
            alike.otherContent().add(uid);
            accounting.altered(
                uid,
                Difference.GIVEN_OTHERWISE,
                MessageDigests.ofOctets(original.sha256()),
                MessageDigests.ofOctets(copy.sha256()));
          } else if (changed.containsKey(uid)) {
            changed(
                uid,
                original.fingerprint(),
                copy.fingerprint(),
                there.size(there.row(copyUid)),
                changed.getOrDefault(uid, SilentChanges.Found.NOTHING).words(),
                MessageDigests.ofOctets(original.sha256()));
          } else {
            alike.otherContent().add(uid);
            accounting.altered(
                uid,
                otherContent(original.fingerprint(), copy.fingerprint()),
                MessageDigests.ofOctets(original.sha256()),
                MessageDigests.ofOctets(copy.sha256()));
          }
        });
  }

  /** Of messages of different size: a server told a wrong one, or stores other line ends. */
  private void compareTexts() {
    Map<Long, Fingerprint> originals = new HashMap<>();
    List<Long> unread = new ArrayList<>();
    for (long uid : pairs.keySet()) {
      Fingerprint kept = known.fingerprint(uid);
      if (kept == null || !kept.isWhole()) {
        unread.add(uid);
      } else {
        originals.put(uid, kept);
      }
    }
    if (!unread.isEmpty()) {
      originals.putAll(folders.messages(Side.SOURCE, unread));
    }
    Map<Long, Long> doubtful = new TreeMap<>(pairs);
    doubtful.keySet().removeIf(uid -> alike.contains(uid) && originals.containsKey(uid));
    Map<Long, Fingerprint> copies =
        doubtful.isEmpty() ? Map.of() : folders.messages(Side.DESTINATION, doubtful.values());
    Set<Long> candidates = new HashSet<>();
    doubtful.forEach(
        (uid, copyUid) -> {
          Fingerprint original = originals.get(uid);
          Fingerprint copy = copies.get(copyUid);
          if (original != null
              && copy != null
              && !original.equals(copy)
              && copy.hasContentOf(original)) {
            candidates.add(uid);
          }
        });
    Set<Long> otherHeader = withOtherHeader(candidates);
    Map<Long, Fingerprint> differing = new TreeMap<>();
    doubtful.forEach(
        (uid, copyUid) -> {
          Fingerprint original = originals.get(uid);
          Fingerprint copy = copies.get(copyUid);
          if (original != null && copy != null && !otherHeader.contains(uid)) {
            addDiffering(differing, uid, original, copy);
          }
        });
    Map<Long, SilentChanges.Found> changed = changes.find(differing);
    for (long uid : givenAlone(changed)) {
      Fingerprint alone = folders.messages(Side.SOURCE, List.of(uid)).get(uid);
      if (alone != null && alone.equals(differing.get(uid))) {
        originals.put(uid, alone);
      }
    }
    pairs.forEach(
        (uid, copyUid) -> {
          int row = here.row(uid);
          // A size that was not told is no other size.
          boolean sameSize =
              !here.isTold(uid)
                  || !there.isTold(copyUid)
                  || here.size(row) == there.size(there.row(copyUid));
          Fingerprint original = originals.get(uid);
          Fingerprint copy = doubtful.containsKey(uid) ? copies.get(copyUid) : original;
          if (original == null || copy == null) {
            unreadable(uid, original == null ? Side.SOURCE : Side.DESTINATION);
          } else if (isCut(uid, original, copy)) {
            cut(uid, original, ofMetadata(row), ofMetadata(there, there.row(copyUid)));
          } else if (alike.otherHeader().contains(uid)) {
            accounting.otherHeader(ofMetadata(row));
          } else if (original.equals(copy) && sameSize) {
            known.read(uid);
            accounting.inPlace(ofMetadata(row));
          } else if (original.equals(copy)) {
            known.read(uid);
            alike.otherSize().add(uid);
            accounting.otherSize(uid, ofMetadata(row));
          } else if (isRepaired(uid, copy)) {
            repaired(uid, ofMetadata(row));
          } else if (otherHeader.contains(uid)) {
            known.read(uid);
            alike.otherHeader().add(uid);
            accounting.otherHeader(ofMetadata(row));
          } else if (isGivenOtherwise(uid, copy, changed.get(uid))) {
            accounting.altered(uid, Difference.GIVEN_OTHERWISE, ofMetadata(row), null);
          } else if (changed.containsKey(uid)) {
            changed(
                uid,
                original,
                copy,
                there.size(there.row(copyUid)),
                changed.getOrDefault(uid, SilentChanges.Found.NOTHING).words(),
                ofMetadata(row));
          } else if (sameSize) {
            accounting.altered(uid, otherContent(original, copy), ofMetadata(row), null);
          } else {
            int copyRow = there.row(copyUid);
            accounting.altered(
                uid,
                otherContent(original, copy)
                    .and(
                        "; it has "
                            + here.size(row)
                            + " octets at the source and others, "
                            + there.size(copyRow)
                            + ", at the new server"),
                ofMetadata(row),
                MessageDigests.ofMetadata(there.size(copyRow), there.date(copyRow)));
          }
        });
  }

  /**
   * Messages that the source gives as their copies are when it is asked for one alone, and gave
   * otherwise among others. It is asked for each alone once more, and is believed when it gives the
   * same.
   */
  private static List<Long> givenAlone(Map<Long, SilentChanges.Found> changed) {
    return changed.entrySet().stream()
        .filter(change -> change.getValue().isNothing())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Which part differs, in words. */
  private static Difference otherContent(Fingerprint original, Fingerprint copy) {
    boolean header = !original.header().equals(copy.header());
    boolean body = !Objects.equals(original.body(), copy.body());
    if (header == body) {
      return Difference.ofContent(": header and body differ");
    }
    return Difference.ofContent(": its " + (header ? "header" : "body") + " differs");
  }

  private void addDiffering(
      Map<Long, Fingerprint> differing, long uid, Fingerprint original, Fingerprint copy) {
    if (!original.equals(copy)
        && !isRepaired(uid, copy)
        && here.size(here.row(uid)) <= SilentChanges.LARGEST) {
      differing.put(uid, copy);
    }
  }

  /**
   * Whether the new server has kept a message as it came, and the source gives it otherwise now.
   */
  private boolean isGivenOtherwise(
      long uid, Fingerprint copy, SilentChanges.@Nullable Found change) {
    return (change != null && change.isNothing()) || copy.equals(known.fingerprint(uid));
  }

  private void changed(
      long uid, Fingerprint original, Fingerprint copy, long octets, String words, byte[] digest) {
    known.changed(original, new RepairedCopy(copy, octets, true, words));
    known.read(uid);
    accounting.repaired(uid, true, words, digest);
  }

  private boolean isRepaired(long uid, Fingerprint copy) {
    RepairedCopy stored = known.repaired(uid);
    return stored != null
        && (stored.fingerprint().equals(copy) || copy.hasContentOf(stored.fingerprint()));
  }

  private void repaired(long uid, byte[] digest) {
    RepairedCopy stored = known.repaired(uid);
    known.read(uid);
    accounting.repaired(
        uid, stored != null && stored.byServer(), stored == null ? "" : stored.repairs(), digest);
  }

  /** Whether a copy is as it came, and what came is less than is announced still. */
  private boolean isCut(long uid, Fingerprint original, Fingerprint copy) {
    ShortMessage came = known.cut(original);
    return came != null
        && !came.fits(here.size(here.row(uid)))
        && (original.equals(copy) || copy.hasContentOf(original) || isRepaired(uid, copy));
  }

  private void cut(long uid, Fingerprint original, byte[] digest, byte[] copy) {
    ShortMessage came = known.cut(original);
    if (came != null) {
      accounting.cut(uid, came, digest, copy);
    }
  }

  private void unreadable(long uid, Side side) {
    accounting.altered(uid, Difference.notGiven(side), ofMetadata(here.row(uid)), null);
  }

  private byte[] ofMetadata(int row) {
    return ofMetadata(here, row);
  }

  private static byte[] ofMetadata(MessageTable table, int row) {
    return MessageDigests.ofMetadata(table.size(row), table.date(row));
  }
}
