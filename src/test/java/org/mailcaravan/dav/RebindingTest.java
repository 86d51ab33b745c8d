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
          + "/32 dev lo && for a in "
          + String.join(" ", RebindingClient.INNER)
          + " "
          + RebindingClient.OPEN_6
          + "; do ip -6 address add $a/128 dev lo nodad || exit 77; done && mount --bind \"$1\" /etc/resolv.conf && shift && exec \"$@\"";

  @Test
  void theAddressThatWasCheckedIsTheOneThatIsConnectedTo(@TempDir Path folder) throws Exception {
    assertThat(client(folder, "-Djava.net.preferIPv4Stack=true"))
        .containsExactly(
            "imap, changing: connected to 8.8.8.8",
            "imap, mixed: connected to nothing",
            "http, changing: connected to 8.8.8.8",
            "http, mixed: connected to nothing",
            "https, changing: connected to 8.8.8.8",
            "https, mixed: connected to nothing");
  }

  @Test
  void noFormOfAPrivateAddressIsConnectedToByNumberOrByName(@TempDir Path folder) throws Exception {
    List<String> expected = new ArrayList<>();
    RebindingClient.INNER.forEach(address -> expected.add(address + ": 0 connections"));

    List<String> told = client(folder, "-Djava.net.preferIPv6Addresses=true", "inner");

    assertThat(told).startsWith(expected.toArray(String[]::new)).hasSize(expected.size() + 1);
    assertThat(told.get(expected.size()))
        .as("a public address is")
        .startsWith(RebindingClient.OPEN_6 + ": ")
        .doesNotContain(" 0 ");
  }

  private static List<String> client(Path folder, String option, String... arguments)
      throws IOException, InterruptedException {
    Path resolver = Files.writeString(folder.resolve("resolv.conf"), "nameserver 127.0.0.1\n");
    assumeTrue(run(folder, resolver, "true").equals(List.of()), "no network of one's own here");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dsun.net.inetaddr.ttl=0",
                option,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path", "")),
                RebindingClient.class.getName()));
    command.addAll(List.of(arguments));
    return run(folder, resolver, command.toArray(String[]::new));
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
