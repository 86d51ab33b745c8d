package org.mailcaravan.imap;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The error that a server gives for a refused token: JSON in a challenge (RFC 7628 section 3.2.2).
 * Its NO often says only "AUTHENTICATE failed". Two of the fields are shown; others may repeat the
 * token.
 */
final class TokenError {
  private static final int LONGEST = 4000;

  private static final Pattern FIELD =
      Pattern.compile("\"(status|schemes)\"\\s*:\\s*\"?([^\",}]{1,60})");

  private TokenError() {}

  /**
   * The error for the end of a message, such as {@code (status 401, schemes Bearer)}.
   *
   * @param challenge as on the wire; need not be Base64
   * @return empty when there is none; to be shown only through {@link DisplayText}
   */
  static String words(String challenge) {
    if (challenge.isEmpty() || challenge.length() > LONGEST) {
      return "";
    }
    String json;
    try {
      json = new String(Base64.getMimeDecoder().decode(challenge), StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      return "";
    }
    StringBuilder told = new StringBuilder();
    for (Matcher field = FIELD.matcher(json); field.find(); ) {
      told.append(told.isEmpty() ? "(" : ", ")
          .append(field.group(1))
          .append(' ')
          .append(field.group(2).strip());
    }
    return told.isEmpty() ? "" : told.append(')').toString();
  }
}
