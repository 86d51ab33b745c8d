package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.server.Cut;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.Proxy;
import org.mailcaravan.server.RawImap;

/** One bad message among good ones: it is reported, and the others arrive. */
@EnabledIfInstalled("dovecot")
class BadMessageTest {
  private static final int GOOD = 12;
  private static final String POISON = "words that one of the servers cannot bear";

  @TempDir Path folder;

  private static DovecotServer start(DovecotServer.Builder builder) {
    return builder.start().addUser(Caravan.USER, Caravan.PASSWORD);
  }

  /** Good messages with a bad one in their middle. */
  private static void fill(DovecotServer server, String bad) {
    try (RawImap imap = RawImap.login(server.port(), Caravan.USER, Caravan.PASSWORD)) {
      for (int i = 0; i <= GOOD; i++) {
        append(imap, i == GOOD / 2 ? bad : message("good message " + i));
      }
    }
  }

  private static void append(RawImap imap, String message) {
    imap.append(
        "INBOX",
        Set.of("\\Seen"),
        OffsetDateTime.parse("2020-02-03T04:05:06+01:00"),
        message.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String message(String body) {
    return "From: a@example.org\r\nTo: b@example.org\r\nDate: Mon, 3 Feb 2020 04:05:06 +0100\r\n\r\n"
        + body
        + "\r\n";
  }

  private static int arrived(DovecotServer destination) {
    return MailboxSnapshot.read(destination.port(), Caravan.USER, Caravan.PASSWORD).count();
  }

  @Test
  void aMessageThatTheDestinationRefusesIsSetAsideWholeWithItsReason() throws IOException {
    String bad = message("x".repeat(70).concat("\r\n").repeat(2000));
    try (DovecotServer source = start(DovecotServer.builder());
        DovecotServer destination =
            start(
                DovecotServer.builder()
                    .quota(1_000_000)
                    .extra("plugin {\n  quota_max_mail_size = 100k\n}"));
        Caravan caravan = new Caravan(folder, destination.port())) {
      fill(source, bad);

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.state()).isEqualTo(MailboxState.INCOMPLETE);
      assertThat(result.copied()).isEqualTo(GOOD);
      assertThat(result.setAside()).isEqualTo(1);
      assertThat(result.problems())
          .singleElement()
          .satisfies(
              problem -> assertThat(problem.place().toString()).isEqualTo("UID 7 in folder INBOX"));
      Path kept = folder.resolve("set-aside").resolve(Caravan.USER).resolve("INBOX");
      assertThat(Files.readString(kept.resolve("7.eml"), StandardCharsets.ISO_8859_1))
          .isEqualTo(bad);
      assertThat(kept.resolve("7.reason.txt")).content().contains("refused");
      assertThat(arrived(destination)).isEqualTo(GOOD);
      assertThat(folder.resolve("spool")).isEmptyDirectory();
    }
  }

  @Test
  void aMessageAtWhichTheDestinationHangsUpIsSetAsideAndTheOthersArriveOnce() throws IOException {
    Cut cut = Cut.always(POISON);
    try (DovecotServer source = start(DovecotServer.builder());
        DovecotServer destination = start(DovecotServer.builder());
        Proxy proxy = new Proxy(destination.port(), cut, Proxy.OPEN);
        Caravan caravan = new Caravan(folder, proxy.port())) {
      fill(source, message(POISON));

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems())
          .singleElement()
          .satisfies(problem -> assertThat(problem.cause()).contains("fails each time"));
      assertThat(result.setAside()).isEqualTo(1);
      assertThat(result.copied()).isEqualTo(GOOD);
      assertThat(arrived(destination)).isEqualTo(GOOD);
      // With the twelve others, with six of them, with two, and three times alone.
      assertThat(cut.cuts()).isEqualTo(6);
    }
  }

  @Test
  void aMessageAtWhichTheSourceHangsUpIsReportedAndTheOthersArriveOnce() throws IOException {
    try (DovecotServer source = start(DovecotServer.builder());
        DovecotServer destination = start(DovecotServer.builder());
        Proxy proxy = new Proxy(source.port(), Proxy.OPEN, Cut.always(POISON));
        Caravan caravan = new Caravan(folder, destination.port())) {
      fill(source, message(POISON));

      MailboxResult result = caravan.pass(proxy.port());

      assertThat(result.problems())
          .singleElement()
          .satisfies(
              problem -> assertThat(problem.place().toString()).isEqualTo("UID 7 in folder INBOX"));
      assertThat(result.copied()).isEqualTo(GOOD);
      assertThat(arrived(destination)).isEqualTo(GOOD);
    }
  }

  @Test
  void messagesThatVanishAtTheSourceInMidCopyAreNoted() {
    try (DovecotServer source = start(DovecotServer.builder());
        DovecotServer destination = start(DovecotServer.builder());
        Caravan caravan = new Caravan(folder, destination.port(), 2, 64 * 1024)) {
      fill(source, message("no worse than the others"));
      caravan.beforeAppend(
          batch -> {
            if (batch.messages().stream().anyMatch(message -> message.uid() == 1)) {
              try (RawImap imap = RawImap.login(source.port(), Caravan.USER, Caravan.PASSWORD)) {
                imap.select("INBOX");
                imap.command("UID STORE 12:13 +FLAGS (\\Deleted)");
                imap.command("EXPUNGE");
              }
            }
            return batch;
          });

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.notes())
          .singleElement()
          .satisfies(note -> assertThat(note).contains("folder INBOX", "deleted"));
      assertThat(result.problems()).isEmpty();
      assertThat(arrived(destination)).isEqualTo(GOOD - 1);
    }
  }
}
