package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.api.MigrationVersion;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.docs.WrittenFile;
import org.mailcaravan.model.Where;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The file that makes the tables of a new H2 database holds what the migrations make. */
class NewTablesTest {
  private static final Path FILE = Path.of("src/main/resources" + TableUpdate.NEW_TABLES);

  @TempDir private Path temp = Path.of("");

  private DataSource database(String folder) {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL("jdbc:h2:file:" + temp.resolve(folder).resolve("mailcaravan"));
    database.setUser("");
    database.setPassword("");
    return database;
  }

  /** All that is in a database, apart from when it was made. */
  private static String script(DataSource database) {
    List<String> statements =
        JdbcClient.create(database).sql("script nopasswords nosettings").query(String.class).list();
    return statements.stream()
        .filter(statement -> !statement.startsWith("--") && !statement.startsWith("CREATE USER"))
        .map(
            statement ->
                statement.replaceAll("TIMESTAMP '[^']*', \\d+, TRUE", "CURRENT_TIMESTAMP, 0, TRUE"))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  @Test
  void itHoldsWhatTheMigrationsMake() throws IOException {
    TableUpdate.flyway(database("migrated"), false).migrate();

    WrittenFile.require(FILE, script(database("migrated")));
  }

  @Test
  void aNewDatabaseHasTheSame() throws IOException {
    Database.inFolder(temp).close();

    assertThat(FILE).content().isEqualTo(script(database(".")));
  }

  @Test
  void flywayTakesThemAsItsOwn() throws SQLException {
    Database.inFolder(temp).close();

    TableUpdate.flyway(database("."), false).validate();
    assertThat(TableUpdate.flyway(database("."), false).info().current().getVersion())
        .isEqualTo(MigrationVersion.fromVersion(TableUpdate.NEWEST));
    assertThat(TableUpdate.flyway(database("."), false).migrate().migrationsExecuted).isZero();
  }

  @Test
  void aFailedMigrationIsNotTakenForDone() throws SQLException {
    Database.inFolder(temp).close();
    try (Connection connection = database(".").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "update \"flyway_schema_history\" set \"success\" = false where \"version\" = '"
              + TableUpdate.NEWEST
              + "'");
    }
    assertThat(new TableUpdate(database("."), false, null, Where.database("test")).isPending())
        .isTrue();
  }
}
