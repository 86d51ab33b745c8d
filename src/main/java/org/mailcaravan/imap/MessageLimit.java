package org.mailcaravan.imap;

import java.util.List;

/**
 * The response code of a server that limits the messages of one command (RFC 9738): {@code
 * [MESSAGELIMIT 1000 23221]} has the limit and the lowest UID that was processed, from the highest
 * down.
 */
final class MessageLimit {
  private static final String CODE = "MESSAGELIMIT";

  private MessageLimit() {}

  static boolean isIn(ResponseText text) {
    return text.code().equals(CODE);
  }

  static boolean isIn(ServerRefusal refusal) {
    return refusal.codeName().equals(CODE);
  }

  /** The limit, or -1 when the server does not say. */
  static long messages(ResponseText text) {
    return word(text, 0);
  }

  /**
   * The UIDs to ask for next. Servers begin with the highest UID; one that names the highest UID
   * that it gave has begun with the lowest.
   *
   * @param given what has come, not empty
   */
  static UidSet rest(ResponseText text, UidSet wanted, UidSet given) {
    List<UidSet.Range> came = given.ranges();
    long lowest = came.get(0).first();
    long highest = came.get(came.size() - 1).last();
    boolean upwards = lowest < highest && word(text, 1) >= highest;
    UidSet below = new UidSet();
    UidSet above = new UidSet();
    for (UidSet.Range range : wanted.ranges()) {
      if (range.first() < lowest) {
        below.add(range.first(), Math.min(range.last(), lowest - 1));
      }
      if (range.last() > highest) {
        above.add(Math.max(range.first(), highest + 1), range.last());
      }
    }
    return upwards || below.isEmpty() ? above : below;
  }

  /** The messages that a command which changes messages has not reached. */
  static UidSet notDone(Completion completion, UidSet uids) {
    long last = completion.ok() ? word(completion.code(), 1) : -1;
    UidSet rest = new UidSet();
    for (UidSet.Range range : uids.ranges()) {
      if (last < 0) {
        rest.add(range.first(), range.last());
      } else if (range.first() < last) {
        rest.add(range.first(), Math.min(range.last(), last - 1));
      }
    }
    return rest;
  }

  private static long word(ResponseText text, int index) {
    String[] words = text.arguments().split(" +", -1);
    return index < words.length ? ResponseText.number(words[index]) : -1;
  }
}
