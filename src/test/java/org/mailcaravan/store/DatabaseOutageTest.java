package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.LeaseLost;
import org.mailcaravan.model.Secret;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.PostgresServer;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** A PostgreSQL that goes away for a while: what is written fails, nothing hangs, all goes on. */
@Lengthy
@EnabledIfInstalled({"initdb", "postgres"})
class DatabaseOutageTest {
  /** Far more than a statement may take. */
  private static final long LONGEST_SECONDS = 50;

  private static PostgresServer server;
  private Database database;
  private Database fenced;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void open() {
    // As long as a minute in the program.
    String impatient = "?socketTimeout=1&loginTimeout=1&connectTimeout=1";
    database =
        Database.open(
            server.newDatabase() + impatient,
            PostgresServer.USER,
            Secret.of(""),
            Duration.ofSeconds(2));
    database.jdbc().sql("create table written (what varchar(20))").update();
    fenced = database.fencedBy(FencedDatabaseTest.CLAIM, claim -> true);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static void write(Database by, String what) {
    by.jdbc().sql("insert into written (what) values (?)").param(what).update();
  }

  private static Throwable failureOf(Runnable work) throws Exception {
    return CompletableFuture.supplyAsync(() -> catchThrowable(work::run))
        .get(LONGEST_SECONDS, TimeUnit.SECONDS);
  }

  private void requireFailures() throws Exception {
    assertThat(failureOf(() -> write(fenced, "lost")))
        .isInstanceOf(LeaseLost.class)
        .hasMessageContaining("the database does not answer, or took too long");
    assertThat(failureOf(() -> fenced.inTransaction(() -> write(fenced, "lost"))))
        .isInstanceOf(LeaseLost.class);
    assertThat(failureOf(() -> write(database, "lost"))).isInstanceOf(DataAccessException.class);
    assertThat(failureOf(() -> database.inTransaction(() -> write(database, "lost"))))
        .isInstanceOf(TransactionException.class);
  }

  private void requireThatAllGoesOn() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(RuntimeException.class)
        .until(
            () -> {
              write(fenced, "after");
              return true;
            });
    assertThat(
            database.jdbc().sql("select what from written order by 1").query(String.class).list())
        .contains("before", "after");
  }

  @Test
  void aServerThatIsStoppedAndStartedAgain() throws Exception {
    write(fenced, "before");
    server.kill();
    try {
      requireFailures();
    } finally {
      server.startAgain();
    }
    requireThatAllGoesOn();
  }

  @Test
  void aServerThatStandsStill() throws Exception {
    write(fenced, "before");
    server.freeze();
    try {
      requireFailures();
    } finally {
      server.thaw();
    }
    requireThatAllGoesOn();
  }

  @Test
  void aServerThatIsGoneAtTheCommit() throws Exception {
    write(fenced, "before");
    Throwable failure =
        failureOf(
            () ->
                fenced.inTransaction(
                    () -> {
                      write(fenced, "nobody knows");
                      server.kill();
                    }));
    server.startAgain();
    assertThat(failure).isInstanceOf(LeaseLost.class);
    requireThatAllGoesOn();
  }

  @Test
  void aMistakeOfTheProgramIsNoOutage() {
    assertThatThrownBy(() -> write(fenced, "much longer than twenty characters"))
        .isInstanceOf(DataAccessException.class);
    assertThatThrownBy(() -> fenced.jdbc().sql("insert into nothing values (1)").update())
        .isInstanceOf(DataAccessException.class);
  }
}
