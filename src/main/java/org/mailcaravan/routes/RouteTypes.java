package org.mailcaravan.routes;

import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.DelayDefinition;
import org.apache.camel.model.DynamicRouterDefinition;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.MulticastDefinition;
import org.apache.camel.model.OnCompletionDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.PollEnrichDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RemoveHeaderDefinition;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RoutingSlipDefinition;
import org.apache.camel.model.SetBodyDefinition;
import org.apache.camel.model.SetHeadersDefinition;
import org.apache.camel.model.SetVariableDefinition;
import org.apache.camel.model.SetVariablesDefinition;
import org.apache.camel.model.SortDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.ThrottleDefinition;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.TransformDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.component.dav.DavOperation;
import org.mailcaravan.component.mailbox.MailboxOperation;
import org.mailcaravan.model.Mailbox;

/**
 * Follows the body and the variables through the routes from where they enter, and so finds before
 * the start what Camel finds only when a mailbox comes by: a word behind {@code body} or a variable
 * that its value does not have, and a value that a bean or a step has no use for. A step that is
 * not known here makes the body unknown, and nothing is said about it then.
 */
final class RouteTypes {
  /** Steps that change the body to what somebody answers. */
  private static final List<Class<?>> ANSWERED =
      List.of(
          RecipientListDefinition.class,
          RoutingSlipDefinition.class,
          DynamicRouterDefinition.class,
          EnrichDefinition.class,
          PollEnrichDefinition.class,
          SortDefinition.class);

  private final Map<String, RouteDefinition> routes;
  private final Set<String> visited = new HashSet<>();
  private final Set<String> current = new HashSet<>();
  private final RouteMistakes mistakes;
  private final RouteExpressions expressions;

  private RouteTypes(
      Map<String, RouteDefinition> routes, RouteMistakes mistakes, RouteExpressions expressions) {
    this.routes = routes;
    this.mistakes = mistakes;
    this.expressions = expressions;
  }

  /**
   * @param routes by what they begin with
   */
  static void check(
      Map<String, RouteDefinition> routes,
      List<RouteConfigurationDefinition> policies,
      RouteMistakes mistakes,
      RouteExpressions expressions) {
    RouteTypes types = new RouteTypes(routes, mistakes, expressions);
    for (String entrance : Entrances.ALL) {
      types.follow(entrance, RouteState.UNKNOWN.body(String.class));
    }
    // Those that begin by themselves, before those that others call.
    for (boolean called : new boolean[] {false, true}) {
      for (String address : routes.keySet()) {
        if (RouteAddress.isCalled(address) == called && !types.visited.contains(address)) {
          types.follow(address, beginning(address));
        }
      }
    }
    for (RouteConfigurationDefinition policy : policies) {
      for (OnExceptionDefinition failure : policy.getOnExceptions()) {
        if (failure.getRetryWhile() != null) {
          expressions.type(
              failure, failure.getRetryWhile().getExpressionType(), RouteState.UNKNOWN);
        }
        types.steps(failure.getOutputs(), RouteState.UNKNOWN);
      }
      for (OnCompletionDefinition completion : policy.getOnCompletions()) {
        types.steps(completion.getOutputs(), RouteState.UNKNOWN);
      }
    }
  }

  private static RouteState beginning(String address) {
    for (MailboxOperation operation : MailboxOperation.values()) {
      if (operation.begins() && address.split("#", 2)[0].equals("mailbox:" + operation)) {
        return RouteState.UNKNOWN.body(operation.gives());
      }
    }
    // What begins at a time, begins without a body.
    boolean isClock = address.startsWith("quartz:") || address.startsWith("timer:");
    return isClock ? RouteState.UNKNOWN.body(Void.class) : RouteState.UNKNOWN;
  }

  /** What is known behind a route that is called. */
  private RouteState follow(String address, RouteState state) {
    RouteDefinition route = routes.get(address);
    if (route == null || !current.add(address)) {
      return RouteState.UNKNOWN;
    }
    visited.add(address);
    try {
      return steps(route.getOutputs(), state);
    } finally {
      current.remove(address);
    }
  }

  private RouteState steps(List<ProcessorDefinition<?>> steps, RouteState before) {
    RouteState state = before;
    for (ProcessorDefinition<?> step : steps) {
      state = step(step, state);
    }
    return state;
  }

