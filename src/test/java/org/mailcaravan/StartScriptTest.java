package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** bin/mailcaravan with a Java that only tells how it was called, and a build that only counts. */
class StartScriptTest {
  private static final Path SCRIPT = Path.of("bin/mailcaravan").toAbsolutePath();

  @TempDir private Path temp = Path.of("");
  private Path home = Path.of("");
  private Path javaHome = Path.of("");

  /** Tells its version, its arguments and one variable; makes an archive when it is told to. */
  private static final String JAVA =
      """
      #!/bin/sh
      if [ "$1" = -version ]; then
          echo 'openjdk version "%s" 2025-04-15' >&2
          exit
      fi
      [ -z "${COLUMNS:-}" ] || echo "COLUMNS=$COLUMNS"
      [ -z "${LINES:-}" ] || echo "LINES=$LINES"
      for argument; do
          echo "$argument"
          case $argument in
              -XX:ArchiveClassesAtExit=*) : >"${argument#*=}" ;;
          esac
      done
      """;

  /** What a run of the script came to. */
  private record Run(int exit, List<String> out, String err) {}

  @BeforeEach
  void installCopy() throws IOException {
    home = Files.createDirectories(temp.resolve("my home"));
    Files.createDirectories(home.resolve("bin"));
    Files.copy(SCRIPT, home.resolve("bin/mailcaravan"));
    Files.createDirectories(home.resolve("lib"));
    for (String jar : List.of("b.jar", "A.jar", "a-1.jar")) {
      Files.createFile(home.resolve("lib").resolve(jar));
    }
    javaHome = temp.resolve("java");
    java("17.0.15");
  }

  @Test
  void findsItsHomeThroughLinksAndPassesArgumentsOnUntouched() throws Exception {
    Path link = Files.createDirectories(temp.resolve("links")).resolve("caravan");
    Files.createSymbolicLink(temp.resolve("direct"), home.resolve("bin/mailcaravan"));
    Files.createSymbolicLink(link, Path.of("../direct"));
    Run run = run(link, Map.of(), "migrate", "a file.csv", "--set", "x=a * b");
    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .contains("-Dmailcaravan.home=" + home.toRealPath())
        .containsSequence(
            "-cp", libraries(home.toRealPath() + "/lib/"), "org.mailcaravan.MailCaravan")
        .endsWith("migrate", "a file.csv", "--set", "x=a * b");
  }

  @ParameterizedTest
  @CsvSource({
    "run, false",
    "migrate, false",
    "check, true",
    "demo, true",
    "prepare, true",
    "--help, true"
  })
  void onlyShortCommandsTradeSpeedForAFastStart(String command, boolean fast) throws Exception {
    Run run = run(home.resolve("bin/mailcaravan"), Map.of(), command);
    assertThat(run.out().contains("-XX:TieredStopAtLevel=1")).isEqualTo(fast);
  }

  @Test
  void theLibrariesStandInTheSameOrderInEveryLocale() throws Exception {
    for (String locale : List.of("C", "C.UTF-8", "en_US.UTF-8", "de_DE.UTF-8")) {
      Run run = run(home.resolve("bin/mailcaravan"), Map.of("LC_ALL", locale), "run");
      assertThat(run.out()).as(locale).contains(libraries(home.toRealPath() + "/lib/"));
    }
  }

  @Test
  void usesTheArchiveThatLiesThereAndStartsWithoutOne() throws Exception {
    Path script = home.resolve("bin/mailcaravan");
    Run without = run(script, Map.of(), "migrate");
    assertThat(without.exit()).isZero();
    assertThat(without.out()).noneMatch(argument -> argument.contains("SharedArchiveFile"));

    Files.createFile(home.resolve("lib.jsa"));
    assertThat(run(script, Map.of(), "migrate").out())
        .contains("-XX:SharedArchiveFile=" + home.toRealPath() + "/lib.jsa");
  }

  @Test
  void preparingMakesTheArchiveWithTheSameLibraries() throws Exception {
    Run run = run(home.resolve("bin/mailcaravan"), Map.of(), "prepare");
    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .containsSequence(
            "-cp", libraries(home.toRealPath() + "/lib/"), "org.mailcaravan.MailCaravan")
        .endsWith("prepare");
    Path archive = home.resolve("lib.jsa");
    assertThat(archive).isRegularFile();
    // The program may run as another user.
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
        .isEqualTo("r--r--r--");
  }

  /** An archive is used when its class path is the beginning of another. */
  @Test
  void jarsOfExtStandBehindTheLibrariesAndAreNotPartOfTheArchive() throws Exception {
    Path ext = Files.createDirectory(home.resolve("ext"));
    Files.createFile(ext.resolve("b.jar"));
    Files.createFile(ext.resolve("a.jar"));
    Files.createFile(ext.resolve("added.txt"));
    String libraries = libraries(home.toRealPath() + "/lib/");
    String behind = ":%1$s/ext/a.jar:%1$s/ext/b.jar".formatted(home.toRealPath());

    assertThat(run(home.resolve("bin/mailcaravan"), Map.of(), "run").out())
        .containsSequence("-cp", libraries + behind, "org.mailcaravan.MailCaravan");
    assertThat(run(home.resolve("bin/mailcaravan"), Map.of(), "prepare").out())
        .containsSequence("-cp", libraries, "org.mailcaravan.MailCaravan");
  }

