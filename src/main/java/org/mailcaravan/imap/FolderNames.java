package org.mailcaravan.imap;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Encodes and decodes folder names, in modified UTF-7 or UTF-8. */
final class FolderNames {
  private FolderNames() {}

  /**
   * @param utf8 whether the connection is in UTF8=ACCEPT mode (RFC 6855)
   */
  static FolderName read(String wire, boolean utf8) {
    if (utf8) {
      return new FolderName(wire, utf8(wire).orElse(wire));
    }
    // Some servers send raw UTF-8 without UTF8=ACCEPT.
    return new FolderName(wire, ModifiedUtf7.decode(wire).or(() -> utf8(wire)).orElse(wire));
  }

  static FolderName write(String text, boolean utf8) {
    String wire =
        utf8
            ? new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
            : ModifiedUtf7.encode(text);
    return new FolderName(wire, text);
  }

  private static Optional<String> utf8(String octets) {
    try {
      byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
