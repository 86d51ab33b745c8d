package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.server.FolderOfMillions;
import org.mailcaravan.server.Lengthy;

/**
 * The installed program with little memory copies a folder of more messages than fit into it,
 * passes over it again, whatever has happened to it, and verifies it. {@code
 * -Dmailcaravan.large-folder=2000000} makes the folder so large.
 */
@Lengthy
class LargeFolderTest {
  private static final int SMALL = 12_000;
  private static final int MESSAGES = Integer.getInteger("mailcaravan.large-folder", SMALL);
  private static final String HEAP = MESSAGES > SMALL ? "192m" : "44m";

  private static final int MOST_RESIDENT_KIB = 256 * 1024;

  @TempDir Path folder;

  /** How the UIDs of a folder are dealt and told. */
  enum Shape {
    DENSE {
      @Override
      void fill(FolderOfMillions source, int messages) {
        source.fill(messages, 1);
      }
    },
    EVERY_SECOND {
      @Override
      void fill(FolderOfMillions source, int messages) {
        source.fill(messages, 2);
      }
    },
    GAPS_AT_RANDOM_AND_EMAILIDS {
      @Override
      void fill(FolderOfMillions source, int messages) {
        source.tellingEmailIds().fillAtRandom(messages, 1_000, 14);
      }
    },
    TOLD_IN_ANY_ORDER {
      @Override
      void fill(FolderOfMillions source, int messages) {
        source.answeringAtRandom().tellingEmailIds().fillAtRandom(messages, 3, 14);
      }
    };

    abstract void fill(FolderOfMillions source, int messages);

    /** Each start of the program costs seconds: the small folder has it all. */
    static Stream<Shape> played() {
      return MESSAGES > SMALL ? Stream.of(values()) : Stream.of(TOLD_IN_ANY_ORDER);
    }
  }

  @ParameterizedTest
  @MethodSource("org.mailcaravan.LargeFolderTest$Shape#played")
  void aFolderOfMoreMessagesThanFitIntoMemoryIsCopiedPassedAgainAndVerified(Shape shape)
      throws Exception {
    try (FolderOfMillions source = new FolderOfMillions();
        FolderOfMillions destination = new FolderOfMillions();
        InstalledProgram program = install(source, destination)) {
      shape.fill(source, MESSAGES);

      run(program, shape + " first", "migrate");
      assertThat(destination.holdsTheSameAs(source)).isTrue();
      JsonNode first = certificate();
      assertThat(first.path("verdict").asText()).isEqualTo("complete");
      assertThat(first.path("totals").path("inPlace").asInt()).isEqualTo(MESSAGES);

      run(program, shape + " nothing new", "migrate");
      assertThat(destination.count()).isEqualTo(MESSAGES);

      source.flag(100);
      source.fill(MESSAGES / 100, 1);
      run(program, shape + " flags and new mail", "migrate");
      assertThat(destination.holdsTheSameAs(source)).isTrue();
      int all = MESSAGES + MESSAGES / 100;
      assertThat(certificate().path("totals").path("inPlace").asInt()).isEqualTo(all);

      source.remove(100);
      run(program, shape + " deletions", "migrate");
      assertThat(destination.count()).isEqualTo(all);

      run(program, shape + " verification", "verify");
      assertThat(certificate().path("totals").path("inPlace").asInt()).isEqualTo(source.count());

      source.renumber(2);
      run(program, shape + " numbered anew", "migrate");
      assertThat(destination.count()).isEqualTo(all);
      assertThat(certificate().path("totals").path("inPlace").asInt()).isEqualTo(source.count());

      destination.renumber(1);
      run(program, shape + " destination numbered anew", "migrate");
      assertThat(destination.count()).isEqualTo(all);

      source.clear();
      source.fill(10, 1);
      run(program, shape + " all deleted", "migrate");
      assertThat(destination.count()).isEqualTo(all + 10);
    }
  }

  @Test
  void mailThatAnotherToolHasBroughtIsKnownAgain() throws Exception {
    int brought = MESSAGES / 4;
    int all = MESSAGES > SMALL ? brought + 1_000 : MESSAGES;
    try (FolderOfMillions source = new FolderOfMillions();
        FolderOfMillions destination = new FolderOfMillions();
        InstalledProgram program = install(source, destination)) {
      source.fill(all, 2);
      destination.fillFrom(source, brought);

      run(program, "brought before", "migrate");
      assertThat(destination.count()).isEqualTo(all);
      assertThat(certificate().path("totals").path("inPlace").asInt()).isEqualTo(source.count());
    }
  }

  private InstalledProgram install(FolderOfMillions source, FolderOfMillions destination)
      throws IOException {
    InstalledProgram program = new InstalledProgram(folder).asShipped();
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
    return program;
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

  private void run(InstalledProgram program, String what, String command) throws Exception {
    long began = System.nanoTime();
    Process process =
        program.start(
            "MAILCARAVAN_OPTS='-Xmx"
                + HEAP
                + pieces()
                + compilers(what)
                + "' exec bin/mailcaravan "
                + command
                + " large.csv",
            command);
    long resident = 0;
    Duration cpu = Duration.ZERO;
    while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
      resident = Math.max(resident, highWater(process.pid()));
      cpu = process.info().totalCpuDuration().orElse(cpu);
    }
    System.out.printf(
        "%s of %d messages: %.1f s, %.1f s of CPU, %d KiB%n",
        what, MESSAGES, (System.nanoTime() - began) / 1e9, cpu.toMillis() / 1e3, resident);
    assertThat(process.exitValue())
        .as(
            Files.readString(folder.resolve(command + ".out"))
                + Files.readString(folder.resolve(command + ".err")))
        .isZero();
    assertThat(resident).as(what).isLessThan(MOST_RESIDENT_KIB);
  }

  /**
   * More than half the processor time of so short a run is Java's second compiler. The first run
   * has it, for its memory.
   */
  private static String compilers(String what) {
    return MESSAGES > SMALL || what.endsWith("first") ? "" : " -XX:TieredStopAtLevel=1";
  }

  /** The small folder goes in pieces, too. */
  private static String pieces() {
    return MESSAGES > SMALL ? "" : " -Dmailcaravan.piece-messages=3000";
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
