package org.mailcaravan.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Where the REST operations of a route file are: without an HTTP server there is nothing that they
 * could be built on.
 *
 * @param others how many other entries the file has
 * @param lines which lines they take, counted from 0; the first one, and the one after the last
 * @param targets what their operations send to
 */
record RestEntries(int others, List<Lines> lines, List<Target> targets) {
  private static final Set<String> KEYS = Set.of("rest", "restConfiguration");

  /** Lines from one to before another. */
  record Lines(int from, int to) {}

  /**
   * What an operation sends to.
   *
   * @param line counted from 1
   */
  record Target(long line, String uri) {}

  RestEntries {
    lines = List.copyOf(lines);
    targets = List.copyOf(targets);
  }

  /** Those of a file that is a list of entries. */
  static RestEntries of(RouteFile file, SequenceNode entries) {
    int others = 0;
    List<Lines> lines = new ArrayList<>();
    List<Target> targets = new ArrayList<>();
    List<Node> all = entries.getValue();
    for (int i = 0; i < all.size(); i++) {
      if (isRest(all.get(i))) {
        int to = i + 1 < all.size() ? first(file, all.get(i + 1)) : file.lines().size();
        lines.add(new Lines(first(file, all.get(i)), to));
        addTargets(all.get(i), targets);
      } else {
        others++;
      }
    }
    // In one line with others they cannot be told apart by lines.
    return entries.getFlowStyle() == FlowStyle.FLOW && others > 0
        ? new RestEntries(others, List.of(), targets)
        : new RestEntries(others, lines, targets);
  }

  private static void addTargets(Node node, List<Target> targets) {
    if (node instanceof SequenceNode list) {
      list.getValue().forEach(each -> addTargets(each, targets));
    } else if (node instanceof MappingNode map) {
      for (NodeTuple entry : map.getValue()) {
        if (isKey(entry, "to")) {
          uris(entry.getValueNode())
              .forEach(
                  uri ->
                      targets.add(
                          new Target(
                              uri.getStartMark().map(Mark::getLine).orElse(0) + 1L,
                              uri.getValue())));
        } else {
          addTargets(entry.getValueNode(), targets);
        }
      }
    }
  }

  /** Of {@code to: URI}, or of {@code to:} with {@code uri: URI} below. */
  private static Stream<ScalarNode> uris(Node to) {
    Stream<Node> nodes =
        to instanceof MappingNode map
            ? map.getValue().stream()
                .filter(entry -> isKey(entry, "uri"))
                .map(NodeTuple::getValueNode)
            : Stream.of(to);
    return nodes.filter(ScalarNode.class::isInstance).map(ScalarNode.class::cast);
  }

  private static boolean isKey(NodeTuple entry, String name) {
    return entry.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name);
  }

  private static boolean isRest(Node entry) {
    return entry instanceof MappingNode mapping
        && !mapping.getValue().isEmpty()
        && mapping.getValue().stream()
            .allMatch(
                pair ->
                    pair.getKeyNode() instanceof ScalarNode key && KEYS.contains(key.getValue()));
  }

  /** The line of an entry's dash, which may stand above it. */
  private static int first(RouteFile file, Node entry) {
    int line = entry.getStartMark().map(Mark::getLine).orElse(0);
    while (line > 0 && !file.lines().get(line).stripLeading().startsWith("-")) {
      line--;
    }
    return line;
  }

  /** Whether the file holds REST operations and nothing else. */
  boolean areAll() {
    return others == 0 && !lines.isEmpty();
  }

  boolean areNone() {
    return lines.isEmpty();
  }

  /** The file without them; all else stands in the lines in which it stood. */
  String without(RouteFile file) {
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < file.lines().size(); line++) {
      text.append(isIn(line) ? "" : file.lines().get(line)).append('\n');
    }
    return text.toString();
  }

  private boolean isIn(int line) {
    return lines.stream().anyMatch(each -> each.from <= line && line < each.to);
  }
}