  /** Such as one of which a route needs a component. */
  @Test
  void anArchiveThatNeedsTheJarsOfExtIsMadeWithThem() throws Exception {
    Files.createFile(Files.createDirectory(home.resolve("ext")).resolve("a.jar"));
    executable(
        javaHome.resolve("bin/java"),
        JAVA.formatted("17.0.15") + "case \"$*\" in */ext/a.jar*) ;; *) exit 1 ;; esac\n");
    Run run = run(home.resolve("bin/mailcaravan"), Map.of(), "prepare");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(home.resolve("lib.jsa")).isRegularFile();
  }

  @Test
  void aPreparationThatFailsSaysSoAndLeavesNothing() throws Exception {
    executable(javaHome.resolve("bin/java"), JAVA.formatted("17.0.15") + "exit 1\n");
    Run run = run(home.resolve("bin/mailcaravan"), Map.of(), "prepare");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("the program runs without it");
    try (Stream<Path> files = Files.list(home)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("bin", "lib");
    }
  }

  @Test
  void asksNoJavaForTheVersionThatItsFolderTells() throws Exception {
    java("11.0.2");
    Files.writeString(javaHome.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
    assertThat(run(home.resolve("bin/mailcaravan"), Map.of(), "run").exit()).isZero();

    java("17.0.15");
    Files.writeString(javaHome.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
    Run old = run(home.resolve("bin/mailcaravan"), Map.of(), "run");
    assertThat(old.exit()).isEqualTo(2);
    assertThat(old.err()).contains("11.0.2");
  }

  @Test
  void takesMoreOptionsFromTheEnvironment() throws Exception {
    Map<String, String> environment =
        Map.of("JAVA_OPTS", "-Xmx128m -Da=b", "MAILCARAVAN_OPTS", "-Dc=d");
    assertThat(run(home.resolve("bin/mailcaravan"), environment, "run").out())
        .contains("-Xmx128m", "-Da=b", "-Dc=d");
  }

  @ParameterizedTest
  @CsvSource({"migrate", "check", "run"})
  void aCollectorFromTheEnvironmentIsTheOnlyOne(String command) throws Exception {
    Path script = home.resolve("bin/mailcaravan");
    assertThat(run(script, Map.of(), command).out()).contains("-XX:+UseSerialGC");
    assertThat(run(script, Map.of("JAVA_OPTS", "-XX:+UseG1GC"), command).out())
        .contains("-XX:+UseG1GC")
        .doesNotContain("-XX:+UseSerialGC");
  }

  @Test
  void theServiceKeepsItsHeapSmallUnlessAnotherCollectorIsChosen() throws Exception {
    Path script = home.resolve("bin/mailcaravan");
    assertThat(run(script, Map.of(), "run").out()).contains("-Xmn16m", "-XX:MaxHeapFreeRatio=16");
    assertThat(run(script, Map.of("JAVA_OPTS", "-XX:+UseZGC"), "run").out())
        .doesNotContain("-Xmn16m", "-XX:MaxHeapFreeRatio=16");
  }

  @ParameterizedTest
  @CsvSource({
    "17, false",
    "17.0.1, false",
    "17.0.14, false",
    "17.0.15, true",
    "17.0.20, true",
    "19.0.2, false",
    "21, false",
    "21.0.2, false",
    "21.0.7, true",
    "22, true",
    "25.0.1, true"
  })
  void memoryGoesBackToTheSystemWhereJavaCan(String version, boolean can) throws Exception {
    java(version);
    for (String command : List.of("run", "migrate", "verify")) {
      assertThat(run(home.resolve("bin/mailcaravan"), Map.of(), command).out())
          .as(command)
          .contains("-Xmn16m", "-XX:MaxHeapFreeRatio=16")
          .matches(out -> out.contains("-XX:TrimNativeHeapInterval=2000") == can);
    }
  }

  @Test
  void aFileOrPipeIsNoTerminal() throws Exception {
    assertThat(run(home.resolve("bin/mailcaravan"), Map.of(), "run").out())
        .contains(
            "-Dmailcaravan.terminal=false",
            "-Dmailcaravan.terminal.in=false",
            "-Dmailcaravan.terminal.out=false");
  }

  /** By script(1) of util-linux, which runs a command on a terminal of its own. */
  @Test
  @EnabledIf("hasScript")
  void saysWhichStreamsAreATerminalAndHowLargeItIs() throws Exception {
    Path out = temp.resolve("terminal");
    String command =
        "stty rows 33 cols 133; '%s/bin/mailcaravan' migrate >'%s'"
            .formatted(home.toRealPath(), out);
    ProcessBuilder builder =
        new ProcessBuilder("script", "-qec", command, "/dev/null")
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("typescript").toFile());
    builder.environment().put("JAVA_HOME", javaHome.toString());
    builder.environment().put("SHELL", "/bin/sh");
    builder.environment().remove("COLUMNS");
    builder.environment().remove("LINES");
    assertThat(builder.start().waitFor()).isZero();
    assertThat(Files.readAllLines(out))
        .contains(
            "-Dmailcaravan.terminal=true",
            "-Dmailcaravan.terminal.in=true",
            "-Dmailcaravan.terminal.out=false",
            "COLUMNS=133",
            "LINES=33");
  }

  @ParameterizedTest
  @CsvSource({"11.0.2", "1.8.0_392", "9"})
  void anOldJavaIsNamedWithItsVersion(String version) throws Exception {
    java(version);
    Run run = run(home.resolve("bin/mailcaravan"), Map.of(), "run");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains(version).contains("17 or newer");
  }

  @ParameterizedTest
  @CsvSource({"17", "21.0.4", "25"})
  void anyJavaFrom17OnWillDo(String version) throws Exception {
    java(version);
    assertThat(run(home.resolve("bin/mailcaravan"), Map.of(), "run").exit()).isZero();
  }

  @Test
  void aWrongJavaHomeIsNamed() throws Exception {
    Run run = run(home.resolve("bin/mailcaravan"), Map.of("JAVA_HOME", "/no/java"), "run");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("JAVA_HOME is /no/java");
  }

  @Test
  void buildsWhenThereIsNoBuildOrAnOldOne() throws Exception {
    clone(
        "mkdir -p target/mailcaravan/lib && touch target/mailcaravan/lib/A.jar target/mailcaravan/lib/a-1.jar target/mailcaravan/lib/b.jar");
    Path script = home.resolve("bin/mailcaravan");

    Run first = run(script, Map.of(), "run");
    assertThat(first.exit()).isZero();
    assertThat(first.err()).hasLineCount(1).startsWith("Building Mail Caravan");
    assertThat(first.out()).contains(libraries(home.toRealPath() + "/target/mailcaravan/lib/"));
    assertThat(home.resolve("target/mailcaravan/lib.jsa")).isRegularFile();
    assertThat(run(script, Map.of(), "run").err()).isEmpty();

    FileTime later = FileTime.from(Instant.now().plusSeconds(60));
    Files.setLastModifiedTime(home.resolve("src/main/A.java"), later);
    Path own = Files.createDirectory(home.resolve("ext")).resolve("own.jar");
    Files.createFile(own);
    Run built = run(script, Map.of(), "run");
    assertThat(built.err()).startsWith("Building Mail Caravan");
    String end = ":" + own.toRealPath();
    assertThat(built.out()).anyMatch(argument -> argument.endsWith(end));
  }

  @Test
  void aFailedBuildShowsItsOutputAndIsTriedAgain() throws Exception {
    clone("echo what went wrong; exit 1");
    Path script = home.resolve("bin/mailcaravan");
    for (int attempt = 1; attempt <= 2; attempt++) {
      Run run = run(script, Map.of(), "run");
      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.err()).contains("what went wrong").contains("The build failed");
    }
    assertThat(home.resolve("target/build.log")).content().contains("what went wrong");
  }

