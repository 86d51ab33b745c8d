package org.mailcaravan.console;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters of a call, behind the question mark. */
final class Query {
  private static final int MOST = 1000;

  private final Map<String, List<String>> values = new LinkedHashMap<>();

  private Query() {}

  /**
   * @param raw as it was sent; null when there is none
   * @param known the names that the path takes
   * @throws ApiError for another name, since a misspelt filter would give everything
   */
  static Query of(@Nullable String raw, Set<String> known) {
    Query query = new Query();
    if (raw == null || raw.isEmpty()) {
      return query;
    }
    String[] parts = raw.split("&", -1);
    if (parts.length > MOST) {
      throw ApiError.bad("there are more than " + MOST + " parameters", "Ask for fewer at a time.");
    }
    for (String part : parts) {
      if (part.isEmpty()) {
        continue;
      }
      int sign = part.indexOf('=');
      String name = decoded(sign < 0 ? part : part.substring(0, sign));
      if (!known.contains(name)) {
        throw ApiError.bad(
            "there is no parameter \"" + name + "\" here",
            known.isEmpty()
                ? "Leave it out."
                : "Use one of: " + String.join(", ", known.stream().sorted().toList()) + ".");
      }
      query
          .values
          .computeIfAbsent(name, unused -> new ArrayList<>())
          .add(sign < 0 ? "" : decoded(part.substring(sign + 1)));
    }
    return query;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ApiError.bad(
          "a \"%\" in a parameter is not followed by two hexadecimal digits",
          "Write %25 for a percent sign.");
    }
  }

  /** All values of a name, without empty ones. */
  List<String> all(String name) {
    return values.getOrDefault(name, List.of()).stream().filter(text -> !text.isEmpty()).toList();
  }

  /** The value of a name, or null. */
  @Nullable String one(String name) {
    List<String> all = all(name);
    return all.isEmpty() ? null : all.get(all.size() - 1);
  }

  /** A number that is not negative, or null. */
  @Nullable Long number(String name) {
    String text = one(name);
    return text == null ? null : number(name, text);
  }

  /** A number from 0 on. One that is too large for a long is as large as that can be. */
  static long number(String name, String text) {
    if (text.matches("[0-9]+")) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        return Long.MAX_VALUE;
      }
    }
    throw ApiError.bad(
        name + " is \"" + text + "\"; it is no whole number", "Send a number from 0 on.");
  }

  /** {@code limit}, or what is usual. */
  int limit(int usual, int most) {
    Long limit = number("limit");
    if (limit == null) {
      return usual;
    }
    if (limit < 1 || limit > most) {
      throw ApiError.bad("limit is " + one("limit"), "Ask for 1 to " + most + " at a time.");
    }
    return Math.toIntExact(limit);
  }
}
