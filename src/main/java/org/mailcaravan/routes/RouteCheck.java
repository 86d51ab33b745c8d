package org.mailcaravan.routes;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.WhenDefinition;
import org.apache.camel.support.PatternHelper;

/**
 * Finds before the start what Camel finds only when a mailbox is in the middle of it, or tells
 * without a place: a route whose error handling has a name that nobody bears, a step that sends to
 * a route that is not there, batches that are appended side by side, and words that mean nothing.
 */
final class RouteCheck extends MainListenerSupport {
  private static final String APPEND = "mailbox:append";

  /** Camel waits for ever, or says nothing, where these are 0. */
  private static final Pattern TOO_SMALL =
      Pattern.compile("[?&](concurrentConsumers|size)=(0|-\\d+)(?=&|$)");

  private final RouteMistakes mistakes;
  private final Collection<String> names;
  private final Set<String> beansOfSome;

  /**
   * @param mistakes those of the files; more are added
   * @param names of beans and classes that routes may use
   * @param beansOfSome those of them that only some services have
   */
  RouteCheck(RouteMistakes mistakes, Collection<String> names, Set<String> beansOfSome) {
    this.mistakes = mistakes;
    this.names = names;
    this.beansOfSome = beansOfSome;
  }

  /**
   * @throws org.mailcaravan.model.RequestRejected if it has found a mistake, before Camel does
   */
  @Override
  public void afterConfigure(BaseMainSupport main) {
    ModelCamelContext routes = (ModelCamelContext) main.getCamelContext();
    List<ProcessorDefinition<?>> steps = steps(routes);
    requireOwnBeans();
    requireWholeSteps(steps);
    new RouteReferences(routes, mistakes, names).check(routes, steps);
    requireOwnIds(routes, steps);
    Map<String, RouteDefinition> byEntrance = byEntrance(routes);
    requireNumbers(routes, steps);
    requireConfigurations(routes);
    requireTargets(byEntrance.keySet(), steps);
    requireBatchAfterBatch(routes);
    RouteTypes.check(
        byEntrance,
        routes.getRouteConfigurationDefinitions(),
        mistakes,
        new RouteExpressions(
            routes,
            mistakes,
            RouteVariables.of(routes, beansOfSome, routes.getRouteDefinitions(), steps)));
    PassRoute.check(byEntrance, mistakes);
    mistakes.counted(byEntrance.size());
    RouteWarnings.add(byEntrance, routes.getRouteDefinitions(), steps, mistakes);
    if (mistakes.isInTheWay()) {
      throw mistakes.rejected();
    }
  }

  /** All steps, at any depth. */
  private static List<ProcessorDefinition<?>> steps(Model model) {
    return Stream.concat(
            model.getRouteDefinitions().stream().map(RouteDefinition::getOutputs),
            model.getRouteConfigurationDefinitions().stream()
                .flatMap(
                    configuration ->
                        Stream.concat(
                            configuration.getOnExceptions().stream(),
                            configuration.getOnCompletions().stream()))
                .map(ProcessorDefinition::getOutputs))
        .flatMap(
            outputs ->
                ProcessorDefinitionHelper.filterTypeInOutputs(outputs, ProcessorDefinition.class)
                    .stream())
        .<ProcessorDefinition<?>>map(step -> step)
        .distinct()
        .toList();
  }

  /** Another one in the place of a bean of the program would be called by routes that are ours. */
  private void requireOwnBeans() {
    mistakes
        .beans()
        .forEach(
            (name, place) -> {
              if (names.contains(name)) {
                mistakes.add(
                    place,
                    "the program has a bean \"%s\" of its own; give yours another name"
                        .formatted(name));
              }
            });
  }

  private void requireWholeSteps(List<ProcessorDefinition<?>> steps) {
    for (ProcessorDefinition<?> step : steps) {
      if (step instanceof ExpressionNode node && node.getExpression() == null) {
        mistakes.add(
            step,
            null,
            "the step \"%s\" has no expression; add \"expression\" and \"simple\" to it"
                .formatted(step.getShortName()));
      }
      if (step instanceof ChoiceDefinition choice) {
        for (WhenDefinition when : choice.getWhenClauses()) {
          if (when.getExpression() == null) {
            mistakes.add(
                when, null, "\"when\" has no expression; add \"expression\" and \"simple\" to it");
          }
        }
      }
      if (step instanceof SendDefinition<?> send && send.getEndpointUri() == null) {
        mistakes.add(
            step, null, "the step \"%s\" has no uri; add one".formatted(step.getShortName()));
      }
    }
  }

  /** Camel tells one that stands twice only when the routes run. */
  private void requireOwnIds(Model model, List<ProcessorDefinition<?>> steps) {
    Set<String> ids = new HashSet<>();
    Set<String> routes = new HashSet<>();
    model.getRouteDefinitions().forEach(route -> routes.add(route.getId()));
    for (ProcessorDefinition<?> step : steps) {
      String id = step.getId();
      if (step.hasCustomIdAssigned() && routes.contains(id)) {
        mistakes.add(
            step, id, "a step has the id of the route \"%s\"; give it another".formatted(id));
      } else if (step.hasCustomIdAssigned() && !ids.add(id)) {
        mistakes.add(step, id, "two steps have the id \"%s\"; give one another".formatted(id));
      }
    }
  }

