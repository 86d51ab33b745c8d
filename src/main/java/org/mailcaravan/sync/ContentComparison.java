package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.store.RepairedCopy;
import org.mailcaravan.store.ShortMessage;

/** Compares messages of a source folder with their copies by content, some at a time. */
final class ContentComparison {
  /** How many pairs are compared at once. */
  private static final int STEP = 200;

  private final BothFolders folders;
  private final MessageTable here;
  private final MessageTable there;
  private final @Nullable ComparedBefore alike;
  private final Function<Long, @Nullable Fingerprint> known;
  private final Function<Long, @Nullable RepairedCopy> repaired;
  private final Function<Fingerprint, @Nullable ShortMessage> cut;
  private final FolderAccounting accounting;
  private final NavigableMap<Long, Long> pairs = new TreeMap<>();

  /** Source UIDs of those pairs whose copies another tool brought. */
  private final Set<Long> brought = new HashSet<>();

  /**
   * @param here the messages of the source folder
   * @param there those of the destination folder
   * @param alike messages that are known to be the same; added to. Null when every octet is to be
   *     compared
   * @param known what the ledger knows a source message by
   * @param repaired as what it was stored, where it was refused as it is
   * @param cut what is noted of a message of which the source gave less than it announces
   */
  ContentComparison(
      BothFolders folders,
      MessageTable here,
      MessageTable there,
      @Nullable ComparedBefore alike,
      Function<Long, @Nullable Fingerprint> known,
      Function<Long, @Nullable RepairedCopy> repaired,
      Function<Fingerprint, @Nullable ShortMessage> cut,
      FolderAccounting accounting) {
    this.folders = folders;
    this.here = here;
    this.there = there;
    this.alike = alike;
    this.known = known;
    this.repaired = repaired;
    this.cut = cut;
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
    ComparedBefore proven = alike;
    if (proven == null) {
      compareOctets();
    } else {
      compareTexts(proven);
    }
    pairs.clear();
    brought.clear();
  }

  /**
   * The messages of which the new home, or the tool that brought them, has changed the header and
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
    Map<Long, Digests.OfOctets> originals =
        folders.in(Side.SOURCE, connection -> Digests.octets(connection, pairs.keySet()));
    Map<Long, Digests.OfOctets> copies =
        folders.in(Side.DESTINATION, connection -> Digests.octets(connection, pairs.values()));
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
            accounting.inPlace(MessageDigests.ofOctets(original.sha256()));
          } else if (isRepaired(uid, copy.fingerprint())) {
            repaired(uid, MessageDigests.ofOctets(original.sha256()));
          } else if (original.fingerprint().equals(copy.fingerprint())) {
            accounting.otherLineEnds(MessageDigests.ofOctets(original.sha256()));
          } else if (otherHeader.contains(uid)) {
            accounting.otherHeader(MessageDigests.ofOctets(original.sha256()));
          } else {
            accounting.altered(
                uid,
                "its content at the new home is not that at the source",
                MessageDigests.ofOctets(original.sha256()),
                MessageDigests.ofOctets(copy.sha256()));
          }
        });
  }

  /** Of messages of different size: a server told a wrong one, or stores other line ends. */
  private void compareTexts(ComparedBefore alike) {
    Map<Long, Fingerprint> originals = new HashMap<>();
    List<Long> unread = new ArrayList<>();
    for (long uid : pairs.keySet()) {
      Fingerprint kept = known.apply(uid);
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
    pairs.forEach(
        (uid, copyUid) -> {
          int row = here.row(uid);
          Fingerprint original = originals.get(uid);
          Fingerprint copy = doubtful.containsKey(uid) ? copies.get(copyUid) : original;
          if (original == null || copy == null) {
            unreadable(uid, original == null ? Side.SOURCE : Side.DESTINATION);
          } else if (isCut(uid, original, copy)) {
            cut(uid, original, ofMetadata(row), ofMetadata(there, there.row(copyUid)));
          } else if (alike.otherHeader().contains(uid)) {
            accounting.otherHeader(ofMetadata(row));
          } else if (original.equals(copy)) {
            alike.otherSize().add(uid);
            accounting.otherSize(uid, ofMetadata(row));
          } else if (isRepaired(uid, copy)) {
            repaired(uid, ofMetadata(row));
          } else if (otherHeader.contains(uid)) {
            alike.otherHeader().add(uid);
            accounting.otherHeader(ofMetadata(row));
          } else {
            int copyRow = there.row(copyUid);
            accounting.altered(
                uid,
                "it has "
                    + here.size(row)
                    + " octets at the source and others, "
                    + there.size(copyRow)
                    + ", at the new home",
                ofMetadata(row),
                MessageDigests.ofMetadata(there.size(copyRow), there.date(copyRow)));
          }
        });
  }

  private boolean isRepaired(long uid, Fingerprint copy) {
    RepairedCopy stored = repaired.apply(uid);
    return stored != null
        && (stored.fingerprint().equals(copy) || copy.hasContentOf(stored.fingerprint()));
  }

  private void repaired(long uid, byte[] digest) {
    RepairedCopy stored = repaired.apply(uid);
    accounting.repaired(uid, stored == null ? "" : stored.repairs(), digest);
  }

  /** Whether a copy is as it came, and what came is less than is announced still. */
  private boolean isCut(long uid, Fingerprint original, Fingerprint copy) {
    ShortMessage came = cut.apply(original);
    return came != null
        && here.size(here.row(uid)) != came.octets()
        && (original.equals(copy) || copy.hasContentOf(original) || isRepaired(uid, copy));
  }

  private void cut(long uid, Fingerprint original, byte[] digest, byte[] copy) {
    ShortMessage came = cut.apply(original);
    if (came != null) {
      accounting.cut(uid, came, digest, copy);
    }
  }

  private void unreadable(long uid, Side side) {
    accounting.altered(
        uid,
        "its content could not be compared: " + side.words() + " did not give it",
        ofMetadata(here.row(uid)),
        null);
  }

  private byte[] ofMetadata(int row) {
    return ofMetadata(here, row);
  }

  private static byte[] ofMetadata(MessageTable table, int row) {
    return MessageDigests.ofMetadata(table.size(row), table.date(row));
  }
}
