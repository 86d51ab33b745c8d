package org.mailcaravan.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.VisibleText;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The keys of one map in a YAML file. What is wrong is told with its line, and reading goes on. */
public final class YamlKeys {
  private static final int LONGEST_SHOWN = 60;

  private final String name;
  private final Node at;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Faults faults;

  /** Takes what is wrong at a place. */
  @FunctionalInterface
  public interface Faults {
    void add(Node at, String cause);
  }

  /**
   * @param name of the map, in words: "a provider"
   * @param known all keys that it may have
   */
  public YamlKeys(String name, Node node, Set<String> known, Faults faults) {
    this.name = name;
    this.at = node;
    this.faults = faults;
    if (!(node instanceof MappingNode map)) {
      faults.add(node, name + " must have keys of its own, such as " + first(known));
      return;
    }
    for (NodeTuple entry : map.getValue()) {
      String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
      if (!known.contains(key)) {
        faults.add(
            entry.getKeyNode(),
            name
                + " has no key "
                + shown(key)
                + Spelling.nearest(key, known)
                    .or(() -> known.size() == 1 ? Optional.of(first(known)) : Optional.empty())
                    .map(meant -> ", did you mean " + meant + "?")
                    .orElse(""));
      } else if (values.putIfAbsent(key, entry.getValueNode()) != null) {
        faults.add(entry.getKeyNode(), key + " stands twice in " + name);
      }
    }
  }

  private static String first(Set<String> known) {
    return new LinkedHashSet<>(known).iterator().next();
  }

  private static String shown(String text) {
    return "\"" + VisibleText.of(text.substring(0, Math.min(text.length(), LONGEST_SHOWN))) + "\"";
  }

  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** The value of a key that must be there; empty when it is not. */
  public Optional<Node> node(String key) {
    Node node = values.get(key);
    if (node == null) {
      faults.add(at, name + " has no " + key);
    }
    return Optional.ofNullable(node);
  }

  /** A text that must be there; empty when it is wrong. */
  public String text(String key, Predicate<String> fits, String wanted) {
    return node(key).map(node -> text(key, node, fits, wanted)).orElse("");
  }

  private String text(String key, Node node, Predicate<String> fits, String wanted) {
    if (node instanceof ScalarNode scalar && fits.test(scalar.getValue())) {
      return scalar.getValue();
    }
    faults.add(
        node,
        key
            + (node instanceof ScalarNode scalar ? " " + shown(scalar.getValue()) : "")
            + " is not "
            + wanted);
    return "";
  }

  /** A number that may be missing. */
  public int number(String key, int standard, int most) {
    Node node = values.get(key);
    if (node == null) {
      return standard;
    }
    String text =
        text(
            key,
            node,
            digits -> digits.matches("[1-9]\\d{0,8}") && Integer.parseInt(digits) <= most,
            "a whole number from 1 to " + most);
    return text.isEmpty() ? standard : Integer.parseInt(text);
  }

  /** One of some words; the first when the key is missing. */
  public String word(String key, List<String> words) {
    Node node = values.get(key);
    String text =
        node == null ? "" : text(key, node, words::contains, "one of " + String.join(", ", words));
    return text.isEmpty() ? words.get(0) : text;
  }

  /** A text that may be missing; empty then. */
  public String anyText(String key, Predicate<String> fits, String wanted) {
    Node node = values.get(key);
    return node == null ? "" : text(key, node, fits, wanted);
  }

  /** The values of a map that may be missing. */
  public Optional<Node> anyNode(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** Texts, or one that stands there without a list; empty when they are missing. */
  public List<String> oneOrMore(String key, Predicate<String> fits, String wanted) {
    Node node = values.get(key);
    if (!(node instanceof ScalarNode)) {
      return texts(key, fits, wanted);
    }
    String text = text(key, node, fits, wanted);
    return text.isEmpty() ? List.of() : List.of(text);
  }

  /** A list of texts; empty when it is missing. */
  public List<String> texts(String key, Predicate<String> fits, String wanted) {
    List<String> texts = new ArrayList<>();
    Node node = values.get(key);
    if (node instanceof SequenceNode list && !list.getValue().isEmpty()) {
      for (Node item : list.getValue()) {
        String text = text(key, item, fits, wanted);
        if (!text.isEmpty()) {
          texts.add(text);
        }
      }
    } else if (node != null) {
      faults.add(
          node,
          key
              + (node instanceof SequenceNode ? " is an empty list" : " is not a list")
              + "; write it such as [one, two]");
    }
    return texts;
  }

  /** Tells that something is wrong with a key, or with the map where the key is missing. */
  public void fault(String key, String cause) {
    faults.add(values.getOrDefault(key, at), cause);
  }
}
