package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of loaded classes, made and used by the Java that runs the tests. */
class PrepareTest {
  /** Has Java say where each class comes from. */
  private static final String TELLING = "JAVA_OPTS=-Xlog:class+load:file=classes.log ";

  @TempDir private Path home = Path.of("");

  @BeforeEach
  void install() throws IOException {
    try (InstalledProgram program = new InstalledProgram(home)) {
      assertThat(program.home()).isEqualTo(home);
    }
    InstalledLibraries.copyInto(home);
  }

  @Test
  void theArchiveIsUsedWhenItFitsAndIgnoredWhenItDoesNot() throws Exception {
    assertThat(run("bin/mailcaravan prepare")).isEqualTo("0: ");
    assertThat(home.resolve("lib.jsa")).isRegularFile();
    assertThat(run(TELLING + "bin/mailcaravan --version")).startsWith("0: Mail Caravan");
    assertThat(sourceOfMain()).contains("shared objects file (top)");

    // Another library than the archive was made with.
    Path library = home.resolve("lib/mailcaravan.jar");
    Files.setLastModifiedTime(library, FileTime.fromMillis(0));
    assertThat(run(TELLING + "bin/mailcaravan --version")).startsWith("0: Mail Caravan");
    assertThat(sourceOfMain()).contains("mailcaravan.jar");

    // Cut short, and no archive at all.
    for (byte[] octets : List.of(new byte[0], "no archive".getBytes(StandardCharsets.US_ASCII))) {
      Files.delete(home.resolve("lib.jsa"));
      Files.write(home.resolve("lib.jsa"), octets);
      assertThat(run(TELLING + "bin/mailcaravan --version")).startsWith("0: Mail Caravan");
      assertThat(sourceOfMain()).contains("mailcaravan.jar");
    }
  }

  private String sourceOfMain() throws IOException {
    return Files.readAllLines(home.resolve("classes.log")).stream()
        .filter(line -> line.contains(" org.mailcaravan.MailCaravan source:"))
        .findFirst()
        .orElseThrow();
  }

  /** The exit code and all that was printed, on both streams. */
  private String run(String command) throws Exception {
    Path printed = home.resolve("printed");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    int exit = builder.start().waitFor();
    return exit + ": " + Files.readString(printed);
  }
}
