package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.Lengthy;

/**
 * A request of many rows in a small heap, of which the program without any takes the larger part.
 * Another number of rows: {@code -Dmailcaravan.rows=100000}.
 */
@Lengthy
class LargeRequestTest {
  private static final int ROWS = Integer.getInteger("mailcaravan.rows", 4000);
  private static final int HEAP_MEBI = 30 + ROWS / 1000;

  @TempDir private Path folder;

  @Test
  void theCheckOfManyRowsTakesLittleMemory() throws IOException, InterruptedException {
    // Nobody listens there.
    Installation installation = new Installation(folder).set("destination.port", "1");
    String rows =
        IntStream.range(0, ROWS)
            .mapToObj("user%d@old.example,secret,127.0.0.1,1,none,secret,,\n"::formatted)
            .collect(Collectors.joining());
    Path file = installation.request("many.csv", TwoServers.HEADER + rows);
    Path out = folder.resolve("out");
    List<String> java =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MEBI + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                InstalledLibraries.classPath().stream()
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator)),
                MailCaravan.class.getName()));
    java.addAll(installation.arguments("check", file));
    Process process =
        new ProcessBuilder(java)
            .redirectError(folder.resolve("err").toFile())
            .redirectOutput(out.toFile())
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends").isTrue();
      assertThat(process.exitValue()).as(Files.readString(folder.resolve("err"))).isEqualTo(3);
      assertThat(Files.readString(out)).contains("0 of %,d mailboxes ".formatted(ROWS));
    } finally {
      process.destroyForcibly();
    }
  }
}
