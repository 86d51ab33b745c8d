package org.mailcaravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.Installation;
import org.mailcaravan.TwoServers;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.docs.Document;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;

/** Policies by a column of the request, in commands, routes and the service. */
@EnabledIfInstalled("dovecot")
class PolicyRouteTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String ANN = "ann@example.org";
  private static final String BOB = "bob@example.org";

  private static TwoServers servers;

  @TempDir Path folder;

  @BeforeAll
  static void startServers() {
    servers = new TwoServers();
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  private Installation installation(String policies) throws IOException {
    Path file = Files.writeString(folder.resolve("own-policies.yaml"), policies);
    return servers.configure(new Installation(folder)).set("policies.file", file.toString());
  }

  private static String header() {
    return TwoServers.HEADER.strip() + ",policy\n";
  }

  private static String row(String user, String policy) {
    return servers.row(user).strip() + "," + policy + "\n";
  }

  private static long logins(DovecotServer server, String user) throws IOException {
    try (var lines = Files.lines(server.log())) {
      return lines.filter(line -> line.contains("Login: user=<" + user + ">")).count();
    }
  }

  @Test
  void aColumnSaysHowManyConnectionsAMailboxUsesAndWhatARouteLeavesOut() throws Exception {
    for (String user : List.of(ANN, BOB)) {
      servers.userWithMail(user, 2, "INBOX", "Junk", "Work", "Work/2019", "Work/2020");
    }
    Installation installation =
        installation(
                """
                policies:
                  - name: gold
                    when: { policy: gold }
                    connections: 1
                """)
            .set("mailbox.connections", "3")
            .set("mailbox.folders-at-once", "3");
    String step =
        Document.of("docs/policies.md").blocks("yaml").stream()
            .map(Document.Block::text)
            .filter(text -> text.startsWith("- choice:"))
            .findFirst()
            .orElseThrow();
    Installation.edit(
        installation.ownRoutes().resolve("rules.camel.yaml"),
        "        - to:\n            uri: mailbox:map\n",
        step.indent(8) + "        - to:\n            uri: mailbox:map\n");
    Path file = installation.request("rows.csv", header() + row(ANN, "Gold") + row(BOB, ""));

    MigrationResult result = installation.migrate(file);

    assertThat(result.mailboxes()).flatExtracting(MailboxResult::problems).isEmpty();
    assertThat(servers.atDestination(ANN).count()).isEqualTo(10);
    assertThat(servers.atDestination(BOB).count()).isEqualTo(8);
    // Bob's second and third lane have connections of their own.
    assertThat(logins(servers.source, BOB) - logins(servers.source, ANN)).isEqualTo(2);
  }

  @Test
  void aServiceWaitsForTheWindowOfAPolicyAndTellsOfOneThatIsUnknown() throws Exception {
    String closed = "cem@example.org";
    String open = "dora@example.org";
    servers.userWithMail(closed, 1, "INBOX");
    servers.userWithMail(open, 1, "INBOX");
    // At no time that this test runs at: a quarter of an hour, half a day away.
    int hour = (LocalTime.now(ZoneOffset.UTC).getHour() + 12) % 24;
    Installation installation =
        installation(
                """
                policies:
                  - name: night
                    when: { policy: night }
                    window: "%02d:00-%02d:15; UTC"
                """
                    .formatted(hour, hour))
            .set("preflight.enabled", "false")
            .set("api.enabled", "false");
    Path file =
        installation.request(
            "r.csv",
            header() + row(closed, "night") + row(open, "") + row("eve@example.org", "nigth"));
    Files.createDirectories(installation.drop());
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      Files.move(file, installation.drop().resolve("r.csv"));
      await().atMost(LIMIT).until(() -> servers.atDestination(open).count() == 1);
      assertThat(servers.atDestination(closed).count()).isZero();
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
    }
    try (var answers = Files.list(installation.drop().resolve("rejected"))) {
      Path rejected =
          answers
              .filter(each -> each.toString().endsWith(".rejected.csv"))
              .findFirst()
              .orElseThrow();
      assertThat(rejected)
          .content()
          .contains(
              "\"policy\",\"is not a policy that we have\",\"Write night, or leave it empty.\",\"nigth\"");
    }
  }

  @Test
  void aMistakeStopsTheStart() throws IOException {
    Installation installation =
        installation("policies:\n  - name: night\n    when: { polcy: night }\n    resync: 2h\n");
    assertThatThrownBy(() -> Objects.requireNonNull(installation.start(Launcher.Mode.CHECK)))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("own-policies.yaml line 3: when has no key \"polcy\"");
  }
}
