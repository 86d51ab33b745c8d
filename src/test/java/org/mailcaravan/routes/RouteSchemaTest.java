package org.mailcaravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.docs.Document;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * An editor that knows Camel marks nothing in a route file, and each can be read in one sitting.
 */
class RouteSchemaTest {
  private static final int MOST_LINES = 90;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonSchema schema;

  @BeforeAll
  static void readSchema() throws IOException {
    try (InputStream text =
        Objects.requireNonNull(
            RouteSchemaTest.class.getResourceAsStream("/schema/camelYamlDsl.json"))) {
      schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(text);
    }
  }

  static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("routes"))) {
      return files.filter(Files::isRegularFile).sorted().toList().stream();
    }
  }

  private static List<String> faults(String yaml) {
    Object read = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return schema.validate(JSON.valueToTree(read)).stream().map(Object::toString).toList();
  }

  @ParameterizedTest
  @MethodSource("files")
  void aRouteFileIsValidAndShort(Path file) throws IOException {
    String text = Files.readString(file);

    assertThat(faults(text)).isEmpty();
    assertThat(text.lines().count()).isLessThanOrEqualTo(MOST_LINES);
  }

  /**
   * Such as {@code for-each-folder}: a step can be named in a test, in a measurement and in the
   * log.
   */
  @Test
  void everyStepHasAnIdOfItsOwnThatSaysWhatItDoes() throws IOException {
    List<Map.Entry<String, String>> steps = new ArrayList<>();
    for (Path file : files().filter(RouteSchemaTest::isBesideOthers).toList()) {
      collect(
          new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)), steps);
    }

    assertThat(steps).hasSizeGreaterThan(100);
    assertThat(steps).extracting(Map.Entry::getValue).doesNotHaveDuplicates();
    assertThat(steps)
        .allSatisfy(
            step ->
                assertThat(step.getValue())
                    .as(step.getKey())
                    .matches(
                        switch (step.getKey()) {
                          case "doTry" -> "try-.*";
                          case "split" -> "for-each-.*";
                          case "filter", "choice" -> "choose-.*";
                          default -> "[a-z]+(-[a-z]+)*";
                        }));
  }

  /** An example may take the place of a shipped file. */
  private static boolean isBesideOthers(Path file) {
    return file.getNameCount() == 2
        || Files.notExists(Path.of("routes").resolve(file.getFileName()));
  }

  /** Kind and id of each item of a list of steps, at any depth. */
  private static void collect(@Nullable Object node, List<Map.Entry<String, String>> steps) {
    if (node instanceof List<?> list) {
      list.forEach(item -> collect(item, steps));
    } else if (node instanceof Map<?, ?> map) {
      if (map.get("steps") instanceof List<?> list) {
        for (Object item : list) {
          ((Map<?, ?>) item)
              .forEach(
                  (kind, options) ->
                      steps.add(
                          Map.entry(
                              kind.toString(), String.valueOf(((Map<?, ?>) options).get("id")))));
        }
      }
      map.values().forEach(value -> collect(value, steps));
    }
  }

  @Test
  void theExamplesOfTheDocumentAreValid() {
    assertThat(Document.of("docs/routes.md").blocks("yaml"))
        .isNotEmpty()
        .allSatisfy(example -> assertThat(faults(example.text())).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"streaming: \"true\"", "straeming: true"})
  void theSchemaFindsWhatIsWrong(String option) {
    String route =
        """
        - from:
            uri: direct:a
            steps:
              - split:
                  %s
                  expression:
                    simple:
                      expression: "${body}"
                  steps:
                    - to:
                        uri: direct:b
        """;

    assertThat(faults(route.formatted("streaming: true"))).isEmpty();
    assertThat(faults(route.formatted(option))).isNotEmpty();
  }
}
