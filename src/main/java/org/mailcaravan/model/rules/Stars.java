package org.mailcaravan.model.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A text in which {@code *} stands for any letters, or none. */
public final class Stars {
  private Stars() {}

  /** Whether a text is as the pattern; takes no longer than the product of both lengths. */
  public static boolean match(String pattern, String text) {
    return found(pattern, text).isPresent();
  }

  /**
   * What each star stands for in a text, in their order, or empty when the text is not as the
   * pattern. Of several ways to read it, the stars before the last one take as little as they can.
   */
  static Optional<List<String>> found(String pattern, String text) {
    String[] between = pattern.split("\\*", -1);
    int last = between.length - 1;
    if (last == 0) {
      return pattern.equals(text) ? Optional.of(List.of()) : Optional.empty();
    }
    int from = between[0].length();
    int end = text.length() - between[last].length();
    if (from > end || !text.startsWith(between[0]) || !text.endsWith(between[last])) {
      return Optional.empty();
    }
    List<String> found = new ArrayList<>();
    for (int i = 1; i < last; i++) {
      int at = text.indexOf(between[i], from);
      if (at < 0 || at + between[i].length() > end) {
        return Optional.empty();
      }
      found.add(text.substring(from, at));
      from = at + between[i].length();
    }
    found.add(text.substring(from, end));
    return Optional.of(found);
  }
}
