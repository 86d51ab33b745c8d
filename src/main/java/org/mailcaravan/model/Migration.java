package org.mailcaravan.model;

import java.time.Instant;
import java.util.List;

/**
 * An accepted request: the mailboxes to move and the rejected rows.
 *
 * @param id unique; begins with the time, so that it sorts, and ends with the file's name
 * @param name the file's name without folder
 * @param opened when it was accepted
 * @param mailboxes one per good row, in their order
 * @param rejected one or more per bad row
 */
public record Migration(
    String id, String name, Instant opened, List<Mailbox> mailboxes, List<RowProblem> rejected) {
  /** Characters; file systems take 255 octets. */
  private static final int LONGEST_STEM = 60;

  public Migration {
    mailboxes = List.copyOf(mailboxes);
    rejected = List.copyOf(rejected);
  }

  /** The id of the mailbox of a row. */
  public String mailboxId(int row) {
    return mailboxId(id, row);
  }

  /** The id of the mailbox of a row in a migration. */
  public static String mailboxId(String migrationId, int row) {
    return migrationId + "." + row;
  }

  /**
   * The file's name without its extension, for files that are named after it: without what means
   * something in a path, and not too long.
   */
  public String stem() {
    int dot = name.lastIndexOf('.');
    String stem =
        (dot > 0 ? name.substring(0, dot) : name).replaceAll("[\\\\/:*?\"<>|$\\p{C}]", "_");
    return stem.length() <= LONGEST_STEM ? stem : stem.substring(0, LONGEST_STEM);
  }
}
