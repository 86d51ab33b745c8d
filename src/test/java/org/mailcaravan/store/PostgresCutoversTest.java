package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.PostgresServer;

/** {@link CutoversTest} on PostgreSQL. */
@EnabledIfInstalled({"initdb", "postgres"})
class PostgresCutoversTest extends CutoversTest {
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
  String newDatabase() {
    return server.newDatabase();
  }

  @Override
  String user() {
    return PostgresServer.USER;
  }

  @Test
  void ofSeveralNodesOneLooksAtADomainAndOneMakesAFinalPassDue() throws Exception {
    List<String> addresses = IntStream.range(0, 30).mapToObj(i -> "a@shop" + i + ".firm").toList();
    List<String> ids = opened(addresses);
    int ready =
        set(
            "update mailbox set copied_before = true, state = 'COPIED', cutover_at = current_timestamp,"
                + " old_until = current_timestamp, final_due_at = current_timestamp");
    int ended = set("update pass set state = 'ENDED', outcome = 'COPIED'");
    assertThat(List.of(ready, ended)).containsOnly(ids.size());
    int nodes = 4;
    ExecutorService threads = Executors.newFixedThreadPool(nodes);
    try {
      CyclicBarrier together = new CyclicBarrier(nodes);
      List<Future<List<String>>> looks = new ArrayList<>();
      List<Future<Integer>> passes = new ArrayList<>();
      for (int i = 0; i < nodes; i++) {
        looks.add(
            threads.submit(
                () -> {
                  together.await();
                  return domains().due();
                }));
      }
      List<String> looked = new ArrayList<>();
      for (Future<List<String>> each : looks) {
        looked.addAll(each.get());
      }
      assertThat(looked).hasSize(addresses.size()).doesNotHaveDuplicates();
      for (int i = 0; i < nodes; i++) {
        passes.add(
            threads.submit(
                () -> {
                  together.await();
                  return finals().queue();
                }));
      }
      int queued = 0;
      for (Future<Integer> each : passes) {
        queued += each.get();
      }
      assertThat(queued).isEqualTo(ids.size());
    } finally {
      threads.shutdown();
    }
  }
}
