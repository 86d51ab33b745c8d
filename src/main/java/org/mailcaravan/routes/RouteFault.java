package org.mailcaravan.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.RuntimeCamelException;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;

/**
 * Finds the place and the cause in what Camel throws: for the mistakes that {@link RouteFileCheck}
 * and {@link RouteCheck} do not know.
 *
 * <p>Camel knows the line only where the YAML itself is at fault; elsewhere it knows the route, and
 * sometimes the word. The line is then looked for in the files.
 */
final class RouteFault {
  private static final Pattern BEAN =
      Pattern.compile("Error creating bean: (\\S+) of type: (?:#class:)?(\\S+).*");
  private static final Pattern MARK = Pattern.compile("in file:(\\S+), line (\\d+), column \\d+");

  private final List<Throwable> causes;
  private final RouteMistakes mistakes;

  private RouteFault(Throwable failure, RouteMistakes mistakes) {
    this.causes = causes(failure);
    this.mistakes = mistakes;
  }

  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      causes.add(cause);
    }
    return causes;
  }

  /**
   * Adds what kept Camel from building or starting the routes.
   *
   * @throws MigrationException when it has nothing to do with routes, and says itself what it is
   */
  static void add(Throwable failure, RouteMistakes mistakes) {
    RouteFault fault = new RouteFault(failure, mistakes);
    for (Throwable cause : fault.causes) {
      if (cause instanceof MigrationException expected) {
        if (mistakes.isEmpty()) {
          throw expected;
        }
        return;
      }
    }
    fault.tell();
  }

  /** Whether all routes were built and some may have run. */
  static boolean isOfStart(Throwable failure) {
    return causes(failure).stream().anyMatch(FailedToStartRouteException.class::isInstance);
  }

  private void tell() {
    for (Throwable cause : causes) {
      if (cause instanceof PropertyBindingException binding && binding.getPropertyName() != null) {
        tell(binding.getPropertyName(), cause(binding));
        return;
      }
      if (cause instanceof NoSuchBeanException bean) {
        tell(bean.getName(), "no bean \"" + bean.getName() + "\" fits here");
        return;
      }
      boolean isMissing =
          cause instanceof ClassNotFoundException || cause instanceof NoClassDefFoundError;
      if (isMissing && cause.getMessage() != null) {
        String name = cause.getMessage().replace('/', '.');
        tell(name, "there is no class \"" + name + "\"");
        return;
      }
    }
    for (Throwable cause : causes) {
      Matcher bean = BEAN.matcher(String.valueOf(cause.getMessage()));
      if (bean.matches()) {
        tell(
            bean.group(1),
            "the bean \"%s\" cannot be made of the class \"%s\": %s"
                .formatted(bean.group(1), bean.group(2), lastCause()));
        return;
      }
    }
    CamelWords words = CamelWords.of(plainest());
    mistakes.add(new Problem(place(words.word()), words.cause(), Owner.US, words.nextStep()));
  }

  private String lastCause() {
    Throwable last = causes.get(causes.size() - 1);
    return last instanceof NoSuchMethodException
        ? "it has no constructor without arguments; give it \"constructors\", or take another class"
        : String.valueOf(last.getMessage());
  }

  private static String cause(PropertyBindingException binding) {
    String name = binding.getPropertyName();
    Object bean = binding.getTarget();
    List<String> settable = bean == null ? List.of() : KnownTypes.settable(bean.getClass());
    return bean != null && settable.contains(name)
        ? "\"%s\" does not fit the property \"%s\"".formatted(binding.getValue(), name)
            + KnownTypes.holds(bean.getClass(), name)
        : "the bean has no property \"%s\"".formatted(name) + RouteMistakes.nearest(name, settable);
  }

  private void tell(@Nullable String word, String cause) {
    mistakes.add(place(word), cause);
  }

  private Where place(@Nullable String word) {
    for (Throwable cause : causes) {
      Matcher mark = MARK.matcher(String.valueOf(cause.getMessage()));
      if (mark.find()) {
        long line = Long.parseLong(mark.group(2));
        return mistakes
            .at(mark.group(1))
            .map(file -> file.place(line))
            .orElseGet(() -> Where.line(mark.group(1), line));
      }
    }
    String route = routeId();
    Optional<RouteFile> ofRoute =
        route == null
            ? Optional.empty()
            : mistakes.files().stream().filter(file -> file.lineOfRoute(route) > 0).findFirst();
    int first = route == null ? 0 : ofRoute.map(file -> file.lineOfRoute(route)).orElse(0);
    if (word != null) {
      int inRoute = ofRoute.map(file -> file.lineOf(word, first)).orElse(0);
      if (inRoute > 0) {
        return ofRoute.orElseThrow().place(inRoute);
      }
      for (RouteFile file : mistakes.files()) {
        int line = file.lineOf(word, 1);
        if (line > 0) {
          return file.place(line);
        }
      }
    }
    return ofRoute.isEmpty() ? mistakes.anywhere() : ofRoute.get().place(first);
  }

  private @Nullable String routeId() {
    for (Throwable cause : causes) {
      if (cause instanceof FailedToCreateRouteException failed) {
        return failed.getRouteId();
      }
      if (cause instanceof FailedToStartRouteException failed) {
        return failed.getRouteId();
      }
    }
    return null;
  }

  /** The message of the first cause that does not merely wrap the next. */
  private String plainest() {
    Throwable plainest = causes.get(causes.size() - 1);
    for (int i = causes.size() - 1; i >= 0; i--) {
      if (!isWrapping(causes.get(i)) && causes.get(i).getMessage() != null) {
        plainest = causes.get(i);
      }
    }
    return String.valueOf(plainest.getMessage()).lines().findFirst().orElse(plainest.toString());
  }

  private static boolean isWrapping(Throwable cause) {
    return cause instanceof FailedToCreateRouteException
        || cause instanceof FailedToStartRouteException
        || cause.getClass() == RuntimeCamelException.class;
  }
}
