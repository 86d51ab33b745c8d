package org.mailcaravan.imap;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server says of a token that it refuses: JSON in a challenge (RFC 7628 section 3.2.2),
 * while its NO often says no more than "AUTHENTICATE failed". Only two of the fields are shown;
 * others may repeat the token.
 */
final class TokenError {
  private static final int LONGEST = 4000;

  private static final Pattern FIELD =
      Pattern.compile("\"(status|schemes)\"\\s*:\\s*\"?([^\",}]{1,60})");

  private TokenError() {}

  /**
   * To be put behind the words of the refusal, such as {@code (status 401, schemes Bearer)}.
   *
   * @param challenge Base64, or anything else that a server may say instead
   * @return empty when nothing is told; fit to be shown only through {@link DisplayText}
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
