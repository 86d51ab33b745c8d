package org.mailcaravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The document of the API says what the routes and the server's own parts offer, and no more. */
class OpenApiTest {
  private static final Path ROUTES = Path.of("routes/api.camel.yaml");
  private static final Path SOURCES = Path.of("src/main/java/org/mailcaravan/console");
  private static final Path DOCUMENT =
      Path.of("src/main/resources/org/mailcaravan/console/openapi.json");
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");

  @Test
  void eachPathAndMethodIsOfferedAndToldAndHasTheSameName() throws IOException {
    assertThat(told()).isEqualTo(offered());
  }

  /** Method and path, and the operation: of the server's own parts their methods alone. */
  private static Map<String, String> offered() throws IOException {
    Map<String, String> offered = new TreeMap<>();
    for (Object each : yaml()) {
      if (!(each instanceof Map<?, ?> entry) || !(entry.get("rest") instanceof Map<?, ?> rest)) {
        continue;
      }
      for (String method : METHODS) {
        if (rest.get(method) instanceof List<?> operations) {
          operations.forEach(operation -> add(offered, rest, method, (Map<?, ?>) operation));
        }
      }
    }
    for (String own : List.of(Paths.HEALTH, Paths.METRICS, Paths.OPENAPI)) {
      offered.put("get " + own, "");
    }
    offered.put("get " + Paths.V1 + "/clients/{domain}/{file}", "read-client-file");
    offered.put("get " + Paths.AUTOCONFIG, "");
    offered.put("get " + Paths.WELL_KNOWN_AUTOCONFIG, "");
    offered.put("post " + Paths.AUTODISCOVER, "");
    return offered;
  }

  private static void add(
      Map<String, String> offered, Map<?, ?> rest, String method, Map<?, ?> operation) {
    String base = "/".equals(rest.get("path")) ? "" : String.valueOf(rest.get("path"));
    Object below = operation.get("path");
    offered.put(
        method + " " + Paths.V1 + base + (below == null ? "" : below),
        String.valueOf(operation.get("id")));
  }

  private static List<?> yaml() throws IOException {
    return (List<?>)
        new Load(LoadSettings.builder().build()).loadFromString(Files.readString(ROUTES));
  }

  private static Map<String, String> told() throws IOException {
    Map<String, String> told = new TreeMap<>();
    document()
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          if (METHODS.contains(method.getKey())) {
                            boolean own =
                                !path.getKey().startsWith(Paths.V1 + "/")
                                    || path.getKey().equals(Paths.OPENAPI);
                            told.put(
                                method.getKey() + " " + path.getKey(),
                                own ? "" : method.getValue().path("operationId").asText());
                          }
                        }));
    return told;
  }

  @Test
  void eachOperationHasANameOfItsOwn() throws IOException {
    List<String> names = new ArrayList<>();
    document()
        .get("paths")
        .forEach(
            path ->
                path.properties().stream()
                    .filter(method -> METHODS.contains(method.getKey()))
                    .forEach(method -> names.add(method.getValue().path("operationId").asText())));
    assertThat(names).doesNotContain("").doesNotHaveDuplicates();
  }

  private static JsonNode document() throws IOException {
    return new ObjectMapper().readTree(DOCUMENT.toFile());
  }

  /**
   * Errors have one form, "default"; what is good, and what a caller has to tell apart, is told.
   */
  @Test
  void eachGoodStatusThatIsGivenIsTold() throws IOException {
    Set<String> given = new TreeSet<>();
    for (Path source : sources()) {
      Pattern.compile("new (?:Answers\\.)?Answer\\(\\s*(?:[^,;]*\\? )?(2\\d\\d)(?: : (2\\d\\d))?")
          .matcher(Files.readString(source))
          .results()
          .flatMap(OpenApiTest::groups)
          .forEach(given::add);
    }
    Set<String> told = new TreeSet<>();
    document()
        .get("paths")
        .forEach(
            path ->
                path.forEach(
                    operation ->
                        operation.path("responses").fieldNames().forEachRemaining(told::add)));

    assertThat(given).contains("200", "202", "204");
    assertThat(told.stream().filter(status -> status.startsWith("2")).collect(Collectors.toSet()))
        .isEqualTo(given);
  }

  @Test
  void eachHeaderThatIsReadIsTold() throws IOException {
    List<String> read = new ArrayList<>();
    for (Path source : sources()) {
      Pattern.compile("(?:call\\.|\\b)header\\(\"([A-Za-z-]+)\"\\)")
          .matcher(Files.readString(source))
          .results()
          .flatMap(OpenApiTest::groups)
          .forEach(read::add);
    }
    read.add(Submission.KEY);
    Set<String> told =
        document().findValues("parameters").stream()
            .flatMap(list -> Stream.iterate(0, i -> i < list.size(), i -> i + 1).map(list::get))
            .filter(parameter -> parameter.path("in").asText().equals("header"))
            .map(parameter -> parameter.path("name").asText())
            .collect(Collectors.toSet());

    assertThat(read).contains("Prefer", "Accept-Language");
    // OpenAPI tells what is accepted by the types of responses.
    assertThat(told).containsAll(read.stream().filter(name -> !name.equals("Accept")).toList());
  }

  private static Stream<String> groups(MatchResult found) {
    return Stream.iterate(1, i -> i <= found.groupCount(), i -> i + 1)
        .map(found::group)
        .filter(group -> group != null);
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
