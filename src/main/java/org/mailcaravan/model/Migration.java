package org.mailcaravan.model;

import java.time.Instant;
import java.util.List;

/**
 * What an accepted request opens: its mailboxes and its rejected rows.
 *
 * @param id unique; begins with the time, so that ids sort by time, and ends with the name of the
 *     file
 * @param name the file's name without folder
 * @param opened when it was accepted
 * @param mailboxes one for each accepted row, in order
 * @param rejected one or more for each rejected row
 * @param reading how its request was read; {@link RequestReading#UNKNOWN} where that was not kept
 */
public record Migration(
    String id,
    String name,
    Instant opened,
    List<Mailbox> mailboxes,
    List<RowProblem> rejected,
    RequestReading reading) {
  /** In characters; file systems allow 255 octets. */
  private static final int LONGEST_STEM = 60;

  public Migration {
    mailboxes = List.copyOf(mailboxes);
    rejected = List.copyOf(rejected);
  }

  /** One that was opened earlier. */
  public Migration(
      String id, String name, Instant opened, List<Mailbox> mailboxes, List<RowProblem> rejected) {
    this(id, name, opened, mailboxes, rejected, RequestReading.UNKNOWN);
  }

  /** The id of a mailbox that the row of a migration was the first to name. */
  public static String mailboxId(String migrationId, int row) {
    return migrationId + "." + row;
  }

  /**
   * The name of the file without its extension, for the names of other files: without characters
   * that have a meaning in a path, and shortened.
   */
  public String stem() {
    int dot = name.lastIndexOf('.');
    String stem =
        (dot > 0 ? name.substring(0, dot) : name).replaceAll("[\\\\/:*?\"<>|$\\p{C}]", "_");
    return stem.length() <= LONGEST_STEM ? stem : stem.substring(0, LONGEST_STEM);
  }
}
