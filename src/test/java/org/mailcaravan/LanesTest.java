package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;

/** Folders of one mailbox that are copied side by side. */
@EnabledIfInstalled("dovecot")
class LanesTest {
  private static final String USER = "ann@example.org";
  private static final String[] FOLDERS = {
    "INBOX", "Sent", "Work", "Work/2019", "Work/2020", "Friends", "Lists", "Lists/camel"
  };

  @TempDir Path folder;

  private static DovecotServer.Builder allowing(int connections) {
    return DovecotServer.builder().extra("mail_max_userip_connections = " + connections);
  }

  private static long logins(DovecotServer server) throws IOException {
    try (var lines = Files.lines(server.log())) {
      return lines.filter(line -> line.contains("Login: user=<" + USER + ">")).count();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 50", "50, 1", "1, 1", "2, 3"})
  void aServerThatAllowsFewConnectionsGetsNoMore(int atSource, int atDestination) {
    try (TwoServers servers = new TwoServers(allowing(atSource), allowing(atDestination))) {
      servers.userWithMail(USER, 5, FOLDERS);
      Installation installation =
          servers.configure(new Installation(folder)).set("mailbox.connections", "4");
      Path file = installation.request("ann.csv", TwoServers.HEADER + servers.row(USER));

      MailboxResult result = installation.migrate(file).mailboxes().get(0);

      assertThat(result.problems()).isEmpty();
      assertThat(result.state()).isEqualTo(MailboxState.COPIED);
      assertThat(servers.atDestination(USER).differencesFrom(servers.atSource(USER))).isEmpty();
    }
  }

  @Test
  void thereAreAsManyConnectionsAsLanesAndOneWhenNothingChanged() throws IOException {
    try (TwoServers servers = new TwoServers()) {
      servers.userWithMail(USER, 5, FOLDERS);
      Installation installation =
          servers.configure(new Installation(folder)).set("mailbox.connections", "3");
      Path file = installation.request("ann.csv", TwoServers.HEADER + servers.row(USER));
      long before = logins(servers.source);

      installation.migrate(file);
      assertThat(logins(servers.source) - before).isEqualTo(3);
      assertThat(logins(servers.destination)).isEqualTo(3);
      installation.migrate(file);
      assertThat(logins(servers.source) - before).isEqualTo(4);
      assertThat(logins(servers.destination)).isEqualTo(4);
    }
  }
}
