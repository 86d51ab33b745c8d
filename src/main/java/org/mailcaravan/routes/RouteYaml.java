package org.mailcaravan.routes;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.util.IOHelper;
import org.apache.camel.util.StringHelper;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.Where;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Compares what a route file says with Camel's schema, key by key, so that every mistake has its
 * line and the nearest known name. Laxer than the schema where Camel is: {@code "true"} may stand
 * for true, and a property for any value.
 */
final class RouteYaml {
  private static final Pattern PROPERTY = Pattern.compile("\\{\\{([^{}?!:][^{}:]*)}}");
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

  private static final String FILE = "a route file";

  /** Keys whose values are for people. */
  private static final Set<String> PROSE = Set.of("description", "note");

  private final RouteSchema schema;
  private final Set<String> properties;
  private final RouteMistakes mistakes;
  private final Map<String, String> routes = new HashMap<>();
  private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean readable = true;

  /**
   * @param properties the names of all properties that routes may use
   */
  RouteYaml(RouteSchema schema, Collection<String> properties, RouteMistakes mistakes) {
    this.schema = schema;
    this.properties = new TreeSet<>(properties);
    this.mistakes = mistakes;
  }

  /** Adds the mistakes of a file; whether Camel can read it in spite of them. */
  boolean check(RouteFile file, Node root) {
    readable = true;
    new InFile(file).check(FILE, root, root, schema.file());
    return readable;
  }

  private final class InFile {
    private final RouteFile file;

    /** Whether this is within a template of routes, whose parameters look like properties. */
    private boolean template;

    /** Whether this is within REST operations. */
    private boolean rest;

    /** Whether this is within beans of the file. */
    private boolean beans;

    InFile(RouteFile file) {
      this.file = file;
    }

    private void add(Node node, String cause) {
      readable = false;
      tell(node, cause);
    }

    private void tell(Node node, String cause) {
      mistakes.add(place(node), cause);
    }

    private Where place(Node node) {
      return file.place(node.getStartMark().map(mark -> mark.getLine() + 1L).orElse(1L));
    }

    /**
     * @param name what stands there, such as a key in quotes
     * @param at where it is named
     */
    void check(String name, Node at, Node node, RouteSchema.Shape shape) {
      if (!seen.add(node)) {
        return; // An alias; it may even hold itself.
      }
      if (node instanceof MappingNode map) {
        if (!shape.mayBe("object")) {
          add(node, name + " holds " + wanted(shape) + ", not keys of its own");
        } else {
          checkKeys(name, at, map, shape);
        }
      } else if (node instanceof SequenceNode list) {
        if (!shape.mayBe("array")) {
          add(node, name + " holds " + wanted(shape) + ", not a list");
        } else {
          RouteSchema.Shape held =
              shape.items() == null ? RouteSchema.free() : schema.shape(shape.items());
          for (Node item : list.getValue()) {
            if (isEmpty(item) && (name.equals(FILE) || !held.mayBe("string"))) {
              add(item, "an entry of " + name + " is empty; delete its dash");
            } else {
              check(name, item, item, held);
            }
          }
        }
      } else if (node instanceof ScalarNode scalar) {
        checkValue(name, scalar, shape);
      }
    }

    private static boolean isEmpty(Node node) {
      return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL);
    }

    private String wanted(RouteSchema.Shape shape) {
      return shape.types().stream()
          .map(
              type ->
                  switch (type) {
                    case "object" -> "keys of its own";
                    case "array" -> "a list";
                    case "boolean" -> "true or false";
                    case "number" -> "a number";
                    default -> "a text";
                  })
          .collect(Collectors.joining(" or "));
    }

    private void checkKeys(String name, Node at, MappingNode map, RouteSchema.Shape shape) {
      Set<String> keys = new HashSet<>();
      for (NodeTuple entry : map.getValue()) {
        if (!(entry.getKeyNode() instanceof ScalarNode key)) {
          add(entry.getKeyNode(), "a key must be a word");
          continue;
        }
        // Camel reads stop-on-exception, too.
        String word =
            shape.keys().isEmpty() ? key.getValue() : StringHelper.dashToCamelCase(key.getValue());
        if (!keys.add(word)) {
          tell(key, "\"%s\" stands twice in the same place; delete one".formatted(word));
        }
        if (PROSE.contains(word)) {
          continue;
        }
        RouteSchema.Shape held;
        if (shape.keys().isEmpty()) {
          held = RouteSchema.free();
        } else if (shape.keys().containsKey(word)) {
          held = schema.shape(shape.keys().get(word));
        } else {
          add(key, unknown(name, word, shape));
          continue;
        }
        if (word.equals("route")) {
          checkId(entry.getValueNode());
        }
        if (word.equals("errorHandler") && name.equals(FILE)) {
          mistakes.warn(
              place(key),
              "this error handler counts for the routes of all files, also for those that copy mail",
              "Write it into your route, beside its id.");
        }
        boolean outside = template;
        boolean beside = rest;
        boolean ofBeans = beans;
        template |= word.equals("routeTemplate");
        rest |= word.equals("rest");
        beans = name.equals(FILE) ? word.equals("beans") : beans && !word.equals("properties");
        check("\"" + word + "\"", key, entry.getValueNode(), held);
        template = outside;
        rest = beside;
        beans = ofBeans;
      }
      for (String required : shape.required()) {
        if (!keys.contains(required)) {
          add(at, name + " has no \"" + required + "\"");
        }
      }
      for (Set<String> alternatives : shape.alternatives()) {
        Set<String> present = new TreeSet<>(alternatives);
        present.retainAll(keys);
        if (present.size() > 1) {
          tell(at, name + " has more than one of " + String.join(", ", present));
        }
      }
    }

