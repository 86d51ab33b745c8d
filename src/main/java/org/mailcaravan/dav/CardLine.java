package org.mailcaravan.dav;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a card, unfolded and decoded (RFC 2426, section 4).
 *
 * @param number of its first physical line, counted from 1 at the BEGIN of the card
 * @param text without control characters
 */
record CardLine(int number, String text) {
  // Group, name, the rest with parameters and value.
  private static final Pattern PROPERTY =
      Pattern.compile("(?:([A-Za-z0-9._-]+)\\.)?([A-Za-z0-9-]+)([;:].*)", Pattern.DOTALL);

  /** Whether a server can read it: it has a name and a value. */
  boolean isProperty() {
    return PROPERTY.matcher(text).matches() && ContentLine.colon(text) >= 0;
  }

  /** The name in upper case, without its group; empty when there is none. */
  String name() {
    Matcher matcher = PROPERTY.matcher(text);
    return matcher.matches() ? matcher.group(2).toUpperCase(Locale.ROOT) : "";
  }

  /** Group, name and parameters: all before the colon. */
  String head() {
    int colon = ContentLine.colon(text);
    return colon < 0 ? text : text.substring(0, colon);
  }

  String value() {
    int colon = ContentLine.colon(text);
    return colon < 0 ? "" : text.substring(colon + 1);
  }

  CardLine withValue(String value) {
    return new CardLine(number, head() + ":" + value);
  }

  /** The value of a parameter that is written with its name, or empty. */
  Optional<String> parameter(String name) {
    return parameter(head(), name);
  }

  static Optional<String> parameter(String head, String name) {
    String[] pieces = head.split(";", -1);
    for (int i = 1; i < pieces.length; i++) {
      int equals = pieces[i].indexOf('=');
      if (equals > 0 && pieces[i].substring(0, equals).strip().equalsIgnoreCase(name)) {
        return Optional.of(pieces[i].substring(equals + 1).replace("\"", "").strip());
      }
    }
    return Optional.empty();
  }

  /**
   * The encoding of the value: QUOTED-PRINTABLE, BASE64 (also for B), or empty. In vCard 2.1 it can
   * be written without ENCODING=.
   */
  static String encoding(String head) {
    String upper = head.toUpperCase(Locale.ROOT);
    if (upper.indexOf(';') < 0) {
      return "";
    }
    String named = parameter(upper, "ENCODING").orElse("");
    if (named.equals("QUOTED-PRINTABLE") || (";" + upper + ";").contains(";QUOTED-PRINTABLE;")) {
      return "QUOTED-PRINTABLE";
    }
    return named.equals("BASE64") || named.equals("B") || (";" + upper + ";").contains(";BASE64;")
        ? "BASE64"
        : "";
  }
}
