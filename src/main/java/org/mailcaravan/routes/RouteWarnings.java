package org.mailcaravan.routes;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.mailcaravan.component.mailbox.MailboxOperation;

/** What Camel and we take, and what its editor probably does not mean. */
final class RouteWarnings {
  /** What a pass lacks without a step, as docs/routes.md says. */
  private static final Map<String, String> STEPS = new LinkedHashMap<>();

  static {
    STEPS.put(
        address(MailboxOperation.leaveOut),
        "what the property copy.leave-out leaves out is copied");
    STEPS.put(address(MailboxOperation.map), "the property copy.map sends no folder elsewhere");
    STEPS.put(
        address(MailboxOperation.reconcile),
        "messages that were moved at the source are copied a second time");
    STEPS.put(address(MailboxOperation.flags), "flags stay as they were when a message was copied");
    STEPS.put(
        address(MailboxOperation.settle),
        "a destination that breaks off and repairs its files later may show messages twice");
    STEPS.put(
        address(MailboxOperation.verify),
        "nothing proves what arrived, and there is no certificate");
    STEPS.put("dav:contacts", "no contacts are imported");
    STEPS.put("dav:calendars", "no calendars are imported");
  }

  /** Components that end as they began, or whose failures are those of the mail itself. */
  private static final Set<String> OF_A_PASS =
      Set.of("mailbox", "dav", "direct", "seda", "log", "mock", "controlbus");

  private final Map<String, RouteDefinition> routes;
  private final RouteMistakes mistakes;

  private RouteWarnings(Map<String, RouteDefinition> routes, RouteMistakes mistakes) {
    this.routes = routes;
    this.mistakes = mistakes;
  }

  /**
   * @param routes by what they begin with; of those that begin with the same, one
   * @param all all routes
   * @param steps all steps, at any depth
   * @param mistakes takes the warnings
   */
  static void add(
      Map<String, RouteDefinition> routes,
      Collection<RouteDefinition> all,
      Collection<ProcessorDefinition<?>> steps,
      RouteMistakes mistakes) {
    RouteWarnings warnings = new RouteWarnings(routes, mistakes);
    warnings.uncalled(steps);
    routes.values().forEach(warnings::splits);
    warnings.pass();
    all.forEach(warnings::after);
    warnings.rules(Entrances.CHECK_REQUEST, "it counts what rules leave out");
    warnings.rules(Entrances.VERIFY_REQUEST, "what rules left out is told as not copied");
  }

  private static String address(MailboxOperation operation) {
    return "mailbox:" + operation;
  }

  /** Routes that nothing calls. One whose name is put together in a step may be called. */
  private void uncalled(Collection<ProcessorDefinition<?>> steps) {
    if (steps.stream().anyMatch(RouteWarnings::isComputed)) {
      return;
    }
    Set<String> called = new LinkedHashSet<>(Entrances.KNOWN);
    for (ProcessorDefinition<?> step : steps) {
      called.add(RouteAddress.of(step));
      RouteAddress.inExpression(step).forEach(uri -> called.add(RouteAddress.of(uri)));
    }
    routes.forEach(
        (address, route) -> {
          if (RouteAddress.isCalled(address) && !called.contains(address)) {
            mistakes.warn(
                route.getInput(),
                address,
                "no step sends to \"%s\", so this route never runs".formatted(address),
                "Send to it from another route, or delete it.");
          }
        });
  }

  private static boolean isComputed(ProcessorDefinition<?> step) {
    String address = RouteAddress.of(step);
    return RouteAddress.isComputed(step)
        || (step instanceof ToDynamicDefinition
            && (address.isEmpty() || (RouteAddress.isCalled(address) && address.contains("$"))));
  }

