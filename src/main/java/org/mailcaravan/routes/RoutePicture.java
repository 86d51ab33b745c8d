package org.mailcaravan.routes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnCompletionDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/** Routes as a flowchart in the language of Mermaid (mermaid.js.org). For one thread. */
final class RoutePicture {
  private final StringBuilder text = new StringBuilder();
  private int nodes;

  private RoutePicture(String direction) {
    text.append("flowchart ").append(direction).append('\n');
  }

  /**
   * The text of the picture, with a line end.
   *
   * @param route the one whose steps are drawn; null for all routes and who sends to whom
   * @throws RequestRejected when there is no such route
   */
  static String of(Model model, @Nullable String route) {
    if (route == null) {
      return all(model.getRouteDefinitions());
    }
    Map<String, RouteDefinition> routes = new TreeMap<>();
    model.getRouteDefinitions().forEach(each -> routes.put(each.getId(), each));
    RouteDefinition found = routes.get(route);
    if (found == null) {
      throw new RequestRejected(
          new Problem(
              Where.words("the route"),
              "there is no route \"%s\"".formatted(route)
                  + RouteMistakes.nearest(route, routes.keySet()),
              Owner.US,
              "Name one of these: " + String.join(", ", routes.keySet()) + "."));
    }
    return one(found);
  }

  private static String all(List<RouteDefinition> routes) {
    RoutePicture picture = new RoutePicture("LR");
    Map<String, String> byEntrance = new HashMap<>();
    for (RouteDefinition route : routes) {
      byEntrance.put(RouteAddress.of(route.getInput().getEndpointUri()), route.getId());
    }
    Map<String, String> ids = new LinkedHashMap<>();
    for (RouteDefinition route : routes) {
      String from = RouteAddress.of(route.getInput().getEndpointUri());
      String id = picture.node(1, route.getId());
      ids.put(route.getId(), id);
      if (!RouteAddress.isCalled(from)) {
        String entrance = picture.round(from);
        picture.line(1, entrance + " --> " + id);
      }
    }
    for (RouteDefinition route : routes) {
      Set<String> arrows = new LinkedHashSet<>();
      ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class)
          .forEach(
              step -> {
                String called = ids.get(byEntrance.getOrDefault(RouteAddress.of(step), ""));
                if (called != null) {
                  String arrow = step instanceof WireTapDefinition<?> ? " -.-> " : " --> ";
                  arrows.add(ids.get(route.getId()) + arrow + called);
                }
              });
      arrows.forEach(arrow -> picture.line(1, arrow));
    }
    return picture.text.toString();
  }

  private static String one(RouteDefinition route) {
    RoutePicture picture = new RoutePicture("TB");
    String from = picture.round(RouteAddress.of(route.getInput().getEndpointUri()));
    picture.chain(1, from, route.getOutputs());
    return picture.text.toString();
  }

  /** Steps one after the other. */
  private void chain(int depth, @Nullable String before, List<ProcessorDefinition<?>> steps) {
    String last = before;
    for (ProcessorDefinition<?> step : steps) {
      if (step instanceof OnExceptionDefinition || step instanceof OnCompletionDefinition) {
        // Error policies are put into each route that names them.
        continue;
      }
      String next = step(depth, step);
      if (last != null) {
        line(depth, last + " --> " + next);
      }
      last = next;
    }
  }

  private String step(int depth, ProcessorDefinition<?> step) {
    if (step instanceof ChoiceDefinition choice) {
      String box = open(depth, words(step));
      choice
          .getWhenClauses()
          .forEach(
              when ->
                  branch(
                      depth + 1,
                      "when " + when.getExpression().getExpression(),
                      when.getOutputs()));
      if (choice.getOtherwise() != null) {
        branch(depth + 1, "otherwise", choice.getOtherwise().getOutputs());
      }
      return close(depth, box);
    }
    if (step instanceof TryDefinition attempt) {
      String box = open(depth, words(step));
      chain(depth + 1, null, new ArrayList<>(attempt.getOutputsWithoutCatches()));
      if (attempt.getCatchClauses() != null) {
        for (CatchDefinition caught : attempt.getCatchClauses()) {
          branch(depth + 1, "doCatch " + shortNames(caught.getExceptions()), caught.getOutputs());
        }
      }
      if (attempt.getFinallyClause() != null) {
        branch(depth + 1, "doFinally", attempt.getFinallyClause().getOutputs());
      }
      return close(depth, box);
    }
    if (step.getOutputs() != null && !step.getOutputs().isEmpty()) {
      String box = open(depth, words(step));
      chain(depth + 1, null, step.getOutputs());
      return close(depth, box);
    }
    return node(depth, words(step));
  }

  private void branch(int depth, String words, List<ProcessorDefinition<?>> steps) {
    String box = open(depth, words);
    chain(depth + 1, null, steps);
    close(depth, box);
  }

  private static String shortNames(List<String> classes) {
    return String.join(
        ", ", classes.stream().map(each -> each.substring(each.lastIndexOf('.') + 1)).toList());
  }

  /** Such as {@code pull: mailbox:pull}. */
  private static String words(ProcessorDefinition<?> step) {
    String what = RouteAddress.of(step);
    boolean isOfParts = step instanceof ChoiceDefinition || step instanceof TryDefinition;
    String label = isOfParts ? step.getShortName() : what.isEmpty() ? step.getLabel() : what;
    return hasOwnId(step) ? step.getId() + ": " + label : label;
  }

  private static boolean hasOwnId(OptionalIdentifiedDefinition<?> step) {
    return step.hasCustomIdAssigned();
  }

  private String open(int depth, String words) {
    String id = "n" + ++nodes;
    line(depth, "subgraph " + id + "[\"" + escaped(words) + "\"]");
    return id;
  }

  private String close(int depth, String box) {
    line(depth, "end");
    return box;
  }

  private String node(int depth, String words) {
    String id = "n" + ++nodes;
    line(depth, id + "[\"" + escaped(words) + "\"]");
    return id;
  }

  private String round(String words) {
    String id = "n" + ++nodes;
    line(1, id + "([\"" + escaped(words) + "\"])");
    return id;
  }

  private void line(int depth, String line) {
    text.append("  ".repeat(depth)).append(line).append('\n');
  }

  /** What Mermaid would take for a part of its own language, as it wants it. */
  private static String escaped(String words) {
    return words
        .replace("#", "#35;")
        .replace("\"", "#quot;")
        .replace("<", "#lt;")
        .replace(">", "#gt;")
        .replaceAll("\\s+", " ");
  }
}
