package org.mailcaravan.imap;

import java.nio.charset.StandardCharsets;
import org.mailcaravan.imap.Credentials.OnBehalf;
import org.mailcaravan.imap.Credentials.Password;
import org.mailcaravan.imap.Credentials.Token;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.VisibleText;

/**
 * Makes the words of a server fit to be shown: with visible control characters, cut to a limit, and
 * without the credentials that some servers repeat. One for each connection; thread-safe.
 */
final class DisplayText {
  /** Longer texts are cut here, in characters. */
  static final int LIMIT = 500;

  /**
   * Only this many octets are read. Of a longer text the last {@link #NOT_SHOWN} are not shown: a
   * secret that is cut off there would not be recognised. The longest password fits in, even with
   * an entity for each octet.
   */
  private static final int LOOKED_AT = 16_000;

  private static final int NOT_SHOWN = 8_000;

  private final SecretMask mask = new SecretMask();

  /** Hides these credentials from now on, in every form that a server may give them. */
  void hide(Credentials credentials) {
    if (credentials instanceof Password password) {
      mask.hide(password.username(), password.password());
    } else if (credentials instanceof OnBehalf onBehalf) {
      mask.hide(onBehalf.authenticationId(), onBehalf.password());
    } else if (credentials instanceof Token token) {
      mask.hide(token.token().reveal());
    }
  }

  /**
   * The text to show.
   *
   * @param octets as read, one char per octet; decoded as UTF-8
   */
  String of(String octets) {
    if (octets.length() <= LOOKED_AT) {
      String text = decoded(octets);
      return plain(mask.of(text));
    }
    String beginning = decoded(octets.substring(0, LOOKED_AT));
    return plain(mask.of(beginning, Math.max(0, beginning.length() - NOT_SHOWN)) + " …");
  }

  private static String decoded(String octets) {
    return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** On one line, with control and format characters made visible, and cut to the limit. */
  static String plain(String text) {
    String clean = VisibleText.of(text.replaceAll("[\\s\\p{Zs}]+", " ").strip());
    if (clean.length() <= LIMIT) {
      return clean;
    }
    int end = Character.isHighSurrogate(clean.charAt(LIMIT - 1)) ? LIMIT - 1 : LIMIT;
    return clean.substring(0, end) + "…";
  }
}
