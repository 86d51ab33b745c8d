package org.mailcaravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.Installation;
import org.mailcaravan.TwoServers;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Progress;
import org.mailcaravan.passes.ClaimedPasses;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.store.Database;
import org.mailcaravan.tickets.ScriptedApi;
import org.slf4j.LoggerFactory;

/** The routes as they are and with a step more, between real servers, when something goes wrong. */
@EnabledIfInstalled("dovecot")
class EditedRouteTest {
  private static final String APPEND =
      "              - to:\n                  uri: mailbox:append\n";

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

  private Installation installation() {
    return servers.configure(new Installation(folder));
  }

  private static Path request(Installation installation, String... users) {
    return installation.request(
        "rows.csv",
        TwoServers.HEADER + String.join("", Stream.of(users).map(servers::row).toList()));
  }

  /** Puts steps before the one that appends, indented as they must be. */
  private static void insertBeforeAppend(Installation installation, String steps) {
    Path route = installation.ownRoutes().resolve("copy-folders.camel.yaml");
    Installation.edit(route, APPEND, steps.indent(14) + APPEND);
  }

  private static Set<String> messagesIn(String mailFolder, String user) {
    return Objects.requireNonNull(servers.atDestination(user).folders().get(mailFolder))
        .messages()
        .stream()
        .map(message -> message.digest())
        .collect(java.util.stream.Collectors.toSet());
  }

  /** Kaoto writes a step that was edited there with the operation among the parameters. */
  @Test
  void stepsInTheFormOfKaotoDoTheSame() throws IOException {
    servers.userWithMail("kay@example.org", 2, "INBOX", "Work");
    Installation installation = installation();
    Path routes = installation.ownRoutes();
    Pattern step =
        Pattern.compile("( +)uri: (mailbox|dav):(\\w+)(\n +id: [^\n]+)?(\n +parameters:)?");
    try (Stream<Path> files = Files.list(routes)) {
      for (Path file : files.toList()) {
        String text = Files.readString(file);
        Files.writeString(
            file,
            step.matcher(text)
                .replaceAll(
                    each ->
                        "%1$suri: %2$s%4$s\n%1$sparameters:\n%1$s  operation: %3$s"
                            .formatted(
                                each.group(1),
                                each.group(2),
                                each.group(3),
                                Objects.requireNonNullElse(each.group(4), ""))));
      }
    }
    assertThat(routes.resolve("copy-folders.camel.yaml"))
        .content()
        .contains("operation: append")
        .doesNotContain("uri: mailbox:");
    assertThat(installation.routes().text()).contains("nothing is wrong");

    MailboxResult result =
        installation.migrate(request(installation, "kay@example.org")).mailboxes().get(0);

    assertThat(result.state()).isEqualTo(MailboxState.COPIED);
    assertThat(servers.atDestination("kay@example.org"))
        .isEqualTo(servers.atSource("kay@example.org"));
  }

  @Test
  void aStepThatDropsBatchesOfAFolderIsReportedAsLeavingThemOut() {
    servers.userWithMail("ann@example.org", 3, "INBOX", "Sent", "Work");
    Installation installation = installation();
    insertBeforeAppend(
        installation,
        """
        - filter:
            expression:
              simple:
                expression: "${body.folder} == 'Sent'"
            steps:
              - stop: {}
        """);

    MailboxResult result =
        installation.migrate(request(installation, "ann@example.org")).mailboxes().get(0);

    assertThat(result.state()).isEqualTo(MailboxState.INCOMPLETE);
    assertThat(result.problems())
        .singleElement()
        .extracting(problem -> problem.place().toString())
        .asString()
        .contains("Sent");
    assertThat(result.problems().get(0).cause())
        .isEqualTo("3 messages were pulled and not appended");
    assertThat(messagesIn("Sent", "ann@example.org")).isEmpty();
    assertThat(messagesIn("INBOX", "ann@example.org")).hasSize(3);
    assertThat(messagesIn("Work", "ann@example.org")).hasSize(3);
  }

