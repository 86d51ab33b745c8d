package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.PostgresServer;

/** Several programs on one PostgreSQL, of the same version and of different ones. */
@Lengthy
@EnabledIfInstalled({"initdb", "postgres"})
class SharedDatabaseTest {
  /** The lock of programs that run; versions before V24 held it alone. */
  private static final String RUNNING = "(5314377212)";

  private static PostgresServer server;
  private String url = "";

  @BeforeAll
  static void startServer() {
    server = PostgresServer.shared();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void newDatabase() {
    url = server.emptyDatabase();
  }

  private Database open() {
    return Database.open(url, PostgresServer.USER, Secret.of(""));
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(url, PostgresServer.USER, "");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void updateTo(String version) {
    Flyway.configure().dataSource(url, PostgresServer.USER, "").target(version).load().migrate();
  }

  /** What a version to come leaves. */
  private void updateBeyondThisVersion() throws SQLException {
    execute(
        "insert into flyway_schema_history (installed_rank, version, description, type, script,"
            + " checksum, installed_by, execution_time, success)"
            + " values (9999, '9999', 'to come', 'SQL', 'V9999__to_come.sql', 1, 'test', 1, true)");
  }

  @Test
  void severalProgramsWorkOnOneDatabase() {
    try (Database one = open();
        Database two = open()) {
      assertThat(one.isShared()).isTrue();
      one.jdbc().sql("insert into host (name, configured) values ('old:993', 4)").update();
      assertThat(two.jdbc().sql("select name from host").query(String.class).list())
          .containsExactly("old:993");
    }
  }

  @Test
  void programsThatStartAtOnceOnAnEmptyDatabaseMakeItsTablesOnce() throws Exception {
    int programs = 4;
    ExecutorService threads = Executors.newFixedThreadPool(programs);
    List<Database> opened = new ArrayList<>();
    try {
      CyclicBarrier together = new CyclicBarrier(programs);
      Callable<Database> start =
          () -> {
            together.await();
            return open();
          };
      List<Callable<Database>> all = Collections.nCopies(programs, start);
      for (Future<Database> program : threads.invokeAll(all)) {
        opened.add(program.get());
      }
      assertThat(
              opened
                  .get(0)
                  .jdbc()
                  .sql("select version from flyway_schema_history order by installed_rank")
                  .query(String.class)
                  .list())
          .doesNotHaveDuplicates()
          .startsWith("1", "2", "3");
    } finally {
      opened.forEach(Database::close);
      threads.shutdown();
    }
  }

  @Test
  void aProgramThatIsOlderThanTheTablesRefuses() throws SQLException {
    open().close();
    updateBeyondThisVersion();
    assertThatThrownBy(this::open)
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("its tables have version 9999")
        .hasMessageContaining("Start the newer version.");
  }

  @Test
  void aRunningProgramWritesNothingOnceTheTablesWereChanged() throws SQLException {
    try (Database database = open()) {
      database.jdbc().sql("insert into host (name, configured) values ('old:993', 4)").update();
      updateBeyondThisVersion();
      execute(
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where datname = current_database() and pid <> pg_backend_pid()");
      assertThatThrownBy(() -> database.jdbc().sql("delete from host").update())
          .hasStackTraceContaining("terminating connection");
      assertThatThrownBy(() -> database.jdbc().sql("delete from host").update())
          .hasStackTraceContaining("a newer Mail Caravan has changed them");
    }
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeQuery("select 1 from host").next()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select pg_advisory_lock" + RUNNING, // versions that ran alone
        "select pg_advisory_lock_shared" + RUNNING
      })
  void tablesAreNotChangedWhileAnOlderProgramUsesThem(String lock) throws SQLException {
    updateTo("23");
    try (Connection older = connect();
        Statement statement = older.createStatement()) {
      statement.execute(lock);
      assertThatThrownBy(this::open)
          .isInstanceOf(RequestRejected.class)
          .hasMessageContaining("a Mail Caravan of that version still uses them (from 127.0.0.1)")
          .hasMessageContaining("Stop every program that uses this database");
      assertThat(
              statement
                  .executeQuery("select 1 from flyway_schema_history where version = '24'")
                  .next())
          .isFalse();
    }
    open().close();
  }

  /** Versions that ran alone ask for the lock alone. */
  @Test
  void anOlderProgramIsTurnedAwayWhileThisOneRuns() throws SQLException {
    Database database = open();
    try (Connection older = connect();
        Statement statement = older.createStatement()) {
      assertThat(lockedAlone(statement)).isFalse();
      database.close();
      Awaitility.await().until(() -> lockedAlone(statement));
    }
  }

  private static boolean lockedAlone(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("select pg_try_advisory_lock" + RUNNING)) {
      return row.next() && row.getBoolean(1);
    }
  }

  @Test
  void aProgramThatStandsStillInATransactionLosesItsLocks() {
    try (Database database = open()) {
      assertThat(
              database
                  .jdbc()
                  .sql("select current_setting('idle_in_transaction_session_timeout')")
                  .query(String.class)
                  .single())
          .isEqualTo("10s");
      database.jdbc().sql("insert into host (name, configured) values ('old:993', 4)").update();
      assertThatThrownBy(
              () ->
                  database.inTransaction(
                      () -> {
                        database
                            .jdbc()
                            .sql(
                                "select set_config('idle_in_transaction_session_timeout', '100ms', true)")
                            .query(String.class)
                            .single();
                        change(database);
                        // Frozen; meanwhile another one waits for the row.
                        CompletableFuture.runAsync(() -> change(database)).join();
                      }))
          .hasStackTraceContaining("idle-in-transaction timeout");
      assertThat(database.jdbc().sql("select failures from host").query(Integer.class).single())
          .isEqualTo(1);
    }
  }

  private static void change(Database database) {
    database.jdbc().sql("update host set failures = failures + 1").update();
  }
}
