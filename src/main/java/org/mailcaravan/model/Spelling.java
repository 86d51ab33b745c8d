package org.mailcaravan.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests the right name for a misspelled one. */
public final class Spelling {
  private Spelling() {}

  /**
   * The known name nearest to a written one, ignoring case; empty when more than a third of the
   * letters differ.
   */
  public static Optional<String> nearest(String written, Collection<String> known) {
    if (written.length() > 100) {
      return Optional.empty();
    }
    String lower = written.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(name -> distance(lower, name) <= Math.max(1, name.length() / 3))
        .min(Comparator.comparingInt(name -> distance(lower, name)));
  }

  /** Whether two names differ by one letter that was added, dropped or replaced. */
  public static boolean differsByOneLetter(String written, String known) {
    return Math.abs(written.length() - known.length()) <= 1 && distance(written, known) == 1;
  }

  /** How many letters must be added, dropped or replaced (Levenshtein distance). */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
