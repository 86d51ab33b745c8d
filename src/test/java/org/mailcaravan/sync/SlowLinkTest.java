package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.bench.Distance;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.LineProxy;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.RawImap;
import org.mailcaravan.sync.session.SlowLink;

/** Connections are compressed over slow links, and stay so only where that helps. */
@Lengthy
@EnabledIfInstalled("dovecot")
class SlowLinkTest {
  private static final int MIB = 1 << 20;
  private static final int SLOW = 5 * MIB / 2;
  private static final int FOLDERS = 4;
  private static final int MESSAGE = 16 << 10;

  /** So that every link is slow and compression always helps, however busy the machine is. */
  private static final SlowLink.Limits ALWAYS = new SlowLink.Limits(MIB / 8, 1e12, 0);

  @TempDir Path folder;

  /** Two servers behind links that count what goes through. */
  private final class Stage implements AutoCloseable {
    final DovecotServer source = server();
    final DovecotServer destination = server();
    final Distance toSource;
    final Distance toDestination;
    long octets;

    /**
     * @param rate of each link in octets a second; 0 for as fast as can be
     */
    Stage(double rate) {
      toSource = new Distance(source.port(), Duration.ZERO, rate);
      toDestination = new Distance(destination.port(), Duration.ZERO, rate);
    }

    private static DovecotServer server() {
      return DovecotServer.builder()
          .specialUse(false)
          .start()
          .addUser(Caravan.USER, Caravan.PASSWORD);
    }

    /** Mail that deflates to less than half. */
    Stage fill(int mebibytes) {
      Random random = new Random(mebibytes);
      try (RawImap imap = RawImap.login(source.port(), Caravan.USER, Caravan.PASSWORD)) {
        for (int number = 0; number < FOLDERS; number++) {
          imap.create("F" + number);
          for (int i = 0; i < mebibytes * MIB / FOLDERS / MESSAGE; i++) {
            byte[] message = message(random);
            octets += message.length;
            imap.append(
                "F" + number,
                i % 3 == 0 ? Set.of("\\Seen", "$Label1") : Set.of(),
                OffsetDateTime.parse("2026-01-02T03:04:05Z").plusSeconds(i),
                message);
          }
        }
      }
      return this;
    }

    private static byte[] message(Random random) {
      byte[] message = new byte[MESSAGE];
      for (int i = 0; i < message.length; i++) {
        message[i] = (byte) (i % 4 > 0 ? 'x' : 32 + random.nextInt(224));
      }
      for (int i = 70; i + 1 < message.length; i += 72) {
        message[i] = '\r';
        message[i + 1] = '\n';
      }
      byte[] header = "Subject: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(header, 0, message, 0, header.length);
      return message;
    }

    void copy(SlowLink.@Nullable Limits limits) {
      copy(limits, toSource.port(), toDestination.port());
    }

    /** Copies several folders at once, after which both sides are the same. */
    void copy(SlowLink.@Nullable Limits limits, int sourcePort, int destinationPort) {
      try (Caravan caravan = new Caravan(folder, destinationPort, 100, 4 * MESSAGE, limits)) {
        caravan.lanes(FOLDERS);
        MailboxResult result = caravan.pass(sourcePort);
        assertThat(result.problems()).isEmpty();
        assertThat(result.notes()).isEmpty();
        assertThat(result.copied()).isEqualTo(octets / MESSAGE);
      }
      assertThat(snapshot(destination).differencesFrom(snapshot(source))).isEmpty();
    }

    private static MailboxSnapshot snapshot(DovecotServer server) {
      return MailboxSnapshot.read(server.port(), Caravan.USER, Caravan.PASSWORD).inAnyOrder();
    }

    @Override
    public void close() throws IOException {
      toSource.close();
      toDestination.close();
      source.close();
      destination.close();
    }
  }

  private static long logins(DovecotServer server) throws IOException {
    try (var lines = Files.lines(server.log())) {
      return lines.filter(line -> line.contains("Login: user=<" + Caravan.USER + ">")).count();
    }
  }

  @Test
  void aSlowSourceIsCompressed() throws IOException {
    try (Stage stage = new Stage(SLOW).fill(4)) {
      long before = logins(stage.source);
      stage.copy(ALWAYS);
      assertThat(stage.toSource.toClient()).isLessThan(stage.octets * 4 / 5);
      // One more is that of the comparison.
      assertThat(logins(stage.source) - before).isEqualTo(2);
    }
  }

  @Test
  void aSlowDestinationIsCompressed() throws IOException {
    try (Stage stage = new Stage(SLOW).fill(4)) {
      stage.copy(ALWAYS);
      assertThat(stage.toDestination.toServer()).isLessThan(stage.octets * 4 / 5);
      assertThat(logins(stage.destination)).isEqualTo(2);
    }
  }

  @Test
  void fastLinksAreNotCompressed() throws IOException {
    try (Stage stage = new Stage(0).fill(4);
        LineProxy source = new LineProxy(stage.source.port());
        LineProxy destination = new LineProxy(stage.destination.port())) {
      stage.copy(new SlowLink.Limits(MIB / 16, MIB, 1.2), source.port(), destination.port());
      assertThat(source.commands()).anyMatch(command -> command.contains("BODY.PEEK[]"));
      assertThat(source.commands()).doesNotContain("COMPRESS DEFLATE");
      assertThat(destination.commands()).doesNotContain("COMPRESS DEFLATE");
    }
  }

  @Test
  void aLinkThatIsNoFasterWithCompressionGetsAConnectionWithout() throws IOException {
    try (Stage stage = new Stage(SLOW).fill(5)) {
      long before = logins(stage.source);
      stage.copy(new SlowLink.Limits(MIB / 8, 1e12, 1e6));
      assertThat(logins(stage.source) - before).isEqualTo(3);
    }
  }

  @Test
  void aRefusalIsTakenForGood() throws IOException {
    try (Stage stage = new Stage(SLOW).fill(2);
        LineProxy source =
            new LineProxy(
                stage.toSource.port(),
                line -> line.replace("COMPRESS DEFLATE", "COMPRESS UNKNOWN"),
                line -> line)) {
      stage.copy(ALWAYS, source.port(), stage.toDestination.port());
      assertThat(source.commands()).containsOnlyOnce("COMPRESS DEFLATE");
    }
  }
}
