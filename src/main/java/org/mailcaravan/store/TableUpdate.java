package org.mailcaravan.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/**
 * Brings the tables up to date. On PostgreSQL each migration is one transaction. H2 ends the
 * transaction at each change of a table, so a kill would leave half a migration that can neither go
 * on nor start again: there, all that was in the database is kept in a file until the tables are up
 * to date, and a start that finds the file begins with what is in it. Only for whoever holds the
 * database alone.
 */
final class TableUpdate {
  private final DataSource database;
  private final @Nullable Path before;

  /**
   * @param before where to keep what was there before; null where a kill does no harm
   */
  TableUpdate(DataSource database, @Nullable Path before) {
    this.database = database;
    this.before = before;
  }

  /**
   * @throws UncheckedIOException when what was there before cannot be kept
   */
  void run() throws SQLException {
    Flyway flyway = Flyway.configure().dataSource(database).load();
    if (before == null) {
      flyway.migrate();
      return;
    }
    if (Files.exists(before)) {
      execute("drop all objects");
      execute("runscript from '" + quoted(before) + "' compression gzip");
    }
    if (flyway.info().pending().length == 0) {
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
