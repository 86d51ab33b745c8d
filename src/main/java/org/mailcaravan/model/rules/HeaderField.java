package org.mailcaravan.model.rules;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A field of a message's header, such as {@code X-Spam-Flag: YES}.
 *
 * @param name in any case
 * @param value in any case, with {@code *} for any letters; {@code *} alone if the field only has
 *     to be there
 */
public record HeaderField(String name, String value) {
  /** RFC 5322 section 3.6.8, without what the grammar of IMAP or of a rule would have to quote. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$&'+.^_`|~-]{1,100}");

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException when no field can have this name; the message says so
   */
  public HeaderField {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is not the name of a header field; write header=X-Spam-Flag: YES");
    }
  }

  /** Reads {@code NAME: VALUE}, or {@code NAME} alone. */
  static HeaderField parse(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? new HeaderField(text.strip(), "*")
        : new HeaderField(
            text.substring(0, colon).strip(),
            colon + 1 == text.length() ? "*" : text.substring(colon + 1).strip());
  }

  /**
   * Whether a field of a message is this one.
   *
   * @param given its value, without the line ends in it
   */
  public boolean fits(String given) {
    return Stars.match(value.toLowerCase(Locale.ROOT), given.strip().toLowerCase(Locale.ROOT));
  }
}
