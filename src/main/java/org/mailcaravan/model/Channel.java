package org.mailcaravan.model;

import java.util.Locale;

/** The way that a request came in. */
public enum Channel {
  /** As a file in the drop folder. */
  DROP,
  /** As a file that a command named, which ran it itself. */
  COMMAND,
  /** By the API of the service, from a command such as {@code submit} too. */
  API,
  /** As a mail to the support mailbox. */
  MAIL;

  private final String id = name().toLowerCase(Locale.ROOT);

  /** As JSON and the database have it. */
  public String id() {
    return id;
  }
}
