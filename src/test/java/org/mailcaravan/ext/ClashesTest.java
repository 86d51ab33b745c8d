package org.mailcaravan.ext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;

class ClashesTest {
  @TempDir private Path home = Path.of("");
  private ExtFolder ext = new ExtFolder(home, List.of());

  @BeforeEach
  void install() {
    Path lib = home.resolve("lib");
    ext =
        new ExtFolder(
            home,
            Stream.of(
                    "org.apache.camel:camel-api:4.17.0",
                    "commons-codec:commons-codec:1.20.0",
                    ":jspecify:1.0.0")
                .map(each -> Jars.make(lib, each))
                .toList());
  }

  /** The jars of ext, what is wrong, and whether that stops a start. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "nothing",
      textBlock =
          """
          org.apache.camel:camel-ftp:4.17.0 commons-net:commons-net:3.12.0 | false | nothing
          org.apache.camel:camel-ftp:4.16.0 | true | it is of Camel 4.16.0, and this program runs Camel 4.17.0
          com.example:camel-shop:1.0 | false | nothing
          :camel-shop:1.0 | false | nothing
          commons-codec:commons-codec:1.20.0 | false | nothing
          commons-codec:commons-codec:1.17.1 | false | the program has commons-codec:commons-codec in another version (commons-codec-1.20.0.jar), which is used; commons-codec-1.17.1.jar is not
          com.example:commons-codec:1.17.1 | false | nothing
          org.jspecify:jspecify:0.9 | false | the program has org.jspecify:jspecify in another version (jspecify-1.0.0.jar), which is used; jspecify-0.9.jar is not
          commons-net:commons-net:3.12.0 commons-net:commons-net:3.9.0 | false | commons-net:commons-net is there in another version, too (commons-net-3.12.0.jar), which is used; commons-net-3.9.0.jar is not
          commons-net:commons-net:1.0 commons-net:commons-net:2.0 commons-net:commons-net:3.0 | false | commons-net:commons-net is there in another version, too (commons-net-1.0.jar), which is used; commons-net-2.0.jar and commons-net-3.0.jar are not
          commons-codec:commons-codec:1.17.1 commons-codec:commons-codec:1.18.0 | false | the program has commons-codec:commons-codec in another version (commons-codec-1.20.0.jar), which is used; commons-codec-1.17.1.jar and commons-codec-1.18.0.jar are not
          commons-codec:commons-codec:1.20.0 commons-codec:commons-codec:1.21.0 | false | the program has commons-codec:commons-codec in another version (commons-codec-1.20.0.jar), which is used; commons-codec-1.21.0.jar is not
          """)
  void findsWhatDoesNotFit(String jars, boolean stops, @Nullable String told) {
    for (String jar : jars.split(" ", -1)) {
      Jars.make(ext.path(), jar);
    }
    Clashes clashes = Clashes.in(ext);
    List<String> expected = told == null ? List.of() : List.of(told);
    assertThat(clashes.mistakes())
        .extracting(Problem::cause)
        .isEqualTo(stops ? expected : List.of());
    assertThat(clashes.warnings())
        .extracting(Problem::cause)
        .isEqualTo(stops ? List.of() : expected);
    assertThat(Stream.concat(clashes.mistakes().stream(), clashes.warnings().stream()))
        .allSatisfy(each -> assertThat(each.place().toString()).contains("/ext/").endsWith(".jar"));
  }

  @Test
  void aJarThatIsNotWholeStopsTheStartAndIsNamed() throws IOException {
    Path whole = Jars.make(ext.path(), "com.example:whole:1.0");
    byte[] octets = Files.readAllBytes(whole);
    Files.write(ext.path().resolve("half-1.0.jar"), Arrays.copyOf(octets, octets.length / 2));

    assertThatThrownBy(() -> Clashes.in(ext).requireNone())
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("half-1.0.jar")
        .hasMessageContaining("it is no jar, or not a whole one");
  }

  @Test
  void whatWasAddedAndIsMissingIsTold() throws IOException {
    Jars.make(ext.path(), "org.apache.camel:camel-ftp:4.17.0");
    Additions.write(
        ext.path(),
        List.of(
            new Addition(
                Artifact.parse("org.apache.camel:camel-ftp:4.17.0"),
                List.of("camel-ftp-4.17.0.jar", "jsch-2.27.7.jar"))));

    assertThat(Clashes.in(ext).warnings())
        .singleElement()
        .asString()
        .contains("jsch-2.27.7.jar: it is missing, and org.apache.camel:camel-ftp:4.17.0 needs it")
        .contains("bin/mailcaravan ext add org.apache.camel:camel-ftp\"");
  }

  @Test
  void whatWasAddedToAnotherCamelIsAddedAnew() throws IOException {
    Jars.make(ext.path(), "org.apache.camel:camel-base-ftp:4.16.0");
    Additions.write(
        ext.path(),
        List.of(
            new Addition(
                Artifact.parse("org.apache.camel:camel-ftp:4.16.0"),
                List.of("camel-base-ftp-4.16.0.jar"))));

    assertThat(Clashes.in(ext).mistakes())
        .singleElement()
        .extracting(Problem::nextStep)
        .asString()
        .startsWith("Run \"bin/mailcaravan ext add org.apache.camel:camel-ftp\"");
  }

  @Test
  void withoutTheFolderNothingIsWrong() {
    assertThat(Clashes.in(ext)).isEqualTo(new Clashes(List.of(), List.of()));
  }
}