  /** The routes by what they begin with; no two begin with the same that steps send to. */
  private Map<String, RouteDefinition> byEntrance(Model model) {
    Map<String, RouteDefinition> routes = new HashMap<>();
    for (RouteDefinition route : model.getRouteDefinitions()) {
      String input = RouteAddress.of(route.getInput().getEndpointUri());
      RouteDefinition other = routes.putIfAbsent(input, route);
      if (other != null && (RouteAddress.isCalled(input) || input.equals(Entrances.DUE))) {
        mistakes.add(
            route.getInput(),
            input,
            "two routes begin at \"%s\": \"%s\" and \"%s\"; give one another uri"
                .formatted(input, other.getId(), route.getId()));
      } else if (other != null) {
        // Each comes after passes by itself, or each has its turn of a timer.
        routes.put(input + "#" + route.getId(), route);
      }
    }
    return routes;
  }

  private void requireNumbers(Model model, List<ProcessorDefinition<?>> steps) {
    for (RouteDefinition route : model.getRouteDefinitions()) {
      Matcher number = TOO_SMALL.matcher(route.getInput().getEndpointUri());
      if (number.find()) {
        mistakes.add(route.getInput(), number.group(1), tooSmall(number));
      }
    }
    for (ProcessorDefinition<?> step : steps) {
      Matcher number =
          TOO_SMALL.matcher(
              String.valueOf(step instanceof SendDefinition<?> send ? send.getEndpointUri() : ""));
      if (number.find()) {
        mistakes.add(step, number.group(1), tooSmall(number));
      }
    }
  }

  private static String tooSmall(Matcher number) {
    return "\"%s\" is %s; it must be 1 or more".formatted(number.group(1), number.group(2));
  }

  private void requireConfigurations(Model model) {
    for (RouteDefinition route : model.getRouteDefinitions()) {
      String ids = route.getRouteConfigurationId();
      for (String id : ids == null ? List.<String>of() : List.of(ids.split(","))) {
        List<String> known =
            model.getRouteConfigurationDefinitions().stream().map(each -> each.getId()).toList();
        if (known.stream().noneMatch(each -> PatternHelper.matchPattern(each, id.strip()))
            && !mistakes.isMentionedElsewhere(id.strip())) {
          mistakes.add(
              route,
              id.strip(),
              "there is no route configuration \"%s\"".formatted(id.strip())
                  + RouteMistakes.nearest(id.strip(), known));
        }
      }
    }
  }

  private void requireTargets(Set<String> inputs, List<ProcessorDefinition<?>> steps) {
    for (ProcessorDefinition<?> step : steps) {
      Stream.concat(
              Stream.of(RouteAddress.of(step)),
              RouteAddress.inExpression(step).stream().map(RouteAddress::of))
          .filter(target -> isMissing(target, inputs))
          .forEach(target -> mistakes.add(step, target, noRoute(target, inputs)));
    }
    mistakes.eachTarget(
        (place, uri) -> {
          String target = RouteAddress.of(uri);
          if (isMissing(target, inputs)) {
            mistakes.add(place, noRoute(target, inputs));
          }
        });
    for (String entrance : Entrances.NEEDED) {
      if (!inputs.contains(entrance) && !mistakes.isMentionedElsewhere(entrance)) {
        mistakes.add(mistakes.anywhere(), noRoute(entrance, inputs));
      }
    }
  }

  private boolean isMissing(String target, Set<String> inputs) {
    return RouteAddress.isCalled(target)
        && !target.contains("{")
        && !inputs.contains(target)
        && !mistakes.isMentionedElsewhere(target);
  }

  private static String noRoute(String target, Collection<String> inputs) {
    return "there is no route from \"%s\"".formatted(target)
        + RouteMistakes.nearest(target, inputs);
  }

  /**
   * Each batch must be appended before the next is pulled. A parallel split that fails may lose its
   * exchange in Camel, and whoever waits for that mailbox would wait for ever.
   */
  private void requireBatchAfterBatch(Model model) {
    for (RouteDefinition route : model.getRouteDefinitions()) {
      Collection<SplitDefinition> splits =
          ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), SplitDefinition.class);
      for (SplitDefinition split : splits) {
        boolean appends =
            ProcessorDefinitionHelper.filterTypeInOutputs(
                    split.getOutputs(), ProcessorDefinition.class)
                .stream()
                .anyMatch(step -> RouteAddress.of(step).equals(APPEND));
        if (Boolean.parseBoolean(split.getParallelProcessing()) && appends) {
          mistakes.add(
              split,
              "parallelProcessing",
              "each batch must be appended before the next: the split around \"%s\" must not be"
                      .formatted(APPEND)
                  + " parallel");
        }
      }
    }
  }
}
