package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of loaded classes, made and used by the Java that runs the tests. */
class PrepareTest {
  private static final String VERSION = "bin/mailcaravan --version";

  /** Has Java say where each class comes from. */
  private static final String TELLING = "JAVA_OPTS=-Xlog:class+load:file=classes.log ";

  @TempDir private Path home = Path.of("");

  /** This build made it once, for all programs that its tests install. */
  @Test
  void theArchiveThatPrepareHasMadeIsUsed() throws Exception {
    try (InstalledProgram program = new InstalledProgram(home)) {
      assertThat(InstalledLibraries.saidByPrepare()).isEmpty();
      assertThat(home.resolve("lib.jsa").toRealPath()).isRegularFile();
      assertThat(program.run(TELLING + VERSION).out()).startsWith("Mail Caravan");
      assertThat(sourceOfMain()).contains("shared objects file (top)");
      // A command that Java runs with other options.
      assertThat(program.run(TELLING + "bin/mailcaravan migrate nothing.csv").exit()).isEqualTo(2);
      assertThat(sourceOfMain()).contains("shared objects file (top)");
    }
  }

  @Test
  void anArchiveIsIgnoredWhenItDoesNotFit() throws Exception {
    try (InstalledProgram program = new InstalledProgram(home)) {
      InstalledLibraries.unlinkFrom(home);
      InstalledLibraries.copyInto(home);
      // Of few classes, which takes a moment.
      assertThat(program.run("JAVA_OPTS=-XX:ArchiveClassesAtExit=lib.jsa " + VERSION).exit())
          .isZero();
      assertThat(home.resolve("lib.jsa")).isRegularFile();
      assertQuiet(program);
      assertThat(sourceOfMain()).contains("shared objects file (top)");

      // Another library than the archive was made with.
      Path library = home.resolve("lib/mailcaravan.jar");
      Files.setLastModifiedTime(library, FileTime.fromMillis(0));
      assertQuiet(program);
      assertThat(sourceOfMain()).contains("mailcaravan.jar");

      // Cut short, and no archive at all.
      for (byte[] octets : List.of(new byte[0], "no archive".getBytes(StandardCharsets.US_ASCII))) {
        Files.write(home.resolve("lib.jsa"), octets);
        assertQuiet(program);
        assertThat(sourceOfMain()).contains("mailcaravan.jar");
      }
    }
  }

  /** Java would warn of an archive that does not fit. */
  private static void assertQuiet(InstalledProgram program) throws Exception {
    InstalledProgram.Run run = program.run(TELLING + VERSION);
    assertThat(run.exit()).as(run.toString()).isZero();
    assertThat(run.out()).startsWith("Mail Caravan");
    assertThat(run.err()).isEmpty();
  }

  private String sourceOfMain() throws IOException {
    return Files.readAllLines(home.resolve("classes.log")).stream()
        .filter(line -> line.contains(" org.mailcaravan.MailCaravan source:"))
        .findFirst()
        .orElseThrow();
  }
}
