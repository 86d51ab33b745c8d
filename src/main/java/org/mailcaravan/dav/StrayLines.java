package org.mailcaravan.dav;

import java.util.Set;

/**
 * Lines of an export that stand in no entry: notes that a program or a person wrote between two of
 * them, or what is left of one whose first line is missing. Those that follow one another are told
 * once, and their neighbours are read.
 */
final class StrayLines {
  /** Receives lines that follow one another. */
  interface Sink {
    /**
     * Lines that were left out.
     *
     * @param last number of the last one
     * @param lost whether an entry seems to be lost with them
     */
    void stray(int first, int last, boolean lost);
  }

  private final Set<String> lostNames;
  private final Sink sink;
  private int first;
  private int last;
  private boolean lost;

  /**
   * @param lostNames names of properties that tell that an entry is lost, in upper case
   */
  StrayLines(Set<String> lostNames, Sink sink) {
    this.lostNames = lostNames;
    this.sink = sink;
  }

  /** Such a line. */
  void add(int number, String name) {
    first = first == 0 ? number : first;
    last = number;
    lost |= lostNames.contains(name);
  }

  /** Something else follows. */
  void end() {
    if (first > 0) {
      sink.stray(first, last, lost);
    }
    first = 0;
    lost = false;
  }

  /** What a reader is told of them, without an end to the sentence. */
  static String told(int first, int last) {
    return first == last
        ? "this line belongs to no entry and was left out"
        : "this line and those up to line %d belong to no entry and were left out".formatted(last);
  }
}
