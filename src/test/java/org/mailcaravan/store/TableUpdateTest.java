package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.server.Lengthy;

/** A kill while the tables are made, or brought up to date, costs nothing. */
@Lengthy
class TableUpdateTest {
  private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");

  @TempDir Path folder;
  private String url = "";
  private Path before = Path.of("");

  @BeforeEach
  void places() {
    url = "jdbc:h2:file:" + folder.toAbsolutePath().resolve("mailcaravan");
    before = folder.toAbsolutePath().resolve("mailcaravan.before-update.sql.gz");
  }

  static List<MigrationInfo> migrations() {
    return Stream.of(Flyway.configure().dataSource("jdbc:h2:mem:", "", "").load().info().pending())
        .toList();
  }

  /** What a kill leaves after the first statement of a migration. */
  private void cutOffIn(MigrationInfo migration, boolean kept) throws SQLException, IOException {
    migrations().stream()
        .map(MigrationInfo::getVersion)
        .filter(version -> version.compareTo(migration.getVersion()) < 0)
        .reduce((one, next) -> next)
        .ifPresent(
            last ->
                Flyway.configure()
                    .dataSource(url, "", "")
                    .placeholders(Map.of("stored", ""))
                    .javaMigrations(new ProblemsAsRows())
                    .target(last)
                    .load()
                    .migrate());
    String first =
        Files.readString(MIGRATIONS.resolve(migration.getScript())).split(";\\s*\n", 2)[0];
    try (Connection connection = DriverManager.getConnection(url, "", "");
        Statement statement = connection.createStatement()) {
      if (kept) {
        statement.execute("script nopasswords nosettings to '" + before + "' compression gzip");
      }
      statement.execute(first);
    }
  }

  @ParameterizedTest
  @MethodSource("migrations")
  void aMigrationThatWasCutOffIsDoneAnewFromWhatWasThere(MigrationInfo cut)
      throws SQLException, IOException {
    cutOffIn(cut, true);

    for (int start = 0; start < 2; start++) {
      try (Database database = Database.inFolder(folder)) {
        assertThat(database.jdbc().sql("select id from migration").query(String.class).list())
            .isEmpty();
      }
      assertThat(before).doesNotExist();
    }
  }

  @Test
  void whatAnEarlierVersionHasEndedIsInAStage() throws SQLException, IOException {
    MigrationInfo life =
        migrations().stream()
            .filter(each -> each.getScript().startsWith("V40__"))
            .findAny()
            .orElseThrow();
    cutOffIn(life, false);
    try (Connection connection = DriverManager.getConnection(url, "", "");
        Statement statement = connection.createStatement()) {
      statement.execute("alter table migration drop column stage");
      for (String row :
          new String[] {
            "'service', null, null, false",
            "'ended', current_timestamp, null, false",
            "'kept', current_timestamp, null, false",
            "'command', current_timestamp, 'a-command', false",
            "'cancelled', current_timestamp, null, true"
          }) {
        statement.execute(
            "insert into migration (name, id, opened_at, finished_at, only_node, cancelled)"
                + " select 'x', c1, current_timestamp, c2, c3, c4 from (values ("
                + row
                + ")) as v(c1, c2, c3, c4)");
      }
      statement.execute(
          "insert into mailbox (id, source_account, destination_account, source_address, source_host,"
              + " source_port, source_security, source_username, destination_address, state)"
              + " values ('a', 'a', 'a', 'a@old.example', 'h', 993, 'TLS', 'a', 'a@new.example', 'COPIED')");
      statement.execute(
          "insert into migration_mailbox (migration_id, row_number, mailbox_id) values ('kept', 1, 'a')");
      statement.execute(
          "insert into credential (mailbox_id, role, sealed, stored_at)"
              + " values ('a', 'SOURCE', '-', current_timestamp)");
    }
    try (Database database = Database.inFolder(folder)) {
      assertThat(
              database
                  .jdbc()
                  .sql(
                      "select id || ' ' || stage || case when closed_at is null then '' else ' closed' end"
                          + " from migration order by id")
                  .query(String.class)
                  .list())
          .containsExactly(
              "cancelled CANCELLED",
              "command CLOSED closed",
              "ended CLOSED closed",
              "kept WAITING_FOR_CUTOVER",
              "service WAITING");
    }
  }

  @Test
  void whatWasInTheTablesIsThereAgain() throws SQLException, IOException {
    Database.inFolder(folder).close();
    try (Connection connection = DriverManager.getConnection(url, "", "");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "insert into refused_login values ('ann@old.example', 3, timestamp with time zone '2026-01-02 03:04:05Z')");
      statement.execute("script nopasswords nosettings to '" + before + "' compression gzip");
      statement.execute("drop table refused_login");
    }

    try (Database database = Database.inFolder(folder)) {
      assertThat(
              database
                  .jdbc()
                  .sql("select passes from refused_login where account = 'ann@old.example'")
                  .query(Integer.class)
                  .single())
          .isEqualTo(3);
    }
  }

  /** Why all that is kept is needed. */
  @Test
  void h2CannotGoOnWithHalfAMigration() throws SQLException, IOException {
    List<MigrationInfo> all = migrations();
    cutOffIn(all.get(all.size() - 1), false);

    assertThatThrownBy(() -> Database.inFolder(folder)).isInstanceOf(FlywayException.class);
  }

  @Test
  void aStartThatWasCutOffBeforeItHadKeptAllBeginsAnew() throws IOException {
    Files.writeString(before.resolveSibling(before.getFileName() + ".part"), "half of it");

    Database.inFolder(folder).close();

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsOnly("mailcaravan.mv.db");
    }
  }
}
