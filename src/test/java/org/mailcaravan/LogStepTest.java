package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people put into routes to see what goes on. */
class LogStepTest {
  @Test
  void showsInTheLogWithoutAnySetting(@TempDir Path folder) throws Exception {
    try (TrialProgram installation = new TrialProgram(folder)) {
      String append = "              - to:\n                  uri: mailbox:append\n";
      installation.changeRoute(
          "copy-folders.camel.yaml",
          append,
          "              - log:\n                  message: a batch goes by\n" + append);

      InstalledProgram.Run run = installation.run("bin/mailcaravan migrate customers.csv");

      assertThat(run.exit()).as(run.out() + run.err()).isZero();
      assertThat(Files.readString(installation.home().resolve("data/logs/mailcaravan.log")))
          .contains("a batch goes by");
    }
  }
}
