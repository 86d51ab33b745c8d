package org.mailcaravan.console;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.intake.Upload;
import org.mailcaravan.model.Caller;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.status.FailingRoute;
import org.mailcaravan.model.status.RefusedRoutes;
import org.mailcaravan.store.Migrations;

/** What only the running service can do for a caller. Thread-safe. */
public interface ServiceActions {
  /** Whose password it is. */
  enum Account {
    SOURCE,
    DESTINATION
  }

  /**
   * Why changed route files are not used by this node; empty where they are, or none is looked at.
   */
  Optional<RefusedRoutes> refusedRoutes();

  /** Routes of this node that cannot take what they wait for, by their ids. */
  List<FailingRoute> failingRoutes();

  /**
   * Takes a request; its mailboxes are queued when it returns.
   *
   * @throws org.mailcaravan.model.RequestRejected when it cannot be used, or none of its rows
   * @throws org.springframework.dao.DuplicateKeyException when another call with the same key was
   *     quicker
   */
  Migration submit(Upload upload);

  /** What a call with this key has opened. */
  Optional<Migrations.Opened> opened(Caller.Key key);

  /**
   * The answer to the request of a migration, as text or as a page; empty while it is not ready.
   *
   * @param migrationId of one that there is
   * @param language null for that of the request
   */
  Optional<String> answer(String migrationId, boolean html, @Nullable Language language);

  /**
   * Replaces a password after a login with it, and makes the mailbox run again.
   *
   * @throws org.mailcaravan.model.MigrationException when the login fails; nothing is replaced
   */
  void changePassword(String mailboxId, Account account, Secret password, String actor);

  /** The report of a migration as JSON; empty while there is none, or when another node has it. */
  Optional<Path> report(String migrationId);

  /**
   * The certificates of a migration, as pages, and the list of what was not moved, as a ZIP file;
   * empty while there are none, or where they are too many.
   */
  Optional<byte[]> files(String migrationId);

  /**
   * Writes the report of a migration again, from what the database knows.
   *
   * @return the folder that it is in
   */
  Path writeReport(String migrationId);
}
