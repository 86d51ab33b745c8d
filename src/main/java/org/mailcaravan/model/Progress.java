package org.mailcaravan.model;

import java.time.Duration;
import java.time.Instant;

/**
 * Receives the progress of migrations, for a terminal or a log. All methods may be called from
 * several threads at once, must return quickly, and must not throw.
 */
public interface Progress {
  /** A request was accepted. */
  default void migrationOpened(Migration migration) {}

  /**
   * The folders of a mailbox are known and copying begins. Called again when a pass resumes after a
   * lost connection; the new numbers replace the old ones.
   *
   * @param messages all messages at the source, including those already copied
   * @param bytes their size in octets, as announced by the source
   */
  default void mailboxPlanned(Mailbox mailbox, int folders, long messages, long bytes) {}

  /**
   * Some messages of a mailbox are done.
   *
   * @param messages copied, already there or set aside
   * @param bytes their size in octets
   */
  default void messagesDone(Mailbox mailbox, long messages, long bytes) {}

  /**
   * A part of a mailbox waits before a retry. Called once for each wait.
   *
   * @param why {@code imap.old.example asks for time: BAD Request is throttled}
   */
  default void mailboxWaits(Mailbox mailbox, Instant until, String why) {}

  /**
   * A mailbox cannot be opened before a person has agreed in a browser. All words are fit to be
   * shown.
   *
   * @param user the mailbox
   * @param url where to enter the code
   * @param time how long the code is good for
   */
  default void loginWanted(String user, String url, String code, Duration time) {}

  /** A mailbox continues after a wait. */
  default void mailboxGoesOn(Mailbox mailbox) {}

  /** The pass of a mailbox ended. */
  default void mailboxFinished(MailboxResult result) {}

  /**
   * A route of one's own that comes after passes or migrations has not done its work; the mail has
   * arrived all the same. Called after {@link #migrationFinished}.
   *
   * @param what which one, and why, in words that are fit to be shown
   */
  default void stepNotDone(String what) {}

  /** The last mailbox of a migration ended, and the report is written. */
  default void migrationFinished(MigrationResult result) {}
}
