package org.mailcaravan.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
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
 *
 * <p>A start that has nothing to change asks one statement; an empty H2 database gets all tables
 * from one file, {@link #NEW_TABLES}, which holds what the migrations make. Both take a fraction of
 * the time that Flyway takes, and of the memory.
 */
final class TableUpdate {
  /** The version that the tables have when they are up to date: of the last migration. */
  static final String NEWEST = "45";

  /** All tables as the migrations make them on H2, and that these have been done. */
  static final String NEW_TABLES = "/db/new-tables.h2.sql";

  private final DataSource database;
  private final boolean postgres;
  private final @Nullable Path before;
  private final Where place;

  /**
   * @param postgres whether it is PostgreSQL, which wants to be told to store what it computes
   * @param before where to keep what was there before; null where a kill does no harm
   * @param place the database, for problems
   */
  TableUpdate(DataSource database, boolean postgres, @Nullable Path before, Where place) {
    this.database = database;
    this.postgres = postgres;
    this.before = before;
    this.place = place;
  }

  /** All migrations, of which none is done yet by this. */
  static Flyway flyway(DataSource database, boolean postgres) {
    return Flyway.configure()
        .dataSource(database)
        .placeholders(Map.of("stored", postgres ? "stored" : ""))
        .javaMigrations(new ProblemsAsRows())
        .load();
  }

  /**
   * Whether the tables are not up to date.
   *
   * @throws RequestRejected when they are newer than this program
   */
  boolean isPending() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      return isPending(statement);
    }
  }

  private boolean isPending(Statement statement) throws SQLException {
    if (count(statement, "lower(table_name) = 'flyway_schema_history'") == 0) {
      return true;
    }
    boolean done = false;
    try (ResultSet row =
        statement.executeQuery(
            "select \"version\", \"success\" from \"flyway_schema_history\" where \"version\" is not null")) {
      while (row.next()) {
        String version = row.getString(1);
        if (MigrationVersion.fromVersion(version).isNewerThan(NEWEST)) {
          throw new RequestRejected(newer(version));
        }
        done |= version.equals(NEWEST) && row.getBoolean(2);
      }
    }
    return !done;
  }

  private static int count(Statement statement, String tables) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "select count(*) from information_schema.tables where table_schema = current_schema and "
                + tables)) {
      row.next();
      return row.getInt(1);
    }
  }

  private Problem newer(String version) {
    return new Problem(
        place,
        "its tables have version "
            + version
            + ", and this program knows them up to version "
            + NEWEST
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
    if (before != null && Files.exists(before)) {
      execute("drop all objects");
      execute("runscript from '" + quoted(before) + "' compression gzip");
    }
    if (isPending()) {
      if (before == null) {
        change();
      } else {
        keepAll(before);
        // All of it is on disk before what was kept is deleted, not each statement.
        execute("set write_delay 1000");
        change();
        execute("set write_delay 0");
      }
    }
    if (before != null) {
      delete(before);
    }
  }

  private void keepAll(Path file) throws SQLException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    execute("script nopasswords nosettings to '" + quoted(part) + "' compression gzip");
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void change() throws SQLException {
    if (!postgres && isEmpty()) {
      execute("runscript from 'classpath:" + NEW_TABLES + "'");
    } else {
      flyway(database, postgres).migrate();
    }
  }

  private boolean isEmpty() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      return count(statement, "true") == 0;
    }
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

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
