package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.Lengthy;

/** What people do to the routes of an installation, be it good or bad. */
@Lengthy
class ChangedRoutesTest {
  private static final String FILE = "copy-folders.camel.yaml";
  private static final String MIGRATE = "bin/mailcaravan migrate customers.csv";

  @Test
  void aParallelSplitKeepsTheProgramFromStartingAndALogStepShowsInTheLog(@TempDir Path folder)
      throws Exception {
    try (TrialProgram installation = new TrialProgram(folder)) {
      installation.set(Map.of("copy.batch-messages", "1"));
      String streaming = "            stopOnException: true\n";
      String parallel = streaming + "            parallelProcessing: true\n";
      installation.changeRoute(FILE, streaming, parallel);
      InstalledProgram.Run run = installation.run(MIGRATE);
      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.err())
          .contains(FILE)
          .contains("the split around \"mailbox:append\" must not be parallel");

      installation.changeRoute(FILE, parallel, streaming);
      String append = "              - to:\n                  uri: mailbox:append\n";
      String log = "              - log:\n                  message: a batch goes by\n";
      installation.changeRoute(FILE, append, log + append);
      InstalledProgram.Run next = installation.run(MIGRATE);
      assertThat(next.exit()).as(next.out() + next.err()).isZero();
      installation.assertAllArrivedOnce();
      // Without any setting.
      assertThat(Files.readString(installation.home().resolve("data/logs/mailcaravan.log")))
          .contains("a batch goes by");
    }
  }
}
