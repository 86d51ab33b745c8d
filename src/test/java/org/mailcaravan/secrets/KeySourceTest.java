package org.mailcaravan.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;

class KeySourceTest {
  private final Path folder;

  KeySourceTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static Problem problemOf(Path file, Map<String, String> environment) {
    return catchThrowableOfType(RequestRejected.class, () -> KeySource.open(file, environment))
        .problem();
  }

  private Path keyFile(String text, String permissions) throws IOException {
    Path file = Files.writeString(folder.resolve("secret.key"), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return file;
  }

  @Test
  void makesAKeyOnTheFirstStartThatOnlyItsOwnerCanRead() throws IOException {
    Path file = folder.resolve("data/deep/secret.key");
    KeyRing made = KeySource.open(file, Map.of());

    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getPosixFilePermissions(file.getParent()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(KeySource.open(file, Map.of()).newest()).isEqualTo(made.newest());
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void agreesOnOneKeyWhenSeveralStartAtOnce() throws Exception {
    Path file = folder.resolve("data/secret.key");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<KeyRing>> rings =
          IntStream.range(0, 8)
              .mapToObj(i -> threads.submit(() -> KeySource.open(file, Map.of())))
              .toList();
      KeyRing.SealingKey agreed = KeySource.open(file, Map.of()).newest();
      for (Future<KeyRing> ring : rings) {
        assertThat(ring.get().newest()).isEqualTo(agreed);
      }
    } finally {
      threads.shutdown();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"})
  void refusesAFileThatOthersMayUse(String permissions) throws IOException {
    String key = KeyRing.newKey(new SecureRandom());
    Problem problem = problemOf(keyFile(key, permissions), Map.of());

    assertThat(problem.place().toString()).isEqualTo("key file " + folder.resolve("secret.key"));
    assertThat(problem.cause())
        .isEqualTo("other users than its owner may use it (" + permissions + ")");
    assertThat(problem.toString()).doesNotContain(key);
  }

  @Test
  void readsSeveralKeysNewestFirst() throws IOException {
    String newer = KeyRing.newKey(new SecureRandom());
    String older = KeyRing.newKey(new SecureRandom());
    Path file = keyFile("# since May\n" + newer + "\n\n# before\r\n" + older + "\r\n", "rw-------");
    KeyRing ring = KeySource.open(file, Map.of());

    assertThat(ring.newest()).isEqualTo(KeyRing.of(List.of(newer)).newest());
    assertThat(ring.find(KeyRing.of(List.of(older)).newest().id())).isPresent();
    assertThat(ring.toString()).doesNotContain(newer).doesNotContain(older);
  }

  @Test
  void takesTheKeysOfTheEnvironmentAndMakesNoFile() {
    String key = KeyRing.newKey(new SecureRandom());
    String forUrls = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
    Path file = folder.resolve("secret.key");
    KeyRing ring = KeySource.open(file, Map.of(KeySource.VARIABLE, key + "," + forUrls));

    assertThat(ring.newest()).isEqualTo(KeyRing.of(List.of(key)).newest());
    assertThat(ring.find(KeyRing.of(List.of(forUrls)).newest().id())).isPresent();
    assertThat(file).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2", "aHVudGVyMg==", "!", ","})
  void refusesWhatIsNoKeyAndNeverShowsIt(String text) throws IOException {
    Problem fromEnvironment = problemOf(folder.resolve("none"), Map.of(KeySource.VARIABLE, text));
    assertThat(fromEnvironment.place().toString())
        .isEqualTo("environment variable MAILCARAVAN_SECRET_KEY");
    assertThat(fromEnvironment.cause()).doesNotContain("hunter2").startsWith("it holds");

    Problem fromFile = problemOf(keyFile(text, "rw-------"), Map.of());
    assertThat(fromFile.cause()).doesNotContain("hunter2").startsWith("it holds");
  }

  @Test
  void leavesADamagedFileAlone() throws IOException {
    Path file = keyFile("", "rw-------");
    assertThat(problemOf(file, Map.of()).cause()).isEqualTo("it holds no key");
    assertThat(file).isEmptyFile();
  }

  @Test
  void saysThatTheFolderCannotBeMade() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThat(problemOf(file.resolve("secret.key"), Map.of()).cause())
        .startsWith("it can be neither read nor created");
  }
}
