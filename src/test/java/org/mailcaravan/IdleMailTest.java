package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.report.StatusTable;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.LineProxy;
import org.mailcaravan.server.RawImap;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Overview;

/** How soon a mail is taken: when its server tells of it, or else when it is looked for. */
@Lengthy
@EnabledIfInstalled("dovecot")
class IdleMailTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final String SUPPORT = "support@new.example";
  private static final String PASSWORD = "the desk's";

  @TempDir private Path folder = Path.of("");

  private Installation installation(LineProxy mails, long pollMillis) {
    return new Installation(folder)
        .set("api.enabled", "false")
        .set("destination.port", "1")
        .set("mail.host", "127.0.0.1")
        .set("mail.port", String.valueOf(mails.port()))
        .set("mail.security", "none")
        .set("mail.username", SUPPORT)
        .set("mail.password", PASSWORD)
        .set("mail.poll-millis", String.valueOf(pollMillis))
        .set("mail.allowed-senders", "anna@kunde.example")
        .set("mail.from", SUPPORT)
        .set("smtp.host", "127.0.0.1")
        .set("smtp.port", "1")
        .set("smtp.security", "none");
  }

  private static DovecotServer dovecot() {
    return DovecotServer.builder().compress(false).start().addUser(SUPPORT, PASSWORD);
  }

  private static void deliver(DovecotServer server, int number) {
    String mail =
        """
        From: anna@kunde.example
        To: support@new.example
        Message-ID: <request%d@kunde.example>

        E-mail: anna%d@old.example
        Password: s3cret-words
        Server: 127.0.0.1
        """
            .formatted(number, number)
            .replace("\n", "\r\n");
    try (RawImap imap = RawImap.login(server.port(), SUPPORT, PASSWORD)) {
      imap.append(
          "INBOX",
          Set.of(),
          OffsetDateTime.parse("2026-01-02T03:04:05Z"),
          mail.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void awaitTaken(DovecotServer server) {
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              try (RawImap imap = RawImap.login(server.port(), SUPPORT, PASSWORD)) {
                return imap.status("INBOX", "MESSAGES").contains("MESSAGES 0");
              }
            });
  }

  private static long count(List<String> commands, String command) {
    return commands.stream().filter(command::equals).count();
  }

  @Test
  void aMailIsTakenAsSoonAsTheServerTellsOfItAndAfterItsConnectionBroke() {
    try (DovecotServer server = dovecot();
        LineProxy mails = new LineProxy(server.port())) {
      Installation installation = installation(mails, 3_600_000);
      long stopping;
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        await().atMost(LIMIT).until(() -> count(mails.commands(), "IDLE") == 1);
        // The look that the beginning of IDLE causes has ended.
        await().atMost(LIMIT).until(() -> count(mails.commands(), "LOGOUT") == 2);
        deliver(server, 1);
        awaitTaken(server);

        server.restart();
        await().atMost(LIMIT).until(() -> count(mails.commands(), "IDLE") == 2);
        deliver(server, 2);
        awaitTaken(server);
        stopping = System.nanoTime();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - stopping)).isLessThan(LIMIT);
    }
  }

  @Test
  void aServerWithoutIdleIsLookedIntoFromTimeToTime() {
    UnaryOperator<String> withoutIdle = line -> line.replace(" IDLE", "");
    try (DovecotServer server = dovecot();
        LineProxy mails = new LineProxy(server.port(), UnaryOperator.identity(), withoutIdle)) {
      Installation installation = installation(mails, 500);
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        deliver(server, 1);
        awaitTaken(server);
      }
      assertThat(mails.commands()).doesNotContain("IDLE");
    }
  }

  @Test
  void aPasswordThatIsRefusedIsTriedOnceAndToldUntilItIsRight() {
    try (DovecotServer server = dovecot();
        LineProxy mails = new LineProxy(server.port())) {
      Installation installation = installation(mails, 100).set("mail.password", "wrong-words");
      deliver(server, 1);
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        await().atMost(LIMIT).until(() -> logins(mails) == 1);
        // Some twenty looks would be due.
        await().during(Duration.ofSeconds(2)).until(() -> logins(mails) == 1);
      }
      String told = status(installation);
      assertThat(told)
          .contains("The support mailbox cannot be read, so that no request comes in by mail:")
          .contains("1 look has failed")
          .contains("its server refuses our login: [AUTHENTICATIONFAILED]")
          .contains("To be fixed by us: Correct mail.username or mail.password, and restart the")
          .doesNotContain("wrong-words");

      installation.set("mail.password", PASSWORD);
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        awaitTaken(server);
      }
      assertThat(status(installation)).doesNotContain("support mailbox");
    }
  }

  /** Which folder, what its server says, what it says instead, and what is told of that. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INBOX|OK [READ-WRITE] Select|OK [READ-ONLY] Select|the folder INBOX (mail.folder) cannot be opened",
        "INBOX|* SEARCH|* BYE|the folder INBOX cannot be read: ",
        "Desk||| Folder not found or invalid: Desk"
      })
  void aFolderThatCannotBeOpenedOrReadIsTold(
      String name, @Nullable String said, @Nullable String instead, String told) {
    UnaryOperator<String> refusing =
        line -> said == null || instead == null ? line : line.replace(said, instead);
    try (DovecotServer server = dovecot();
        LineProxy mails = new LineProxy(server.port(), UnaryOperator.identity(), refusing)) {
      Installation installation = installation(mails, 100).set("mail.folder", name);
      deliver(server, 1);
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        await().atMost(LIMIT).until(() -> logins(mails) > 1);
      }
      assertThat(status(installation))
          .contains("The support mailbox cannot be read, so that no request comes in by mail:")
          .contains(told);
    }
  }

  private static long logins(LineProxy mails) {
    return mails.commands().stream()
        .filter(command -> command.startsWith("AUTHENTICATE") || command.startsWith("LOGIN"))
        .count();
  }

  private static String status(Installation installation) {
    try (Database database = Database.inFolder(installation.data())) {
      return StatusTable.of(
          new Overview(database, Duration.ofMinutes(1)).status(List.of(), 10), 200, Instant.now());
    }
  }
}
