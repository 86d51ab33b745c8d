package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.List;

/** Some lines of a file or objects of JSON, of which the first few are named. */
final class Lines {
  private static final int MOST_NAMED = 5;

  private final List<Integer> first = new ArrayList<>();
  private int count;
  private int last;

  /** Adds a line, once where it is the last one added already. */
  void add(int line) {
    if (line == last) {
      return;
    }
    last = line;
    count++;
    if (first.size() < MOST_NAMED) {
      first.add(line);
    }
  }

  boolean isEmpty() {
    return count == 0;
  }

  /**
   * Such as "line 3", "lines 3 and 5" and "lines 3, 4, 5, 6, 7 and 20 more".
   *
   * @param one "line"
   */
  String words(String one) {
    List<String> parts = new ArrayList<>(first.stream().map(String::valueOf).toList());
    if (count > first.size()) {
      parts.add(count - first.size() + " more");
    }
    int last = parts.size() - 1;
    return last == 0
        ? one + " " + parts.get(0)
        : one + "s " + String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
  }
}
