package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.FolderOfMillions;

/**
 * The installed program with little memory copies a folder of more messages than fit into it,
 * passes over it again and verifies it. {@code -Dmailcaravan.large-folder=2000000} makes the folder
 * so large.
 */
class LargeFolderTest {
  private static final int SMALL = 100_000;
  private static final int MESSAGES = Integer.getInteger("mailcaravan.large-folder", SMALL);
  private static final String HEAP = MESSAGES > SMALL ? "192m" : "48m";

  private static final int MOST_RESIDENT_KIB = 256 * 1024;

  @TempDir Path folder;
  private final List<Long> residents = new ArrayList<>();

  @Test
  void aFolderOfMoreMessagesThanFitIntoMemoryIsCopiedPassedAgainAndVerified() throws Exception {
    try (FolderOfMillions source = new FolderOfMillions();
        FolderOfMillions destination = new FolderOfMillions();
        InstalledProgram program = new InstalledProgram(folder)) {
      source.fill(MESSAGES, 1);
      program.set(
          Map.of(
              "destination.host", "127.0.0.1",
              "destination.port", String.valueOf(destination.port()),
              "destination.security", "none",
              "source.allowed-hosts", "127.0.0.1",
              "source.insecure-hosts", "127.0.0.1",
              "copy.batch-kib", MESSAGES > SMALL ? "6144" : "1024",
              "copy.memory-mib", MESSAGES > SMALL ? "48" : "4"));
      Files.writeString(
          folder.resolve("large.csv"),
          TwoServers.HEADER
              + "ann@example.org,secret,127.0.0.1,%d,none,secret,,\n".formatted(source.port()));

      run(program, "migrate");
      assertThat(destination.holdsTheSameAs(source)).isTrue();
      JsonNode first = certificate();
      assertThat(first.path("verdict").asText()).isEqualTo("complete");
      assertThat(first.path("totals").path("inPlace").asInt()).isEqualTo(MESSAGES);

      run(program, "migrate");
      assertThat(destination.count()).isEqualTo(MESSAGES);

      source.flag(1_000);
      source.fill(1_000, 1);
      run(program, "migrate");
      assertThat(destination.holdsTheSameAs(source)).isTrue();
      assertThat(certificate().path("totals").path("inPlace").asInt()).isEqualTo(MESSAGES + 1_000);

      source.remove(100);
      run(program, "migrate");
      assertThat(destination.count()).isEqualTo(MESSAGES + 1_000);

      run(program, "verify");
      assertThat(certificate().path("totals").path("inPlace").asInt()).isEqualTo(source.count());
      assertThat(residents).allMatch(kib -> kib < MOST_RESIDENT_KIB);
    }
  }

  private JsonNode certificate() {
    try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
      Path newest =
          files
              .filter(file -> file.toString().endsWith(".json"))
              .filter(file -> file.toString().contains("certificate"))
              .max(
                  (one, other) ->
                      Long.compare(one.toFile().lastModified(), other.toFile().lastModified()))
              .orElseThrow();
      return new ObjectMapper().readTree(newest.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(InstalledProgram program, String command) throws Exception {
    long began = System.nanoTime();
    Process process =
        program.start(
            "MAILCARAVAN_OPTS='-Xmx"
                + HEAP
                + pieces()
                + "' exec bin/mailcaravan "
                + command
                + " large.csv",
            command);
    long resident = 0;
    while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
      resident = Math.max(resident, highWater(process.pid()));
    }
    System.out.printf(
        "%s of %d messages: %.1f s, %d KiB%n",
        command, MESSAGES, (System.nanoTime() - began) / 1e9, resident);
    assertThat(process.exitValue())
        .as(
            Files.readString(folder.resolve(command + ".out"))
                + Files.readString(folder.resolve(command + ".err")))
        .isZero();
    residents.add(resident);
  }

  /** The small folder goes in pieces, too. */
  private static String pieces() {
    return MESSAGES > SMALL ? "" : " -Dmailcaravan.piece-messages=10000";
  }

  private static long highWater(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }
}
