package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must not be done to the routes, and is done all the same. */
class ParallelSplitTest {
  @Test
  void keepsTheProgramFromStartingAndTheNextRunCopiesAll(@TempDir Path folder) throws Exception {
    try (TrialProgram installation = new TrialProgram(folder)) {
      installation.set(Map.of("copy.batch-messages", "1"));
      String file = "copy-folders.camel.yaml";
      String streaming = "            stopOnException: true\n";
      String parallel = streaming + "            parallelProcessing: true\n";
      installation.changeRoute(file, streaming, parallel);
      InstalledProgram.Run run = installation.run("bin/mailcaravan migrate customers.csv");
      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.err())
          .contains(file)
          .contains("the split around \"mailbox:append\" must not be parallel");

      installation.changeRoute(file, parallel, streaming);
      assertThat(installation.run("bin/mailcaravan migrate customers.csv").exit()).isZero();
      installation.assertAllArrivedOnce();
    }
  }
}
