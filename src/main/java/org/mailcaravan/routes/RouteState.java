package org.mailcaravan.routes;

import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is known in front of a step; a type that is null is unknown. */
record RouteState(@Nullable Type body, Map<String, Type> variables) {
  static final RouteState UNKNOWN = new RouteState(null, Map.of());

  RouteState {
    variables = Map.copyOf(variables);
  }

  RouteState body(@Nullable Type other) {
    return new RouteState(other, variables);
  }

  RouteState variable(String name, @Nullable Type type) {
    Map<String, Type> others = new HashMap<>(variables);
    others.remove(name);
    if (type != null) {
      others.put(name, type);
    }
    return new RouteState(body, others);
  }

  /** What is known when it is unknown which of two ways was gone. */
  RouteState or(RouteState other) {
    Map<String, Type> both = new HashMap<>(variables);
    both.entrySet().removeIf(each -> !each.getValue().equals(other.variables.get(each.getKey())));
    return new RouteState(Objects.equals(body, other.body) ? body : null, both);
  }
}
