package org.mailcaravan;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Progress;

/** Counts what is copied, for the metrics, and passes everything on. Thread-safe. */
final class CountedProgress implements Progress {
  private final Progress next;
  private final LongAdder messages = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  CountedProgress(Progress next) {
    this.next = next;
  }

  /** Messages that this process has done: copied, found there already or set aside. */
  long messages() {
    return messages.sum();
  }

  /** Their size in octets. */
  long bytes() {
    return bytes.sum();
  }

  @Override
  public void messagesDone(Mailbox mailbox, long moreMessages, long moreBytes) {
    messages.add(moreMessages);
    bytes.add(moreBytes);
    next.messagesDone(mailbox, moreMessages, moreBytes);
  }

  @Override
  public void migrationOpened(Migration migration) {
    next.migrationOpened(migration);
  }

  @Override
  public void mailboxPlanned(Mailbox mailbox, int folders, long planned, long size) {
    next.mailboxPlanned(mailbox, folders, planned, size);
  }

  @Override
  public void mailboxWaits(Mailbox mailbox, Instant until, String why) {
    next.mailboxWaits(mailbox, until, why);
  }

  @Override
  public void loginWanted(String user, String url, String code, Duration time) {
    next.loginWanted(user, url, code, time);
  }

  @Override
  public void mailboxGoesOn(Mailbox mailbox) {
    next.mailboxGoesOn(mailbox);
  }

  @Override
  public void mailboxFinished(MailboxResult result) {
    next.mailboxFinished(result);
  }

  @Override
  public void stepNotDone(String what) {
    next.stepNotDone(what);
  }

  @Override
  public void migrationFinished(MigrationResult result) {
    next.migrationFinished(result);
  }
}
