package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.server.EnabledIfInstalled;
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
    Files.createDirectories(installation.drop());
    Path whole =
        Files.writeString(
            Files.createDirectories(installation.data()).resolve("part"), TwoServers.HEADER + row);
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
            .contains("the password for the old provider that was sent last is refused")
            .contains("the password for the new server that was sent last is refused")
            .contains("so the one before it is used")
            .contains("Send the right password if it has changed")
            .doesNotContain(WRONG)
            .doesNotContain("not the new one");
        assertThat(told(database))
            .containsExactlyInAnyOrder(
                "the new password for the old provider is refused, and the one before is used",
                "the new password for the new server is refused, and the one before is used");

        servers.source.addUser(USER, NEXT);
        drop(installation, "third", servers.row(USER, NEXT, ","));
        assertThat(result(installation, 3).state()).isEqualTo(MailboxState.COPIED);
        assertThat(answer(installation, "third")).doesNotContain("is refused");
        assertThat(told(database))
            .hasSize(3)
            .endsWith("the new password for the old provider works, and replaces the one before");
      }
    }
  }
}
