package org.mailcaravan;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.bench.Distance;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.RawImap;

/** The whole program over a slow line, with the usual measure of what is slow. */
@Lengthy
@EnabledIfInstalled("dovecot")
class CompressionTest {
  private static final String USER = "ann@example.org";
  private static final int MIB = 1 << 20;
  private static final int MESSAGES = 160;
  private static final int MESSAGE = MIB / 8;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSlowLineIsCompressedUnlessTheSettingForbidsIt(boolean compression) throws IOException {
    try (TwoServers servers = new TwoServers();
        Distance line = new Distance(servers.source.port(), Duration.ZERO, 7 * MIB)) {
      servers.user(USER);
      fill(servers);
      Installation installation =
          servers
              .configure(new Installation(folder))
              .set("copy.batch-kib", "512")
              .set("copy.memory-mib", "2")
              .set("mailbox.compression", String.valueOf(compression));
      String row = servers.rowThrough(line.port(), USER);
      Path file = installation.request("ann.csv", TwoServers.HEADER + row);

      MailboxResult result = installation.migrate(file).mailboxes().get(0);

      assertThat(result.problems()).isEmpty();
      assertThat(result.copied()).isEqualTo(MESSAGES);
      assertThat(servers.atDestination(USER).differencesFrom(servers.atSource(USER))).isEmpty();
      long octets = (long) MESSAGES * MESSAGE;
      if (compression) {
        assertThat(line.toClient()).isLessThan(octets * 4 / 5);
      } else {
        assertThat(line.toClient()).isGreaterThan(octets);
      }
    }
  }

  private static void fill(TwoServers servers) {
    Random random = new Random(1);
    byte[] noise = new byte[MESSAGE / 4];
    try (RawImap imap = RawImap.login(servers.source.port(), USER, TwoServers.oldPassword(USER))) {
      for (int i = 0; i < MESSAGES; i++) {
        for (int n = 0; n < noise.length; n++) {
          noise[n] = (byte) ('a' + random.nextInt(26));
        }
        byte[] message =
            "Subject: x\r\n\r\n%s".formatted("0123456789 ".repeat(MESSAGE)).getBytes(US_ASCII);
        byte[] cut = Arrays.copyOf(message, MESSAGE);
        System.arraycopy(noise, 0, cut, 100, noise.length);
        cut[MESSAGE - 2] = '\r';
        cut[MESSAGE - 1] = '\n';
        String name = "F" + i % 4;
        if (i < 4) {
          imap.create(name);
        }
        imap.append(name, Set.of(), OffsetDateTime.parse("2026-01-02T03:04:05Z"), cut);
      }
    }
  }
}