  private RouteState step(ProcessorDefinition<?> step, RouteState state) {
    if (step instanceof ToDefinition to) {
      return send(to, state);
    }
    if (step instanceof BeanDefinition bean && bean.getRef() != null) {
      Type given = expressions.call(bean, bean.getRef(), bean.getMethod(), state);
      return given == void.class ? state : state.body(given);
    }
    if (step instanceof TryDefinition attempt) {
      RouteState after = steps(attempt.getOutputsWithoutCatches(), state);
      if (attempt.getCatchClauses() != null) {
        // Whatever a step of the attempt has made of the body.
        RouteState failed = state.or(after);
        after =
            attempt.getCatchClauses().stream()
                .map(caught -> caught(caught, failed))
                .reduce(after, RouteState::or);
      }
      return attempt.getFinallyClause() == null
          ? after
          : steps(attempt.getFinallyClause().getOutputs(), after);
    }
    if (step instanceof ChoiceDefinition choice) {
      RouteState after =
          choice.getOtherwise() == null ? state : steps(choice.getOtherwise().getOutputs(), state);
      for (var when : choice.getWhenClauses()) {
        expressions.type(when, when.getExpression(), state);
        after = after.or(steps(when.getOutputs(), state));
      }
      return after;
    }
    if (step instanceof MulticastDefinition multicast) {
      multicast.getOutputs().forEach(each -> step(each, state));
      return String.valueOf(multicast.getAggregationStrategy()).contains("UseOriginal")
          ? state
          : state.body(null);
    }
    if (step instanceof LogDefinition log) {
      expressions.text(log, log.getMessage(), state);
      return state;
    }
    if (step instanceof ToDynamicDefinition to) {
      expressions.text(to, to.getUri(), state);
      if (to instanceof WireTapDefinition<?>) {
        return state;
      }
      String received = to.getVariableReceive();
      return received == null ? state.body(null) : state.variable(received, null);
    }
    if (step instanceof SetHeadersDefinition set) {
      set.getHeaders().forEach(each -> expressions.type(set, each.getExpression(), state));
      return state;
    }
    if (step instanceof SetVariablesDefinition set) {
      RouteState after = state;
      for (SetVariableDefinition each : set.getVariables()) {
        after = after.variable(each.getName(), expressions.type(set, each.getExpression(), after));
      }
      return after;
    }
    if (step instanceof ThrowExceptionDefinition thrown) {
      expressions.text(thrown, thrown.getMessage(), state);
      return state;
    }
    // The last two are policies that Camel has put into the route; they are looked at by
    // themselves.
    if (step instanceof RemoveHeadersDefinition
        || step instanceof RemoveHeaderDefinition
        || step instanceof OnExceptionDefinition
        || step instanceof OnCompletionDefinition) {
      return state;
    }
    if (step instanceof AggregateDefinition aggregate) {
      expressions.type(aggregate, aggregate.getExpression(), state);
    }
    if (step instanceof ExpressionNode node) {
      return node(node, expressions.type(node, node.getExpression(), state), state);
    }
    RouteState inside =
        step.getOutputs() == null ? state : steps(step.getOutputs(), state.body(null));
    return state.or(inside).body(null);
  }

  private RouteState caught(CatchDefinition caught, RouteState failed) {
    if (caught.getOnWhen() != null) {
      expressions.type(caught, caught.getOnWhen().getExpression(), failed);
    }
    return steps(caught.getOutputs(), failed);
  }

  private RouteState node(ExpressionNode step, @Nullable Type type, RouteState state) {
    if (step instanceof SetBodyDefinition || step instanceof TransformDefinition) {
      return state.body(type);
    }
    if (ANSWERED.stream().anyMatch(kind -> kind.isInstance(step))) {
      return state.body(null);
    }
    if (step instanceof ThrottleDefinition || step instanceof DelayDefinition) {
      requireNumber(step, type);
    }
    if (step instanceof SetVariableDefinition set) {
      return state.variable(set.getName(), type);
    }
    if (step instanceof SplitDefinition split) {
      steps(split.getOutputs(), state.body(KnownTypes.element(type)));
      return split.getAggregationStrategy() == null ? state : state.body(null);
    }
    RouteState inside = steps(step.getOutputs(), state);
    // Such as a header, a delay or a throttle, which have no steps of their own.
    return step.getOutputs().isEmpty() && !(step instanceof FilterDefinition)
        ? state
        : state.or(inside);
  }

  /** Camel converts it only when something comes by, and then all that comes fails. */
  private void requireNumber(ExpressionNode step, @Nullable Type type) {
    Class<?> given = KnownTypes.raw(type);
    if (given == null || KnownTypes.isNumber(given)) {
      return;
    }
    String expression = step.getExpression().getExpression();
    String cause =
        "a %s takes a number, and \"%s\" is %s"
            .formatted(
                step.getShortName(),
                expression,
                given == String.class ? "a text" : given.getSimpleName());
    if (given == String.class) {
      mistakes.warn(
          step,
          expression,
          cause,
          "Use a property that is a number, unless the text is always one.");
    } else {
      mistakes.add(step, expression, cause);
    }
  }

  private RouteState send(ToDefinition to, RouteState state) {
    if (to.getUri() == null) {
      return state.body(null);
    }
    expressions.text(to, to.getUri(), state);
    String sent = to.getVariableSend();
    if (sent != null) {
      expressions.requireVariable(to, sent);
    }
    RouteState before = sent == null ? state : state.body(state.variables().get(sent));
    RouteState after = answer(to, RouteAddress.of(to.getUri()), before);
    String received = to.getVariableReceive();
    return received == null ? after : after.body(state.body()).variable(received, after.body());
  }

  private RouteState answer(ToDefinition to, String address, RouteState state) {
    if (address.startsWith("direct:")) {
      return follow(address, state);
    }
    if (address.startsWith("seda:")) {
      follow(address, state);
      return state;
    }
    for (MailboxOperation operation : MailboxOperation.values()) {
      if (!operation.begins() && address.equals("mailbox:" + operation)) {
        return state.body(
            isFitting(to, address, operation.takes(), state) ? operation.gives() : null);
      }
    }
    for (DavOperation operation : DavOperation.values()) {
      if (address.equals("dav:" + operation)) {
        return state.body(isFitting(to, address, Mailbox.class, state) ? Mailbox.class : null);
      }
    }
    return address.startsWith("file:") || address.equals("file") || address.startsWith("log:")
        ? state
        : state.body(null);
  }

  private boolean isFitting(ToDefinition to, String address, Class<?> wanted, RouteState state) {
    boolean fits = KnownTypes.fits(state.body(), wanted);
    if (!fits) {
      mistakes.add(
          to,
          address,
          "\"%s\" works on %s, and the body is %s here"
              .formatted(
                  address,
                  wanted.getSimpleName(),
                  Objects.requireNonNull(KnownTypes.raw(state.body())).getSimpleName()));
    }
    return fits;
  }
}
