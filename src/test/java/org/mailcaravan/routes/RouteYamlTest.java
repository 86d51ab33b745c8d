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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.Where;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What a start says about the keys of a route file is what a validator of JSON Schema finds. */
class RouteYamlTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern KEY = Pattern.compile("^([ -]*)(\\w+):", Pattern.MULTILINE);

  private static final RouteSchema SCHEMA = RouteSchema.read();

  /** Of places with the same key, so many are tried. */
  private static final int ENOUGH = 4;

  private static JsonSchema oracle;

  @TempDir Path folder;

  @BeforeAll
  static void readSchema() throws IOException {
    try (InputStream text =
        Objects.requireNonNull(
            RouteYamlTest.class.getResourceAsStream("/schema/camelYamlDsl.json"))) {
      oracle = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(text);
    }
  }

  private static boolean isValid(String yaml) {
    Object read = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return oracle.validate(JSON.valueToTree(read)).isEmpty();
  }

  private List<Long> linesTold(String yaml) throws IOException {
    Files.writeString(folder.resolve("a.camel.yaml"), yaml);
    RouteMistakes mistakes =
        RouteFileCheck.mistakes(folder, List.of("any"), SCHEMA, new SecretMask());
    return mistakes.isEmpty()
        ? List.of()
        : mistakes.rejected().problems().stream()
            .map(Problem::place)
            .map(place -> ((Where.InFile) place).line())
            .toList();
  }

  @Test
  void everyKeyThatTheSchemaDoesNotKnowIsToldInItsLine() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of("routes"))) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    List<String> wrong = new ArrayList<>();
    Map<String, Integer> tried = new HashMap<>();
    for (Path file : files) {
      String text = Files.readString(file).replaceAll("\\{\\{[^}]*}}", "{{any}}");
      assertThat(linesTold(text)).as(file.toString()).isEmpty();
      Matcher key = KEY.matcher(text);
      while (key.find()) {
        if (tried.merge(key.group(2), 1, Integer::sum) > ENOUGH) {
          continue;
        }
        String broken = text.substring(0, key.end(2)) + "Nix" + text.substring(key.end(2));
        long line = text.substring(0, key.start(2)).lines().count();
        boolean valid = isValid(broken);
        List<Long> told = linesTold(broken);
        if (valid != told.isEmpty() || (!valid && !told.contains(line))) {
          wrong.add(file.getFileName() + " line " + line + ": " + key.group(2) + ": " + told);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(tried)
        .containsKeys("split", "uri", "simple", "redeliveryPolicy", "doCatch", "count");
  }
}
