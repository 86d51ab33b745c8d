package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.server.Behaviours.login;
import static org.mailcaravan.server.Behaviours.refusing;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.Messages;

/**
 * A server that bans logins for hours is obeyed by every command, through the routes as they are.
 */
@Lengthy
class AskedToWaitTest {
  private static final String USER = "ann@example.org";

  @TempDir Path folder;

  @Test
  void anAccountIsLeftAloneByLaterCommandsUntilTheTimeIsOverOrSomebodySaysOtherwise() {
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start()) {
      Messages mail = new Messages(1);
      source.account(USER, "old").folder("INBOX").put(mail.next(), Set.of(), mail.date());
      destination.account(USER, "new");
      Installation installation =
          new Installation(folder).set("destination.port", String.valueOf(destination.port()));
      Path file =
          installation.request(
              "ann.csv",
              TwoServers.HEADER + USER + ",old,127.0.0.1," + source.port() + ",none,new,,\n");
      source.behaves(
          refusing(login(), "NO [ALERT] Too many login attempts. Try again in 3 hours."));

      assertThat(installation.command("migrate", file)).isEqualTo(3);
      source.behavesWell();
      for (String command : List.of("migrate", "check", "verify")) {
        assertThat(installation.command(command, file)).as(command).isEqualTo(3);
      }
      assertThat(source.commands("LOGIN", "AUTHENTICATE")).hasSize(1);

      installation.set("retry.obey-waits", "false");
      assertThat(installation.command("migrate", file)).isZero();
      installation.set("retry.obey-waits", "true");
      assertThat(installation.command("verify", file)).isZero();
    }
  }
}
