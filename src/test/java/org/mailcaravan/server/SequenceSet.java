package org.mailcaravan.server;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Sequence sets such as {@code 1:3,7,9:*}. */
final class SequenceSet {
  private SequenceSet() {}

  /** Which messages are meant when the numbers are UIDs, in their order. */
  static List<Long> of(String set, List<HostMessage> messages) {
    long last = messages.isEmpty() ? 0 : messages.get(messages.size() - 1).uid();
    TreeSet<Long> found = new TreeSet<>();
    for (String part : set.split(",", -1)) {
      String[] ends = part.split(":", -1);
      long a = number(ends[0], last);
      long b = number(ends[ends.length - 1], last);
      for (HostMessage message : messages) {
        if (message.uid() >= Math.min(a, b) && message.uid() <= Math.max(a, b)) {
          found.add(message.uid());
        }
      }
    }
    return List.copyOf(found);
  }

  /** The same where the numbers count messages. */
  static List<Long> ofPositions(String set, List<HostMessage> messages) {
    List<HostMessage> counted = new ArrayList<>();
    for (HostMessage message : messages) {
      counted.add(new HostMessage(counted.size() + 1, "", message.flags(), message.date(), 1));
    }
    return of(set, counted).stream().map(at -> messages.get((int) (at - 1)).uid()).toList();
  }

  static HostMessage find(List<HostMessage> messages, long uid) {
    return messages.stream().filter(message -> message.uid() == uid).findFirst().orElseThrow();
  }

  static String write(List<Long> uids) {
    return String.join(",", uids.stream().map(String::valueOf).toList());
  }

  private static long number(String text, long last) {
    return text.equals("*") ? last : Long.parseLong(text);
  }
}
