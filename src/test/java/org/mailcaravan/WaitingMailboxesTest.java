package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;

/**
 * A service with thousands of mailboxes that wait takes little memory, with the options of Java
 * that it is installed with. It takes minutes, so only when asked for: {@code
 * -Dmailcaravan.waiting=10000}. docs/scale.md has what it measured.
 */
@EnabledIfSystemProperty(named = "mailcaravan.waiting", matches = "\\d+")
@EnabledIfInstalled("dovecot")
class WaitingMailboxesTest {
  private static final int WAITING = Integer.getInteger("mailcaravan.waiting", 10_000);

  /** So many passes are run before memory is looked at. */
  private static final int ENDED = Integer.getInteger("mailcaravan.waiting-ended", 60);

  private static final long MOST_RESIDENT_KIB = 256 << 10;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @Test
  void theServiceStaysWithin256Megabytes() throws Exception {
    // Lets everybody in.
    DovecotServer.Builder open =
        DovecotServer.builder()
            .compress(false)
            .extra("passdb {\n  driver = static\n  args = nopassword=y\n}");
    try (DovecotServer both = open.start();
        InstalledProgram program = new InstalledProgram(folder).asShipped()) {
      program.set(
          Map.of(
              "destination.host", "127.0.0.1",
              "destination.port", String.valueOf(both.port()),
              "destination.security", "none",
              "source.allowed-hosts", "127.0.0.1",
              "source.insecure-hosts", "127.0.0.1",
              "drop.poll-millis", "50"));
      Files.createDirectory(folder.resolve("drop"));
      program.startService("bin/mailcaravan run");
      Files.writeString(folder.resolve("many.csv"), rows(both.port()));
      Files.move(folder.resolve("many.csv"), folder.resolve("drop/many.csv"));

      await().atMost(PATIENCE).until(() -> ended() >= ENDED);
      JsonNode status = status(program);
      assertThat(status.at("/migrations/0/mailboxes/queued").asInt())
          .isBetween(WAITING / 2, WAITING - ENDED);

      long resident = program.serviceHighWaterKibi();
      System.out.printf("%d waiting mailboxes, %d KiB%n", WAITING, resident);
      assertThat(resident).isLessThan(MOST_RESIDENT_KIB);
      program.stopService();
    }
  }

  private static String rows(int port) {
    return "source_email,source_password,source_imap_server,source_port,source_security,"
        + "destination_email,destination_password\n"
        + IntStream.range(0, WAITING)
            .mapToObj(
                row ->
                    "old%1$d@example.org,secret %1$d,127.0.0.1,%2$d,none,new%1$d@example.org,secret %1$d\n"
                        .formatted(row, port))
            .collect(Collectors.joining());
  }

  private static JsonNode status(InstalledProgram program) throws Exception {
    InstalledProgram.Run run = program.run("bin/mailcaravan status --json");
    assertThat(run.exit()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  /** How many passes the log says have ended. */
  private long ended() throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve("service.out"))) {
      return lines.filter(line -> line.contains(" ended COPIED")).count();
    }
  }
}
