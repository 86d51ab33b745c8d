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

  private static final int UNDER_WAY = -1;

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
    IdentityHashMap<Node, Integer> depths = new IdentityHashMap<>();
    root.ifPresent(node -> depth(node, depths));
    return root;
  }

  private static String tooDeep() {
    return "lists and keys are nested more than " + DEEPEST + " deep";
  }

  private static int depth(Node node, IdentityHashMap<Node, Integer> known) {
    Integer before = known.get(node);
    if (before != null && before == UNDER_WAY) {
      throw new ParserException("an alias stands within what it repeats", node.getStartMark());
    }
    if (before != null) {
      return before;
    }
    known.put(node, UNDER_WAY);
    int depth = 1 + held(node).mapToInt(each -> depth(each, known)).max().orElse(-1);
    if (depth > DEEPEST) {
      throw new ParserException(tooDeep(), node.getStartMark());
    }
    known.put(node, depth);
    return depth;
  }

  private static Stream<Node> held(Node node) {
    if (node instanceof MappingNode map) {
      return map.getValue().stream()
          .flatMap(entry -> Stream.of(entry.getKeyNode(), entry.getValueNode()));
    }
    return node instanceof SequenceNode list ? list.getValue().stream() : Stream.empty();
  }
}
