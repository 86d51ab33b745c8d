package org.mailcaravan.imap;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.mailcaravan.model.Secret;

/**
 * Makes the words of a server fit to be shown: no control characters, not too long, and without the
 * credentials that some servers echo. One per connection; thread-safe.
 */
final class DisplayText {
  /** Longer texts are cut here, in characters. */
  static final int LIMIT = 500;

  /** A secret shorter than this is only hidden where it stands alone, else it would hide words. */
  private static final int SHORT = 4;

  private final List<Pattern> hidden = new ArrayList<>();

  /** Hides a secret from now on, in clear and in the forms that it takes on the wire. */
  synchronized void hide(String secret) {
    if (secret.isEmpty()) {
      return;
    }
    hideForm(secret);
    hideForm(secret.replace("\\", "\\\\").replace("\"", "\\\""));
    hideForm(Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
  }

  private void hideForm(String form) {
    String quoted = Pattern.quote(form);
    hidden.add(
        Pattern.compile(
            form.length() < SHORT
                ? "(?<![\\p{L}\\p{N}])" + quoted + "(?![\\p{L}\\p{N}])"
                : quoted));
  }

  /**
   * The text for people.
   *
   * @param octets as read, one char per octet; taken for UTF-8
   */
  synchronized String of(String octets) {
    String text = new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    for (Pattern pattern : hidden) {
      text = pattern.matcher(text).replaceAll(Secret.MASK);
    }
    return plain(text);
  }

  /** Without control and format characters, and cut to the limit. */
  static String plain(String text) {
    String clean = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Z}]+", " ").strip();
    if (clean.length() <= LIMIT) {
      return clean;
    }
    int end = Character.isHighSurrogate(clean.charAt(LIMIT - 1)) ? LIMIT - 1 : LIMIT;
    return clean.substring(0, end) + "…";
  }
}
