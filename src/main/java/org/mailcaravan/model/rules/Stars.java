package org.mailcaravan.model.rules;

/** A text in which {@code *} stands for any letters, or none. */
public final class Stars {
  private Stars() {}

  /** Whether a text is as the pattern; takes no longer than the product of both lengths. */
  public static boolean match(String pattern, String text) {
    int at = 0;
    int star = -1;
    int tried = 0;
    int i = 0;
    while (i < text.length()) {
      if (at < pattern.length() && pattern.charAt(at) == '*') {
        star = at++;
        tried = i;
      } else if (at < pattern.length() && pattern.charAt(at) == text.charAt(i)) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++tried;
      } else {
        return false;
      }
    }
    return pattern.substring(at).chars().allMatch(c -> c == '*');
  }
}
