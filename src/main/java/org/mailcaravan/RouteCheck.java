package org.mailcaravan;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.support.PatternHelper;

/**
 * Finds before the start what Camel finds only when a mailbox is in the middle of it: a route whose
 * error handling has a name that nobody bears, a step that sends to a route that is not there, and
 * batches that are appended side by side.
 */
final class RouteCheck extends MainListenerSupport {
  static final String NO_CONFIGURATION = "No route configuration could be found for: ";
  static final String NO_ROUTE = "No route could be found for: ";
  static final String APPENDED_SIDE_BY_SIDE = "Parallel split around: ";

  private static final String APPEND = "mailbox:append";

  @Override
  public void afterConfigure(BaseMainSupport main) {
    ModelCamelContext routes = (ModelCamelContext) main.getCamelContext();
    requireConfigurations(routes);
    requireTargets(routes);
    requireBatchAfterBatch(routes);
  }

  private static void requireConfigurations(Model model) {
    for (RouteDefinition route : model.getRouteDefinitions()) {
      String ids = route.getRouteConfigurationId();
      for (String id : ids == null ? List.<String>of() : List.of(ids.split(","))) {
        if (model.getRouteConfigurationDefinitions().stream()
            .noneMatch(known -> PatternHelper.matchPattern(known.getId(), id.strip()))) {
          throw new IllegalArgumentException(NO_CONFIGURATION + id.strip());
        }
      }
    }
  }

  private static void requireTargets(Model model) {
    Set<String> inputs =
        model.getRouteDefinitions().stream()
            .map(route -> address(route.getInput().getEndpointUri()))
            .collect(Collectors.toSet());
    Stream<List<ProcessorDefinition<?>>> steps =
        Stream.concat(
            model.getRouteDefinitions().stream().map(RouteDefinition::getOutputs),
            model.getRouteConfigurationDefinitions().stream()
                .flatMap(configuration -> configuration.getOnExceptions().stream())
                .map(ProcessorDefinition::getOutputs));
    Stream.concat(Entrances.ALL.stream(), steps.flatMap(RouteCheck::targets))
        .filter(target -> target.startsWith("direct:") || target.startsWith("seda:"))
        .filter(target -> !target.contains("{") && !inputs.contains(target))
        .findFirst()
        .ifPresent(
            target -> {
              throw new IllegalArgumentException(NO_ROUTE + target);
            });
  }

  /**
   * Each batch must be appended before the next is pulled. A parallel split that fails may lose its
   * exchange in Camel, and whoever waits for that mailbox would wait for ever.
   */
  private static void requireBatchAfterBatch(Model model) {
    for (RouteDefinition route : model.getRouteDefinitions()) {
      Collection<SplitDefinition> splits =
          ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), SplitDefinition.class);
      for (SplitDefinition split : splits) {
        if (Boolean.parseBoolean(split.getParallelProcessing())
            && targets(split.getOutputs()).anyMatch(APPEND::equals)) {
          throw new IllegalArgumentException(APPENDED_SIDE_BY_SIDE + APPEND);
        }
      }
    }
  }

  private static Stream<String> targets(List<ProcessorDefinition<?>> steps) {
    Collection<?> sends =
        ProcessorDefinitionHelper.filterTypeInOutputs(steps, SendDefinition.class);
    // A wireTap is one of these; what is computed only when a message comes is left out later.
    Collection<ToDynamicDefinition> taps =
        ProcessorDefinitionHelper.filterTypeInOutputs(steps, ToDynamicDefinition.class);
    return Stream.concat(
        sends.stream().map(send -> address(((SendDefinition<?>) send).getEndpointUri())),
        taps.stream().map(tap -> address(tap.getUri())));
  }

  private static String address(String uri) {
    return uri.split("\\?", 2)[0].replace("://", ":");
  }
}
