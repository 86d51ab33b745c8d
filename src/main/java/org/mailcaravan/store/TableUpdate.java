package org.mailcaravan.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/**
 * Brings the tables up to date. On PostgreSQL each migration is one transaction. H2 ends the
 * transaction at each change of a table, so a kill would leave half a migration that can neither go
 * on nor start again: there, all that was in the database is kept in a file until the tables are up
 * to date, and a start that finds the file begins with what is in it. Only for whoever holds the
 * database alone.
 */
final class TableUpdate {
  private final Flyway flyway;
  private final DataSource database;
  private final @Nullable Path before;
  private final Where place;

  /**
   * @param postgres whether it is PostgreSQL, which wants to be told to store what it computes
   * @param before where to keep what was there before; null where a kill does no harm
   * @param place the database, for problems
   */
  TableUpdate(DataSource database, boolean postgres, @Nullable Path before, Where place) {
    this.flyway =
        Flyway.configure()
            .dataSource(database)
            .placeholders(Map.of("stored", postgres ? "stored" : ""))
            .javaMigrations(new ProblemsAsRows())
            .load();
    this.database = database;
    this.before = before;
    this.place = place;
  }

  /** The version that the tables have when they are up to date. */
  String known() {
    String newest = "";
    for (MigrationInfo migration : flyway.info().all()) {
      if (migration.getVersion() != null && migration.getState().isResolved()) {
        newest = migration.getVersion().getVersion();
      }
    }
    return newest;
  }

  /**
   * Whether the tables are not up to date.
   *
   * @throws RequestRejected when they are newer than this program
   */
  boolean isPending() {
    MigrationInfoService info = flyway.info();
    for (MigrationInfo migration : info.applied()) {
      if (migration.getState() == MigrationState.FUTURE_SUCCESS
          || migration.getState() == MigrationState.FUTURE_FAILED) {
        throw new RequestRejected(newer(migration.getVersion()));
      }
    }
    return info.pending().length > 0;
  }

  private Problem newer(MigrationVersion version) {
    return new Problem(
        place,
        "its tables have version "
            + version
            + ", and this program knows them up to version "
            + known()
            + ": a newer Mail Caravan has changed them",
        Owner.US,
        "Start the newer version. Tables cannot be changed back: to go on with this version, restore"
            + " the copy that was made before the update.");
  }

  /**
   * @throws UncheckedIOException when what was there before cannot be kept
   * @throws RequestRejected when they are newer than this program
   */
  void run() throws SQLException {
    if (before == null) {
      boolean unused = isPending();
      flyway.migrate();
      return;
    }
    if (Files.exists(before)) {
      execute("drop all objects");
      execute("runscript from '" + quoted(before) + "' compression gzip");
    }
    if (!isPending()) {
      flyway.migrate();
      delete();
      return;
    }
    Path part = before.resolveSibling(before.getFileName() + ".part");
    execute("script nopasswords nosettings to '" + quoted(part) + "' compression gzip");
    move(part);
    flyway.migrate();
    delete();
  }

  private static String quoted(Path file) {
    return file.toString().replace("'", "''");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void move(Path part) {
    try {
      Files.move(part, kept(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void delete() {
    try {
      Files.deleteIfExists(kept());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path kept() {
    if (before == null) {
      throw new IllegalStateException("nothing is kept");
    }
    return before;
  }
}