  private void splits(RouteDefinition route) {
    for (SplitDefinition split :
        ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), SplitDefinition.class)) {
      boolean appends = inner(split).anyMatch(step -> isAt(step, address(MailboxOperation.append)));
      if (appends && !Boolean.parseBoolean(split.getStopOnException())) {
        mistakes.warn(
            split,
            "stopOnException",
            "the split over batches goes on after one that failed, as if it had arrived",
            "Write \"stopOnException: true\"; the folder is then tried again where it was.");
      }
      if (appends && !Boolean.parseBoolean(split.getStreaming())) {
        mistakes.warn(
            split,
            "streaming",
            "the split reads all batches of a folder before it appends the first",
            "Write \"streaming: true\".");
      }
      boolean parallel = Boolean.parseBoolean(split.getParallelProcessing());
      if (parallel && isOfPass(route) && !Boolean.parseBoolean(split.getSynchronous())) {
        mistakes.warn(
            split,
            "parallelProcessing",
            "the next mailbox begins before this split has ended",
            "Write \"synchronous: true\" beside \"parallelProcessing\".");
      }
    }
  }

  private boolean isOfPass(RouteDefinition route) {
    return reached(Entrances.DUE).contains(route);
  }

  /** The routes that a pass or a command comes by. */
  private Set<RouteDefinition> reached(String entrance) {
    Set<RouteDefinition> found = new LinkedHashSet<>();
    Deque<String> next = new ArrayDeque<>(List.of(entrance));
    while (!next.isEmpty()) {
      RouteDefinition route = routes.get(next.poll());
      if (route != null && found.add(route)) {
        steps(route)
            .filter(step -> !(step instanceof WireTapDefinition<?>))
            .map(RouteAddress::of)
            // The report is written when the pass has ended.
            .filter(target -> !target.equals(Entrances.REPORTS))
            .filter(target -> target.startsWith("direct:"))
            .forEach(next::add);
      }
    }
    return found;
  }

  private void pass() {
    RouteDefinition due = routes.get(Entrances.DUE);
    if (due == null) {
      return;
    }
    Set<RouteDefinition> reached = reached(Entrances.DUE);
    STEPS.forEach(
        (address, lack) -> {
          if (isMissing(address, reached)) {
            mistakes.warn(
                due.getInput(),
                Entrances.DUE,
                "no step of a pass sends to \"%s\": %s".formatted(address, lack),
                "Put it back, unless you mean it.");
          }
        });
    for (RouteDefinition route : reached) {
      boolean hasPolicy =
          route.getRouteConfigurationId() != null || route.isErrorHandlerFactorySet();
      if (!hasPolicy) {
        mistakes.warn(
            route,
            null,
            "the route \"%s\" is part of a pass and names no error policy".formatted(route.getId()),
            "Write \"routeConfigurationId: try-again\", or \"errorHandler\" with \"noErrorHandler\".");
      }
      steps(route).filter(RouteWarnings::isRisk).forEach(this::risk);
    }
  }

  /**
   * Camel's own policy writes a failure into the log as it is, with the address that was called.
   */
  private void after(RouteDefinition route) {
    String address = RouteAddress.of(route.getInput().getEndpointUri());
    boolean comesAfter =
        address.equals(address(MailboxOperation.afterPass))
            || address.equals(address(MailboxOperation.afterMigration));
    if (comesAfter
        && route.getRouteConfigurationId() == null
        && !route.isErrorHandlerFactorySet()) {
      mistakes.warn(
          route.getInput(),
          address,
          "the route \"%s\" names no error policy: its failures go into the log with the addresses that it calls, and the secrets in them"
              .formatted(route.getId()),
          "Write \"errorHandler\" with \"noErrorHandler\"; the failure is told and the route called again all the same.");
    }
  }

  /** A command that comes by other rules than a pass tells what is not so. */
  private void rules(String entrance, String lack) {
    RouteDefinition route = routes.get(entrance);
    Set<RouteDefinition> reached = reached(entrance);
    List<String> missing =
        Stream.of(address(MailboxOperation.leaveOut), address(MailboxOperation.map))
            .filter(address -> isMissing(address, reached))
            .toList();
    if (route != null && !missing.isEmpty()) {
      mistakes.warn(
          route.getInput(),
          entrance,
          "no step of this command sends to \"%s\": %s"
              .formatted(String.join("\" or \"", missing), lack),
          "Send each mailbox to \"direct:mailbox-rules\" before its folders are looked at.");
    }
  }

  private static boolean isMissing(String address, Set<RouteDefinition> reached) {
    return reached.stream().flatMap(RouteWarnings::steps).noneMatch(step -> isAt(step, address));
  }

  /** A step whose failure would be one of the mailbox. */
  private static boolean isRisk(ProcessorDefinition<?> step) {
    String address = RouteAddress.of(step);
    return !address.isEmpty()
        && !(step instanceof WireTapDefinition<?>)
        && !OF_A_PASS.contains(address.split(":", 2)[0])
        && !ProcessorDefinitionHelper.isParentOfType(TryDefinition.class, step, true);
  }

  private void risk(ProcessorDefinition<?> step) {
    String address = RouteAddress.of(step);
    mistakes.warn(
        step,
        address,
        "if \"%s\" fails, the pass of the mailbox fails".formatted(address),
        "Put it into a route of its own that begins with \"mailbox:afterPass\", or the step into a \"doTry\".");
  }

  private static boolean isAt(ProcessorDefinition<?> step, String address) {
    return RouteAddress.of(step).equals(address);
  }

  /** All steps of a route, without those of error policies. */
  private static Stream<ProcessorDefinition<?>> steps(RouteDefinition route) {
    return all(route.getOutputs())
        .filter(
            step ->
                !ProcessorDefinitionHelper.isParentOfType(OnExceptionDefinition.class, step, true));
  }

  private static Stream<ProcessorDefinition<?>> inner(ProcessorDefinition<?> step) {
    return all(step.getOutputs());
  }

  private static Stream<ProcessorDefinition<?>> all(List<ProcessorDefinition<?>> outputs) {
    return ProcessorDefinitionHelper.filterTypeInOutputs(outputs, ProcessorDefinition.class)
        .stream()
        .<ProcessorDefinition<?>>map(step -> step);
  }
}
