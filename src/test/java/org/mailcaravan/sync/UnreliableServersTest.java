package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.Proxy;
import org.mailcaravan.server.RawImap;

/** Servers that do not say the truth, or not always, and what must arrive all the same. */
@EnabledIfInstalled("dovecot")
class UnreliableServersTest {
  @TempDir Path folder;

  private static DovecotServer start() {
    return DovecotServer.start().addUser(Caravan.USER, Caravan.PASSWORD);
  }

  private static void put(DovecotServer server, String message) {
    try (RawImap imap = RawImap.login(server.port(), Caravan.USER, Caravan.PASSWORD)) {
      imap.append(
          "INBOX",
          Set.of(),
          OffsetDateTime.parse("2020-02-03T04:05:06+01:00"),
          message.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  private static void put(DovecotServer server, int count) {
    for (int i = 1; i <= count; i++) {
      put(server, "From: a@example.org\r\nSubject: " + i + "\r\n\r\nbody " + i + "\r\n");
    }
  }

  private static int arrived(DovecotServer destination) {
    return MailboxSnapshot.read(destination.port(), Caravan.USER, Caravan.PASSWORD).count();
  }

  @Test
  void wrongSizesDoubleNothingWhenTheAnswerToAnAppendIsLost() throws IOException {
    AtomicBoolean cut = new AtomicBoolean();
    try (DovecotServer source = start();
        DovecotServer destination = start();
        Proxy wrongSizes =
            new Proxy(
                source.port(),
                Proxy.OPEN,
                (text, wire) -> wire.forth(text.replaceAll("RFC822\\.SIZE \\d", "RFC822.SIZE 9")));
        Proxy cutOnce =
            new Proxy(
                destination.port(),
                Proxy.OPEN,
                (text, wire) -> {
                  if (text.contains("APPENDUID") && cut.compareAndSet(false, true)) {
                    wire.hangUp();
                  } else {
                    wire.forth(text);
                  }
                });
        Caravan caravan = new Caravan(folder, cutOnce.port())) {
      put(source, 12);

      MailboxResult result = caravan.pass(wrongSizes.port());

      assertThat(cut).isTrue();
      assertThat(result.problems()).isEmpty();
      assertThat(result.copied()).isEqualTo(12);
      assertThat(arrived(destination)).isEqualTo(12);
    }
  }

  @Test
  void aMessageThatIsUnavailableForDaysDoesNotStopItsFolder() throws IOException {
    try (DovecotServer source = start();
        DovecotServer destination = start();
        Proxy broken =
            new Proxy(
                source.port(),
                (text, wire) -> {
                  if (text.matches("(?s)\\w+ UID FETCH 5 .*BODY.PEEK\\[\\].*")) {
                    wire.back(
                        text.split(" ", 2)[0] + " NO [UNAVAILABLE] UID FETCH Server error\r\n");
                  } else {
                    wire.forth(text);
                  }
                },
                Proxy.OPEN);
        Caravan caravan = new Caravan(folder, destination.port(), 100, 4096)) {
      put(source, 4);
      put(source, "From: a@example.org\r\n\r\n" + "large ".repeat(10).concat("\r\n").repeat(300));
      put(source, 7);

      MailboxResult result = caravan.pass(broken.port());

      assertThat(result.problems())
          .singleElement()
          .satisfies(
              problem -> assertThat(problem.place().toString()).isEqualTo("UID 5 in folder INBOX"));
      assertThat(arrived(destination)).isEqualTo(11);
    }
  }

  @Test
  void aServerThatAsksForPatienceIsNotBlamedOnItsMessages() throws IOException {
    try (DovecotServer source = start();
        DovecotServer destination = start();
        Proxy limited =
            new Proxy(
                source.port(),
                (text, wire) -> {
                  if (text.contains("BODY.PEEK[]")) {
                    wire.back("* BYE Session expired, please login again\r\n");
                    wire.hangUp();
                  } else {
                    wire.forth(text);
                  }
                },
                Proxy.OPEN);
        Caravan caravan = new Caravan(folder, destination.port())) {
      put(source, 12);

      MailboxResult result = caravan.pass(limited.port());

      assertThat(result.copied()).isZero();
      assertThat(result.problems())
          .allSatisfy(problem -> assertThat(problem.place().toString()).isEqualTo("folder INBOX"))
          .anySatisfy(problem -> assertThat(problem.cause()).contains("lost"));
    }
  }

  @Test
  void theSameHeaderAndSizeAreNotTheSameMessage() throws IOException {
    try (DovecotServer source = start();
        DovecotServer destination = start();
        Caravan caravan = new Caravan(folder, destination.port())) {
      put(source, "From: scanner@example.org\r\nSubject: Scan\r\n\r\nbody 1\r\n");
      put(destination, "From: scanner@example.org\r\nSubject: Scan\r\n\r\nbody 2\r\n");

      assertThat(caravan.pass(source.port()).copied()).isEqualTo(1);
      assertThat(arrived(destination)).isEqualTo(2);
    }
  }

  @Test
  void withoutUidValidityUidsProveNothing() throws IOException {
    try (DovecotServer source = start();
        DovecotServer rebuilt = start();
        DovecotServer destination = start();
        Proxy silent =
            new Proxy(
                source.port(),
                Proxy.OPEN,
                (text, wire) ->
                    wire.forth(
                        text.replaceAll("\\[UIDVALIDITY", "[XIDVALIDITY")
                            .replaceAll("UIDVALIDITY \\d+ ?", "")));
        Caravan caravan = new Caravan(folder, destination.port())) {
      put(source, "From: a@example.org\r\nSubject: 1\r\n\r\nbody 1\r\n");
      put(rebuilt, "From: a@example.org\r\nSubject: 2\r\n\r\nanother message\r\n");
      caravan.pass(silent.port());
      silent.moveTo(rebuilt.port());

      MailboxResult second = caravan.pass(silent.port());
      assertThat(second.copied()).as(second.toString()).isEqualTo(1);
      assertThat(arrived(destination)).isEqualTo(2);
    }
  }
}
