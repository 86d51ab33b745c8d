package org.mailcaravan.model.status;

/**
 * What a person steers.
 *
 * @param id the id of a migration or a mailbox, or host and port
 */
public record Target(Kind kind, String id) {
  /** What it is. */
  public enum Kind {
    MIGRATION,
    MAILBOX,
    HOST
  }

  /** A migration by its id. */
  public static Target migration(String id) {
    return new Target(Kind.MIGRATION, id);
  }

  /** A mailbox by its id. */
  public static Target mailbox(String id) {
    return new Target(Kind.MAILBOX, id);
  }

  /** A source server by host and port. */
  public static Target host(String name) {
    return new Target(Kind.HOST, name);
  }
}
