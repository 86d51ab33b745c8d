package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.EnabledIfInstalled;

/**
 * Names whose address changes between the look at it and the connection, told by a real DNS server
 * to the system's resolver. It runs in a network of its own, in which a public address is this
 * machine's.
 */
@EnabledIfInstalled({"unshare", "ip", "mount"})
class RebindingTest {
  private static final String NETWORK =
      "ip link set lo up && ip address add "
          + RebindingClient.OPEN
          + "/32 dev lo && mount --bind \"$1\" /etc/resolv.conf && shift && exec \"$@\"";

  @Test
  void theAddressThatWasCheckedIsTheOneThatIsConnectedTo(@TempDir Path folder) throws Exception {
    Path resolver = Files.writeString(folder.resolve("resolv.conf"), "nameserver 127.0.0.1\n");
    assumeTrue(run(folder, resolver, "true").equals(List.of()), "no network of one's own here");

    List<String> told =
        run(
            folder,
            resolver,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Dsun.net.inetaddr.ttl=0",
            "-Djava.net.preferIPv4Stack=true",
            "-cp",
            System.getProperty(
                "surefire.test.class.path", System.getProperty("java.class.path", "")),
            RebindingClient.class.getName());

    assertThat(told)
        .containsExactly(
            "imap, changing: connected to 8.8.8.8",
            "imap, mixed: connected to nothing",
            "http, changing: connected to 8.8.8.8",
            "http, mixed: connected to nothing",
            "https, changing: connected to 8.8.8.8",
            "https, mixed: connected to nothing");
  }

  /** Everything that it says. */
  private static List<String> run(Path folder, Path resolver, String... command)
      throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(
            List.of("unshare", "--net", "--mount", "sh", "-c", NETWORK, "sh", resolver.toString()));
    all.addAll(List.of(command));
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(output).stream().filter(line -> !line.contains("SLF4J")).toList();
  }
}
