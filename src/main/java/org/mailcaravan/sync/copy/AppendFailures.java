package org.mailcaravan.sync.copy;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the destination refuses of a folder: which messages, its answers, and how often it failed.
 * For one thread at a time.
 */
final class AppendFailures {
  private final Set<String> refusedKeywords = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final Set<Long> overtaken = new TreeSet<>();
  private final Map<Long, String> lastWords = new HashMap<>();
  private final Set<Long> hungUpAt = new TreeSet<>();
  private List<Long> failedLast = List.of();
  private final Set<Long> guilty = new TreeSet<>();
  private int guiltySinceStored;
  private final Map<Long, Integer> remediesTried = new HashMap<>();
  private int errors;

  /** Keywords that the destination refuses, though it lists them as permanent or allows all. */
  Set<String> refusedKeywords() {
    return refusedKeywords;
  }

  /** The destination has stored others after it refused these. */
  void overtaken(Collection<Long> uids) {
    overtaken.addAll(uids);
  }

  boolean isOvertaken(long uid) {
    return overtaken.contains(uid);
  }

  /** What the destination said last to a message that was alone. */
  Map<Long, String> lastWords() {
    return lastWords;
  }

  /** The destination ended the connection over these, and may have stored others before. */
  void failedLast(List<Long> uids) {
    failedLast = uids;
  }

  List<Long> failedLast() {
    return failedLast;
  }

  /** The destination hung up at this message, which was alone, and asked for no time. */
  void hungUpAt(long uid) {
    hungUpAt.add(uid);
  }

  boolean hasHungUpAt(long uid) {
    return hungUpAt.contains(uid);
  }

  /** Adds BADs of the destination on its connection; returns how many there are. */
  int errors(int more) {
    errors += more;
    return errors;
  }

  /**
   * The destination always fails at a message; returns of how many that was found since it stored
   * one.
   */
  int guilty(long uid) {
    if (guilty.add(uid)) {
      guiltySinceStored++;
    }
    return guiltySinceStored;
  }

  /**
   * How many changes of a message were tried at which the destination ends the connection.
   *
   * @param more how many more are tried now
   */
  int remediesTried(long uid, int more) {
    return remediesTried.merge(uid, more, Integer::sum);
  }

  /** Messages were stored: the destination works. */
  void stored() {
    guiltySinceStored = 0;
  }
}
