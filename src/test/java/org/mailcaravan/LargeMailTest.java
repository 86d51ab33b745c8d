package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Messages;

/** A process with little memory moves more than fits into it. */
@EnabledIfInstalled("dovecot")
class LargeMailTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;

  @Test
  @Timeout(180)
  void aMessageOfAHundredMegabytesAndManyLargeOnesPassWith128MegabytesOfHeap() throws Exception {
    try (TwoServers servers = new TwoServers()) {
      List<String> users = new ArrayList<>(List.of("huge@example.org"));
      servers.user("huge@example.org");
      servers.deliver("huge@example.org", new Messages(1).ofSize(100 * MIB));
      IntStream.range(0, 4)
          .mapToObj(number -> "large" + number + "@example.org")
          .forEach(
              user -> {
                users.add(user);
                servers.user(user);
                Messages messages = new Messages(user.hashCode());
                IntStream.range(0, 10)
                    .forEach(number -> servers.deliver(user, messages.ofSize(3 * MIB)));
              });
      Installation installation =
          servers.configure(new Installation(folder)).set("mailboxes.at-once", "4");
      Path file =
          installation.request(
              "large.csv",
              TwoServers.HEADER + String.join("", users.stream().map(servers::row).toList()));

      assertThat(migrate(installation, file)).isZero();

      for (String user : users) {
        assertThat(servers.atDestination(user).differencesFrom(servers.atSource(user))).isEmpty();
      }
    }
  }

  private int migrate(Installation installation, Path file)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                MailCaravan.class.getName()));
    command.addAll(installation.arguments("migrate", file));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    try {
      assertThat(process.waitFor(170, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
