package org.mailcaravan.ext;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/**
 * Maven, run by the wrapper {@code mvnw} of the installation: it finds out what an artifact needs,
 * and fetches that into its own repository, from which nothing is fetched twice.
 */
final class Maven {
  /** The goal that lists what an artifact needs; of the version that the build uses, too. */
  static final String LIST = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:list";

  private static final String POM_FILE = "pom.xml";
  private static final String LIST_FILE = "list.txt";
  private static final String LOG_FILE = "log.txt";

  private static final Pattern LISTED =
      Pattern.compile(
          "\\s+([^:\\s]+):([^:\\s]+):jar:(?:[^:\\s]+:)?([^:\\s]+):(?:compile|runtime):(.+?)(?: -- module .*)?");

  private static final String POM =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <groupId>org.mailcaravan.ext</groupId>
        <artifactId>ext</artifactId>
        <version>1</version>
        <packaging>pom</packaging>
        <dependencyManagement><dependencies>
      %s  </dependencies></dependencyManagement>
        <dependencies>
      %s  </dependencies>
      </project>
      """;

  private static final String DEPENDENCY =
      "    <dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>%n";

  private final Path home;
  private final Path java;
  private final Duration patience;

  /**
   * @param home the folder with {@code mvnw}
   * @param java the folder of a JDK
   * @param patience after which Maven is ended
   */
  Maven(Path home, Path java, Duration patience) {
    this.home = home;
    this.java = java;
    this.patience = patience;
  }

  /** A file of Maven's repository. */
  record Found(Artifact artifact, Path jar) {}

  /**
   * All that an artifact needs, itself included.
   *
   * @param wanted with its version
   * @param pinned what is there already: whatever else needs one of them, gets this version
   * @throws RequestRejected when Maven cannot be run, or does not find something
   */
  List<Found> resolve(Artifact wanted, Collection<Artifact> pinned) {
    requireWrapper();
    try {
      Path folder = Files.createTempDirectory("mailcaravan-ext");
      try {
        Path unused =
            Files.writeString(
                folder.resolve(POM_FILE),
                POM.formatted(dependencies(pinned, wanted), dependency(wanted)));
        run(folder, wanted);
        return found(folder.resolve(LIST_FILE));
      } finally {
        for (String name : List.of(POM_FILE, LIST_FILE, LOG_FILE)) {
          Files.deleteIfExists(folder.resolve(name));
        }
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new RequestRejected(
          new Problem(
              Where.words("Maven"),
              "it could not be run (" + e.getMessage() + ")",
              Owner.US,
              "Make room in the temporary folder, or let the user who runs this write there."));
    }
  }

  private void requireWrapper() {
    if (!Files.isRegularFile(home.resolve("mvnw"))) {
      throw new RequestRejected(
          new Problem(
              Where.file(home.resolve("mvnw")),
              "it is missing, and fetches what is added",
              Owner.US,
              "Copy mvnw and the folder .mvn of the sources there; or add it in a clone, and copy its folder ext here."));
    }
    if (!Files.isExecutable(java.resolve("bin/javac"))) {
      throw new RequestRejected(
          new Problem(
              Where.onDisk("Java in", java),
              "it has no compiler (javac), and the Maven wrapper wants a JDK",
              Owner.US,
              "Install a JDK 17 or newer, or set JAVA_HOME to one; or add it on another machine, and copy its folder ext here."));
    }
  }

  /** Each once, and none of which Maven could not tell what it is. */
  private static String dependencies(Collection<Artifact> artifacts, Artifact wanted) {
    Map<String, String> text = new LinkedHashMap<>();
    for (Artifact each : artifacts) {
      if (!each.group().isEmpty() && !each.version().isEmpty() && !each.isSameAs(wanted)) {
        text.putIfAbsent(each.key(), dependency(each));
      }
    }
    return String.join("", text.values());
  }

  private static String dependency(Artifact artifact) {
    return DEPENDENCY.formatted(artifact.group(), artifact.name(), artifact.version());
  }

  private void run(Path folder, Artifact wanted) throws IOException {
    Path list = folder.resolve(LIST_FILE);
    Path log = folder.resolve(LOG_FILE);
    List<String> command =
        List.of(
            "sh",
            home.resolve("mvnw").toString(),
            "-B",
            "-ntp",
            "-q",
            "-Dstyle.color=never",
            "-f",
            folder.resolve(POM_FILE).toString(),
            LIST,
            "-DincludeScope=runtime",
            "-DoutputAbsoluteArtifactFilename=true",
            "-DoutputFile=" + list);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", java.toString());
    Process process = builder.start();
    boolean ended = false;
    try {
      ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        Process unused = process.destroyForcibly();
      }
    }
    if (!ended) {
      throw new RequestRejected(MavenFailure.late(patience));
    }
    if (process.exitValue() != 0 || !Files.exists(list)) {
      throw new RequestRejected(MavenFailure.of(log, wanted));
    }
  }

  private static List<Found> found(Path list) throws IOException {
    List<Found> found = new ArrayList<>();
    for (String line : Files.readAllLines(list)) {
      Matcher listed = LISTED.matcher(line);
      if (listed.matches()) {
        found.add(
            new Found(
                new Artifact(listed.group(1), listed.group(2), listed.group(3)),
                Path.of(listed.group(4))));
      }
    }
    return found;
  }
}
