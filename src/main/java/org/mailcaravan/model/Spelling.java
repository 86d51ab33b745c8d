package org.mailcaravan.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToIntFunction;

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
    ToIntFunction<String> distance = name -> distance(lower, name.toLowerCase(Locale.ROOT));
    return known.stream()
        .filter(name -> distance.applyAsInt(name) <= Math.max(1, name.length() / 3))
        .min(Comparator.comparingInt(distance));
  }

  /** The end of a sentence that names the nearest one; empty where there is none. */
  public static String hint(Optional<String> nearest) {
    return nearest.map(name -> "; the nearest known name is \"" + name + "\"").orElse("");
  }

  /** Whether two names differ by one letter: added, dropped, replaced or swapped. */
  public static boolean differsByOneLetter(String written, String known) {
    return Math.abs(written.length() - known.length()) <= 1 && distance(written, known) == 1;
  }

  /**
   * How many letters must be added, dropped, replaced or swapped with their neighbour (optimal
   * string alignment).
   */
  private static int distance(String from, String to) {
    int[][] rows = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      rows[i][0] = i;
    }
    for (int j = 0; j <= to.length(); j++) {
      rows[0][j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      for (int j = 1; j <= to.length(); j++) {
        int replaced = rows[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        rows[i][j] = Math.min(replaced, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
        if (isSwapped(from, i, to, j)) {
          rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
      }
    }
    return rows[from.length()][to.length()];
  }

  private static boolean isSwapped(String from, int i, String to, int j) {
    return i > 1
        && j > 1
        && from.charAt(i - 1) == to.charAt(j - 2)
        && from.charAt(i - 2) == to.charAt(j - 1);
  }
}
