package org.mailcaravan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.RuntimeCamelException;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/**
 * Tells what is wrong with a route file in the words of somebody who edits it: file, line, the word
 * that is wrong, and the nearest known one.
 *
 * <p>Camel knows the line of a fault only where the YAML itself is at fault; elsewhere it knows the
 * word. The line is then looked for in the files.
 */
final class RouteFault {
  /** A message of Camel, and what it means; the group is the word that is wrong. */
  private record Meaning(Pattern message, String words) {
    static Meaning of(String message, String words) {
      return new Meaning(Pattern.compile(message), words);
    }
  }

  private static final List<Meaning> MEANINGS =
      List.of(
          Meaning.of(
              "No bean could be found in the registry for: (\\S+)", "there is no bean \"%s\""),
          Meaning.of("registry for: #class:([\\w.$]*[\\w$])", "there is no class \"%s\""),
          Meaning.of("Error binding property \\(([^=]+)=.*", "the bean has no property \"%s\""),
          Meaning.of("Property with key \\[(.+?)] not found", "there is no property \"%s\""),
          Meaning.of("Unknown parameters=\\[\\{([^=]+)=", "there is no option \"%s\""),
          Meaning.of("No endpoint could be found for: ([^:]+):", "there is no component \"%s\""),
          Meaning.of("Method with name: (\\w+)", "the bean has no method \"%s\""),
          Meaning.of("there is no operation \"([^\"]*)\".*", "%s"),
          Meaning.of("ExecutorServiceRef (\\S+) not found", "there is no thread pool \"%s\""),
          Meaning.of("ClassNotFoundException: (\\S+)", "there is no class \"%s\""),
          Meaning.of(
              "expected symbol .+ at location \\d+\\s+(.+)",
              "\"%s\" cannot be read in the language simple"),
          Meaning.of("Duplicate route ids detected: (\\S+)\\.", "two routes have the id \"%s\""),
          Meaning.of("Unknown node id: (\\S+)", "there is no step \"%s\""),
          Meaning.of("Unknown expression with id: (\\S+)", "there is no language \"%s\""),
          Meaning.of("CronExpression '(.*)' is invalid", "\"%s\" is no cron expression of Quartz"),
          Meaning.of("For input string: \"(.+?)\"", "\"%s\" does not fit the option"),
          Meaning.of(
              "to the required type: \\S+ with value (.+?) due to",
              "\"%s\" does not fit the option"));

  private static final Pattern MARK = Pattern.compile("in file:(\\S+), line (\\d+), column \\d+");

  private final List<Throwable> causes = new ArrayList<>();
  private final Path folder;
  private final Collection<String> known;

  private RouteFault(Throwable failure, Path folder, Collection<String> known) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      causes.add(cause);
    }
    this.folder = folder;
    this.known = known;
  }

  /**
   * What kept the routes from starting.
   *
   * @param known the names of beans and properties that routes may use
   */
  static MigrationException of(Throwable failure, Path routesFolder, Collection<String> known) {
    RouteFault fault = new RouteFault(failure, routesFolder, known);
    for (Throwable cause : fault.causes) {
      if (cause instanceof MigrationException expected) {
        return expected;
      }
    }
    return new RequestRejected(fault.problem());
  }

  private Problem problem() {
    List<RouteFile> files = RouteFile.all(folder);
    String culprit = null;
    String words = null;
    for (Throwable cause : causes) {
      for (Meaning meaning : MEANINGS) {
        Matcher matcher = meaning.message().matcher(cause.toString());
        if (matcher.find()) {
          culprit = matcher.group(1);
          words =
              meaning.words().equals("%s") ? matcher.group() : meaning.words().formatted(culprit);
        }
      }
    }
    return new Problem(
        Where.words(place(files, culprit)),
        words == null ? plainest() : words + nearest(words, files, culprit),
        Owner.US,
        RouteMistake.NEXT_STEP);
  }

  private String place(List<RouteFile> files, @Nullable String culprit) {
    for (Throwable cause : causes) {
      Matcher mark = MARK.matcher(String.valueOf(cause.getMessage()));
      if (mark.find()) {
        return "route file " + mark.group(1) + ", line " + mark.group(2);
      }
    }
    String route = routeId();
    Optional<RouteFile> ofRoute =
        route == null
            ? Optional.empty()
            : files.stream().filter(file -> file.lineOfRoute(route) > 0).findFirst();
    if (culprit != null) {
      int inRoute =
          route == null
              ? 0
              : ofRoute.map(file -> file.lineOf(culprit, file.lineOfRoute(route))).orElse(0);
      if (inRoute > 0) {
        return ofRoute.orElseThrow().place(inRoute);
      }
      for (RouteFile file : files) {
        int line = file.lineOf(culprit, 1);
        if (line > 0) {
          return file.place(line);
        }
      }
    }
    return route == null || ofRoute.isEmpty()
        ? "routes in " + folder
        : ofRoute.get().place(ofRoute.get().lineOfRoute(route));
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

  private String nearest(String words, List<RouteFile> files, @Nullable String culprit) {
    if (culprit == null || !words.contains(" no ") || words.contains("; there are ")) {
      return "";
    }
    Set<String> names = new HashSet<>(known);
    files.forEach(file -> file.names().forEach(names::add));
    names.removeIf(name -> name.endsWith(culprit));
    return RouteMistake.nearest(culprit, names);
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
        || cause instanceof ResolveEndpointFailedException
        || cause.getClass() == RuntimeCamelException.class;
  }
}
