package org.mailcaravan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.status.Target;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.OpenSessions;
import org.mailcaravan.server.Proxy;
import org.mailcaravan.store.Controls;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Overview;

/** What a service finds before it copies anything, between two real servers. */
@Lengthy
@EnabledIfInstalled("dovecot")
class PreflightTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Far less than a look may take. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private static TwoServers servers;

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void startServers() {
    servers = new TwoServers();
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  private Installation installation() {
    return servers
        .configure(new Installation(folder))
        .set("api.enabled", "false")
        .set("preflight.longest-wait-seconds", "900");
  }

  private static void drop(Installation installation, String rows) throws IOException {
    Files.createDirectories(installation.drop());
    Path whole = Files.writeString(folder(installation).resolve("request.part"), rows);
    Files.move(whole, installation.drop().resolve("request.csv"));
  }

  private static Path folder(Installation installation) throws IOException {
    return Files.createDirectories(installation.data());
  }

  private static List<String> column(Database database, String column) {
    return database
        .jdbc()
        .sql(
            "select "
                + column
                + " from preflight f join mailbox b on b.id = f.mailbox_id order by b.id")
        .query(String.class)
        .list();
  }

  private static void awaitLooked(Database database, int mailboxes) {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                column(database, "f.state").stream().filter(state -> state.equals("ENDED")).count()
                    == mailboxes);
  }

  @Test
  void eachMailboxIsLookedAtFirstAndOnlyOneThatTheOldProviderRefusesKeepsWaiting()
      throws Exception {
    servers.userWithMail("good@example.org", 3, "INBOX", "Archive");
    servers.user("wrong@example.org");
    servers.source.addUser("missing@example.org", TwoServers.oldPassword("missing@example.org"));
    Installation installation = installation();
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE);
        Database database = Database.inFolder(installation.data())) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      drop(
          installation,
          TwoServers.HEADER
              + servers.row("good@example.org")
              + servers.row("wrong@example.org", "not-its-password", ",")
              + servers.row("missing@example.org"));
      awaitLooked(database, 3);
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  database
                          .jdbc()
                          .sql("select count(*) from pass where waits_for = 'MAILBOX'")
                          .query(Integer.class)
                          .single()
                      == 1);

      List<String> findings = column(database, "f.findings");
      assertThat(findings.get(0)).contains("\"messages\":6", "\"problems\":[]");
      assertThat(findings.get(1)).contains("WRONG_PASSWORD").doesNotContain("not-its-password");
      assertThat(findings.get(2))
          .contains("WRONG_PASSWORD")
          .contains("Check that the mailbox exists");
      assertThat(
              database
                  .jdbc()
                  .sql(
                      "select p.waits_for from pass p join mailbox b on b.id = p.mailbox_id"
                          + " where b.source_address = 'wrong@example.org' and p.state = 'WAITING'"
                          + " and p.due_at > current_timestamp + interval '10' minute")
                  .query(String.class)
                  .list())
          .containsExactly("PREFLIGHT");
      assertThat(
              database
                  .jdbc()
                  .sql("select reason from event where kind = 'preflight' and state = 'GOOD'")
                  .query(String.class)
                  .list())
          .containsExactly("both logins work; 127.0.0.1 has 6 messages in 6 folders");
    }
  }

  @Test
  void theAnswerTellsWhatWasFoundAndWhatDoesNotFit() throws Exception {
    try (TwoServers small =
        new TwoServers(DovecotServer.builder(), DovecotServer.builder().quota(1))) {
      small.userWithMail("large@example.org", 20, "INBOX");
      small.source.addUser("missing@example.org", TwoServers.oldPassword("missing@example.org"));
      Installation installation =
          small
              .configure(new Installation(folder))
              .set("preflight.longest-wait-seconds", "900")
              .set("preflight.answer-after-seconds", "900");
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE);
          Database database = Database.inFolder(installation.data())) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        drop(
            installation,
            TwoServers.HEADER + small.row("large@example.org") + small.row("missing@example.org"));
        Path answer = installation.drop().resolve("done/request.csv.answer.txt");
        await().atMost(LIMIT).until(() -> Files.exists(answer));

        assertThat(answer)
            .content()
            .contains("large@example.org from 127.0.0.1\n  - the mailbox has room for 1 KiB, and")
            .contains(
                "missing@example.org from 127.0.0.1\n  - We cannot log in to this mailbox at the new server. If it"
                    + " is not there yet, please create it; if it is, send us its password at the new server in a line \"New password: ...\". We"
                    + " check again by ourselves.")
            .doesNotContain("secret");
        assertThat(
                new Overview(database, Duration.ofMinutes(1))
                    .mailbox("large@example.org")
                    .orElseThrow()
                    .preflight())
            .satisfies(
                found -> {
                  assertThat(found.messages()).isEqualTo(23);
                  assertThat(found.sourceOk()).isTrue();
                  assertThat(found.problems())
                      .singleElement()
                      .asString()
                      .contains("Raise its quota");
                });
      }
    }
  }

  @Test
  void whatTakesTooLongStopsNoOtherAndItsPassBeginsAllTheSame() throws Exception {
    servers.userWithMail("quick@example.org", 2, "INBOX");
    servers.user("slow@example.org");
    // Connections are made, and nobody ever says anything.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Installation installation =
          installation()
              .set("preflight.longest-seconds", "2")
              .set("preflight.longest-wait-seconds", "5")
              .set("retry.attempts", "0");
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        drop(
            installation,
            TwoServers.HEADER
                + servers.rowThrough(silent.getLocalPort(), "slow@example.org")
                + servers.row("quick@example.org"));
        await().atMost(LIMIT).until(() -> installation.ended().size() == 1);
      }
      assertThat(installation.ended().get(0).mailboxes())
          .extracting(MailboxResult::state)
          .containsExactly(MailboxState.BLOCKED, MailboxState.COPIED);
    }
  }

  @Test
  void aLookThatIsCancelledEndsAtOnceAndTellsNothing() throws Exception {
    servers.user("held@example.org");
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Installation installation = installation().set("connection.connect-timeout-seconds", "100");
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE);
          Database database = Database.inFolder(installation.data())) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        drop(
            installation,
            TwoServers.HEADER + servers.rowThrough(silent.getLocalPort(), "held@example.org"));
        try (Socket looking = silent.accept()) {
          looking.setSoTimeout((int) LIMIT.toMillis());
          await().atMost(LIMIT).until(() -> column(database, "f.state").contains("RUNNING"));
          int unused =
              database.jdbc().sql("update pass set state = 'ENDED', waits_for = null").update();

          assertThat(looking.getInputStream().read()).as("hung up").isNegative();
        }
        await().atMost(LIMIT).until(() -> column(database, "f.state").contains("SKIPPED"));
        assertThat(column(database, "coalesce(f.findings, 'none')")).containsExactly("none");
      }
    }
  }

  /** Each is told before anything is copied, and what is missing goes on when it is there. */
  @Test
  void whatDoesNotFitOrCannotBeReadIsToldAndAMissingMailboxGoesOnByItself() throws Exception {
    servers.userWithMail("cards@example.org", 1, "INBOX");
    servers.source.addUser("later@example.org", TwoServers.oldPassword("later@example.org"));
    servers.deliver("later@example.org", "Subject: m\r\n\r\nx\r\n".getBytes(UTF_8));
    Installation installation =
        installation()
            .set("preflight.answer-after-seconds", "900")
            .set("mailbox.missing-retry-seconds", "1")
            .set("mailbox.missing-retry-maximum-seconds", "1")
            .set("retry.attempts", "0")
            .set("destination.carddav-url", "http://127.0.0.1:1/{email}/");
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE);
        Database database = Database.inFolder(installation.data())) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      Files.createDirectories(installation.drop());
      Files.writeString(
          installation.drop().resolve("cards.vcf"), "BEGIN:VCARD\r\nthis is no card\r\n");
      drop(
          installation,
          TwoServers.HEADER
              + servers.row(
                  "cards@example.org", TwoServers.oldPassword("cards@example.org"), "cards.vcf,")
              + servers.row("later@example.org"));
      Path answer = installation.drop().resolve("done/request.csv.answer.txt");
      await().atMost(LIMIT).until(() -> Files.exists(answer));

      assertThat(answer)
          .content()
          .contains("cards@example.org from 127.0.0.1")
          .contains(
              "later@example.org from 127.0.0.1\n  - We cannot log in to this mailbox at the new server.")
          .contains("We check again by ourselves.");
      List<String> problems =
          Objects.requireNonNull(
                  new Overview(database, Duration.ofMinutes(1))
                      .mailbox("cards@example.org")
                      .orElseThrow()
                      .preflight())
              .problems();
      assertThat(problems).hasSize(2);
      assertThat(problems.get(0)).contains("cards.vcf line 1", "To be fixed by the customer:");
      assertThat(problems.get(1))
          .contains("the server could not be reached", "To be fixed by us: Check that");

      servers.destination.addUser("later@example.org", TwoServers.newPassword("later@example.org"));
      await().atMost(LIMIT).until(() -> installation.ended().size() == 1);
    }
    assertThat(installation.ended().get(0).mailboxes())
        .filteredOn(result -> result.mailbox().sourceAddress().equals("later@example.org"))
        .extracting(MailboxResult::state)
        .containsExactly(MailboxState.COPIED);
  }

  /** Also by the command "check". */
  @Test
  void aStepOfYourOwnThatFailsIsToldWithoutItsSecrets() throws Exception {
    servers.userWithMail("own@example.org", 1, "INBOX");
    Installation installation = installation().set("route.chat-token", "token-4711");
    Installation.edit(
        installation.ownRoutes().resolve("check-request.camel.yaml"),
        "        - to:\n            uri: mailbox:check\n",
        """
                - throwException:
                    exceptionType: java.lang.IllegalStateException
                    message: "the chat of {{route.chat-token}} is down"
                - to:
                    uri: mailbox:check
        """);
    String rows = TwoServers.HEADER + servers.row("own@example.org");
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE);
        Database database = Database.inFolder(installation.data())) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      drop(installation, rows);
      awaitLooked(database, 1);

      assertThat(column(database, "f.findings"))
          .singleElement()
          .asString()
          .contains("IllegalStateException: the chat of ******** is down")
          .doesNotContain("4711");
    }
    try (Launcher.Running running = installation.start(Launcher.Mode.CHECK)) {
      assertThat(
              running.check(installation.request("rows.csv", rows)).mailboxes().get(0).problems())
          .singleElement()
          .asString()
          .contains("IllegalStateException: the chat of ******** is down")
          .doesNotContain("4711");
    }
  }

  private static List<Path> answers(Installation installation) throws IOException {
    try (Stream<Path> files = Files.list(installation.drop().resolve("done"))) {
      return files.filter(file -> file.toString().contains(".answer")).toList();
    }
  }

  /** The old provider sees as few connections as for a small request. */
  @Test
  void twoHundredMailboxesAreLookedAtAFewAtATimeAndThenThereIsOneAnswer() throws Exception {
    int mailboxes = 200;
    OpenSessions sessions = new OpenSessions();
    try (ImapHost from = ImapHost.start();
        ImapHost to = ImapHost.start();
        Proxy proxy = new Proxy(from.port(), sessions, Proxy.OPEN)) {
      StringBuilder rows = new StringBuilder(TwoServers.HEADER);
      for (int i = 0; i < mailboxes; i++) {
        String user = "user" + i + "@example.org";
        from.account(user, "old " + i)
            .folder("INBOX")
            .put("Subject: m\r\n\r\nx", Set.of(), OffsetDateTime.now(ZoneOffset.UTC));
        to.account(user, "new " + i);
        rows.append("%s,old %d,127.0.0.1,%d,none,new %d,,\n".formatted(user, i, proxy.port(), i));
      }
      Installation installation =
          installation()
              .set("destination.port", String.valueOf(to.port()))
              .set("preflight.answer-after-seconds", "900");
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE);
          Database database = Database.inFolder(installation.data())) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        drop(installation, rows.toString());
        Path answer = installation.drop().resolve("done/request.csv.answer.txt");
        await().atMost(LIMIT).until(() -> Files.exists(answer));

        assertThat(column(database, "f.state")).hasSize(mailboxes).containsOnly("ENDED");
        assertThat(column(database, "f.attempts")).containsOnly("1");
        assertThat(answer).content().contains("move 200 of your mailboxes");
        assertThat(answers(installation)).containsExactly(answer);
        assertThat(
                database
                    .jdbc()
                    .sql("select count(*) from event where kind = 'preflight' and state = 'GOOD'")
                    .query(Integer.class)
                    .single())
            .isEqualTo(mailboxes);
      }
      assertThat(OpenSessions.most(sessions.list())).isLessThanOrEqualTo(4);
      assertThat(
              sessions.list().stream()
                  .collect(Collectors.groupingBy(OpenSessions.Session::user, Collectors.counting()))
                  .values())
          .hasSize(mailboxes)
          .as("a login to look, and one to copy")
          .allMatch(logins -> logins <= 2);
    }
  }

  @Test
  void aPauseAndACancellationReachALookThatWaitsForASilentServer() throws Exception {
    servers.user("slow@example.org");
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Installation installation = installation().set("preflight.longest-seconds", "100");
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE);
          Database database = Database.inFolder(installation.data())) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        drop(
            installation,
            TwoServers.HEADER + servers.rowThrough(silent.getLocalPort(), "slow@example.org"));
        await().atMost(LIMIT).until(() -> column(database, "f.state").contains("RUNNING"));
        String mailbox = column(database, "b.id").get(0);
        Controls controls = new Controls(database, new Events(database, "test"));
        Target target = new Target(Target.Kind.MAILBOX, mailbox);

        assertThat(controls.pause(target, "test").anything()).isTrue();
        await().atMost(SOON).until(() -> column(database, "f.state").contains("WAITING"));
        assertThat(column(database, "f.findings is null")).containsExactly("TRUE");
        assertThat(controls.resume(target, "test").anything()).isTrue();
        await().atMost(LIMIT).until(() -> column(database, "f.state").contains("RUNNING"));

        assertThat(controls.cancel(target, "test").anything()).isTrue();
        await().atMost(SOON).until(() -> column(database, "f.state").contains("SKIPPED"));
      }
    }
  }
}