  @Test
  void stepsThatLookAndWaitChangeNothing() {
    servers.userWithMail("ben@example.org", 8, "INBOX", "Sent", "Work");
    Installation installation = installation().set("copy.batch-messages", "2");
    insertBeforeAppend(
        installation,
        """
        - wireTap:
            uri: log:batches
        - log:
            message: "${body}"
        - delay:
            expression:
              constant:
                expression: "5"
        - throttle:
            timePeriodMillis: "10"
            expression:
              constant:
                expression: "1"
        """);

    MailboxResult result =
        installation.migrate(request(installation, "ben@example.org")).mailboxes().get(0);

    assertThat(result.problems()).isEmpty();
    assertThat(servers.atDestination("ben@example.org"))
        .isEqualTo(servers.atSource("ben@example.org"));
  }

  @Test
  void aStepAsksAWebServerWithoutAFurtherJar() throws IOException {
    servers.userWithMail("uma@example.org", 1, "INBOX");
    Installation installation = installation();
    Path routes = installation.ownRoutes();
    Installation.edit(
        routes.resolve("migrate-mailbox.camel.yaml"),
        "            id: verify\n",
        "            id: verify\n"
            + """
            - wireTap:
                uri: direct:tell-web-server
            """
                .indent(8));
    try (ScriptedApi web = new ScriptedApi()) {
      installation.set("route.web-server", web.url().toString());
      Files.writeString(
          routes.resolve("tell-web-server.camel.yaml"),
          """
          - route:
              id: tell-web-server
              from:
                uri: direct:tell-web-server
                steps:
                  - removeHeaders:
                      pattern: "*"
                  - setBody:
                      expression:
                        simple:
                          expression: "${variable.mailbox} was copied"
                  - to:
                      uri: "{{route.web-server}}/copied"
                      parameters:
                        httpMethod: POST
          """);

      MailboxResult result =
          installation.migrate(request(installation, "uma@example.org")).mailboxes().get(0);

      assertThat(result.state()).isEqualTo(MailboxState.COPIED);
      await().until(() -> !web.asked().isEmpty());
      assertThat(web.asked().get(0).path()).isEqualTo("/copied");
      assertThat(web.asked().get(0).body()).contains("uma@example.org").endsWith("was copied");
    }
  }

  @Test
  void aLostConnectionIsReopenedAndGoesOnWhereItWas() {
    servers.userWithMail("cem@example.org", 12, "INBOX", "Sent");
    Installation installation = installation().set("copy.batch-messages", "3");
    AtomicBoolean cut = new AtomicBoolean();
    Progress cutting =
        new Progress() {
          @Override
          public void messagesDone(Mailbox mailbox, long messages, long bytes) {
            if (messages > 0 && cut.compareAndSet(false, true)) {
              servers.source.restart();
              servers.destination.restart();
            }
          }
        };

    try (Launcher.Running running = installation.start(Launcher.Mode.MIGRATE, cutting)) {
      MailboxResult result =
          running.migrate(request(installation, "cem@example.org")).mailboxes().get(0);

      assertThat(cut).isTrue();
      assertThat(result.problems()).isEmpty();
      assertThat(result.state()).isEqualTo(MailboxState.COPIED);
      assertThat(result.copied()).isEqualTo(servers.atSource("cem@example.org").count());
    }
    assertThat(servers.atDestination("cem@example.org"))
        .isEqualTo(servers.atSource("cem@example.org"));
  }

  /** As shipped, only before the cutover; the line in the route decides, and nothing behind it. */
  @ParameterizedTest
  @CsvSource({"FIRST, 1", "CATCH_UP, 2"})
  void theRouteSaysInWhichPassDeletionsAreMirrored(String pass, int left) {
    String user = "mia-" + pass.toLowerCase(Locale.ROOT) + "@example.org";
    servers.userWithMail(user, 2, "INBOX");
    Installation installation = installation().set("pass.mirror-deletions", "true");
    Installation.edit(
        installation.ownRoutes().resolve("migrate-mailbox.camel.yaml"),
        "${variable.mailbox.pass} == 'FIRST'",
        "${variable.mailbox.pass} == '" + pass + "'");
    installation.migrate(request(installation, user));
    servers.deleteOne(user);

    MailboxResult again = installation.migrate(request(installation, user)).mailboxes().get(0);

    assertThat(again.carriedOver().mirrored()).isEqualTo(2 - left);
    assertThat(servers.atDestination(user).count()).isEqualTo(left);
  }

