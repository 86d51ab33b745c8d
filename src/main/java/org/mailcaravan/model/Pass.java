package org.mailcaravan.model;

import java.util.Locale;

/** What a pass over a mailbox is for. */
public enum Pass {
  /** The first one, and each that a request asks for again. */
  FIRST,
  /** A later one before the cutover, so that mail that came meanwhile arrives too. */
  CATCH_UP,
  /** One after the cutover. */
  FINAL;

  private final String id = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The kind as JSON shows it: {@code catch-up}. */
  public String id() {
    return id;
  }
}
