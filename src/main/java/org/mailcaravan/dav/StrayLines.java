package org.mailcaravan.dav;

import java.util.Set;

/**
 * Lines of an export that belong to no entry: notes that a program or a person wrote between
 * entries, or the rest of an entry whose first line is missing. Successive ones are reported
 * together.
 */
final class StrayLines {
  /** Receives ranges of stray lines. */
  interface Sink {
    /**
     * Successive lines were left out.
     *
     * @param last number of the last line
     * @param lost whether they seem to be the rest of an entry
     */
    void stray(int first, int last, boolean lost);
  }

  private final Set<String> lostNames;
  private final Sink sink;
  private int first;
  private int last;
  private boolean lost;

  /**
   * @param lostNames names of properties, in upper case, that show that an entry is lost
   */
  StrayLines(Set<String> lostNames, Sink sink) {
    this.lostNames = lostNames;
    this.sink = sink;
  }

  /** Adds a stray line. */
  void add(int number, String name) {
    first = first == 0 ? number : first;
    last = number;
    lost |= lostNames.contains(name);
  }

  /** Ends the range; something else follows. */
  void end() {
    if (first > 0) {
      sink.stray(first, last, lost);
    }
    first = 0;
    lost = false;
  }

  /** The sentence for the report, without its full stop. */
  static String sentence(int first, int last) {
    return first == last
        ? "this line belongs to no entry and was left out"
        : "this line and those up to line %d belong to no entry and were left out".formatted(last);
  }
}
