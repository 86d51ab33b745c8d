package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request in which every row is bad. */
class NoGoodRowTest {
  private static final String BAD =
      """
      source_email,source_password,source_imap_server,destination_password
      anna,a,imap.example.org,b
      ben@example.org,a,,b
      """;

  @ParameterizedTest
  @ValueSource(strings = {"check", "migrate"})
  void everyRowIsExplainedAndNeedsAttention(String command, @TempDir Path folder) throws Exception {
    try (TrialProgram installation = new TrialProgram(folder)) {
      Files.writeString(installation.home().resolve("bad.csv"), BAD);
      InstalledProgram.Run run = installation.run("bin/mailcaravan " + command + " bad.csv");
      assertThat(run.exit()).as(run.err()).isEqualTo(3);
      assertThat(run.out())
          .contains("line 2, source_email", "line 3, source_imap_server")
          .contains("2 rows were not accepted");
    }
  }

  @Test
  void theServiceListsTheRowsAndKeepsNoPassword(@TempDir Path folder) throws Exception {
    try (TrialProgram installation = new TrialProgram(folder)) {
      Path drop = installation.home().resolve("drop");
      installation.startService("bin/mailcaravan run");
      Files.writeString(drop.resolve("bad.csv"), BAD);
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () ->
                  Files.exists(drop.resolve("done/bad.csv.answer.txt"))
                      && Files.notExists(drop.resolve("bad.csv")));
      installation.stopService();
      try (Stream<Path> rejected = Files.list(drop.resolve("rejected"))) {
        assertThat(rejected.map(Path::getFileName).map(Path::toString))
            .containsExactlyInAnyOrder("bad.rejected.csv", "bad.repair.csv");
      }
      assertThat(drop.resolve("done/bad.csv")).content().doesNotContain(",a,");
      assertThat(drop.resolve("done/bad.csv.answer.txt"))
          .content()
          .contains("Line 2, source_email", "Line 3, source_imap_server")
          .doesNotContain("We move");
    }
  }
}
