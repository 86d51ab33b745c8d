package org.mailcaravan.intake;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Columns that a repair list has beside those of a request. */
enum RepairNote {
  /** The line in the file that was dropped first; ignored. */
  LINE,
  /** Why the row was rejected; ignored. */
  PROBLEM,
  /** Values that belong to no column. A row is accepted only when this is empty. */
  LEFT_OVER;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<RepairNote> find(String header) {
    return Arrays.stream(values())
        .filter(note -> note.word().equalsIgnoreCase(Texts.trimmed(header)))
        .findFirst();
  }
}
