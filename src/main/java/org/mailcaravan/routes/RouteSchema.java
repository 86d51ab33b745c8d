package org.mailcaravan.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * Camel's own schema of route files: which keys a step has, and what each may hold. Only what says
 * that is read of JSON Schema (draft 4); a file that this finds nothing in may still be wrong.
 */
final class RouteSchema {
  private static final String STEPS = "org.apache.camel.model.ProcessorDefinition";
  private static final String LANGUAGES = "org.apache.camel.model.language.ExpressionDefinition";

  private static final Shape FREE =
      new Shape(Set.of(), Map.of(), Set.of(), List.of(), Set.of(), null);

  private final JsonNode schema;
  private final Map<JsonNode, Shape> shapes = new HashMap<>();

  private RouteSchema(JsonNode schema) {
    this.schema = schema;
  }

  /** The one that comes with Camel. */
  static RouteSchema read() {
    try (InputStream text =
        Objects.requireNonNull(
            CamelContext.class.getResourceAsStream("/schema/camelYamlDsl.json"))) {
      return new RouteSchema(new ObjectMapper().readTree(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * One that knows nothing: reading the other takes a third of a second, which a start can spare.
   */
  static RouteSchema none() {
    return new RouteSchema(MissingNode.getInstance());
  }

  /**
   * What may stand at a place.
   *
   * @param types by the names of JSON Schema; empty if anything may
   * @param keys what each key holds; empty if the keys are anybody's
   * @param required keys that must be there
   * @param alternatives sets of keys of which one at most may be there
   * @param values all that a text may be; empty if it is free
   */
  record Shape(
      Set<String> types,
      Map<String, JsonNode> keys,
      Set<String> required,
      List<Set<String>> alternatives,
      Set<String> values,
      @Nullable JsonNode items) {

    boolean mayBe(String type) {
      return types.isEmpty() || types.contains(type);
    }
  }

  /** A whole file. */
  Shape file() {
    return shape(schema);
  }

  /** Of options, and other things that the schema does not know. */
  static Shape free() {
    return FREE;
  }

  /** Whether a place is one for the name of a step. */
  boolean isForSteps(Shape shape) {
    return shape.equals(shape(definition(STEPS)));
  }

  /** Whether a place is one for the name of a language. */
  boolean isForLanguages(Shape shape) {
    return shape.equals(shape(definition(LANGUAGES)));
  }

  private JsonNode definition(String name) {
    return schema.path("items").path("definitions").path(name);
  }

  Shape shape(JsonNode node) {
    Shape known = shapes.get(node);
    if (known == null) {
      Reading reading = new Reading();
      reading.read(node, null);
      known = reading.shape();
      shapes.put(node, known);
    }
    return known;
  }

  /** Puts together what a schema, those that it refers to, and its alternatives say. */
  private final class Reading {
    private final Set<String> types = new LinkedHashSet<>();
    private final Map<String, JsonNode> keys = new LinkedHashMap<>();
    private final Set<String> required = new LinkedHashSet<>();
    private final List<Set<String>> alternatives = new ArrayList<>();
    private final Set<String> values = new LinkedHashSet<>();
    private @Nullable JsonNode items;

    Shape shape() {
      alternatives.removeIf(keysOfOne -> keysOfOne.size() < 2);
      return new Shape(types, keys, required, alternatives, values, items);
    }

    /**
     * @param ofOne where the keys go that only one alternative has, within one; else null
     */
    void read(JsonNode node, @Nullable Set<String> ofOne) {
      if (node.has("$ref")) {
        String[] path = node.get("$ref").asText().split("/", -1);
        read(definition(path[path.length - 1]), ofOne);
      }
      if (node.has("type")) {
        types.add(node.get("type").asText());
      }
      node.path("enum").forEach(value -> values.add(value.asText()));
      items = node.has("items") ? node.get("items") : items;
      node.path("properties")
          .properties()
          .forEach(
              key ->
                  keys.merge(
                      key.getKey(), key.getValue(), (one, other) -> isFree(one) ? other : one));
      node.path("required").forEach(key -> (ofOne == null ? required : ofOne).add(key.asText()));
      for (String kind : new String[] {"anyOf", "oneOf"}) {
        if (node.has(kind)) {
          Set<String> mine = new LinkedHashSet<>();
          node.get(kind).forEach(each -> read(each, ofOne == null ? mine : ofOne));
          alternatives.add(mine);
        }
      }
    }

    private boolean isFree(JsonNode node) {
      return !node.has("type") && !node.has("$ref") && !node.has("oneOf");
    }
  }
}
