package org.mailcaravan.routes;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.LineNumberAware;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.MethodCallExpression;
import org.apache.camel.model.language.SimpleExpression;
import org.apache.camel.model.language.VariableExpression;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the expressions of routes and the calls of beans in them, and says what they give. */
final class RouteExpressions {
  private static final Logger LOG = LoggerFactory.getLogger(RouteExpressions.class);

  private static final Pattern TOKEN = Pattern.compile("\\$\\{([^${}]*)}");
  private static final Pattern SEGMENT = Pattern.compile("(\\w+)(?:\\(\\))?\\??");
  private static final Pattern CALL = Pattern.compile("(?s)(\\w+)(?:\\((.*)\\))?");

  private final CamelContext context;
  private final RouteMistakes mistakes;
  private final RouteVariables variables;

  RouteExpressions(CamelContext context, RouteMistakes mistakes, RouteVariables variables) {
    this.context = context;
    this.mistakes = mistakes;
    this.variables = variables;
  }

  /** The type of what an expression of a step gives, or null if it is unknown. */
  @Nullable Type type(
      LineNumberAware step, @Nullable ExpressionDefinition expression, RouteState state) {
    if (expression instanceof MethodCallExpression call && call.getRef() != null) {
      return call(step, call.getRef(), call.getMethod(), state);
    }
    if (expression instanceof VariableExpression variable) {
      requireVariable(step, variable.getExpression());
      return state.variables().get(variable.getExpression());
    }
    return expression instanceof SimpleExpression simple
        ? text(step, simple.getExpression(), state)
        : null;
  }

  /** The type of what a text with parts in the simple language gives. */
  @Nullable Type text(LineNumberAware step, @Nullable String text, RouteState state) {
    if (text == null) {
      return null;
    }
    Matcher token = TOKEN.matcher(text);
    Type type = null;
    while (token.find()) {
      type = token(step, token.group(1).strip(), state);
    }
    return TOKEN.matcher(text.strip()).matches() ? type : null;
  }

  private @Nullable Type token(LineNumberAware step, String words, RouteState state) {
    String[] path = words.split("\\.", -1);
    String root = path[0].endsWith("?") ? path[0].substring(0, path[0].length() - 1) : path[0];
    return switch (root) {
      case "body" -> member(step, words, path, 1, state.body());
      case "exception" -> member(step, words, path, 1, Throwable.class);
      case "variable" -> {
        if (path.length == 1) {
          yield null;
        }
        String name = path[1].replaceAll("\\W.*", "");
        requireVariable(step, name, "variable." + name);
        yield member(
            step, words, path, 2, name.equals(path[1]) ? state.variables().get(name) : null);
      }
      default -> null;
    };
  }

  private @Nullable Type member(
      LineNumberAware step, String words, String[] path, int from, @Nullable Type root) {
    Type type = root;
    for (int i = from; i < path.length; i++) {
      Class<?> known = KnownTypes.raw(type);
      Matcher segment = SEGMENT.matcher(path[i]);
      // A Throwable may be of any kind.
      if (known == null || known == Throwable.class || !segment.matches()) {
        return null;
      }
      String name = segment.group(1);
      if (!KnownTypes.has(known, name)) {
        mistakes.add(
            step,
            words,
            "\"${%s}\": %s has no \"%s\"%s; it has %s"
                .formatted(
                    words,
                    known.getSimpleName(),
                    name,
                    RouteMistakes.nearestOnly(name, KnownTypes.properties(known)),
                    String.join(", ", KnownTypes.properties(known))));
        return null;
      }
      type = KnownTypes.member(known, name);
    }
    return type;
  }

  /** A variable that no step sets is empty; but code that we do not know may set it. */
  void requireVariable(LineNumberAware step, String name) {
    requireVariable(step, name, name);
  }

  private void requireVariable(LineNumberAware step, String name, String word) {
    if (name.contains(":")
        || variables.names().contains(name)
        || mistakes.isMentionedElsewhere(name)) {
      return;
    }
    String cause =
        "no step sets the variable \"%s\"".formatted(name)
            + RouteMistakes.nearest(name, variables.names());
    if (variables.others()) {
      LOG.info("{} line {}: {}", step.getLocation(), step.getLineNumber(), cause);
    } else {
      mistakes.add(step, word, cause);
    }
  }

