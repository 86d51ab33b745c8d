package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.Messages;

/**
 * The installed program with little memory moves more than fits into it: a message that is larger
 * than the heap has room for, and many large ones side by side. {@code
 * -Dmailcaravan.large-mail-mb=100} makes that message so large.
 */
@Lengthy
@EnabledIfInstalled("dovecot")
class LargeMailTest {
  private static final int MIB = 1 << 20;
  private static final int HUGE = Integer.getInteger("mailcaravan.large-mail-mb", 32);

  /** The program without mail takes some 25 MiB of it. */
  private static final String HEAP = HUGE + 24 + "m";

  private static final int LARGE = 3;
  private static final int MAILBOXES = 4;

  @TempDir Path folder;

  @Test
  @Timeout(180)
  void aMessageThatDoesNotFitAndManyLargeOnesPassWithLittleMemory() throws Exception {
    try (TwoServers servers = new TwoServers();
        InstalledProgram program = new InstalledProgram(folder).asShipped()) {
      List<String> users = new ArrayList<>(List.of("huge@example.org"));
      servers.user("huge@example.org");
      servers.deliver("huge@example.org", new Messages(1).ofSize(HUGE * MIB));
      for (int mailbox = 0; mailbox < MAILBOXES; mailbox++) {
        String user = "large" + mailbox + "@example.org";
        users.add(user);
        servers.user(user);
        // All of them together are more than the heap, too.
        IntStream.rangeClosed(0, (HUGE + 24) / (MAILBOXES * LARGE))
            .mapToObj(number -> new Messages(user.hashCode() + number).ofSize(LARGE * MIB))
            .forEach(message -> servers.deliver(user, message));
      }
      program.set(
          Map.of(
              "destination.host", "127.0.0.1",
              "destination.port", String.valueOf(servers.destination.port()),
              "destination.security", "none",
              "source.allowed-hosts", "127.0.0.1",
              "source.insecure-hosts", "127.0.0.1",
              "mailboxes.at-once", String.valueOf(MAILBOXES),
              "copy.memory-mib", String.valueOf(12 + HUGE / 3)));
      Files.writeString(
          folder.resolve("large.csv"),
          TwoServers.HEADER + users.stream().map(servers::row).collect(Collectors.joining()));

      InstalledProgram.Run run =
          program.run(
              "MAILCARAVAN_OPTS='-XX:TieredStopAtLevel=1 -Xmx"
                  + HEAP
                  + "' bin/mailcaravan migrate large.csv");
      assertThat(run.exit()).as(run.out() + run.err()).isZero();

      for (String user : users) {
        assertThat(servers.atDestination(user).differencesFrom(servers.atSource(user))).isEmpty();
      }
    }
  }
}
