package org.mailcaravan.routes;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.ext.Artifact;

/**
 * What Camel says where it cannot build a route, in the words of a route file.
 *
 * @param word where the mistake stands, to find its line; null where Camel names none
 */
record CamelWords(@Nullable String word, String cause, String nextStep) {
  private static final Pattern NO_STEPS =
      Pattern.compile("Definition has no children on (\\w+)\\[.*");
  private static final Pattern NO_CORRELATION =
      Pattern.compile("CorrelationExpression must be set on .*");
  private static final Pattern NO_TEMPLATE =
      Pattern.compile("Cannot find RouteTemplate with id (\\S+)");
  private static final Pattern PARAMETERS =
      Pattern.compile(
          "Route template (\\S+) the following mandatory parameters must be provided: (.*)");
  private static final Pattern JAR =
      Pattern.compile("Cannot find (camel-[a-z0-9-]+) .*on the classpath.*");
  private static final Pattern CONSTANT =
      Pattern.compile("No enum constant ([\\w.$]+)\\.([^.\\s]+)");

  private static final Pattern TYPE = Pattern.compile("Error parsing \\[(.+)] as a ([\\w.]+?)\\.?");

  private static final Pattern NO_OUTPUTS = Pattern.compile("Route (\\S+) has no output.*");
  private static final Pattern CONVERSION =
      Pattern.compile(
          "Error during type conversion .* to the required type: (\\S+) with value (.+?)(?: due to .*)?");

  /** A sentence, and the step as Camel prints it. */
  private static final Pattern STEP = Pattern.compile("(.*?)(?: on)?:? \\b([A-Z]\\w+)\\[.*");

  private CamelWords(@Nullable String word, String cause) {
    this(word, cause, RouteMistakes.NEXT_STEP);
  }

  /**
   * @param message the first line of an exception's
   */
  static CamelWords of(String message) {
    Matcher told = NO_STEPS.matcher(message);
    if (told.matches()) {
      String step = step(told.group(1));
      return new CamelWords(step, "the step \"" + step + "\" holds no steps");
    }
    if (NO_CORRELATION.matcher(message).matches()) {
      return new CamelWords(
          "aggregate",
          "the step \"aggregate\" has no \"correlationExpression\", which says what belongs together");
    }
    told = NO_TEMPLATE.matcher(message);
    if (told.matches()) {
      return new CamelWords(told.group(1), "there is no route template \"" + told.group(1) + "\"");
    }
    told = PARAMETERS.matcher(message);
    if (told.matches()) {
      return new CamelWords(
          "routeTemplateRef: " + told.group(1),
          "the route template \"%s\" needs the parameters %s"
              .formatted(told.group(1), told.group(2)));
    }
    told = JAR.matcher(message);
    if (told.matches()) {
      String name = told.group(1);
      return new CamelWords(
          "circuitBreaker",
          "it needs %s, which is not in the program".formatted(name),
          RouteMistakes.addition(new Artifact(Artifact.CAMEL, name, "")));
    }
    told = CONSTANT.matcher(message);
    if (told.matches()) {
      return new CamelWords(
          told.group(2), "\"" + told.group(2) + "\" does not fit" + holds(told.group(1)));
    }
    told = NO_OUTPUTS.matcher(message);
    if (told.matches()) {
      return new CamelWords(
          "id: " + told.group(1), "the route \"" + told.group(1) + "\" has no steps");
    }
    if (message.contains("Unable to determine the error handler type")) {
      return new CamelWords(
          "errorHandler",
          "\"errorHandler\" is empty; write noErrorHandler or deadLetterChannel below it");
    }
    told = CONVERSION.matcher(message);
    if (told.matches()) {
      return new CamelWords(
          told.group(2), "\"" + told.group(2) + "\" does not fit" + holds(told.group(1)));
    }
    told = TYPE.matcher(message);
    if (told.matches()) {
      return new CamelWords(
          told.group(1), "\"" + told.group(1) + "\" does not fit" + holds(told.group(2)));
    }
    told = STEP.matcher(message);
    return told.matches()
        ? new CamelWords(step(told.group(2)), told.group(1))
        : new CamelWords(null, message);
  }

  private static String step(String name) {
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }

  private static String holds(String type) {
    if (type.equals("boolean")) {
      return KnownTypes.holds(boolean.class);
    }
    try {
      return KnownTypes.holds(Class.forName(type));
    } catch (ClassNotFoundException e) {
      return "";
    }
  }
}
