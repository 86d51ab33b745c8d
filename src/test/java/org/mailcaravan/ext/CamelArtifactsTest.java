package org.mailcaravan.ext;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.mailcaravan.ext.CamelArtifacts.Kind;

/** The list of Camel's artifacts beside the catalog of the Camel that runs. */
class CamelArtifactsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Path LIST =
      Path.of("src/main/resources/org/mailcaravan/ext/camel-artifacts.txt");

  @Test
  void theListIsThatOfTheCatalog() throws IOException {
    TreeSet<String> lines = new TreeSet<>();
    for (Kind kind : Kind.values()) {
      String word = kind.name().toLowerCase(Locale.ROOT);
      for (String name : read(word + "s.properties").lines().toList()) {
        String artifact =
            JSON.readTree(read(word + "s/" + name + ".json"))
                .path(word)
                .path("artifactId")
                .textValue();
        lines.add(word + " " + name + " " + artifact);
      }
    }
    if (Boolean.getBoolean("mailcaravan.write-docs")) {
      Files.write(LIST, lines);
    }
    assertThat(Files.readAllLines(LIST))
        .as("write it by -Dmailcaravan.write-docs=true")
        .isEqualTo(List.copyOf(lines));
  }

  /** A file of the catalog. */
  private static String read(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            CamelArtifactsTest.class.getResourceAsStream("/org/apache/camel/catalog/" + name),
            name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void saysWhichArtifactHasWhatARouteNames() {
    assertThat(CamelArtifacts.with(Kind.COMPONENT, "sftp"))
        .hasValue(Artifact.parse("org.apache.camel:camel-ftp"));
    assertThat(CamelArtifacts.with(Kind.LANGUAGE, "jsonpath"))
        .hasValue(Artifact.parse("org.apache.camel:camel-jsonpath"));
    assertThat(CamelArtifacts.with(Kind.DATAFORMAT, "zipFile"))
        .hasValue(Artifact.parse("org.apache.camel:camel-zipfile"));
    assertThat(CamelArtifacts.with(Kind.COMPONENT, "mailbocks")).isEmpty();
  }
}
