package org.mailcaravan.imap;

import java.nio.charset.StandardCharsets;
import org.mailcaravan.imap.Credentials.OnBehalf;
import org.mailcaravan.imap.Credentials.Password;
import org.mailcaravan.imap.Credentials.Token;
import org.mailcaravan.model.SecretMask;

/**
 * Makes the words of a server fit to be shown: no control characters, not too long, and without the
 * credentials that some servers echo. One per connection; thread-safe.
 */
final class DisplayText {
  /** Longer texts are cut here, in characters. */
  static final int LIMIT = 500;

  private final SecretMask mask = new SecretMask();

  /** Hides what logs in from now on, in whatever form the server shows it. */
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
   * The text for people.
   *
   * @param octets as read, one char per octet; taken for UTF-8
   */
  String of(String octets) {
    return plain(
        mask.of(new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)));
  }

  /** Without control and format characters, and cut to the limit. */
  static String plain(String text) {
    String clean = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Z}]+", " ").strip();
    if (clean.length() <= LIMIT) {
      return clean;
    }
    int end = Character.isHighSurrogate(clean.charAt(LIMIT - 1)) ? LIMIT - 1 : LIMIT;
    return clean.substring(0, end) + "…";
  }
}