  /** As shipped, who was never copied waits for another request. */
  @Test
  void theRouteSaysWhoGetsACatchUpPass() throws IOException {
    servers.user("kim@example.org");
    Installation installation = installation().set("resync.cron", "* * * * * ?");
    Installation.edit(
        installation.ownRoutes().resolve("second-pass.camel.yaml"),
        "${body.copiedBefore} == true",
        "${body.copiedBefore} == false");

    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      Files.createDirectories(running.dropFolder());
      Files.writeString(
          running.dropFolder().resolve("kim.csv"),
          TwoServers.HEADER + servers.row("kim@example.org", "wrong", ","));

      await().atMost(Duration.ofSeconds(60)).until(() -> installation.ended().size() > 1);
    }

    assertThat(installation.ended())
        .extracting(result -> result.mailboxes().get(0).state())
        .containsOnly(MailboxState.BLOCKED);
  }

  /** Before the pass begins, so that there is no pass whose problem it could be. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          - setVariable:          | no memory for a mailbox
          - bean:                 | no memory for a mailbox
          """)
  void aMailboxWhosePassCannotBeginIsToldToWhoWaits(String before, String told) {
    servers.user("eva@example.org");
    Installation installation = installation();
    insertBefore(
        installation,
        before,
        """
        - throwException:
            exceptionType: java.lang.IllegalStateException
            message: no memory for a mailbox
        """);

    assertThatThrownBy(() -> installation.migrate(request(installation, "eva@example.org")))
        .hasRootCauseMessage(told);
  }

  private static void insertBefore(Installation installation, String step, String steps) {
    Installation.edit(
        installation.ownRoutes().resolve("run-mailbox.camel.yaml"),
        "        " + step + "\n",
        steps.indent(8) + "        " + step + "\n");
  }

  @Test
  void aPassThatTheRouteLeavesOutGoesBackToItsRowAndIsNotTakenAgainAtOnce() throws IOException {
    servers.user("eda@example.org");
    Installation installation = installation();
    leaveOutAllMailboxes(installation);
    Logger logger = (Logger) LoggerFactory.getLogger(ClaimedPasses.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    logger.addAppender(log);
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      Files.createDirectories(running.dropFolder());
      Files.writeString(
          running.dropFolder().resolve("eda.csv"),
          TwoServers.HEADER + servers.row("eda@example.org"));
      await().atMost(Duration.ofSeconds(60)).until(() -> log.list.size() > 0);
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list).singleElement().asString().contains("eda@example.org", "begin-pass");

    try (Database database = Database.inFolder(installation.data())) {
      String row =
          database
              .jdbc()
              .sql(
                  "select state || ' ' || waits_for || ' fence ' || fence || ': ' || reason from pass"
                      + " where due_at > current_timestamp + interval '1' minute")
              .query(String.class)
              .single();
      assertThat(row).isEqualTo("WAITING RETRY fence 1: the routes took it and did not begin it");
    }
  }

  @Test
  void aPassThatTheRouteLeavesOutIsToldToWhoWaits() {
    servers.user("edu@example.org");
    Installation installation = installation();
    leaveOutAllMailboxes(installation);

    assertThatThrownBy(() -> installation.migrate(request(installation, "edu@example.org")))
        .hasRootCauseMessage(
            "the routes did not begin the pass with the bean \"passes\", method \"begin\", or did"
                + " not end it with the method \"end\"");
  }

  /** All steps after the first, in a filter that nothing passes. */
  private static void leaveOutAllMailboxes(Installation installation) {
    Path route = installation.ownRoutes().resolve("run-mailbox.camel.yaml");
    String text = read(route);
    int begin = text.indexOf("        - bean:\n            id: begin-pass");
    Installation.edit(
        route,
        text.substring(begin),
        """
        - filter:
            expression:
              constant:
                expression: "false"
            steps:
        """
                .indent(8)
            + text.substring(begin).indent(8));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"indented", "its dash above", "with a route before", "with a route behind"})
  void operationsOfTheApiAreNotBuiltWhereNoHttpServerRuns(String form) throws IOException {
    String user = form.replace(' ', '-') + "@example.org";
    servers.userWithMail(user, 1, "INBOX");
    Installation installation = installation().set("api.enabled", "false");
    Path routes = installation.ownRoutes();
    Path api = routes.resolve("api.camel.yaml");
    Path other = routes.resolve("write-certificates.camel.yaml");
    String operations = Files.readString(api);
    String certificates = Files.readString(other);
    switch (form) {
      case "indented" -> Files.writeString(api, operations.indent(2));
      case "its dash above" ->
          Files.writeString(api, operations.replace("\n- rest:", "\n-\n  rest:"));
      case "with a route before" -> Files.writeString(api, certificates + "\n" + operations);
      default -> Files.writeString(api, operations + "\n" + certificates);
    }
    if (form.startsWith("with a route")) {
      Files.delete(other);
    }

    MigrationResult result = installation.migrate(request(installation, user));

    assertThat(result.mailboxes())
        .extracting(MailboxResult::state)
        .containsExactly(MailboxState.COPIED);
    assertThat(result.reportFolder().resolve("certificates")).isNotEmptyDirectory();
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isNotNull();
    }
  }

  @Test
  void aWrongPasswordIsTriedOnce() throws IOException {
    servers.user("dan@example.org");
    Installation installation = installation().set("retry.attempts", "5");
    Path file =
        installation.request(
            "dan.csv", TwoServers.HEADER + servers.row("dan@example.org", "wrong", ","));

    MailboxResult result = installation.migrate(file).mailboxes().get(0);

    assertThat(result.state()).isEqualTo(MailboxState.BLOCKED);
    assertThat(Files.readAllLines(servers.source.log()))
        .filteredOn(line -> line.contains("dan@example.org") && line.contains("auth failed"))
        .singleElement()
        .asString()
        .contains("1 attempts");
  }

  @Test
  void aFolderThatCannotBeReadDoesNotStopTheNext() throws IOException {
    servers.userWithMail("eve@example.org", 2, "INBOX", "Sent", "Work");
    Path sent = servers.source.mailFolder("eve@example.org").resolve("Maildir/Sent");
    Files.setPosixFilePermissions(sent, PosixFilePermissions.fromString("---------"));
    Installation installation = installation().set("retry.attempts", "1");

    MailboxResult result =
        installation.migrate(request(installation, "eve@example.org")).mailboxes().get(0);

    assertThat(result.state()).isEqualTo(MailboxState.INCOMPLETE);
    assertThat(result.problems())
        .anySatisfy(problem -> assertThat(problem.place().toString()).contains("Sent"));
    assertThat(messagesIn("INBOX", "eve@example.org")).hasSize(2);
    assertThat(messagesIn("Work", "eve@example.org")).hasSize(2);
  }

  @Test
  void aFaultOfOursIsReportedAsSuchAndTheRestGoesOn() {
    servers.userWithMail("fay@example.org", 2, "INBOX", "Faulty", "Work");
    servers.userWithMail("gus@example.org", 2, "INBOX");
    Installation installation = installation();
    insertBeforeAppend(
        installation,
        """
        - filter:
            expression:
              simple:
                expression: "${body.folder} == 'Faulty'"
            steps:
              - throwException:
                  id: be-at-fault
                  exceptionType: java.lang.IllegalArgumentException
                  message: a step is at fault
        """);
    Path file = request(installation, "fay@example.org", "gus@example.org");

    int exitCode = installation.command("migrate", file);

    assertThat(exitCode).isEqualTo(1);
    MigrationResult result = installation.ended().get(0);
    assertThat(result.mailboxes())
        .extracting(MailboxResult::state)
        .isEqualTo(List.of(MailboxState.FAULT, MailboxState.COPIED));
    assertThat(result.mailboxes().get(0).problems())
        .anySatisfy(
            problem ->
                assertThat(problem.cause())
                    .startsWith("at the step \"be-at-fault\" of the route \"copy-folder\"")
                    .contains(", copy-folders.camel.yaml line ", "a step is at fault"));
    assertThat(messagesIn("Work", "fay@example.org")).hasSize(2);
    assertThat(servers.atDestination("gus@example.org"))
        .isEqualTo(servers.atSource("gus@example.org"));
  }
}
