package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.LineProxy;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.RawImap;

/** A source that refuses to open a folder and goes on to give messages of the one open before. */
@EnabledIfInstalled("dovecot")
class RefusedFolderTest {
  private static final int MESSAGES = 10;

  /** Refuses to open B for the third time, by when its messages are asked for along with that. */
  private static final class Refusal {
    private int openings;
    private String tag = "none";
    private String next = "";

    synchronized String command(String command) {
      if (!tag.equals("none") && next.isEmpty()) {
        next = command;
      }
      if (command.endsWith(" EXAMINE \"B\"") && ++openings == 3) {
        tag = command.split(" ", 2)[0];
        return command.replace("\"B\"", "\"A\"");
      }
      return command;
    }

    synchronized String response(String response) {
      return response.startsWith(tag + " OK") ? tag + " NO [UNAVAILABLE] try later" : response;
    }
  }

  @Test
  void whatCameWithoutTheRightFolderIsAskedForAgain(@TempDir Path folder) throws IOException {
    Refusal refusal = new Refusal();
    try (DovecotServer source = server();
        DovecotServer destination = server();
        LineProxy proxy = new LineProxy(source.port(), refusal::command, refusal::response)) {
      try (RawImap imap = RawImap.login(source.port(), Caravan.USER, Caravan.PASSWORD)) {
        for (String name : new String[] {"A", "B"}) {
          imap.create(name);
          for (int i = 0; i < MESSAGES; i++) {
            imap.append(
                name,
                Set.of(),
                OffsetDateTime.parse("2026-01-02T03:04:05Z"),
                "Message-ID: <%1$d.%2$s@example.org>\r\nSubject: %1$d in %2$s\r\n\r\nx\r\n"
                    .formatted(i, name)
                    .getBytes(StandardCharsets.US_ASCII));
          }
        }
      }
      try (Caravan caravan = new Caravan(folder, destination.port(), 1, 100_000)) {
        caravan.lanes(2);
        assertThat(caravan.pass(proxy.port()).copied()).isEqualTo(2 * MESSAGES);
      }
      assertThat(refusal.next).contains("BODY.PEEK[]");
      assertThat(snapshot(destination).differencesFrom(snapshot(source))).isEmpty();
    }
  }

  private static DovecotServer server() {
    return DovecotServer.builder()
        .specialUse(false)
        .start()
        .addUser(Caravan.USER, Caravan.PASSWORD);
  }

  private static MailboxSnapshot snapshot(DovecotServer server) {
    return MailboxSnapshot.read(server.port(), Caravan.USER, Caravan.PASSWORD).inAnyOrder();
  }
}