  /** The options are those of util-linux, which not every system has. */
  static boolean hasScript() {
    return Files.isExecutable(Path.of("/usr/bin/script")) && OS.LINUX.isCurrentOs();
  }

  /** Makes the home look like a clone whose build does what is given. */
  private void clone(String build) throws IOException {
    for (String jar : List.of("b.jar", "A.jar", "a-1.jar")) {
      Files.delete(home.resolve("lib").resolve(jar));
    }
    Files.delete(home.resolve("lib"));
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    Files.createDirectories(home.resolve("src/main"));
    Files.writeString(home.resolve("src/main/A.java"), "class A {}");
    Files.writeString(home.resolve("mvnw"), build + "\n");
  }

  private void java(String version) throws IOException {
    executable(javaHome.resolve("bin/java"), JAVA.formatted(version));
    executable(javaHome.resolve("bin/javac"), "#!/bin/sh\n");
  }

  /** The class path of the libraries, in the order of their octets. */
  private static String libraries(String folder) {
    return folder + "A.jar:" + folder + "a-1.jar:" + folder + "b.jar";
  }

  private static void executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Run run(Path script, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", script.toString()));
    command.addAll(List.of(arguments));
    Path out = temp.resolve("out");
    Path err = temp.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", javaHome.toString());
    builder.environment().remove("COLUMNS");
    builder.environment().remove("JAVA_OPTS");
    builder.environment().remove("MAILCARAVAN_OPTS");
    builder.environment().putAll(environment);
    int exit = builder.start().waitFor();
    return new Run(
        exit,
        Files.readAllLines(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
