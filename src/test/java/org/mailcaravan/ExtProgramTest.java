package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.Lengthy;

/** The folder ext of an installed program, filled by the Maven that it comes with. */
@Lengthy
class ExtProgramTest {
  private static final Pattern REMEDY = Pattern.compile("Run \"(bin/mailcaravan ext add [^\"]+)\"");

  private static final String ROUTE =
      """
      - route:
          id: take-files
          from:
            uri: sftp:localhost:{{route.port}}/requests
            parameters:
              username: caravan
              password: "{{route.password}}"
            steps:
              - to:
                  uri: log:files
      """;

  @TempDir private Path home = Path.of("");

  @Test
  void aComponentIsAddedAsTheMistakeSaysUsedAndRemoved() throws Exception {
    try (InstalledProgram program = new InstalledProgram(home)) {
      InstalledLibraries.unlinkFrom(home);
      InstalledLibraries.copyShippedInto(home);
      Files.createDirectories(home.resolve(".mvn/wrapper"));
      for (String file : List.of("mvnw", ".mvn/wrapper/maven-wrapper.properties")) {
        Files.copy(Path.of(file), home.resolve(file));
      }
      program.set(
          Map.of("destination.host", "localhost", "route.port", "22", "route.password", "x"));
      assertThat(program.run("bin/mailcaravan prepare").exit()).isZero();
      Files.writeString(home.resolve("routes/take-files.camel.yaml"), ROUTE);

      InstalledProgram.Run missing = program.run("bin/mailcaravan routes check");
      assertThat(missing.exit()).isEqualTo(2);
      assertThat(missing.err())
          .contains(
              "take-files.camel.yaml line 4", "there is no component \"sftp\" in the program");
      Matcher remedy = REMEDY.matcher(missing.err().replaceAll("\\s+", " "));
      assertThat(remedy.find()).as(missing.err()).isTrue();

      InstalledProgram.Run added = program.run(remedy.group(1));
      assertThat(added.exit()).as(added.err()).isZero();
      assertThat(added.out()).contains("Added org.apache.camel:camel-ftp:4.17.0");
      assertThat(jars()).contains("camel-ftp-4.17.0.jar").noneMatch(jar -> jar.contains("slf4j"));

      InstalledProgram.Run good =
          program.run(
              "JAVA_OPTS=\"$JAVA_OPTS -Xlog:class+load:file=loaded.txt\" bin/mailcaravan routes check");
      assertThat(good.exit()).as(good.err()).isZero();
      assertThat(good.out()).contains("nothing is wrong");
      assertThat(Files.readString(home.resolve("loaded.txt")))
          .as("the archive of classes is used with ext, too")
          .containsPattern("org.apache.camel.main.Main source: shared objects file \\(top\\)")
          .containsPattern("SftpComponent source: .*/ext/camel-ftp");

      InstalledProgram.Run list = program.run("bin/mailcaravan ext list");
      assertThat(list.out())
          .startsWith("org.apache.camel:camel-ftp:4.17.0\n")
          .contains("  camel-ftp-4.17.0.jar");

      Files.writeString(home.resolve("ext/broken-1.0.jar"), "no jar");
      InstalledProgram.Run broken =
          program.run("bin/mailcaravan template >a.csv && bin/mailcaravan check a.csv");
      assertThat(broken.exit()).isEqualTo(2);
      assertThat(broken.err()).contains("ext/broken-1.0.jar", "it is no jar");
      assertThat(program.run("bin/mailcaravan ext remove broken").exit()).isZero();

      InstalledProgram.Run removed = program.run("bin/mailcaravan ext remove camel-ftp");
      assertThat(removed.exit()).as(removed.err()).isZero();
      assertThat(jars()).isEmpty();
      assertThat(program.run("bin/mailcaravan routes check").exit()).isEqualTo(2);

      InstalledProgram.Run unknown =
          program.run("bin/mailcaravan ext add org.apache.camel:camel-ftpp");
      assertThat(unknown.exit()).isEqualTo(2);
      assertThat(jars()).isEmpty();
    }
  }

  private List<String> jars() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("ext"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .toList();
    }
  }
}
