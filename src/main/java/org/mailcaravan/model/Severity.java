package org.mailcaravan.model;

import java.util.Locale;

/** How serious a problem is. Facts that need no action are notes, not problems. */
public enum Severity {
  /** Something did not arrive, or it is not certain that it did. */
  ERROR,
  /** Everything arrived, but something is different. */
  WARNING;

  /** The word that JSON and documents show. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
