package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.Messages;
import org.mailcaravan.store.Database;
import org.mailcaravan.tickets.ScriptedApi;
import org.mailcaravan.tickets.ScriptedApi.Asked;

/** A kill while routes call a web server after a pass and after a migration. */
@Lengthy
class KilledAfterStepTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MESSAGES = 3;

  @TempDir private Path folder = Path.of("");

  @Test
  void bothAreCalledOnceMoreWithTheSameEventAndTheResultStands() throws Exception {
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start();
        ScriptedApi webhook = new ScriptedApi();
        NodeProcess node =
            new NodeProcess(
                folder,
                "node-a",
                null,
                Map.of(
                    "destination.port",
                    String.valueOf(destination.port()),
                    "preflight.enabled",
                    "false",
                    "route.webhook-url",
                    webhook.url() + "/hook",
                    "route.webhook-token",
                    "Token-of-the-webhook-4711"))) {
      Messages mail = new Messages(1);
      for (int i = 0; i < MESSAGES; i++) {
        source
            .account("ann@example.org", "old")
            .folder("INBOX")
            .put(mail.next(), Set.of(), mail.date());
      }
      destination.account("ann@example.org", "new");
      Path routes = node.program().home().resolve("routes");
      Files.copy(
          routes.resolve("examples/webhook.camel.yaml"), routes.resolve("webhook.camel.yaml"));
      webhook.hang();
      webhook.hang();
      node.start();
      node.submit(
          "request.csv",
          TwoServers.HEADER + "ann@example.org,old,127.0.0.1," + source.port() + ",none,new,,\n");
      await().atMost(PATIENCE).until(() -> webhook.asked().size() == 2);
      node.kill();
      Map<Path, String> reports = contents(node.reports());

      node.start();
      await().atMost(PATIENCE).until(() -> webhook.asked().size() >= 4);
      node.tellToStop();
      node.awaitStopped(PATIENCE);

      List<Asked> asked = webhook.asked();
      assertThat(asked).hasSize(4);
      assertThat(calls(asked.subList(0, 2)))
          .as("one after the pass, one after the migration")
          .doesNotHaveDuplicates();
      assertThat(calls(asked.subList(2, 4)))
          .as("with the same number of the event, and the same result")
          .containsExactlyInAnyOrderElementsOf(calls(asked.subList(0, 2)));
      assertThat(contents(node.reports())).hasSize(1).isEqualTo(reports);
      assertThat(destination.account("ann@example.org", "new").folder("INBOX").count())
          .isEqualTo(MESSAGES);
      try (Database database = Database.inFolder(folder.resolve("data"))) {
        assertThat(strings(database, "select state from pass where state = 'ENDED'")).hasSize(1);
        assertThat(
                strings(
                    database,
                    "select state from event where kind = 'pass' and state in ('COPIED', 'FAILED')"))
            .containsExactly(MailboxState.COPIED.name());
        assertThat(
                strings(
                    database,
                    "select receiver from telling where receiver like 'route %' and taken_by is null"
                        + " and sent_at is not null"))
            .containsExactlyInAnyOrder("route webhook-after-pass", "route webhook-after-migration");
      }
    }
  }

  private static List<String> calls(List<Asked> asked) {
    return asked.stream().map(each -> each.header("Idempotency-key") + " " + each.body()).toList();
  }

  private static List<String> strings(Database database, String sql) {
    return database.jdbc().sql(sql).query(String.class).list();
  }

  private static Map<Path, String> contents(List<Path> files) throws IOException {
    Map<Path, String> contents = new HashMap<>();
    for (Path file : files) {
      contents.put(file, Files.readString(file));
    }
    return contents;
  }
}
