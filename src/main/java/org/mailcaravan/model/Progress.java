package org.mailcaravan.model;

import java.time.Instant;

/**
 * Somebody who watches the work: the terminal, a log. All methods may be called from several
 * threads at once, must return quickly, and must not throw.
 */
public interface Progress {
  /** A request was accepted. */
  default void migrationOpened(Migration migration) {}

  /**
   * A mailbox was looked through and copying begins. Called again when a pass is resumed after a
   * lost connection; the newer numbers replace the older ones.
   *
   * @param messages all messages at the source, those already copied included
   * @param bytes their size in octets as the source announces it
   */
  default void mailboxPlanned(Mailbox mailbox, int folders, long messages, long bytes) {}

  /**
   * Some messages of a mailbox are accounted for.
   *
   * @param messages newly copied, already there or set aside
   * @param bytes their size in octets
   */
  default void messagesDone(Mailbox mailbox, long messages, long bytes) {}

  /**
   * A part of a mailbox waits before it is tried again. Told once for each wait.
   *
   * @param why {@code imap.old.example asks for time: BAD Request is throttled}
   */
  default void mailboxWaits(Mailbox mailbox, Instant until, String why) {}

  /** A mailbox goes on after it waited. */
  default void mailboxGoesOn(Mailbox mailbox) {}

  /** A mailbox's pass ended. */
  default void mailboxFinished(MailboxResult result) {}

  /** The last mailbox of a migration ended and its report is written. */
  default void migrationFinished(MigrationResult result) {}
}
