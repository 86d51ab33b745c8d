package org.mailcaravan.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Where the REST operations of a route file are: without an HTTP server there is nothing that they
 * could be built on.
 *
 * @param others how many other entries the file has
 * @param lines which lines they take, counted from 0; the first one, and the one after the last
 */
record RestEntries(int others, List<Lines> lines) {
  private static final Set<String> KEYS = Set.of("rest", "restConfiguration");

  /** Lines from one to before another. */
  record Lines(int from, int to) {}

  RestEntries {
    lines = List.copyOf(lines);
  }

  /** Those of a file that is a list of entries. */
  static RestEntries of(RouteFile file, SequenceNode entries) {
    int others = 0;
    List<Lines> lines = new ArrayList<>();
    List<Node> all = entries.getValue();
    for (int i = 0; i < all.size(); i++) {
      if (isRest(all.get(i))) {
        int to = i + 1 < all.size() ? first(file, all.get(i + 1)) : file.lines().size();
        lines.add(new Lines(first(file, all.get(i)), to));
      } else {
        others++;
      }
    }
    // In one line with others they cannot be told apart by lines.
    return entries.getFlowStyle() == FlowStyle.FLOW && others > 0
        ? new RestEntries(others, List.of())
        : new RestEntries(others, lines);
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
