package org.mailcaravan.yaml;

import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A text in YAML. Whoever reads it goes down into it by recursion, so that its depth has a bound.
 */
public final class YamlText {
  /** Lists and keys within each other, those of aliases included. */
  private static final int DEEPEST = 100;

  /** Those of aliases included; a file of the longest that is read has a few less. */
  private static final int MOST_NODES = 2_000_000;

  private static final Size UNDER_WAY = new Size(-1, -1);

  private record Size(int depth, long nodes) {}

  private YamlText() {}

  /**
   * The root of the text; empty when there is none.
   *
   * @param label what an exception calls the text
   * @throws YamlEngineException when it is no YAML, or too long; when it is nested more than
   *     {@value #DEEPEST} deep or holds itself, with the place
   */
  public static Optional<Node> read(String text, String label) {
    LoadSettings settings = LoadSettings.builder().setLabel(label).build();
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      switch (event.getEventId()) {
        case SequenceStart, MappingStart -> depth++;
        case SequenceEnd, MappingEnd -> depth--;
        default -> {}
      }
      if (depth > DEEPEST) {
        throw new ParserException(tooDeep(), event.getStartMark());
      }
    }
    Optional<Node> root = new Compose(settings).composeString(text);
    IdentityHashMap<Node, Size> sizes = new IdentityHashMap<>();
    root.ifPresent(node -> size(node, sizes));
    return root;
  }

  private static String tooDeep() {
    return "lists and keys are nested more than " + DEEPEST + " deep";
  }

  /** Whoever reads a list goes through what an alias repeats once more. */
  private static Size size(Node node, IdentityHashMap<Node, Size> known) {
    Size before = known.get(node);
    if (UNDER_WAY.equals(before)) {
      throw new ParserException("an alias stands within what it repeats", node.getStartMark());
    }
    if (before != null) {
      return before;
    }
    known.put(node, UNDER_WAY);
    int depth = 0;
    long nodes = 1;
    for (Node each : held(node).toList()) {
      Size size = size(each, known);
      depth = Math.max(depth, size.depth() + 1);
      nodes += size.nodes();
    }
    if (depth > DEEPEST) {
      throw new ParserException(tooDeep(), node.getStartMark());
    }
    if (nodes > MOST_NODES) {
      throw new ParserException(
          "with what its aliases repeat, this has more than " + MOST_NODES + " parts",
          node.getStartMark());
    }
    Size size = new Size(depth, nodes);
    known.put(node, size);
    return size;
  }

  private static Stream<Node> held(Node node) {
    if (node instanceof MappingNode map) {
      return map.getValue().stream()
          .flatMap(entry -> Stream.of(entry.getKeyNode(), entry.getValueNode()));
    }
    return node instanceof SequenceNode list ? list.getValue().stream() : Stream.empty();
  }
}
