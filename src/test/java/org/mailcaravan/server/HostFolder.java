package org.mailcaravan.server;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * A folder of a {@link HostAccount}, as its owner may change it and tests may look into it.
 * Thread-safe.
 */
public final class HostFolder {
  /** What PERMANENTFLAGS says; {@code \*} allows every keyword. */
  public static final Set<String> ALL_FLAGS =
      Set.of("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft", "\\*");

  private final NavigableMap<Long, HostMessage> messages = new TreeMap<>();
  private final NavigableMap<Long, Long> vanished = new TreeMap<>();
  private final Set<String> attributes = ConcurrentHashMap.newKeySet();
  private final long uidValidity;
  private Set<String> permanentFlags = ALL_FLAGS;
  private long uidNext = 1;
  private long modSeq = 1;

  HostFolder(long uidValidity) {
    this.uidValidity = uidValidity;
  }

  /** What LIST says of it, such as {@code \Sent} or {@code \Noselect}. */
  public Set<String> attributes() {
    return attributes;
  }

  public HostFolder attribute(String attribute) {
    attributes.add(attribute);
    return this;
  }

  /** Which flags are kept; others are dropped from what is stored. */
  public synchronized HostFolder permanentFlags(Set<String> flags) {
    permanentFlags = Set.copyOf(flags);
    return this;
  }

  public synchronized Set<String> permanentFlags() {
    return permanentFlags;
  }

  public synchronized long uidNext() {
    return uidNext;
  }

  /** Leaves UIDs out. */
  public synchronized void uidNext(long next) {
    uidNext = next;
  }

  public long uidValidity() {
    return uidValidity;
  }

  public synchronized long highestModSeq() {
    return modSeq;
  }

  /** Stores a message; returns its UID. */
  public synchronized long put(String octets, Set<String> flags, OffsetDateTime date) {
    long uid = uidNext++;
    Set<String> kept = new TreeSet<>(flags);
    kept.removeIf(flag -> !permanentFlags.contains("\\*") && !permanentFlags.contains(flag));
    messages.put(uid, new HostMessage(uid, octets, kept, date, ++modSeq));
    return uid;
  }

  public long put(byte[] octets, Set<String> flags, OffsetDateTime date) {
    return put(new String(octets, StandardCharsets.ISO_8859_1), flags, date);
  }

  public synchronized List<HostMessage> messages() {
    return List.copyOf(messages.values());
  }

  public int count() {
    return messages().size();
  }

  /** Changes a message where it lies, as no IMAP client can. */
  public synchronized void replace(long uid, UnaryOperator<HostMessage> change) {
    messages.computeIfPresent(uid, (same, message) -> change.apply(message));
  }

  /** Removes messages; returns those that were there. */
  public synchronized List<Long> remove(Collection<Long> uids) {
    List<Long> gone = new ArrayList<>();
    for (long uid : uids) {
      if (messages.remove(uid) != null) {
        vanished.put(uid, ++modSeq);
        gone.add(uid);
      }
    }
    return gone;
  }

  synchronized List<Long> vanishedSince(long since) {
    return vanished.entrySet().stream()
        .filter(entry -> entry.getValue() > since)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Changes the flags of a message, as its user does. */
  public synchronized void flags(long uid, UnaryOperator<Set<String>> change) {
    messages.computeIfPresent(
        uid,
        (same, message) -> {
          Set<String> now = change.apply(new TreeSet<>(message.flags()));
          return now.equals(message.flags()) ? message : message.flagged(now, ++modSeq);
        });
  }
}
