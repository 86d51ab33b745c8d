package org.mailcaravan.routes;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.StopDefinition;
import org.mailcaravan.component.mailbox.MailboxOperation;

/**
 * Checks the route that runs passes, from {@code mailbox:due}, with the routes that it calls: it
 * begins each pass, ends it, and has the report written. Camel would start without that, and
 * mailboxes would go to and fro.
 */
final class PassRoute {
  private static final String REPORT = "report";

  private static final Set<String> BEGINNINGS =
      Arrays.stream(MailboxOperation.values())
          .filter(MailboxOperation::begins)
          .map(operation -> "mailbox:" + operation)
          .collect(Collectors.toUnmodifiableSet());

  private final Map<String, RouteDefinition> routes;
  private final RouteMistakes mistakes;

  private PassRoute(Map<String, RouteDefinition> routes, RouteMistakes mistakes) {
    this.routes = routes;
    this.mistakes = mistakes;
  }

  /**
   * @param routes by what they begin with
   * @param mistakes those that were found before; more are added
   */
  static void check(Map<String, RouteDefinition> routes, RouteMistakes mistakes) {
    PassRoute check = new PassRoute(routes, mistakes);
    check.requireBeginnings();
    // A name that is spelt wrong is told as such, and not as a step that is missing.
    boolean wholeSoFar = mistakes.isEmpty();
    Set<String> done = check.followed();
    RouteDefinition route = routes.get(Entrances.DUE);
    if (wholeSoFar && route != null) {
      check.require(route, done);
    }
  }

  private void require(RouteDefinition route, Set<String> done) {
    for (String method : List.of("begin", "end")) {
      if (!done.contains(method)) {
        missing(
            route,
            "%ss no pass; it needs the step \"%s-pass\": the bean \"passes\" with the method \"%s\""
                .formatted(method, method, method));
      }
    }
    if (!done.contains(REPORT)) {
      missing(
          route,
          "has no report written; it needs a step that sends to \"%s\""
              .formatted(Entrances.REPORTS));
    }
  }

  private void missing(RouteDefinition route, String what) {
    mistakes.add(
        route.getInput(), Entrances.DUE, "the route from \"%s\" %s".formatted(Entrances.DUE, what));
  }

  /** Some operations of the component begin a route, and nothing is sent to those. */
  private void requireBeginnings() {
    for (RouteDefinition route : routes.values()) {
      String input = RouteAddress.of(route.getInput().getEndpointUri());
      for (MailboxOperation operation : MailboxOperation.values()) {
        if (!operation.begins() && input.equals("mailbox:" + operation)) {
          mistakes.add(
              route.getInput(),
              input,
              "\"%s\" can only be sent to; mailboxes whose pass is due come from \"%s\""
                  .formatted(input, Entrances.DUE));
        }
      }
      for (ProcessorDefinition<?> step : steps(route)) {
        String target = RouteAddress.of(step);
        if (BEGINNINGS.contains(target)) {
          mistakes.add(
              step,
              target,
              "nothing can be sent to \"%s\"; it stands at the beginning of a route"
                  .formatted(target));
        }
      }
    }
  }

  /**
   * What a pass comes by for certain or behind a condition, apart from splits. A stop there ends
   * the exchange of a mailbox in the middle of its pass, also in the routes that called this one:
   * nobody would end the pass. Within a split it ends one folder or one batch.
   *
   * @return the methods of the bean {@code passes}, and whether the report is written
   */
  private Set<String> followed() {
    Set<String> done = new HashSet<>();
    Deque<String> reached = new ArrayDeque<>(List.of(Entrances.DUE));
    Set<String> seen = new HashSet<>();
    while (!reached.isEmpty()) {
      RouteDefinition route = routes.get(reached.poll());
      if (route == null || !seen.add(route.getId())) {
        continue;
      }
      for (ProcessorDefinition<?> step : steps(route)) {
        if (ProcessorDefinitionHelper.isParentOfType(SplitDefinition.class, step, true)) {
          continue;
        }
        if (step instanceof StopDefinition) {
          mistakes.add(
              step,
              "stop",
              "the step \"stop\" ends the mailbox in mid-pass; put the steps to leave out into a"
                  + " filter");
        }
        if (step instanceof BeanDefinition bean
            && "passes".equals(bean.getRef())
            && bean.getMethod() != null) {
          done.add(bean.getMethod().split("\\(", 2)[0].strip());
        }
        String target = RouteAddress.of(step);
        if (target.equals(Entrances.REPORTS)) {
          done.add(REPORT);
        }
        if (target.startsWith("direct:")) {
          reached.add(target);
        }
      }
    }
    return done;
  }

  /** Without those of error policies, which Camel puts into the route. */
  private static List<ProcessorDefinition<?>> steps(RouteDefinition route) {
    return ProcessorDefinitionHelper.filterTypeInOutputs(
            route.getOutputs(), ProcessorDefinition.class)
        .stream()
        .<ProcessorDefinition<?>>map(step -> step)
        .filter(
            step ->
                !ProcessorDefinitionHelper.isParentOfType(OnExceptionDefinition.class, step, true))
        .toList();
  }
}
