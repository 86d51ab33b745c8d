package org.mailcaravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.docs.Document;
import org.mailcaravan.docs.WrittenFile;
import org.mailcaravan.server.EnabledIfInstalled;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What editors know of our components is what these are, and fits the routes. */
class EditorFilesTest {
  private static final Path FOLDER = Path.of("share", "editors");
  private static final Path SCHEMA = FOLDER.resolve("routes.schema.json");

  private static final Map<String, String> VALUES =
      Map.of(
          "before",
          "2015-01-31",
          "role",
          "junk",
          "larger",
          "5M",
          "header",
          "X-Spam",
          "rules",
          "role=junk");

  private static JsonSchema schema;

  @BeforeAll
  static void readSchema() throws IOException {
    schema = JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(Files.readString(SCHEMA));
  }

  private static List<String> faults(String yaml) {
    Object read = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    return schema.validate(EditorFiles.JSON.valueToTree(read)).stream()
        .map(Object::toString)
        .toList();
  }

  @Test
  void theFilesAreMadeFromCamelsSchemaAndOurComponents() throws IOException {
    WrittenFile.require(SCHEMA, EditorFiles.routes());
    WrittenFile.require(FOLDER.resolve("camel-components.json"), EditorFiles.components());
    WrittenFile.require(FOLDER.resolve("kaoto-components.json"), EditorFiles.kaotoComponents());
  }

