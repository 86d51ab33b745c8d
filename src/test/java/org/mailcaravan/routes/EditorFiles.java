package org.mailcaravan.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.component.mailbox.MailboxOperation;

/**
 * Makes the files of {@code share/editors} from Camel's schema and from what Camel's plugin writes
 * of our components.
 */
final class EditorFiles {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> SCHEMES = List.of("mailbox", "dav");

  /** Where an endpoint stands, and whether a route begins with it. */
  private static final Map<String, Boolean> BEGINS = new LinkedHashMap<>();

  private static final String MODEL = "org.apache.camel.model.";
  private static final String READER = "org.apache.camel.dsl.yaml.deserializers.";

  private static final Pattern OF_OPERATIONS = Pattern.compile("For the operations? ([^:]+): .*");

  /** What the options of rules take, other than properties. */
  private static final Map<String, String> PATTERNS =
      Map.of(
          "larger", "^(?!0+([^0-9]|$))[0-9]{1,9}\\s*[KkMmGg]?([Ii]?[Bb])?$",
          "before", "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
          "flag", "^\\\\?[^\\s\\\\(){%*\"\\]]{1,100}$");

  static {
    BEGINS.put(MODEL + "FromDefinition", true);
    BEGINS.put(READER + "OutputAwareFromDefinition", true);
    BEGINS.put(READER + "RouteFromDefinitionDeserializer", true);
    BEGINS.put(MODEL + "ToDefinition", false);
    BEGINS.put(MODEL + "ToDynamicDefinition", false);
    BEGINS.put(MODEL + "WireTapDefinition", false);
  }

  private EditorFiles() {}

  private static JsonNode read(String resource) throws IOException {
    try (InputStream text =
        Objects.requireNonNull(EditorFiles.class.getResourceAsStream(resource), resource)) {
      return JSON.readTree(text);
    }
  }

  private static ObjectNode component(String scheme) throws IOException {
    return (ObjectNode)
        read("/META-INF/org/mailcaravan/component/" + scheme + "/" + scheme + ".json");
  }

