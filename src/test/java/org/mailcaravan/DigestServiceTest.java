package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.store.Database;

/** A service without a support mailbox that mails the digest. */
class DigestServiceTest {
  private static final long LIMIT_MILLIS = 40_000;

  @TempDir private Path folder = Path.of("");

  private final GreenMail mails =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

  @BeforeEach
  void startMails() {
    mails.start();
  }

  @AfterEach
  void stopMails() {
    mails.stop();
  }

  /** The shipped routes, which look for what is due each second. */
  private Path routes() throws IOException {
    Path routes = Files.createDirectory(folder.resolve("quick-routes"));
    try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
      for (Path each : shipped.filter(Files::isRegularFile).toList()) {
        Files.writeString(
            routes.resolve(each.getFileName()),
            Files.readString(each).replace("20 0/5 * * * ?", "* * * * * ?"));
      }
    }
    return routes;
  }

  private static void aDayPasses(Installation installation) {
    try (Database database = Database.inFolder(installation.data())) {
      assertThat(
              database
                  .jdbc()
                  .sql(
                      "update timer set fired_at = fired_at - interval '1' day where name like 'digest%'")
                  .update())
          .isEqualTo(1);
    }
  }

  @Test
  void theRouteSendsItOnce() throws Exception {
    Installation installation =
        new Installation(folder)
            .set("destination.port", "1")
            .set("routes.folder", routes().toString())
            .set("operators.mail", "Night shift <night@new.example>")
            .set("mail.from", "support@new.example")
            .set("mail.envelope-from", "bounces@new.example")
            .set("smtp.host", "127.0.0.1")
            .set("smtp.port", String.valueOf(mails.getSmtp().getPort()))
            .set("smtp.security", "none");
    try (Launcher.Running first = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(first.dropFolder()).isEqualTo(installation.drop());
      // There was no service before, of which one could tell.
      assertThat(mails.waitForIncomingEmail(2500, 1)).isFalse();
    }
    aDayPasses(installation);
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      assertThat(mails.waitForIncomingEmail(LIMIT_MILLIS, 1)).isTrue();
      assertThat(mails.waitForIncomingEmail(2500, 2)).isFalse();
    }
    assertThat(mails.getReceivedMessages()[0].getSubject()).isEqualTo("Nobody has to do anything");
  }
}
