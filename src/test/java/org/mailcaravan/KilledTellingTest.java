package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.tickets.ScriptedApi;

/** A kill while a message is given: it is given once more, and the next ones follow. */
@Lengthy
class KilledTellingTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder = Path.of("");

  @Test
  void aMessageThatWasBeingGivenIsGivenOnceMoreWithTheSameKeyAndTheNextOnesFollow()
      throws Exception {
    try (ScriptedApi webhook = new ScriptedApi();
        NodeProcess node =
            new NodeProcess(
                folder,
                "node-a",
                null,
                Map.of(
                    "destination.port",
                    "1",
                    "preflight.enabled",
                    "false",
                    "tell.poll-millis",
                    "100",
                    "tell.patience-seconds",
                    "60",
                    "tell.webhook.url",
                    webhook.url() + "/hook",
                    "tell.webhook.secret",
                    "Key-of-the-webhook-4711"))) {
      webhook.hang();
      node.start();
      node.submit(
          "request.csv",
          """
          source_email,source_password,source_imap_server,source_port,source_security,destination_password
          anna@old.example,old,127.0.0.1,1,none,new
          """);
      await().atMost(PATIENCE).until(() -> webhook.asked().size() == 1);
      node.kill();

      node.start();
      await().atMost(PATIENCE).until(() -> webhook.asked().size() >= 3);
      node.tellToStop();
      node.awaitStopped(PATIENCE);

      List<String> told = new ArrayList<>();
      for (ScriptedApi.Asked asked : webhook.asked()) {
        told.add(new ObjectMapper().readTree(asked.body()).path("message").asText());
      }
      assertThat(told.subList(0, 2)).containsExactly("accepted", "accepted");
      assertThat(told.subList(2, told.size())).isNotEmpty().doesNotContain("accepted");
      assertThat(webhook.asked())
          .extracting(asked -> asked.header("Idempotency-key"))
          .satisfies(keys -> assertThat(keys.get(0)).isEqualTo(keys.get(1)))
          .satisfies(keys -> assertThat(keys.subList(1, keys.size())).doesNotHaveDuplicates());
    }
  }
}