  /** The components, as Camel's language server takes further ones. */
  static String components() throws IOException {
    ArrayNode all = JSON.createArrayNode();
    for (String scheme : SCHEMES) {
      all.add(component(scheme));
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
  }

  /** The components by their schemes, with the schemas that Kaoto makes its forms from. */
  static String kaotoComponents() throws IOException {
    ObjectNode all = JSON.createObjectNode();
    for (String scheme : SCHEMES) {
      ObjectNode component = component(scheme);
      ObjectNode schema = JSON.createObjectNode();
      ObjectNode properties = schema.putObject("properties");
      ArrayNode required = JSON.createArrayNode();
      for (Map.Entry<String, JsonNode> option : component.get("properties").properties()) {
        properties.set(option.getKey(), form(option.getValue()));
        if (option.getValue().path("required").asBoolean()) {
          required.add(option.getKey());
        }
      }
      schema.put("$schema", "http://json-schema.org/draft-07/schema#").put("type", "object");
      schema.set("required", required);
      component.set("propertiesSchema", schema);
      all.set(scheme, component);
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
  }

  private static ObjectNode form(JsonNode option) {
    ObjectNode form = JSON.createObjectNode();
    form.put("title", option.get("displayName").asText());
    form.put("description", option.get("description").asText());
    String type = option.get("type").asText();
    form.put("type", type.equals("boolean") || type.equals("integer") ? type : "string");
    form.put("$comment", "group:" + option.get("group").asText());
    if (option.has("enum")) {
      form.set("enum", option.get("enum"));
    }
    if (type.equals("object")) {
      form.put("format", "bean:" + option.get("javaType").asText());
    }
    if (option.has("defaultValue")) {
      form.set("default", option.get("defaultValue"));
    }
    return form;
  }

  /** Camel's schema of route files, and what may stand in endpoints of ours. */
  static String routes() throws IOException {
    ObjectNode schema = (ObjectNode) read("/schema/camelYamlDsl.json");
    schema.put("$schema", "http://json-schema.org/draft-07/schema#");
    schema.put("title", "Route files of Mail Caravan");
    ObjectNode definitions = (ObjectNode) schema.at("/items/definitions");
    for (Map.Entry<String, Boolean> place : BEGINS.entrySet()) {
      String own = place.getValue() ? "mailcaravan.from" : "mailcaravan.to";
      ObjectNode definition = (ObjectNode) definitions.get(place.getKey());
      if (definition.has("oneOf")) {
        for (JsonNode form : definition.get("oneOf")) {
          add((ObjectNode) form, own);
        }
      } else {
        add(definition, own);
      }
    }
    for (boolean begins : new boolean[] {true, false}) {
      String own = begins ? "mailcaravan.from" : "mailcaravan.to";
      List<String> uris = new ArrayList<>();
      ArrayNode rules = JSON.createArrayNode();
      for (String scheme : SCHEMES) {
        JsonNode properties = component(scheme).get("properties");
        ArrayNode operations = JSON.createArrayNode();
        for (JsonNode operation : properties.at("/operation/enum")) {
          if (begins(scheme, operation.asText()) == begins) {
            operations.add(operation);
            uris.add(scheme + ":" + operation.asText());
            rules.add(rule(scheme, operation.asText(), properties));
          }
        }
        rules.add(withOperationApart(scheme, operations));
        rules.add(withOperationInUri(scheme));
      }
      String withOptions = "(" + String.join("|", uris) + ")(\\?.*)?";
      definitions.set(own + ".uri", uri(uris, withOptions));
      definitions.set(own + ".uriOfMap", uri(uris, withOptions + "|" + String.join("|", SCHEMES)));
      definitions.putObject(own).set("allOf", rules);
    }
    return lines(schema);
  }

  private static ObjectNode uri(List<String> offered, String pattern) {
    ObjectNode uri = JSON.createObjectNode();
    uri.putObject("if").put("pattern", "^(" + String.join("|", SCHEMES) + ")(:|$)");
    uri.putObject("then").put("pattern", "^(" + pattern + ")$");
    ArrayNode forms = uri.putArray("anyOf");
    forms.addObject().set("enum", JSON.valueToTree(offered));
    forms.addObject().put("type", "string");
    return uri;
  }

  /** As Kaoto writes it: the operation among the parameters. */
  private static ObjectNode withOperationApart(String scheme, ArrayNode operations) {
    ObjectNode rule = JSON.createObjectNode();
    ObjectNode when = rule.putObject("if");
    when.putObject("properties").putObject("uri").put("const", scheme);
    when.putArray("required").add("uri");
    ObjectNode then = rule.putObject("then");
    then.putArray("required").add("parameters");
    ObjectNode parameters = then.putObject("properties").putObject("parameters");
    parameters.putArray("required").add("operation");
    parameters.putObject("properties").putObject("operation").set("enum", operations);
    return rule;
  }

  /** It stands in one place. */
  private static ObjectNode withOperationInUri(String scheme) {
    ObjectNode rule = JSON.createObjectNode();
    ObjectNode when = rule.putObject("if");
    when.putObject("properties").putObject("uri").put("pattern", "^" + scheme + ":");
    when.putArray("required").add("uri");
    rule.putObject("then")
        .putObject("properties")
        .putObject("parameters")
        .putObject("properties")
        .put("operation", false);
    return rule;
  }

  private static boolean begins(String scheme, String operation) {
    return scheme.equals("mailbox") && MailboxOperation.valueOf(operation).begins();
  }

  private static void add(ObjectNode form, String own) {
    JsonNode found = form.at("/properties/uri");
    ObjectNode uri = found instanceof ObjectNode map ? map : form;
    ArrayNode all = uri.putArray("allOf");
    all.addObject()
        .put("$ref", "#/items/definitions/" + own + (found.isMissingNode() ? ".uri" : ".uriOfMap"));
    if (!found.isMissingNode()) {
      form.putArray("allOf").addObject().put("$ref", "#/items/definitions/" + own);
    }
  }

  /** Which parameters an operation has. */
  private static ObjectNode rule(String scheme, String operation, JsonNode properties) {
    ObjectNode rule = JSON.createObjectNode();
    ArrayNode either = rule.putObject("if").putArray("anyOf");
    ObjectNode inUri = either.addObject();
    inUri
        .putObject("properties")
        .putObject("uri")
        .put("pattern", "^" + scheme + ":" + operation + "(\\?.*)?$");
    inUri.putArray("required").add("uri");
    ObjectNode apart = either.addObject();
    apart.putArray("required").add("uri").add("parameters");
    ObjectNode values = apart.putObject("properties");
    values.putObject("uri").put("const", scheme);
    ObjectNode named = values.putObject("parameters");
    named.putArray("required").add("operation");
    named.putObject("properties").putObject("operation").put("const", operation);
    ObjectNode parameters = rule.putObject("then").putObject("properties").putObject("parameters");
    parameters.put("additionalProperties", false);
    ObjectNode known = parameters.putObject("properties");
    known.putObject("operation").put("const", operation);
    for (Map.Entry<String, JsonNode> option : properties.properties()) {
      if (isFor(scheme, operation, option.getValue())) {
        known.set(option.getKey(), value(option.getKey(), option.getValue()));
      }
    }
    return rule;
  }

  private static boolean isFor(String scheme, String operation, JsonNode option) {
    if (option.get("kind").asText().equals("path")) {
      return false;
    }
    Matcher of = OF_OPERATIONS.matcher(option.get("description").asText());
    if (of.matches()) {
      return List.of(of.group(1).split("(, | and )", -1)).contains(operation);
    }
    boolean ofConsumer = option.get("group").asText().startsWith("consumer");
    return ofConsumer == begins(scheme, operation);
  }

  /** Every value may be a property. */
  private static ObjectNode value(String name, JsonNode option) {
    ObjectNode value = JSON.createObjectNode();
    value.put("description", option.get("description").asText());
    String type = option.get("type").asText();
    ArrayNode forms = value.putArray("anyOf");
    switch (type) {
      case "boolean" -> {
        forms.addObject().put("type", "boolean");
        forms.addObject().putArray("enum").add("true").add("false");
      }
      case "integer" -> {
        forms.addObject().put("type", "integer");
        forms.addObject().put("type", "string").put("pattern", "^[0-9]+$");
      }
      case "enum" -> forms.addObject().set("enum", option.get("enum"));
      default -> {
        String pattern = PATTERNS.get(name);
        if (pattern == null) {
          forms.addObject().putArray("type").add("string").add("number");
        } else {
          forms.addObject().put("type", "string").put("pattern", pattern);
        }
        if (name.equals("larger")) {
          forms.addObject().put("type", "integer").put("minimum", 1).put("maximum", 999_999_999);
        }
      }
    }
    forms.addObject().put("type", "string").put("pattern", "\\{\\{");
    return value;
  }

  /** One line for each definition, so that a change of one is a change of one line. */
  private static String lines(ObjectNode schema) throws JsonProcessingException {
    ObjectNode items = (ObjectNode) schema.get("items");
    ObjectNode definitions = (ObjectNode) items.remove("definitions");
    String frame = JSON.writeValueAsString(schema);
    String all =
        Stream.iterate(definitions.properties().iterator(), it -> it.hasNext(), it -> it)
            .map(it -> line(it.next()))
            .collect(Collectors.joining(",\n"));
    int at = frame.indexOf("\"items\":{") + "\"items\":{".length();
    return frame.substring(0, at)
        + "\"definitions\":{\n"
        + all
        + "\n},\n"
        + frame.substring(at)
        + "\n";
  }

  private static String line(Map.Entry<String, JsonNode> definition) {
    try {
      return JSON.writeValueAsString(definition.getKey())
          + ":"
          + JSON.writeValueAsString(definition.getValue());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