  /** The type of what a call of a bean gives; void where it gives nothing, null if unknown. */
  @Nullable Type call(LineNumberAware step, String ref, @Nullable String call, RouteState state) {
    Object bean = context.getRegistry().lookupByName(ref);
    Matcher words = CALL.matcher(call == null ? "" : call.strip());
    if (bean == null || !words.matches() || words.group().contains("{{")) {
      return null;
    }
    String name = words.group(1);
    List<Method> methods = KnownTypes.methods(bean.getClass(), name);
    if (methods.isEmpty()) {
      mistakes.add(
          step,
          name,
          "the bean \"%s\" has no method \"%s\"".formatted(ref, name)
              + RouteMistakes.nearest(name, KnownTypes.methods(bean.getClass())));
      return null;
    }
    if (words.group(2) != null) {
      methods = fitting(step, ref, name, arguments(words.group(2)), methods, state);
    } else {
      requireBody(step, ref, name, methods, state.body());
    }
    List<Type> given =
        methods.stream().map(method -> method.getGenericReturnType()).distinct().toList();
    return given.size() == 1 ? given.get(0) : null;
  }

  /** Without parentheses Camel passes the body. */
  private void requireBody(
      LineNumberAware step, String ref, String name, List<Method> methods, @Nullable Type body) {
    boolean fits =
        methods.stream()
            .anyMatch(
                each ->
                    each.getParameterCount() != 1
                        || KnownTypes.fits(body, each.getParameterTypes()[0]));
    Class<?> given = KnownTypes.raw(body);
    if (!fits && given != null) {
      mistakes.add(
          step,
          name,
          "\"%s\" of the bean \"%s\" takes %s, and the body is %s here"
              .formatted(
                  name,
                  ref,
                  methods.get(0).getParameterTypes()[0].getSimpleName(),
                  given == Void.class ? "empty" : given.getSimpleName()));
    }
  }

  private List<Method> fitting(
      LineNumberAware step,
      String ref,
      String name,
      List<String> arguments,
      List<Method> methods,
      RouteState state) {
    List<Type> types = new ArrayList<>();
    for (String argument : arguments) {
      types.add(text(step, argument, state));
      requireReadable(step, argument);
    }
    List<Method> counted =
        methods.stream().filter(each -> each.getParameterCount() == arguments.size()).toList();
    if (counted.isEmpty()) {
      mistakes.add(
          step,
          name,
          "\"%s\" of the bean \"%s\" takes %s in its parentheses, and gets %d values"
              .formatted(name, ref, KnownTypes.parameters(methods.get(0)), arguments.size()));
      return methods;
    }
    for (int i = 0; i < types.size(); i++) {
      int at = i;
      if (counted.stream()
          .noneMatch(each -> KnownTypes.fits(types.get(at), each.getParameterTypes()[at]))) {
        mistakes.add(
            step,
            name,
            "\"%s\" of the bean \"%s\" takes %s; \"%s\" is none"
                .formatted(
                    name,
                    ref,
                    counted.get(0).getParameterTypes()[at].getSimpleName(),
                    arguments.get(at)));
        return counted;
      }
    }
    return counted.stream()
        .filter(
            each -> {
              for (int i = 0; i < types.size(); i++) {
                if (!KnownTypes.fits(types.get(i), each.getParameterTypes()[i])) {
                  return false;
                }
              }
              return true;
            })
        .toList();
  }

  /** Camel reads these only when it calls the bean. */
  private void requireReadable(LineNumberAware step, String argument) {
    if (!argument.contains("${")) {
      return;
    }
    try {
      context.resolveLanguage("simple").createExpression(argument).init(context);
    } catch (RuntimeException e) {
      mistakes.add(step, argument.replaceAll("[${}]", ""), unreadable(argument));
    }
  }

  static String unreadable(String expression) {
    return "\"%s\" cannot be read in the language simple; look at its braces, quotes and operators"
        .formatted(expression);
  }

  /** The values between parentheses; a comma within quotes or braces separates nothing. */
  private static List<String> arguments(String words) {
    List<String> arguments = new ArrayList<>();
    StringBuilder argument = new StringBuilder();
    int depth = 0;
    char quote = 0;
    for (int i = 0; i < words.length(); i++) {
      char c = words.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '{' || c == '(') {
        depth++;
      } else if (c == '}' || c == ')') {
        depth--;
      } else if (c == ',' && depth == 0) {
        arguments.add(argument.toString().strip());
        argument.setLength(0);
        continue;
      }
      argument.append(c);
    }
    if (!words.isBlank()) {
      arguments.add(argument.toString().strip());
    }
    return arguments;
  }
}
