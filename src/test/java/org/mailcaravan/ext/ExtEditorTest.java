package org.mailcaravan.ext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.RequestRejected;

/** The command {@code ext} with a Maven that says what a test wants. */
class ExtEditorTest {
  private static final Artifact FTP = Artifact.parse("org.apache.camel:camel-ftp");

  @TempDir private Path home = Path.of("");
  private ExtFolder ext = new ExtFolder(home, List.of());
  private ExtEditor editor = ExtEditor.of(ext);

  @BeforeEach
  void install() {
    Path lib = home.resolve("lib");
    ext =
        new ExtFolder(
            home,
            List.of(
                Jars.make(lib, "org.apache.camel:camel-api:4.17.0"),
                Jars.make(lib, "commons-io:commons-io:2.20.0"),
                Jars.make(lib, ":jspecify:1.0.0")));
    editor =
        new ExtEditor(
            ext,
            new Maven(home, Path.of(System.getProperty("java.home", "")), Duration.ofSeconds(20)));
  }

  /** A Maven that finds jars, and keeps what it was asked for in pom.xml. */
  private void finds(String... artifacts) throws IOException {
    StringBuilder list = new StringBuilder("The following files have been resolved:\n");
    for (String each : artifacts) {
      Path jar = Jars.make(home.resolve("repository/" + each.replace(':', '/')), each);
      String[] parts = each.split(":", -1);
      list.append(
          "   %s:%s:jar:%s:compile:%s -- module a.b (auto)\n"
              .formatted(parts[0], parts[1], parts[2], jar));
    }
    Files.writeString(home.resolve("list"), list);
    mvnw(
        """
        for argument; do
            case $argument in
                -DoutputFile=*) cp '%1$s/list' "${argument#*=}" ;;
                */pom.xml) cp "$argument" '%1$s/pom.xml' ;;
            esac
        done
        """
            .formatted(home));
  }

  private void mvnw(String script) throws IOException {
    Files.writeString(home.resolve("mvnw"), script);
  }

