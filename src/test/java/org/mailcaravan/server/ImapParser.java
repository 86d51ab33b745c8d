package org.mailcaravan.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits a response or a command into strings and (nested) lists of them. */
final class ImapParser {
  private static final Pattern LITERAL_END = Pattern.compile("\\{(\\d+)\\+?}$");

  private final String text;
  private int at;

  private ImapParser(String text) {
    this.text = text;
  }

  static List<Object> parse(String response) {
    return new ImapParser(response).items(false);
  }

  /** The items of a FETCH response by their names in upper case. */
  static Map<String, Object> fetchItems(String response) {
    Map<String, Object> items = new HashMap<>();
    if (parse(response).get(3) instanceof List<?> pairs) {
      for (int i = 0; i + 1 < pairs.size(); i += 2) {
        items.put(pairs.get(i).toString().toUpperCase(Locale.ROOT), pairs.get(i + 1));
      }
    }
    return items;
  }

  static Set<String> strings(Object list) {
    Set<String> strings = new TreeSet<>();
    if (list instanceof List<?> items) {
      items.forEach(item -> strings.add(item.toString()));
    }
    return strings;
  }

  /** The size that a literal's head at the end of a line announces, or -1 when there is none. */
  static int literalSize(byte[] line, int from, int to) {
    if (to <= from || line[to - 1] != '}') {
      return -1;
    }
    int start = Math.max(from, to - 24);
    Matcher matcher =
        LITERAL_END.matcher(new String(line, start, to - start, StandardCharsets.ISO_8859_1));
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  private List<Object> items(boolean nested) {
    List<Object> items = new ArrayList<>();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ' ') {
        at++;
      } else if (c == '(') {
        at++;
        items.add(items(true));
      } else if (c == ')' && nested) {
        at++;
        return items;
      } else if (c == '"') {
        items.add(quoted());
      } else if (c == '{') {
        items.add(literal());
      } else if (text.startsWith("~{", at)) {
        at++;
        items.add(literal());
      } else {
        items.add(atom());
      }
    }
    return items;
  }

  private String quoted() {
    StringBuilder value = new StringBuilder();
    at++;
    while (text.charAt(at) != '"') {
      if (text.charAt(at) == '\\') {
        at++;
      }
      value.append(text.charAt(at++));
    }
    at++;
    return value.toString();
  }

  private String literal() {
    int close = text.indexOf('}', at);
    // "+" says that nobody waits for it (RFC 7888).
    int size = Integer.parseInt(text.substring(at + 1, close).replace("+", ""));
    int start = close + 3;
    at = start + size;
    return text.substring(start, at);
  }

  private String atom() {
    int start = at;
    int brackets = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (brackets == 0 && (c == ' ' || c == ')' || c == '(')) {
        break;
      }
      brackets += c == '[' ? 1 : c == ']' && brackets > 0 ? -1 : 0;
      at++;
    }
    if (at == start) {
      at++;
    }
    return text.substring(start, at);
  }
}