    private String unknown(String name, String word, RouteSchema.Shape shape) {
      String cause =
          schema.isForSteps(shape)
              ? "there is no step \"" + word + "\""
              : schema.isForLanguages(shape)
                  ? "there is no language \"" + word + "\""
                  : name + " has no \"" + word + "\"";
      return cause + RouteMistakes.nearest(word, shape.keys().keySet());
    }

    /** Of two routes with one id, Camel keeps the last. */
    private void checkId(Node route) {
      Optional<ScalarNode> id =
          (route instanceof MappingNode map ? map.getValue() : Collections.<NodeTuple>emptyList())
              .stream()
                  .filter(e -> e.getKeyNode() instanceof ScalarNode k && k.getValue().equals("id"))
                  .map(NodeTuple::getValueNode)
                  .filter(ScalarNode.class::isInstance)
                  .map(ScalarNode.class::cast)
                  .findFirst();
      if (id.isPresent()) {
        String name = id.get().getValue();
        String other = routes.putIfAbsent(name, file.path().getFileName().toString());
        if (other != null) {
          add(
              id.get(),
              "two routes have the id \"%s\"; the other is in %s; give one another"
                  .formatted(name, other));
        }
      }
    }

    private void checkValue(String name, ScalarNode scalar, RouteSchema.Shape shape) {
      String value = scalar.getValue();
      Matcher property = PROPERTY.matcher(value);
      while (!template && property.find()) {
        requireProperty(scalar, property.group(1).strip());
      }
      if (name.equals("\"deadLetterUri\"")
          || (rest && (name.equals("\"to\"") || name.equals("\"uri\"")))) {
        mistakes.sendsTo(place(scalar), value);
      }
      if (beans && name.equals("\"name\"")) {
        mistakes.hasBean(place(scalar), value);
      }
      if (isEmpty(scalar)) {
        if (shape.types().equals(Set.of("array"))
            || !shape.required().isEmpty()
            || name.equals("\"uri\"")) {
          add(scalar, name + " is empty");
        } else if (shape.types().equals(Set.of("object"))) {
          add(scalar, name + " is empty; write {} behind it");
        }
        return;
      }
      if (value.contains("{{")) {
        return;
      }
      boolean fits =
          shape.mayBe("string")
              || (shape.mayBe("boolean") && value.matches("(?i)true|false"))
              || (shape.mayBe("number") && NUMBER.matcher(value).matches());
      if (name.equals("\"uri\"") && value.isBlank()) {
        add(scalar, name + " is empty");
      } else if (!fits) {
        add(scalar, "%s is \"%s\"; it holds %s".formatted(name, value, wanted(shape)));
      } else if (!shape.values().isEmpty()
          && shape.values().stream().noneMatch(value::equalsIgnoreCase)) {
        add(
            scalar,
            "%s is \"%s\"; it may be %s".formatted(name, value, String.join(", ", shape.values())));
      }
    }

    /** Names of their own kind are no better known than the one that is missing. */
    private String nearestProperty(String name) {
      return name.startsWith("route.")
          ? RouteMistakes.nearestOnly(
              name,
              properties.stream()
                  .filter(known -> Spelling.differsByOneLetter(name, known))
                  .toList())
          : RouteMistakes.nearest(name, properties);
    }

    private void requireProperty(Node scalar, String name) {
      if (!properties.contains(name)
          && System.getProperty(name) == null
          && IOHelper.lookupEnvironmentVariable(name) == null) {
        mistakes.add(
            new Problem(
                place(scalar),
                "there is no property \"" + name + "\"" + nearestProperty(name),
                Owner.US,
                "Set it in application.properties, or fix the route file; nothing was started."));
      }
    }
  }
}