  private List<String> files() throws IOException {
    if (!Files.exists(ext.path())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(ext.path())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(".lock"))
          .sorted()
          .toList();
    }
  }

  @Test
  void addsWhatTheProgramLacksInTheVersionOfItsCamel() throws IOException {
    finds(
        "org.apache.camel:camel-ftp:4.17.0",
        "org.apache.camel:camel-api:4.17.0",
        "org.jspecify:jspecify:0.3.0",
        "commons-net:commons-net:3.12.0");

    Addition added = editor.add(FTP);

    assertThat(added.artifact()).hasToString("org.apache.camel:camel-ftp:4.17.0");
    assertThat(added.jars()).containsExactly("camel-ftp-4.17.0.jar", "commons-net-3.12.0.jar");
    assertThat(files())
        .containsExactly("added.txt", "camel-ftp-4.17.0.jar", "commons-net-3.12.0.jar");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(ext.path().resolve("commons-net-3.12.0.jar"))))
        .isEqualTo("rw-r--r--");
    assertThat(ext.additions()).containsExactly(added);
    assertThat(home.resolve("pom.xml"))
        .content()
        .contains(
            "<dependency><groupId>commons-io</groupId><artifactId>commons-io</artifactId><version>2.20.0</version>",
            "<artifactId>camel-ftp</artifactId><version>4.17.0</version>")
        .doesNotContain("jspecify");
  }

  @Test
  void whatIsInExtAlreadyKeepsItsVersion() throws IOException {
    finds("org.apache.camel:camel-ftp:4.17.0", "commons-net:commons-net:3.12.0");
    editor.add(FTP);
    finds("com.example:shop:1.0", "commons-net:commons-net:3.12.0");
    editor.add(Artifact.parse("com.example:shop:1.0"));
    assertThat(home.resolve("pom.xml"))
        .content()
        .contains("<artifactId>commons-net</artifactId><version>3.12.0</version>");
  }

  @Test
  void anotherVersionTakesThePlaceOfTheFormer() throws IOException {
    finds("com.example:shop:1.0", "com.example:shop-old:1.0");
    editor.add(Artifact.parse("com.example:shop:1.0"));
    finds("com.example:shop:2.0", "com.example:shop-new:2.0");
    editor.add(Artifact.parse("com.example:shop:2.0"));
    assertThat(files()).containsExactly("added.txt", "shop-2.0.jar", "shop-new-2.0.jar");
    assertThat(home.resolve("pom.xml")).content().doesNotContain("shop-old");
  }

  @Test
  void whatAKillLeftOfTheFormerVersionIsDeletedWhenTheSameIsAddedAgain() throws IOException {
    finds("com.example:shop:2.0", "com.example:shop-new:2.0");
    editor.add(Artifact.parse("com.example:shop:2.0"));
    Jars.make(ext.path(), "com.example:shop:1.0");
    editor.add(Artifact.parse("com.example:shop:2.0"));
    assertThat(files()).containsExactly("added.txt", "shop-2.0.jar", "shop-new-2.0.jar");
  }

  /** Whoever runs the tests may be root, whom no permission keeps from writing. */
  @Test
  void aFolderThatCannotBeChangedIsNoFaultOfOurs() throws IOException {
    finds("com.example:shop:1.0");
    Files.createDirectories(ext.path().resolve(Additions.FILE + ".new"));
    assertThatThrownBy(() -> editor.add(Artifact.parse("com.example:shop:1.0")))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("it cannot be changed");
    assertThat(files()).containsExactly(Additions.FILE + ".new");
  }

  @Test
  void removesWhatNothingElseNeeds() throws IOException {
    finds("org.apache.camel:camel-ftp:4.17.0", "commons-net:commons-net:3.12.0");
    editor.add(FTP);
    finds("com.example:shop:1.0", "commons-net:commons-net:3.12.0");
    editor.add(Artifact.parse("com.example:shop:1.0"));
    Jars.make(ext.path(), "com.example:own:1.0");

    assertThatThrownBy(() -> editor.remove("commons-net"))
        .hasMessageContaining("org.apache.camel:camel-ftp:4.17.0 needs it");
    assertThatThrownBy(() -> editor.remove("camel-ftpp"))
        .hasMessageContaining("the nearest known name is \"camel-ftp\"");
    assertThat(editor.remove("camel-ftp")).containsExactly("camel-ftp-4.17.0.jar");
    assertThat(editor.remove("own-1.0.jar")).containsExactly("own-1.0.jar");
    assertThat(files()).containsExactly("added.txt", "commons-net-3.12.0.jar", "shop-1.0.jar");
    assertThat(editor.remove("com.example:shop")).hasSize(2);
    assertThat(files()).containsExactly("added.txt");
  }

  @Test
  void whatIsPartOfTheProgramIsNotAdded() throws IOException {
    mvnw("exit 1");
    assertThat(editor.add(Artifact.parse("org.apache.camel:camel-api")).jars()).isEmpty();
    assertThatThrownBy(() -> editor.add(Artifact.parse("commons-io:commons-io:2.19.0")))
        .hasMessageContaining("the program has it in version 2.20.0");
  }

  /** What Maven says, and what is told. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          org.apache.camel:camel-ftp | [ERROR]  Could not find artifact org.apache.camel:camel-ftp:jar:4.17.0 in central (https://repo.example) | artifact org.apache.camel:camel-ftp:4.17.0: there is none in the repositories that Maven asks
          org.apache.camel:camel-ftp | [ERROR]  org.apache.camel:camel-ftp:jar:4.17.0 was not found in https://repo.example during a previous attempt. This failure was cached | Check the mirrors in ~/.m2/settings.xml
          com.example:shop:1 | [ERROR]  Could not find artifact com.example:shop:jar:1 in central (https://repo.example) | Correct the name or the version
          com.example:shop:1 | [ERROR]  Could not find artifact com.example:base:pom:7 in central | Try another version of what you add, which needs it
          org.apache.camel:camel-ftp | [ERROR]  Could not transfer artifact org.apache.camel:camel-ftp:jar:4.17.0 from/to central (https://repo.example): repo.example: Name or service not known | repository central (https://repo.example): it cannot be reached (repo.example: Name or service not known)
          org.apache.camel:camel-ftp | [ERROR]  Cannot access central (https://repo.example) in offline mode and the artifact org.apache.camel:camel-ftp:jar:4.17.0 has not been downloaded from it before. | repository central (https://repo.example): Maven works offline
          org.apache.camel:camel-ftp | mvnw: Failed to fetch https://repo.example/apache-maven-3.9.16-bin.zip | Connect this machine to the network
          org.apache.camel:camel-ftp | [ERROR] Error creating shaded jar | Maven: Error creating shaded jar
          org.apache.camel:camel-ftp | [ERROR]  Could not transfer artifact org.apache.camel:camel-ftp:jar:4.17.0 from/to central (https://anna:s3cret@repo.example/all): status code: 401, reason phrase: Unauthorized (401) | repository central (https://...@repo.example/all): it refuses the login (status code: 401, reason phrase: Unauthorized (401))
          org.apache.camel:camel-ftp | Picked up JAVA_TOOL_OPTIONS: -Xmx1g | it failed and did not say why
          org.apache.camel:camel-ftp | [ERROR] | it failed and did not say why
          """)
  void aFailureOfMavenIsToldAndLeavesNothing(String wanted, String says, String told)
      throws IOException {
    mvnw("echo '" + says + "'; exit 1");
    assertThatThrownBy(() -> editor.add(Artifact.parse(wanted)))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining(told);
    assertThat(files()).isEmpty();
  }

  /** Maven would look for it in the network, and say so in its own words. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          org.apache.camel:camel-nope        | org.apache.camel:camel-nope: the catalog of Camel 4.17.0 has no such component | Look its name up in the list
          org.apache.camel:camel-ftpp        | the catalog of Camel 4.17.0 has no such component; the nearest known name is "camel-ftp" | Run "bin/mailcaravan ext add org.apache.camel:camel-ftp"
          org.apache.camel:camel-sftp:4.16.0 | the catalog of Camel 4.17.0 has no such component; the nearest known name is "camel-ftp" | Run "bin/mailcaravan ext add org.apache.camel:camel-ftp"
          org.apache.camel.ftp:camel-ftp     | the group of Camel's own components is org.apache.camel | Run "bin/mailcaravan ext add org.apache.camel:camel-ftp"
          """)
  void whatCamelDoesNotHaveIsToldWithoutMaven(String wanted, String cause, String nextStep)
      throws IOException {
    mvnw("touch '" + home + "/asked'; exit 1");
    assertThatThrownBy(() -> editor.add(Artifact.parse(wanted)))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining(cause)
        .hasMessageContaining(nextStep);
    assertThat(home.resolve("asked")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          org.apache.camel:camel-ftp:4.16.0 | this program runs Camel 4.17.0
          com.example:shop                  | it needs a version
          """)
  void aVersionThatDoesNotFitIsRefused(String wanted, String told) {
    assertThatThrownBy(() -> editor.add(Artifact.parse(wanted))).hasMessageContaining(told);
  }

  @ParameterizedTest
  @CsvSource({"camel-ftp", "a:b:c:d", "org.apache.camel:camel ftp", "a:<b>", "a:", "../a:b"})
  void whatIsNoArtifactIsNotRead(String text) {
    assertThatThrownBy(() -> Artifact.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutTheWrapperOrACompilerTheRemedyIsNamed() throws IOException {
    assertThatThrownBy(() -> editor.add(FTP)).hasMessageContaining("Copy mvnw and the folder .mvn");
    finds("org.apache.camel:camel-ftp:4.17.0");
    ExtEditor withoutCompiler =
        new ExtEditor(ext, new Maven(home, home.resolve("jre"), Duration.ofSeconds(20)));
    assertThatThrownBy(() -> withoutCompiler.add(FTP)).hasMessageContaining("Install a JDK 17");
  }

  @Test
  void aMavenThatDoesNotEndIsEnded() throws IOException {
    mvnw("echo $$ >'" + home + "/pid'; exec sleep 600");
    ExtEditor impatient =
        new ExtEditor(
            ext,
            new Maven(home, Path.of(System.getProperty("java.home", "")), Duration.ofMillis(500)));
    assertThatThrownBy(() -> impatient.add(FTP)).hasMessageContaining("it was not done after");
    long pid = Long.parseLong(Files.readString(home.resolve("pid")).strip());
    // A process that was killed is there for a moment.
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    assertThat(files()).isEmpty();
  }

  @Test
  void whatAKilledProcessLeftIsDeleted() throws IOException {
    Path left = Files.createDirectories(ext.path().resolve(".adding")).resolve("half.jar");
    Files.writeString(left, "half");
    finds("org.apache.camel:camel-ftp:4.17.0");
    editor.add(FTP);
    assertThat(files()).containsExactly("added.txt", "camel-ftp-4.17.0.jar");
  }

  @Test
  void oneProcessAtATimeChangesTheFolder() throws IOException {
    finds("org.apache.camel:camel-ftp:4.17.0");
    try (ExtLock lock = ExtLock.of(ext.path())) {
      lock.begin();
      assertThatThrownBy(() -> editor.add(FTP)).hasMessageContaining("another \"ext\" command");
    }
    assertThat(editor.add(FTP).jars()).hasSize(1);
  }

  /** The build would fetch another version of it, too. */
  @Test
  void theGoalIsOfTheVersionThatTheBuildUses() throws IOException {
    String plugin = Maven.LIST.split(":", -1)[1];
    assertThat(Files.readString(Path.of("pom.xml")).replaceAll("\\s+", ""))
        .contains(
            "<artifactId>%s</artifactId><version>%s</version>"
                .formatted(plugin, Maven.LIST.split(":", -1)[2]));
  }
}
