package org.mailcaravan.imap;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What a server refused or warned of since a command last succeeded. It often explains why the
 * connection then ends: Microsoft 365 asks for time in an answer, and afterwards says only {@code
 * BYE Connection closed. 14}. Thread-safe.
 */
final class RecentRefusals {
  private static final int MOST = 4;
  private static final int LONGEST = 400;

  private final Deque<String> refusals = new ArrayDeque<>();

  /** Adds words that are fit to be shown; the same words count once. */
  synchronized void add(String words) {
    String bounded = words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "...";
    if (bounded.isBlank() || refusals.contains(bounded)) {
      return;
    }
    refusals.addFirst(bounded);
    if (refusals.size() > MOST) {
      refusals.removeLast();
    }
  }

  /** A command succeeded. */
  synchronized void clear() {
    refusals.clear();
  }

  /** The latest first; at most four. */
  synchronized List<String> latestFirst() {
    return List.copyOf(refusals);
  }
}
