package org.mailcaravan.dav;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Octets of an export as text: UTF-8 when they are valid UTF-8, else Windows-1252, which is what
 * the exports that are not UTF-8 were written in most often.
 */
final class ExportText {
  private static final Charset FALLBACK = Charset.forName("windows-1252");

  private ExportText() {}

  static String decode(byte[] octets) {
    return utf8(octets).orElseGet(() -> new String(octets, FALLBACK));
  }

  /** The text, or empty when it is not valid UTF-8. */
  static Optional<String> utf8(byte[] octets) {
    String lenient = new String(octets, StandardCharsets.UTF_8);
    if (lenient.indexOf('\uFFFD') < 0) {
      return Optional.of(lenient); // the usual case, without the large buffer of a strict decoder
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(octets))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Whether the file begins with the byte order mark of UTF-16. */
  static boolean isUtf16(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      int first = in.read();
      int second = in.read();
      return (first == 0xFE && second == 0xFF) || (first == 0xFF && second == 0xFE);
    }
  }

  /** The name of a file without its folder. */
  static String fileName(Path file) {
    return String.valueOf(file.getFileName());
  }
}
