package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.RawImap;
import org.mailcaravan.server.UsedPasswords;
import org.mailcaravan.store.Database;

/** Passwords that a later request brings for a mailbox which has one that works. */
@EnabledIfInstalled("dovecot")
class LaterPasswordsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String USER = "anna@old.example";
  private static final String WRONG = UsedPasswords.add("not the one of anna");
  private static final String NEXT = UsedPasswords.add("the next one of anna");

  @TempDir private Path folder = Path.of("");

  private static void drop(Installation installation, String name, String row) throws IOException {
    dropWhole(installation, name, TwoServers.HEADER + row);
  }

  private static void dropWhole(Installation installation, String name, String text)
      throws IOException {
    Files.createDirectories(installation.drop());
    Path whole =
        Files.writeString(Files.createDirectories(installation.data()).resolve("part"), text);
    Files.move(whole, installation.drop().resolve(name + ".csv"));
  }

  private static MailboxResult result(Installation installation, int number) {
    await().atMost(LIMIT).until(() -> installation.ended().size() == number);
    return installation.ended().get(number - 1).mailboxes().get(0);
  }

  private static String answer(Installation installation, String name) throws IOException {
    Path answer = installation.drop().resolve("done").resolve(name + ".csv.answer.txt");
    await().atMost(LIMIT).until(() -> Files.exists(answer));
    return Files.readString(answer);
  }

  private static List<String> told(Database database) {
    return database
        .jdbc()
        .sql("select reason from event where actor = 'login' order by number")
        .query(String.class)
        .list();
  }

  private static boolean letsIn(int port, String password) {
    try (RawImap letIn = RawImap.login(port, USER, password)) {
      return !letIn.list().isEmpty();
    }
  }

  @Test
  void aNewPasswordReplacesTheOneBeforeOnlyWhenItWorks() throws Exception {
    try (TwoServers servers = new TwoServers()) {
      servers.userWithMail(USER, 2, "INBOX");
      Installation installation =
          servers.configure(new Installation(folder)).set("api.enabled", "false");
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE);
          Database database = Database.inFolder(installation.data())) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        drop(installation, "first", servers.row(USER));
        assertThat(result(installation, 1).copied()).isEqualTo(2);

        servers.deliverOne(USER);
        drop(
            installation,
            "second",
            servers.row(USER, WRONG, ",").replace(TwoServers.newPassword(USER), "not the new one"));
        MailboxResult second = result(installation, 2);
        assertThat(second.state()).isEqualTo(MailboxState.COPIED);
        assertThat(second.copied()).isEqualTo(1);
        assertThat(answer(installation, "second"))
            .contains("your old provider refuses the password that was sent last")
            .contains("the new server refuses the password that was sent last")
            .contains("so we still use the one before it")
            .contains("If the password has changed, send us the right one")
            .doesNotContain(WRONG)
            .doesNotContain("not the new one");
        assertThat(told(database))
            .containsExactlyInAnyOrder(
                "the new password for the old provider is refused, and the one before is used",
                "the new password for the new server is refused, and the one before is used");

        drop(installation, "nightly", servers.row(USER, WRONG, ","));
        assertThat(result(installation, 3).state()).isEqualTo(MailboxState.COPIED);
        assertThat(answer(installation, "nightly"))
            .contains("your old provider refuses the password that was sent last");
        assertThat(told(database)).as("it is not tried a second time").hasSize(2);

        servers.source.addUser(USER, NEXT);
        // Dovecot reads a password again a second after it has read it.
        await().atMost(LIMIT).ignoreExceptions().until(() -> letsIn(servers.source.port(), NEXT));
        drop(installation, "third", servers.row(USER, NEXT, ","));
        MailboxResult third = result(installation, 4);
        assertThat(third.state()).isEqualTo(MailboxState.COPIED);
        assertThat(answer(installation, "third")).doesNotContain("refuses");
        assertThat(told(database))
            .hasSize(3)
            .endsWith("the new password for the old provider works, and replaces the one before");
      }
    }
  }

  @Test
  void whoSendsAWrongPasswordLearnsNothingAndGetsNoPasswordSentAnywhere() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer elsewhere =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    elsewhere.createContext(
        "/",
        call -> {
          asked.add(
              call.getRequestURI() + " " + call.getRequestHeaders().getFirst("Authorization"));
          call.sendResponseHeaders(404, -1);
          call.close();
        });
    elsewhere.start();
    String url = "http://127.0.0.1:" + elsewhere.getAddress().getPort() + "/";
    try (TwoServers servers = new TwoServers()) {
      servers.userWithMail(USER, 2, "INBOX", "Secret plans");
      Installation installation =
          servers
              .configure(new Installation(folder))
              .set("api.enabled", "false")
              .set("destination.carddav-url", url + "{email}/");
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE);
          Database database = Database.inFolder(installation.data())) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        drop(installation, "first", servers.row(USER));
        assertThat(result(installation, 1).state()).isEqualTo(MailboxState.COPIED);

        String header = TwoServers.HEADER.replace("\n", ",source_dav_url\n");
        String row = servers.row(USER, WRONG, "dav,").replace("\n", "," + url + "\n");
        dropWhole(installation, "second", header + row);
        assertThat(result(installation, 2).copied()).isZero();

        assertThat(asked).isEmpty();
        assertThat(answer(installation, "second"))
            .contains("your old provider refuses the password that was sent last")
            .doesNotContain("both logins work", "messages", "Secret plans");
        assertThat(
                database
                    .jdbc()
                    .sql("select count(*) from mailbox where contacts is not null")
                    .query(Integer.class)
                    .single())
            .isZero();
      }
    } finally {
      elsewhere.stop(0);
    }
  }
}
