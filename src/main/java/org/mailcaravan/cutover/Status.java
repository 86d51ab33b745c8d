package org.mailcaravan.cutover;

import java.util.Locale;

/** How a record stands; in the order of their weight. */
public enum Status {
  PASS,
  /** Nobody could say, or nothing is configured for it; never a finding. */
  UNKNOWN,
  WARNING,
  FAIL;

  /** As in JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  Status or(Status other) {
    return compareTo(other) < 0 ? other : this;
  }
}
