package org.mailcaravan.model;

import java.util.Locale;

/** How much a problem weighs. What is worth knowing and harms nothing is a note, not a problem. */
public enum Severity {
  /** Something has not arrived, or nobody can say that it has. */
  ERROR,
  /** All that the problem is about has arrived, with a difference. */
  WARNING;

  /** As JSON and documents show it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
