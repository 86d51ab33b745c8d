package org.mailcaravan.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the last pass of a mailbox did.
 *
 * @param folders source folders that were looked at
 * @param copied messages newly stored at the destination
 * @param alreadyThere messages that were there from an earlier pass
 * @param setAside messages that the destination refused, kept in the data folder
 * @param carriedOver what was done about changes at the source to what was copied before
 * @param bytes size of the messages newly stored
 * @param seconds how long the pass took
 * @param contacts what became of each file of contacts, in the order of the request; empty when
 *     there was none
 * @param calendar the same for files of events
 * @param certificate what the comparison of both sides showed at the end, or null when it did not
 *     come to that
 * @param problems what somebody must fix; empty when all arrived
 * @param notes what was done otherwise than at the source and needs nothing done: folders renamed
 *     or left out, keywords that the destination does not keep
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
}
