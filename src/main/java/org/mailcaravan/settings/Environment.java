package org.mailcaravan.settings;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Replaces {@code {{env:NAME}}} and {@code {{env:NAME:default}}} with environment variables. */
final class Environment {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{env:([^:{}]+)(?::((?:[^}]|}(?!}))*))?\\}\\}");

  private final Map<String, String> variables;
  private final @Nullable String standIn;

  Environment(Map<String, String> variables) {
    this(Map.copyOf(variables), null);
  }

  private Environment(Map<String, String> variables, @Nullable String standIn) {
    this.variables = variables;
    this.standIn = standIn;
  }

  /** The same, with a value for each variable that is not set and has no default. */
  Environment withStandIn(String value) {
    return new Environment(variables, value);
  }

  /**
   * Replaces the placeholders in a text, but not placeholders in the values.
   *
   * @throws IllegalArgumentException when a variable is not set and has no default; the message
   *     names it
   */
  String fill(String text) {
    return PLACEHOLDER.matcher(text).replaceAll(match -> Matcher.quoteReplacement(value(match)));
  }

  /** Whether all variables in a text are set or have a default. */
  boolean canFill(String text) {
    return PLACEHOLDER
        .matcher(text)
        .results()
        .allMatch(match -> variables.containsKey(match.group(1)) || match.group(2) != null);
  }

  private String value(MatchResult match) {
    String set = variables.get(match.group(1));
    if (set != null) {
      return set;
    }
    String otherwise = match.group(2) == null ? standIn : match.group(2);
    if (otherwise == null) {
      throw new IllegalArgumentException(
          "the environment variable " + match.group(1) + " is not set");
    }
    return otherwise;
  }
}
