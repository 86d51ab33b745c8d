package org.mailcaravan.routes;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Finds the passwords that stand in a route file: among the options of an entrance or a step, in
 * its address, and among the properties of a bean. No mistake of the files shows them, nor what
 * stands in {@code RAW(...)}.
 */
final class RouteSecrets {
  private static final String WORDS =
      "\\w*(?:password|passphrase|secret|token|accesskey|apikey)\\w*";

  private static final Pattern NAME = Pattern.compile("(?i)" + WORDS);
  private static final Pattern OPTION = Pattern.compile("(?i)[?&](" + WORDS + ")=(.+?)(?=&|$)");

  /** As in {@code ftp://anna:secret@host}. */
  private static final Pattern USER =
      Pattern.compile("^[\\w+.-]+:(?://)?[^/?@:\\s]*:([^/?@\\s]+)@");

  /** To the end where it is not closed. */
  private static final Pattern RAW = Pattern.compile("RAW[({](.+?)(?:[)}](?=&|$)|$)");

  /** What holds names of its own with their values. */
  private static final Set<String> OPTIONS = Set.of("parameters", "properties");

  private final RouteFile file;
  private final RouteMistakes mistakes;
  private final Deque<Value> next = new ArrayDeque<>();
  private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private RouteSecrets(RouteFile file, RouteMistakes mistakes) {
    this.file = file;
    this.mistakes = mistakes;
  }

  /**
   * @param key that it stands behind
   * @param option whether the key is the name of an option
   */
  private record Value(String key, Node node, boolean option) {}

  /** Warns of those in a file, and hides them in what is told. */
  static void find(RouteFile file, Node root, RouteMistakes mistakes) {
    new RouteSecrets(file, mistakes).look(root);
  }

  private void look(Node root) {
    next.add(new Value("", root, false));
    while (!next.isEmpty()) {
      Value value = next.remove();
      if (!seen.add(value.node())) {
        continue; // An alias; it may even hold itself.
      }
      if (value.node() instanceof MappingNode map) {
        boolean options = value.option() || OPTIONS.contains(value.key());
        map.getValue().forEach(entry -> add(entry, options));
      } else if (value.node() instanceof SequenceNode list) {
        list.getValue().forEach(item -> next.add(new Value(value.key(), item, value.option())));
      } else if (value.node() instanceof ScalarNode scalar) {
        look(value, scalar);
      }
    }
  }

  private void add(NodeTuple entry, boolean option) {
    String key = entry.getKeyNode() instanceof ScalarNode word ? word.getValue() : "";
    next.add(new Value(key, entry.getValueNode(), option));
  }

  private void look(Value value, ScalarNode scalar) {
    String text = scalar.getValue();
    Matcher raw = RAW.matcher(text);
    while (raw.find()) {
      mistakes.hide(raw.group(1));
    }
    if (value.option() && NAME.matcher(value.key().replace("-", "")).matches()) {
      warn(scalar, value.key(), text);
      return;
    }
    Matcher option = OPTION.matcher(text);
    while (option.find()) {
      warn(scalar, option.group(1), option.group(2));
    }
    Matcher user = USER.matcher(text);
    if (user.find()) {
      warn(scalar, "password", user.group(1));
    }
  }

  private void warn(ScalarNode at, String name, String value) {
    boolean isElsewhere = value.contains("{{") || value.contains("${") || value.startsWith("#");
    if (value.isBlank() || isElsewhere || List.of("true", "false").contains(value)) {
      return;
    }
    mistakes.hide(value);
    mistakes.warn(
        file.place(at.getStartMark().map(mark -> mark.getLine() + 1L).orElse(1L)),
        "the value of \"%s\" stands in the route file".formatted(name),
        "Write a property of your own there, such as {{route.%s}}, and {{env:NAME}} as its value."
            .formatted(name.toLowerCase(Locale.ROOT)));
  }
}
