package org.mailcaravan.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a pass of a mailbox; in a report, of the last one, with the numbers of all passes
 * of its migration.
 *
 * @param folders source folders that the pass looked at
 * @param copied messages that the pass stored at the destination
 * @param alreadyThere messages that were there before it
 * @param setAside messages that the destination refused, kept in the data folder
 * @param carriedOver changes at the source to messages that earlier passes copied
 * @param bytes size of the copied messages in octets
 * @param seconds how long the pass took
 * @param contacts what became of each file of contacts, in the order of the request; empty when
 *     there was none
 * @param calendar the same for files of events
 * @param certificate the result of the comparison at the end, or null when there was none
 * @param problems what somebody must fix; empty when all arrived
 * @param notes differences from the source that need no action: folders renamed or left out,
 *     messages that rules leave out, keywords that the destination does not keep
 */
public record MailboxResult(
    Mailbox mailbox,
    MailboxState state,
    int folders,
    long copied,
    long alreadyThere,
    long setAside,
    CarriedOver carriedOver,
    long bytes,
    double seconds,
    List<ImportResult> contacts,
    List<ImportResult> calendar,
    @Nullable Certificate certificate,
    List<Problem> problems,
    List<String> notes) {
  public MailboxResult {
    contacts = List.copyOf(contacts);
    calendar = List.copyOf(calendar);
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }

  /**
   * The result of a pass that was interrupted before.
   *
   * @param copiedBefore messages that it had copied by then, which it found there when it went on
   */
  public MailboxResult after(long copiedBefore, long bytesBefore, double secondsBefore) {
    return new MailboxResult(
        mailbox,
        state,
        folders,
        copied + copiedBefore,
        Math.max(0, alreadyThere - copiedBefore),
        setAside,
        carriedOver,
        bytes + bytesBefore,
        seconds + secondsBefore,
        contacts,
        calendar,
        certificate,
        problems,
        notes);
  }

  /** The same result with other problems. */
  public MailboxResult with(List<Problem> others) {
    return of(mailbox, state, others);
  }

  /** The same result of a pass on behalf of another migration. */
  public MailboxResult inMigration(String migration) {
    return of(mailbox.inMigration(migration), state, problems);
  }

  /** The same result with another state. */
  public MailboxResult in(MailboxState other) {
    return of(mailbox, other, problems);
  }

  /** What the pass did stays. */
  private MailboxResult of(Mailbox whose, MailboxState ended, List<Problem> found) {
    return new MailboxResult(
        whose,
        ended,
        folders,
        copied,
        alreadyThere,
        setAside,
        carriedOver,
        bytes,
        seconds,
        contacts,
        calendar,
        certificate,
        found,
        notes);
  }
}
