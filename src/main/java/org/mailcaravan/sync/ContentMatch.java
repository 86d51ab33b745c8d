package org.mailcaravan.sync;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mailcaravan.model.Fingerprint;

/**
 * Finds which messages of a source folder a destination folder holds already: those with the same
 * size and the same header; where the header has no Message-ID, which is what tells machine-made
 * mail apart, the whole message must be the same. Where the sizes differ, because a server tells
 * wrong ones (Exchange) or stores other line ends (Dovecot), the whole message must be the same
 * too. Each destination message is used for one source message only, so that true duplicates stay
 * as many as they were. For one use.
 */
final class ContentMatch {
  private final NavigableMap<Long, Long> sourceSizes;
  private final NavigableMap<Long, Long> destinationSizes;
  private final NavigableMap<Long, Match> matches = new TreeMap<>();

  /**
   * @param sourceSizes octets by UID of the source messages to look for
   * @param destinationSizes octets by UID of the destination messages to look among
   */
  ContentMatch(NavigableMap<Long, Long> sourceSizes, NavigableMap<Long, Long> destinationSizes) {
    this.sourceSizes = sourceSizes;
    this.destinationSizes = destinationSizes;
  }

  /**
   * A message that both sides hold.
   *
   * @param fingerprint of the message at the source
   */
  record Match(long destinationUid, Fingerprint fingerprint) {}

  /**
   * The matches by source UID. Messages of different sizes are compared only where others match,
   * which shows that the destination does hold this mail.
   */
  NavigableMap<Long, Match> find(Folders folders) {
    if (!destinationSizes.isEmpty() && !sourceSizes.isEmpty()) {
      findOfSameSize(folders);
      if (!matches.isEmpty()) {
        findOfOtherSize(folders);
      }
    }
    return matches;
  }

  /** Does something in the two folders. */
  interface Folders {
    /** Digests of headers. */
    NavigableMap<Long, Digests.OfHeader> headers(Side side, Collection<Long> uids);

    /** Fingerprints of whole messages. */
    NavigableMap<Long, Fingerprint> messages(Side side, Collection<Long> uids);
  }

  private void findOfSameSize(Folders folders) {
    Set<Long> wanted = new HashSet<>(sourceSizes.values());
    NavigableMap<Long, Digest> there = digests(folders, Side.DESTINATION, destinationSizes, wanted);
    Set<Long> found = new HashSet<>();
    there.values().forEach(digest -> found.add(digest.size()));
    NavigableMap<Long, Digest> here = digests(folders, Side.SOURCE, sourceSizes, found);
    Set<String> ambiguous = repeated(here);
    ambiguous.addAll(repeated(there));
    readWhole(folders, Side.DESTINATION, there, ambiguous);
    readWhole(folders, Side.SOURCE, here, ambiguous);

    Map<String, Deque<Long>> byKey = new HashMap<>();
    there.forEach(
        (uid, digest) -> byKey.computeIfAbsent(digest.key(), key -> new ArrayDeque<>()).add(uid));
    here.forEach(
        (uid, digest) -> {
          Deque<Long> same = byKey.get(digest.key());
          if (same != null && !same.isEmpty()) {
            matches.put(uid, new Match(same.remove(), digest.fingerprint()));
          }
        });
  }

  /** Keys that several messages have. */
  private static Set<String> repeated(NavigableMap<Long, Digest> digests) {
    Set<String> seen = new HashSet<>();
    Set<String> repeated = new HashSet<>();
    for (Digest digest : digests.values()) {
      if (!seen.add(digest.key())) {
        repeated.add(digest.key());
      }
    }
    return repeated;
  }

  /**
   * Tells messages apart that have one header and one size: versions of a draft, or true copies.
   */
  private static void readWhole(
      Folders folders, Side side, NavigableMap<Long, Digest> digests, Set<String> keys) {
    Set<Long> uids = new TreeSet<>();
    digests.forEach(
        (uid, digest) -> {
          if (digest.fingerprint().whole() == null && keys.contains(digest.key())) {
            uids.add(uid);
          }
        });
    NavigableMap<Long, Fingerprint> messages = folders.messages(side, uids);
    for (long uid : uids) {
      Digest digest = digests.remove(uid);
      Fingerprint message = messages.get(uid);
      if (digest != null && message != null) {
        digests.put(uid, Digest.ofMessage(digest.size(), message));
      }
    }
  }

  /**
   * @param key what must be equal
   */
  private record Digest(long size, String key, Fingerprint fingerprint) {
    static Digest ofHeader(long size, String header) {
      return new Digest(size, size + " " + header, new Fingerprint(header, null));
    }

    static Digest ofMessage(long size, Fingerprint message) {
      return new Digest(size, size + " = " + message.whole(), message);
    }
  }

  /**
   * Of the messages of certain sizes: of the header, or of the whole message where the header has
   * no Message-ID.
   */
  private static NavigableMap<Long, Digest> digests(
      Folders folders, Side side, NavigableMap<Long, Long> sizes, Set<Long> wanted) {
    Set<Long> uids = new TreeSet<>(sizes.keySet());
    uids.removeIf(uid -> !wanted.contains(sizes.get(uid)));
    NavigableMap<Long, Digest> digests = new TreeMap<>();
    Set<Long> nameless = new TreeSet<>();
    folders
        .headers(side, uids)
        .forEach(
            (uid, header) -> {
              if (header.hasMessageId()) {
                digests.put(uid, Digest.ofHeader(sizes.getOrDefault(uid, 0L), header.header()));
              } else {
                nameless.add(uid);
              }
            });
    folders
        .messages(side, nameless)
        .forEach(
            (uid, message) ->
                digests.put(uid, Digest.ofMessage(sizes.getOrDefault(uid, 0L), message)));
    return digests;
  }

  private void findOfOtherSize(Folders folders) {
    Set<Long> sourceUids = new TreeSet<>(sourceSizes.keySet());
    sourceUids.removeAll(matches.keySet());
    Set<Long> destinationUids = new TreeSet<>(destinationSizes.keySet());
    matches.values().forEach(match -> destinationUids.remove(match.destinationUid()));
    if (sourceUids.isEmpty() || destinationUids.isEmpty()) {
      return;
    }
    NavigableMap<Long, Digests.OfHeader> there = folders.headers(Side.DESTINATION, destinationUids);
    NavigableMap<Long, Digests.OfHeader> here = folders.headers(Side.SOURCE, sourceUids);
    Map<Fingerprint, Deque<Long>> byFingerprint = new HashMap<>();
    folders
        .messages(Side.DESTINATION, withHeaderOf(there, here))
        .forEach(
            (uid, message) ->
                byFingerprint.computeIfAbsent(message, key -> new ArrayDeque<>()).add(uid));
    folders
        .messages(Side.SOURCE, withHeaderOf(here, there))
        .forEach(
            (uid, message) -> {
              Deque<Long> same = byFingerprint.get(message);
              if (same != null && !same.isEmpty()) {
                matches.put(uid, new Match(same.remove(), message));
              }
            });
  }

  /** The UIDs of those whose header is also among the others. */
  private static Set<Long> withHeaderOf(
      NavigableMap<Long, Digests.OfHeader> of, NavigableMap<Long, Digests.OfHeader> others) {
    Set<Digests.OfHeader> known = new HashSet<>(others.values());
    Set<Long> uids = new TreeSet<>();
    of.forEach(
        (uid, header) -> {
          if (known.contains(header)) {
            uids.add(uid);
          }
        });
    return uids;
  }
}
