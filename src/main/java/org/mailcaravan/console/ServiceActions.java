package org.mailcaravan.console;

import java.nio.file.Path;
import java.util.Optional;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Secret;

/** What only the running service can do for a caller. Thread-safe. */
public interface ServiceActions {
  /** Whose password it is. */
  enum Account {
    SOURCE,
    DESTINATION
  }

  /**
   * Takes a request; its mailboxes are queued when it returns.
   *
   * @param file relative names of contacts and calendars count from its folder
   * @throws org.mailcaravan.model.RequestRejected when the file as a whole cannot be used
   */
  Migration submit(Path file);

  /**
   * Replaces a password after a login with it, and makes the mailbox run again.
   *
   * @throws org.mailcaravan.model.MigrationException when the login fails; nothing is replaced
   */
  void changePassword(String mailboxId, Account account, Secret password, String actor);

  /** The report of a migration as JSON; empty while there is none, or when another node has it. */
  Optional<Path> report(String migrationId);

  /**
   * Writes the report of a migration again, from what the database knows.
   *
   * @return the folder that it is in
   */
  Path writeReport(String migrationId);
}
