package org.mailcaravan.imap;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** The encoding of folder names in IMAP4rev1 (RFC 3501 section 5.1.3). */
final class ModifiedUtf7 {
  private ModifiedUtf7() {}

  static String encode(String text) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (printable(c)) {
        out.append(c == '&' ? "&-" : String.valueOf(c));
        i++;
        continue;
      }
      int end = i;
      while (end < text.length() && !printable(text.charAt(end))) {
        end++;
      }
      out.append('&').append(base64(text.substring(i, end))).append('-');
      i = end;
    }
    return out.toString();
  }

  private static String base64(String part) {
    ByteBuffer octets = ByteBuffer.allocate(part.length() * 2);
    part.chars().forEach(c -> octets.putChar((char) c));
    return Base64.getEncoder().withoutPadding().encodeToString(octets.array()).replace('/', ',');
  }

  /** The text, or empty when {@code wire} is not in this encoding. */
  static Optional<String> decode(String wire) {
    StringBuilder text = new StringBuilder();
    int i = 0;
    while (i < wire.length()) {
      char c = wire.charAt(i);
      if (c > '~') {
        return Optional.empty();
      }
      if (c != '&') {
        text.append(c);
        i++;
        continue;
      }
      int end = wire.indexOf('-', i);
      if (end < 0) {
        return Optional.empty();
      }
      if (end == i + 1) {
        text.append('&');
      } else {
        Optional<String> part = decodeBase64(wire.substring(i + 1, end));
        if (part.isEmpty()) {
          return part;
        }
        text.append(part.get());
      }
      i = end + 1;
    }
    return Optional.of(text.toString());
  }

  private static Optional<String> decodeBase64(String base64) {
    if (base64.indexOf('/') >= 0 || base64.indexOf('=') >= 0) {
      return Optional.empty();
    }
    try {
      byte[] octets = Base64.getDecoder().decode(base64.replace(',', '/'));
      return Optional.of(
          StandardCharsets.UTF_16BE.newDecoder().decode(ByteBuffer.wrap(octets)).toString());
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean printable(char c) {
    return c >= ' ' && c <= '~';
  }
}
