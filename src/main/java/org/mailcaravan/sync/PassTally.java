package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Progress;

/** Counts what one pass of one mailbox does. Thread-safe. */
public final class PassTally {
  private final Mailbox mailbox;
  private final Progress progress;
  private final long startedNanos;
  private final Set<Problem> problems = new LinkedHashSet<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private int folders;
  private long copied;
  private long alreadyThere;
  private long setAside;
  private long bytes;
  private boolean planned;
  private boolean fault;
  private @Nullable ImportResult contacts;
  private @Nullable ImportResult calendar;

  PassTally(Mailbox mailbox, Progress progress, long startedNanos) {
    this.mailbox = mailbox;
    this.progress = progress;
    this.startedNanos = startedNanos;
  }

  synchronized void planned(int folderCount, long messages, long octets) {
    planned = true;
    folders = folderCount;
    progress.mailboxPlanned(mailbox, folderCount, messages, octets);
  }

  synchronized void alreadyThere(long messages) {
    alreadyThere += messages;
    progress.messagesDone(mailbox, messages, 0);
  }

  synchronized void copied(long messages, long octets) {
    copied += messages;
    bytes += octets;
    progress.messagesDone(mailbox, messages, octets);
  }

  synchronized void setAside(Problem problem) {
    setAside++;
    problems.add(problem);
    progress.messagesDone(mailbox, 1, 0);
  }

  /** Adds something that a person must know; the same thing twice counts once. */
  public synchronized void problem(Problem problem) {
    problems.add(problem);
  }

  /**
   * Adds what was done otherwise than at the source and needs nothing done; the same thing twice
   * counts once.
   */
  public synchronized void note(String note) {
    notes.add(note);
  }

  /** Adds a fault of ours. */
  public synchronized void fault(Problem problem) {
    fault = true;
    problems.add(problem);
  }

  /** Adds what became of the contacts. */
  public synchronized void contacts(ImportResult result) {
    contacts = result;
    problems.addAll(result.refused());
  }

  /** Adds what became of the calendar. */
  public synchronized void calendar(ImportResult result) {
    calendar = result;
    problems.addAll(result.refused());
  }

  /**
   * How many messages have arrived so far, so that a retry can tell whether it got further than the
   * last.
   */
  public synchronized long arrived() {
    return copied + alreadyThere;
  }

  synchronized List<Problem> problems() {
    return new ArrayList<>(problems);
  }

  synchronized MailboxResult result(long nowNanos) {
    return new MailboxResult(
        mailbox,
        state(),
        folders,
        copied,
        alreadyThere,
        setAside,
        bytes,
        (nowNanos - startedNanos) / 1e9,
        contacts,
        calendar,
        new ArrayList<>(problems),
        new ArrayList<>(notes));
  }

  private MailboxState state() {
    if (fault) {
      return MailboxState.FAULT;
    }
    if (!planned) {
      return MailboxState.BLOCKED;
    }
    return problems.isEmpty() ? MailboxState.COPIED : MailboxState.INCOMPLETE;
  }
}
