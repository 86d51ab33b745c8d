package org.mailcaravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.Installation;
import org.mailcaravan.TwoServers;
import org.mailcaravan.docs.Document;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.store.Database;
import org.mailcaravan.tickets.ScriptedApi;

/** The files of routes/examples, each copied into the real routes as it says, and run. */
@EnabledIfInstalled("dovecot")
@Lengthy
class ExampleRoutesTest {
  private static final Path EXAMPLES = Path.of("routes/examples");

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

  private Installation with(String example) throws IOException {
    Installation installation = servers.configure(new Installation(folder));
    Path routes = installation.ownRoutes();
    Files.write(routes.resolve(example), Files.readAllBytes(EXAMPLES.resolve(example)));
    return installation;
  }

  private static MigrationResult migrate(Installation installation, String user) {
    servers.userWithMail(user, 2, "INBOX", "Work");
    MigrationResult result =
        installation.migrate(
            installation.request("rows.csv", TwoServers.HEADER + servers.row(user)));
    assertThat(result.allArrived()).isTrue();
    return result;
  }

  @Test
  void theWebhookGetsEachPassAndEachMigration() throws IOException {
    try (ScriptedApi web = new ScriptedApi()) {
      Installation installation =
          with("webhook.camel.yaml")
              .set("route.webhook-url", web.url() + "/hook?of=caravan")
              .set("route.webhook-token", "token+of/the webhook");

      MigrationResult result = migrate(installation, "wen@example.org");

      assertThat(web.asked())
          .hasSize(2)
          .allSatisfy(
              asked -> {
                assertThat(asked.method()).isEqualTo("POST");
                assertThat(asked.path()).isEqualTo("/hook?of=caravan");
                assertThat(asked.header("Content-type")).isEqualTo("application/json");
                assertThat(asked.header("Authorization")).isEqualTo("Bearer token+of/the webhook");
                assertThat(asked.header("Idempotency-key")).containsOnlyDigits();
              });
      JsonNode pass = json(web, "state");
      assertThat(pass.toString()).contains("wen@example.org");
      assertThat(pass.path("state").asText()).isEqualTo("copied");
      assertThat(pass.path("pass").asText()).isEqualTo("first");
      assertThat(pass.path("migration").path("id").asText()).isEqualTo(result.migration().id());
      JsonNode totals = json(web, "totals");
      assertThat(totals.path("migration").path("id").asText()).isEqualTo(result.migration().id());
      assertThat(totals.path("totals").path("arrived").asInt()).isEqualTo(1);
    }
  }

  /** What was posted with a member of some name. */
  private static JsonNode json(ScriptedApi web, String member) throws IOException {
    for (ScriptedApi.Asked asked : web.asked()) {
      JsonNode node = new ObjectMapper().readTree(asked.body());
      if (node.has(member)) {
        return node;
      }
    }
    throw new AssertionError("nothing has " + member + ": " + web.asked());
  }

  @Test
  void slackGetsALineAndItsAddressIsNotToldWhereItRefuses() throws IOException {
    try (ScriptedApi slack = new ScriptedApi()) {
      slack.next(403, Map.of(), "invalid_token");
      Installation installation =
          with("slack.camel.yaml").set("route.slack-url", slack.url() + "/services/T0/SECRET");

      MigrationResult result = migrate(installation, "sia@example.org");

      assertThat(slack.asked())
          .singleElement()
          .satisfies(
              asked -> {
                assertThat(asked.path()).isEqualTo("/services/T0/SECRET");
                assertThat(new ObjectMapper().readTree(asked.body()).path("text").asText())
                    .isEqualTo(
                        "Migration "
                            + result.migration().id()
                            + ": all mailboxes have arrived (1).");
              });
      try (Database database = Database.inFolder(installation.data())) {
        assertThat(database.jdbc().sql("select reason from telling").query(String.class).single())
            .contains("slack-after-migration", "403")
            .doesNotContain("SECRET");
      }
    }
  }

  @Test
  void thePeopleGetTheReportByMail() throws Exception {
    GreenMail post = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    post.start();
    try {
      post.setUser("caravan@example.org", "caravan", "secret & 100% of it");
      Installation installation =
          with("mail-report.camel.yaml")
              .set("route.report-server", "smtp:127.0.0.1:" + post.getSmtp().getPort())
              .set("route.report-user", "caravan")
              .set("route.report-password", "secret & 100% of it")
              .set("route.report-from", "caravan@example.org")
              .set("route.report-to", "team@example.org,boss@example.org");

      MigrationResult result = migrate(installation, "rex@example.org");

      assertThat(post.getReceivedMessages()).hasSize(2);
      MimeMessage mail = post.getReceivedMessages()[0];
      assertThat(mail.getSubject())
          .isEqualTo("Migration " + result.migration().id() + " has ended");
      assertThat(GreenMailUtil.getBody(mail)).contains("rex@example.org");
      assertThat(mail.getAllRecipients()).hasSize(2);
    } finally {
      post.stop();
    }
  }

  @Test
  void aColumnOfTheRequestDecidesWhatIsLeftOut() throws IOException {
    Installation installation = with("rules.camel.yaml");
    Installation.edit(folder.resolve("routes/rules.camel.yaml"), "larger: 20M", "larger: 1");
    Installation.edit(
        folder.resolve("routes/rules.camel.yaml"),
        "before: 2020-01-01",
        "before: " + LocalDate.now(ZoneOffset.UTC));
    servers.userWithMail("old@example.org", 2, "INBOX");
    servers.userWithMail("new@example.org", 2, "INBOX");
    String header = TwoServers.HEADER.strip() + ",label\n";

    List<MailboxResult> results =
        installation
            .migrate(
                installation.request(
                    "rows.csv",
                    header
                        + servers.row("old@example.org").strip()
                        + ",archive\n"
                        + servers.row("new@example.org").strip()
                        + ",\n"))
            .mailboxes();

    assertThat(results).extracting(MailboxResult::copied).containsExactly(0L, 2L);
    assertThat(results).allSatisfy(result -> assertThat(result.problems()).isEmpty());
  }

  /** A file that is listed with a property that it does not need, or is not listed, fails. */
  @Test
  void thePageListsEachExampleWithItsProperties() throws IOException {
    List<List<String>> rows = Document.of("docs/examples.md").table("File").rows();
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      assertThat(rows)
          .extracting(row -> row.get(0).replace("`", ""))
          .containsExactlyInAnyOrderElementsOf(
              files.map(file -> file.getFileName().toString()).toList());
    }
    for (List<String> row : rows) {
      Path file = EXAMPLES.resolve(row.get(0).replace("`", ""));
      String text = Files.readString(file);
      assertThat(properties("`(route\\.[a-z-]+)`", row.get(2)))
          .as(file.toString())
          .isEqualTo(properties("\\{\\{(route\\.[a-z-]+)}}", text));
      String head =
          text.lines().takeWhile(line -> line.startsWith("#")).collect(Collectors.joining());
      assertThat(properties("(route\\.[a-z-]+)", head))
          .as("the first lines of " + file)
          .containsAll(properties("`(route\\.[a-z-]+)`", row.get(2)));
    }
  }

  private static SortedSet<String> properties(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
