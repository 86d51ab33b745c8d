package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Secret;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.PostgresServer;

/** {@link FencedDatabaseTest} on PostgreSQL, each test in a database of its own. */
@EnabledIfInstalled({"initdb", "postgres"})
class PostgresFencedDatabaseTest extends FencedDatabaseTest {
  private static final String CLAIM_NEXT = "select pass from held for update";

  private static PostgresServer server;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.shared();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Override
  Database open() {
    return Database.open(server.newDatabase(), PostgresServer.USER, Secret.of(""));
  }

  @Override
  String lock() {
    return "for key share";
  }

  @Test
  void aTakeOverPassesByWhatIsJustBeingWrittenOrWaitsForIt() {
    List<CompletableFuture<Void>> takeOver = new ArrayList<>();
    fenced.inTransaction(
        () -> {
          write(fenced, "under way");
          assertThat(onAnotherThread(() -> passes(CLAIM_NEXT + " skip locked")).join()).isEmpty();
          takeOver.add(
              CompletableFuture.runAsync(
                  () ->
                      database.inTransaction(
                          () -> {
                            passes(CLAIM_NEXT);
                            takeOver();
                          })));
          Awaitility.await()
              .until(
                  () ->
                      onAnotherThread(
                              () ->
                                  database
                                      .jdbc()
                                      .sql(
                                          "select count(*) from pg_stat_activity"
                                              + " where datname = current_database()"
                                              + " and wait_event_type = 'Lock'")
                                      .query(Long.class)
                                      .single())
                          .join(),
                  waiting -> waiting == 1);
        });
    takeOver.get(0).join();
    assertThat(passes(CLAIM_NEXT + " skip locked")).containsExactly(7L);
  }

  @Test
  void aHeartbeatDoesNotWaitForWhatIsJustBeingWritten() {
    fenced.inTransaction(
        () -> {
          write(fenced, "under way");
          int renewed =
              onAnotherThread(() -> database.jdbc().sql("update held set fence = fence").update())
                  .join();
          assertThat(renewed).isEqualTo(1);
        });
  }

  private List<Long> passes(String sql) {
    return database.jdbc().sql(sql).query(Long.class).list();
  }

  private static <T> CompletableFuture<T> onAnotherThread(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work);
  }
}