  @Test
  void theRoutesAndTheExamplesOfTheDocumentsFitTheSchema() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("routes"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
        assertThat(faults(Files.readString(file))).as(file.toString()).isEmpty();
      }
    }
    for (String page : List.of("docs/rules.md", "docs/routes.md")) {
      for (Document.Block block : Document.of(page).blocks("yaml")) {
        if (block.text().startsWith("- route:")) {
          assertThat(faults(block.text())).as(block.place()).isEmpty();
        }
      }
    }
  }

  private static String route(String from, String step) {
    return "- route:\n    id: mine\n    from:\n      uri: "
        + from
        + "\n      steps:\n"
        + step.indent(8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          - to: mailbox:pull                                               | true
          - to: mailbox:verify?deep=true                                   | true
          - to: mailbox:pul                                                | false
          - to: mailbox:due                                                | false
          - to: "file:somewhere"                                           | true
          - to: { uri: mailbox:apend }                                     | false
          - to: { uri: "dav:contacts" }                                    | true
          - to: { uri: "dav:contact" }                                     | false
          - to: { uri: "dav:contacts", parameters: { deep: true } }        | false
          - to: { uri: mailbox:verify, parameters: { deep: true } }        | true
          - to: { uri: mailbox:verify, parameters: { deep: "{{mine}}" } }  | true
          - to: { uri: mailbox:verify, parameters: { deep: maybe } }       | false
          - to: { uri: mailbox:verify, parameters: { depp: true } }        | false
          - to: { uri: mailbox:pull, parameters: { deep: true } }          | false
          - to: { uri: mailbox:map, parameters: { role: spam, to: A } }    | false
          - to: { uri: mailbox:leaveOut, parameters: { larger: 20M } }     | true
          - toD: { uri: "mailbox:${header.step}" }                         | false
          - to: mailbox                                                    | false
          - to: { uri: mailbox }                                           | false
          - to: { uri: mailbox, parameters: { deep: true } }               | false
          - to: { uri: mailbox, parameters: { operation: verify, deep: true } } | true
          - to: { uri: mailbox, parameters: { operation: verify, depp: true } } | false
          - to: { uri: mailbox, parameters: { operation: nope } }          | false
          - to: { uri: mailbox, parameters: { operation: due } }           | false
          - to: { uri: mailbox:pull, parameters: { operation: pull } }     | false
          - to: { uri: dav, parameters: { operation: contacts } }          | true
          - to: { uri: dav }                                               | false
          - to: mailbox:nope                                               | false
          - wireTap: { uri: mailbox:nope }                                 | false
          - wireTap: { uri: "seda:elsewhere" }                             | true
          - log: { message: pulls mailbox:everything }                     | true
          """)
  void anEditorMarksWhatDoesNotStart(String step, boolean isRight) throws IOException {
    List<String> faults = faults(route("direct:mine", step));
    assertThat(faults.isEmpty()).as("%s", faults).isEqualTo(isRight);
  }

  @ParameterizedTest
  @CsvSource({
    "mailbox:due, true",
    "mailbox:pull, false",
    "quartz:mine, true",
    "mailbox:dew, false",
    "mailbox, false"
  })
  void aRouteBeginsWithWhatBegins(String from, boolean isRight) throws IOException {
    List<String> faults = faults(route(from, "- log: { message: here }"));
    assertThat(faults.isEmpty()).as("%s", faults).isEqualTo(isRight);
  }

  /** Values of the rules' options, by the schema and by the component itself. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          role   | spam       | false
          larger | 50M        | true
          larger | 50 MiB     | true
          larger | 5000       | true
          larger | 0M         | false
          larger | big        | false
          larger | 1234567890 | false
          larger | {{mine}}   | true
          before | 2015-1-1   | false
          before | 2015-13-01 | false
          before | last year  | false
          flag   | $Junk      | true
          flag   | \\Seen     | true
          flag   | my flag    | false
          flag   | a*         | false
          """)
  void theSchemaAllowsTheValuesThatTheRulesAllow(String option, String value, boolean isRight)
      throws Exception {
    for (String written :
        value.matches("\\d+") ? List.of(value, "'" + value + "'") : List.of("'" + value + "'")) {
      List<String> faults =
          faults(
              route(
                  "direct:a",
                  "- to: { uri: mailbox:leaveOut, parameters: { "
                      + option
                      + ": "
                      + written
                      + " } }"));
      assertThat(faults.isEmpty()).as("%s", faults).isEqualTo(isRight);
    }
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      camel.getPropertiesComponent().addInitialProperty("mine", "5M");
      String query = option + "=RAW(" + value + ")";
      assertThat(isTaken(camel, "leaveOut", query)).isEqualTo(isRight);
    }
  }

  /** Every operation with every option, by the schema and by the component itself. */
  @Test
  void theSchemaAllowsTheOptionsThatTheComponentAllows() throws Exception {
    JsonNode components =
        EditorFiles.JSON.readTree(FOLDER.resolve("camel-components.json").toFile());
    JsonNode properties = components.get(0).get("properties");
    List<String> different = new ArrayList<>();
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      for (JsonNode operation : properties.at("/operation/enum")) {
        for (Map.Entry<String, JsonNode> option : properties.properties()) {
          String label = option.getValue().path("label").asText();
          if (!option.getKey().equals("concurrentConsumers") && !label.equals("producer")) {
            // Camel's own, and the operation.
            continue;
          }
          String name = operation.asText();
          String value = value(option.getKey(), option.getValue());
          boolean begins =
              List.of("due", "preflight", "afterPass", "afterMigration").contains(name);
          String parameters = "{ " + option.getKey() + ": \"" + value + "\"";
          if (name.equals("map") && option.getKey().equals("rules")) {
            parameters = "{ rules: \"A -> B\"";
          } else if (name.equals("map") && !option.getKey().equals("to")) {
            parameters += ", to: A";
          } else if (option.getKey().equals("to")) {
            parameters += ", role: junk";
          } else if (option.getKey().equals("reason")) {
            parameters += ", larger: 5M";
          }
          parameters += " }";
          String yaml =
              begins
                  ? "- from: { uri: mailbox:"
                      + name
                      + ", parameters: "
                      + parameters
                      + ", steps: [] }"
                  : route(
                      "direct:a",
                      "- to: { uri: mailbox:" + name + ", parameters: " + parameters + " }");
          boolean bySchema = faults(yaml).isEmpty();
          boolean byComponent =
              isTaken(
                  camel,
                  name,
                  parameters.replaceAll("[{}\" ]", "").replace(",", "&").replace(":", "="));
          if (bySchema != byComponent) {
            different.add(name + " " + parameters + ": component " + byComponent);
          }
        }
      }
    }
    assertThat(different).isEmpty();
  }

  private static String value(String option, JsonNode facts) {
    return switch (facts.get("type").asText()) {
      case "boolean" -> "true";
      case "integer" -> "3";
      default -> VALUES.getOrDefault(option, "Some");
    };
  }

  private static boolean isTaken(DefaultCamelContext camel, String operation, String query) {
    try {
      return camel.getEndpoint("mailbox:" + operation + "?" + query) != null;
    } catch (Exception e) {
      return false;
    }
  }

  /** From a catalog of the form of Kaoto's, which is too large to be kept here. */
  @Test
  @EnabledIfInstalled("node")
  void theScriptAddsOurComponentsToACatalogOfKaoto(@TempDir Path folder) throws Exception {
    Path from = Files.createDirectories(folder.resolve("from/camel-main/4.18.4"));
    Files.createDirectories(folder.resolve("from/starter-templates"));
    Files.writeString(folder.resolve("from/starter-templates/index-1.json"), "{}");
    Files.writeString(
        folder.resolve("from/index.json"),
        """
        {"version":3,"name":"Default","starterTemplates":"starter-templates/index-1.json","definitions":[
          {"name":"Camel Main 4.22.1","version":"4.22.1","runtime":"Main","fileName":"camel-main/4.22.1/index-1.json"},
          {"name":"Camel Quarkus","version":"4.18.4","runtime":"Quarkus","fileName":"camel-quarkus/index-1.json"},
          {"name":"Camel Main 4.18.4","version":"4.18.4","runtime":"Main","fileName":"camel-main/4.18.4/index-1.json"}]}
        """);
    Files.writeString(
        from.resolve("index-1.json"),
        """
        {"name":"Camel Main 4.18.4","version":"4.18.4","runtime":"Main",
         "catalogs":{"components":{"name":"components","file":"components-1.json"}},
         "schemas":{"camelYamlDsl":{"name":"camelYamlDsl","file":"dsl-1.json"}}}
        """);
    Files.writeString(from.resolve("components-1.json"), "{\"file\":{\"component\":{}}}");
    Files.writeString(from.resolve("dsl-1.json"), "{}");
    Path to = folder.resolve("to");

    assertThat(makeCatalog(folder.resolve("from"), to)).isZero();
    assertThat(makeCatalog(folder.resolve("from"), to)).as("it is there").isEqualTo(2);

    JsonNode library = EditorFiles.JSON.readTree(to.resolve("index.json").toFile());
    assertThat(library.at("/definitions")).hasSize(1);
    assertThat(library.at("/definitions/0/name").asText()).isEqualTo("Mail Caravan (Camel 4.18.4)");
    assertThat(to.resolve(library.get("starterTemplates").asText())).exists();
    JsonNode definition =
        EditorFiles.JSON.readTree(
            to.resolve(library.at("/definitions/0/fileName").asText()).toFile());
    assertThat(to.resolve(definition.at("/schemas/camelYamlDsl/file").asText())).exists();
    JsonNode components =
        EditorFiles.JSON.readTree(
            to.resolve(definition.at("/catalogs/components/file").asText()).toFile());
    assertThat(components.fieldNames()).toIterable().containsExactly("file", "mailbox", "dav");
    assertThat(components.at("/mailbox/propertiesSchema/properties/deep/type").asText())
        .isEqualTo("boolean");
  }

  private static int makeCatalog(Path from, Path to) throws Exception {
    Process node =
        new ProcessBuilder(
                "node",
                FOLDER.resolve("kaoto-catalog.mjs").toString(),
                from.toString(),
                to.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return node.exitValue();
  }
}
