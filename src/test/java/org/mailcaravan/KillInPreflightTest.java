package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Gate;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.Proxy;
import org.mailcaravan.store.Database;

/** A service that is killed while it looks at mailboxes before their passes. */
@Lengthy
@EnabledIfInstalled("dovecot")
class KillInPreflightTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** So far the first look has come when it is held: it is logged in and lists folders. */
  private static final int OCTETS = 700;

  @TempDir private Path folder = Path.of("");

  @Test
  void theLookIsTakenOverAndEachMailboxHasOneFindingAndTheRequestOneAnswer() throws Exception {
    Gate gate = new Gate(OCTETS);
    try (TwoServers servers = new TwoServers();
        Proxy proxy = new Proxy(servers.source.port(), Proxy.OPEN, gate);
        NodeProcess node =
            new NodeProcess(
                folder,
                "node-a",
                null,
                Map.of(
                    "destination.port",
                    String.valueOf(servers.destination.port()),
                    "answers.poll-millis",
                    "200",
                    "preflight.longest-wait-seconds",
                    "900",
                    "preflight.answer-after-seconds",
                    "900"))) {
      servers.userWithMail("anna@example.org", 2, "INBOX");
      servers.userWithMail("ben@example.org", 2, "INBOX");
      node.start();
      node.submit(
          "request.csv",
          TwoServers.HEADER
              + servers.rowThrough(proxy.port(), "anna@example.org")
              + servers.rowThrough(proxy.port(), "ben@example.org"));
      await().atMost(PATIENCE).until(gate::holding);
      node.kill();
      gate.open();
      Path done = folder.resolve("drop/done");
      assertThat(answers(done)).isEmpty();

      node.start();
      await().atMost(PATIENCE).until(() -> !answers(done).isEmpty() && node.reports().size() == 1);
      node.tellToStop();
      node.awaitStopped(PATIENCE);

      assertThat(answers(done))
          .singleElement()
          .satisfies(answer -> assertThat(answer).content().contains("move 2 of your mailboxes"));
    }
    try (Database database = Database.inFolder(folder.resolve("data"))) {
      assertThat(of(database, "select state from preflight")).containsExactly("ENDED", "ENDED");
      assertThat(of(database, "select state from event where kind = 'preflight'"))
          .containsExactly("GOOD", "GOOD");
      assertThat(of(database, "select state from pass where kind = 'FIRST'"))
          .containsExactly("ENDED", "ENDED");
    }
  }

  private static List<Path> answers(Path done) throws Exception {
    if (Files.notExists(done)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(done)) {
      return files.filter(file -> file.toString().contains(".answer")).toList();
    }
  }

  private static List<String> of(Database database, String sql) {
    return database.jdbc().sql(sql).query(String.class).list();
  }
}
