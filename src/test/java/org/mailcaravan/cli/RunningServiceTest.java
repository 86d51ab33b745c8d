package org.mailcaravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.Installation;
import org.mailcaravan.TwoServers;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.UsedPasswords;
import org.mailcaravan.store.Database;
import picocli.CommandLine;

/** The commands that ask and steer a service, with a service that runs between two real servers. */
@Lengthy
@EnabledIfInstalled("dovecot")
class RunningServiceTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String ANNA = "anna@example.org";
  private static final String BEN = "ben@example.org";
  private static final String CORA = "cora@example.org";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TwoServers servers = new TwoServers();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String typed = "";

  @TempDir private Path folder = Path.of("");
  private Installation installation = new Installation(folder);

  @BeforeEach
  void install() {
    installation =
        servers
            .configure(new Installation(folder))
            // Final passes would run while their migration is closed.
            .set("cutover.cron", "0 0 0 1 1 ?")
            .set("mailbox.missing-retry-seconds", "1")
            .set("mailbox.missing-retry-maximum-seconds", "1");
  }

  @AfterEach
  void stopServers() {
    servers.close();
  }

  /** The program as it finds its data folder by its configuration. */
  private final class Installed implements Launcher {
    @Override
    public Running start(Options options) {
      throw new AssertionError("the program was started");
    }

    @Override
    public Path dataFolder(
        @Nullable Path config, @Nullable Path given, Map<String, String> overrides) {
      return given == null ? installation.data() : given;
    }
  }

  /** Runs a command; gives its exit code. */
  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), false, 80, false);
    Launcher launcher = new Installed();
    CommandLine commands =
        MailCaravanCommand.commandLine(terminal, launcher, "", Clock.systemUTC());
    commands
        .getCommandSpec()
        .addSubcommand(
            "typed-password",
            new CommandLine(
                new PasswordCommand(
                    launcher,
                    terminal,
                    new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                    words -> null)));
    return commands.execute(arguments);
  }

  private String said(int exit, String... arguments) {
    assertThat(run(arguments)).as("%s: %s%s", List.of(arguments), out, err).isEqualTo(exit);
    return out.toString();
  }

  private JsonNode json(String... arguments) {
    try {
      return JSON.readTree(said(ExitCode.DONE, arguments));
    } catch (JsonProcessingException e) {
      throw new AssertionError(out.toString(), e);
    }
  }

  private JsonNode mailbox(String address) {
    JsonNode mailboxes = json("status", address, "--json").path("mailboxes");
    assertThat(mailboxes).hasSize(1);
    return mailboxes.get(0);
  }

  private void awaitState(String address, String state) {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(mailbox(address).path("state").asText()).isEqualTo(state));
  }

  private void awaitWait(String address, String waitsFor) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(mailbox(address).path("waits_for").asText()).isEqualTo(waitsFor));
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void commandsWithoutAServiceSayThatNoneAnswers() {
    for (List<String> command :
        List.of(
            List.of("status"),
            List.of("show", ANNA),
            List.of("hosts"),
            List.of("digest"),
            List.of("pause", ANNA),
            List.of("password", ANNA),
            List.of("report", "m"),
            List.of("submit", installation.request("r.csv", TwoServers.HEADER).toString()))) {
      said(ExitCode.NO_SERVICE, command.toArray(String[]::new));
    }
  }

  @Test
  void aRequestIsHandedInWatchedSteeredAndReported() throws IOException {
    servers.userWithMail(ANNA, 3, "INBOX", "Archive").userWithMail(BEN, 2, "INBOX");
    servers.source.addUser(CORA, TwoServers.oldPassword(CORA));
    Path request =
        installation.request(
            "customers.csv",
            TwoServers.HEADER
                + servers.row(ANNA)
                + servers.row(BEN, "wrong-secret-of-ben", ",")
                + servers.row(CORA)
                + "nobody,x,127.0.0.1,,,,,\n");
    UsedPasswords.add("wrong-secret-of-ben");

    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isNotNull();
      String migration = submitted(request);
      awaitState(ANNA, "copied");
      assertThat(servers.atDestination(ANNA)).isEqualTo(servers.atSource(ANNA));

      theStatusHasTheFieldsThatScriptsUse(migration);
      aPasswordIsTriedBeforeItIsKept();
      aMissingMailboxWaitsAndGoesOn(migration);
      aCancelledMailboxIsTriedAgain(migration);
      theReportIsWrittenAgain(migration);
      assertThat(said(ExitCode.DONE, "status", migration, "--watch")).contains(ANNA, BEN, CORA);

      String host = "127.0.0.1:" + servers.source.port();
      assertThat(said(ExitCode.DONE, "hosts")).contains(host);
      assertThat(names(json("hosts", "--json"))).contains("hosts");
      assertThat(said(ExitCode.DONE, "digest", "--since", "today"))
          .startsWith("Somebody has to act: the customer (")
          .contains("mailboxes were copied for the first time", "1 row, customers.csv");
      assertThat(names(json("digest", "--json"))).contains("actions", "ended", "not_told");
      said(ExitCode.REJECTED, "digest", "--since", "tomorrow");
      said(ExitCode.REJECTED, "show", "unknown@example.org");
      aClosedMigrationHasNoPasswordsAnyMore(migration);
    }
    said(ExitCode.NO_SERVICE, "status");
    noKeyOfAPasswordIsLeft();
  }

  @Test
  void aMailboxWithoutAPasswordWaitsForItAndGoesOn() throws IOException {
    servers
        .userWithMail(ANNA, 3, "INBOX")
        .userWithMail(BEN, 2, "INBOX")
        .userWithMail(CORA, 2, "INBOX");
    String dora = "dora@example.org";
    servers.userWithMail(dora, 1, "INBOX");
    Path request =
        installation.request(
            "later.csv",
            TwoServers.HEADER
                + servers.row(ANNA, "", ",")
                + servers.row(BEN, "", ",")
                + servers.row(CORA, "", ",")
                + servers.row(dora, "", ","));

    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      assertThat(said(ExitCode.DONE, "submit", request.toString())).contains("4 mailboxes");
      awaitWait(ANNA, "password");
      assertThat(said(ExitCode.DONE, "status")).contains("for its password at the old provider");
      assertThat(said(ExitCode.DONE, "show", ANNA).replaceAll("\\s+", " "))
          .contains("Next: The customer: send the password of " + ANNA)
          .contains("To be fixed by the customer: Send the password.");
      theWrongPasswordIsRefused();
      aRetryWithoutAPasswordWaitsOn();

      typed = TwoServers.oldPassword(ANNA) + "\n";
      said(ExitCode.DONE, "typed-password", ANNA);
      awaitState(ANNA, "copied");
      assertThat(servers.atDestination(ANNA)).isEqualTo(servers.atSource(ANNA));
      assertThat(json("status", "--json").path("migrations").get(0).path("finished_at").isNull())
          .as("it waits with them")
          .isTrue();
    }

    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      awaitWait(BEN, "password");
      // Without the password once more: it waits on, for the new request.
      said(ExitCode.DONE, "submit", request.toString());
      awaitWait(BEN, "password");
      Path second = installation.request("second.csv", TwoServers.HEADER + servers.row(BEN));
      said(ExitCode.DONE, "submit", second.toString());
      awaitState(BEN, "copied");
      assertThat(servers.atDestination(BEN)).isEqualTo(servers.atSource(BEN));

      Path dropped = installation.request("third.csv", TwoServers.HEADER + servers.row(dora));
      Files.move(dropped, installation.drop().resolve("third.csv"));
      awaitState(dora, "copied");
      awaitWait(CORA, "password");
      // What is known of Anna is still used.
      awaitState(ANNA, "copied");
    }

    theTimeIsOver(CORA);
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      awaitState(CORA, "blocked");
      JsonNode problem = mailbox(CORA).path("problems").get(0);
      assertThat(problem.path("code").asText()).isEqualTo("no-password");
      assertThat(problem.path("owner").asText()).isEqualTo("customer");
      await().atMost(LIMIT).until(() -> !installation.ended().isEmpty());

      typed = TwoServers.oldPassword(CORA) + "\n";
      said(ExitCode.DONE, "typed-password", CORA);
      awaitState(CORA, "copied");
    }
  }

  private void theWrongPasswordIsRefused() {
    typed = "wrong-secret-of-anna\n";
    UsedPasswords.add("wrong-secret-of-anna");
    said(ExitCode.REJECTED, "typed-password", ANNA);
    assertThat(err.toString())
        .contains("The mailbox still has no password")
        .doesNotContain("wrong-secret");
    awaitWait(ANNA, "password");
  }

  private void aRetryWithoutAPasswordWaitsOn() {
    said(ExitCode.DONE, "retry", ANNA);
    awaitWait(ANNA, "password");
  }

  /** As if the days had passed. */
  private void theTimeIsOver(String address) {
    try (Database database = Database.inFolder(installation.data())) {
      assertThat(
              database
                  .jdbc()
                  .sql(
                      "update pass set due_at = current_timestamp where state = 'WAITING' and mailbox_id ="
                          + " (select id from mailbox where source_address = ?)")
                  .param(address)
                  .update())
          .isEqualTo(1);
    }
  }

  private String submitted(Path request) {
    String told = said(ExitCode.ATTENTION, "submit", request.toString());
    assertThat(told).contains("3 mailboxes").contains("line 5");
    JsonNode migrations = json("status", "--json").path("migrations");
    assertThat(migrations).hasSize(1);
    String id = migrations.get(0).path("id").asText();
    assertThat(told).startsWith("Migration " + id + ": ");
    assertThat(json("show", id, "--json").path("events").get(0).path("actor").asText())
        .isEqualTo("api");
    return id;
  }

  private void theStatusHasTheFieldsThatScriptsUse(String migration) {
    JsonNode status = json("status", migration, "--json");
    assertThat(names(status)).contains("nodes", "hosts", "migrations", "mailboxes");
    assertThat(names(status.path("migrations").get(0)))
        .contains("id", "name", "state", "mailboxes");
    assertThat(status.path("migrations").get(0).path("mailboxes").path("copied").asInt())
        .isEqualTo(1);
    for (JsonNode mailbox : status.path("mailboxes")) {
      assertThat(names(mailbox))
          .contains(
              "id",
              "migration",
              "source",
              "destination",
              "state",
              "pass",
              "waits_for",
              "messages_done",
              "messages_total",
              "bytes_done",
              "seconds_left",
              "problems");
    }
    JsonNode anna = mailbox(ANNA);
    assertThat(anna.path("messages_done").asInt()).isEqualTo(6);
    assertThat(anna.path("messages_total").asInt()).isEqualTo(6);
    assertThat(anna.path("pass").asText()).isEqualTo("first");
  }

  private void aPasswordIsTriedBeforeItIsKept() {
    awaitState(BEN, "blocked");
    assertThat(said(ExitCode.DONE, "status")).contains("Needs a person").contains(BEN);
    typed = "wrong-again-of-ben\n";
    UsedPasswords.add("wrong-again-of-ben");
    said(ExitCode.REJECTED, "typed-password", BEN);
    assertThat(err.toString())
        .contains("login at 127.0.0.1")
        .contains("The one before is still used")
        .doesNotContain("wrong-again");
    assertThat(mailbox(BEN).path("state").asText()).isEqualTo("blocked");
    // What is kept is still the first one, which is refused as before.
    said(ExitCode.DONE, "retry", BEN);
    awaitState(BEN, "blocked");

    typed = TwoServers.oldPassword(BEN) + "\n";
    assertThat(said(ExitCode.DONE, "typed-password", BEN)).contains("the login works");
    awaitState(BEN, "copied");
    assertThat(servers.atDestination(BEN)).isEqualTo(servers.atSource(BEN));
  }

  private void aMissingMailboxWaitsAndGoesOn(String migration) {
    awaitWait(CORA, "mailbox");
    assertThat(mailbox(CORA).path("reason").asText())
        .contains("login at 127.0.0.1:" + servers.destination.port())
        .contains("To be fixed by the customer: Create the mailbox at the new server.");
    assertThat(said(ExitCode.DONE, "status", CORA))
        .contains("for the mailbox at the new server, which is not there yet");
    assertThat(json("show", migration, "--json").path("migration").path("finished_at").isNull())
        .as("it waits with it")
        .isTrue();
    assertThat(json("show", migration, "--json").get("done_by").isNull())
        .as("nothing that can begin is left")
        .isTrue();

    assertThat(said(ExitCode.DONE, "pause", CORA)).contains("paused");
    awaitWait(CORA, "resume");
    servers.destination.addUser(CORA, TwoServers.newPassword(CORA));
    assertThat(said(ExitCode.DONE, "resume", CORA)).contains("resumed");
    awaitState(CORA, "copied");
    assertThat(said(ExitCode.DONE, "show", CORA)).contains("Passes, newest first");
  }

  private void aCancelledMailboxIsTriedAgain(String migration) {
    said(ExitCode.DONE, "cancel", ANNA);
    said(ExitCode.DONE, "pause", migration);
    said(ExitCode.DONE, "retry", ANNA);
    awaitWait(ANNA, "resume");
    said(ExitCode.DONE, "cancel", ANNA);
    awaitState(ANNA, "cancelled");
    said(ExitCode.DONE, "resume", migration);
    said(ExitCode.DONE, "pause", ANNA);
    said(ExitCode.DONE, "retry", ANNA);
    awaitState(ANNA, "copied");
  }

  private void theReportIsWrittenAgain(String migration) throws IOException {
    Path report = installation.data().resolve("reports").resolve(migration).resolve("report.json");
    await().atMost(LIMIT).until(() -> Files.exists(report));
    await()
        .atMost(LIMIT)
        .until(
            () ->
                !json("show", migration, "--json")
                    .path("migration")
                    .path("report_due")
                    .asBoolean(true));
    Files.delete(report);
    assertThat(said(ExitCode.DONE, "report", migration)).contains("reports/" + migration);
    assertThat(report).content().contains(ANNA, BEN, CORA);
  }

  private void aClosedMigrationHasNoPasswordsAnyMore(String migration) {
    awaitStage(migration, "waiting-for-cutover");
    assertThat(said(ExitCode.DONE, "status")).contains("All migrations: 1 waiting for the cutover");
    assertThat(said(ExitCode.DONE, "show", migration))
        .contains("Stage: waiting for the cutover since", "the first passes of all 3");
    aPersonSaysThatTheCutoverHasCome(migration);
    assertThat(said(ExitCode.ATTENTION, "close", migration)).contains("all that was found has");
    assertThat(said(ExitCode.DONE, "close", migration, "--yes")).contains("closed; its passwords");
    await()
        .atMost(LIMIT)
        .until(
            () -> !json("show", migration, "--json").path("migration").path("closed_at").isNull());
    assertThat(said(ExitCode.DONE, "show", migration))
        .contains("Stage: closed since", "the passwords of 3 mailboxes are purged");
    said(ExitCode.DONE, "close", migration, "--yes");
    said(ExitCode.ATTENTION, "retry", ANNA);
    typed = TwoServers.oldPassword(ANNA) + "\n";
    said(ExitCode.REJECTED, "typed-password", ANNA);
    assertThat(err.toString()).contains("its migration is closed");
  }

  private void aPersonSaysThatTheCutoverHasCome(String migration) {
    assertThat(said(ExitCode.DONE, "show", migration).replaceAll("\\s+", " "))
        .contains("Where the mail goes example.org: cutover.mx-hosts is empty, so nobody looks")
        .contains("3 mailboxes wait for the cutover");
    said(ExitCode.REJECTED, "cutover", "nobody.example");
    assertThat(err.toString()).contains("nobody.example");
    said(ExitCode.REJECTED, "cutover", "no such name");
    assertThat(said(ExitCode.DONE, "cutover", ANNA)).contains("final passes begin in 1 mailbox;");
    assertThat(said(ExitCode.DONE, "cutover", "Example.ORG"))
        .contains("final passes begin in 2 mailboxes");
    for (String again : List.of("example.org", migration, ANNA)) {
      assertThat(said(ExitCode.DONE, "cutover", again)).contains("its cutover was known already");
    }
    awaitStage(migration, "final-passes");
    JsonNode domain = json("show", migration, "--json").path("domains").path(0);
    assertThat(domain.path("domain").asText()).isEqualTo("example.org");
    assertThat(domain.path("verdict").isTextual()).isFalse();
    assertThat(domain.path("cut_over").asInt()).isEqualTo(3);
    assertThat(domain.path("next_final_pass").asText()).isNotEmpty();
    assertThat(said(ExitCode.DONE, "show", migration).replaceAll("\\s+", " "))
        .contains("; 0 final passes have ended, the next one is due")
        .contains("has said;");
  }

  private void awaitStage(String migration, String stage) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        json("show", migration, "--json").path("migration").path("stage").asText())
                    .isEqualTo(stage));
  }

  /** Sealed passwords may still stand in old pages of the database; nothing opens them any more. */
  private void noKeyOfAPasswordIsLeft() throws IOException {
    try (Database database = Database.inFolder(installation.data())) {
      assertThat(
              database.jdbc().sql("select count(*) from credential").query(Integer.class).single())
          .isZero();
    }
    byte[] keys = Files.readAllBytes(installation.data().resolve("credential-keys"));
    assertThat(keys).as("the passwords of both sides had keys").hasSizeGreaterThan(5 * 32);
    assertThat(keys).containsOnly(0);
  }
}
