package org.mailcaravan.imap;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What a server refused or warned of since something last went well. When the connection ends it
 * often tells why: Microsoft 365 names a time in an answer, and then says no more than {@code BYE
 * Connection closed. 14}. Thread-safe.
 */
final class RecentRefusals {
  private static final int MOST = 4;
  private static final int LONGEST = 400;

  private final Deque<String> said = new ArrayDeque<>();

  /** Adds what was said, fit to be shown; the same twice counts once. */
  synchronized void add(String words) {
    String bounded = words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "...";
    if (bounded.isBlank() || said.contains(bounded)) {
      return;
    }
    said.addFirst(bounded);
    if (said.size() > MOST) {
      said.removeLast();
    }
  }

  /** A command went well; what was said before it is over. */
  synchronized void clear() {
    said.clear();
  }

  /** The latest first. */
  synchronized List<String> latestFirst() {
    return List.copyOf(said);
  }
}
