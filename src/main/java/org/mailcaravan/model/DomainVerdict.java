package org.mailcaravan.model;

import java.util.Locale;

/** Where the mail of a domain goes, as its MX records say. */
public enum DomainVerdict {
  /** No look has shown it yet. */
  UNKNOWN,
  /** To others. */
  NOT_YET,
  /** Some DNS servers name our MX hosts, and others do not. */
  DISAGREEING,
  /** To us. */
  OURS,
  /** To others again, after it came to us. */
  GONE_BACK;

  private final String id = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The verdict as JSON shows it: {@code gone-back}. */
  public String id() {
    return id;
  }

  /** Whether MX hosts are named that are not ours, or none at all. */
  public boolean isElsewhere() {
    return this == NOT_YET || this == DISAGREEING || this == GONE_BACK;
  }
}
