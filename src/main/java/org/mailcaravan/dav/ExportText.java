package org.mailcaravan.dav;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Decodes the text of exports: as UTF-8 when it is valid, else as Windows-1252, the most frequent
 * other charset of exports.
 */
final class ExportText {
  private static final Charset FALLBACK = Charset.forName("windows-1252");

  private static final int LONGEST_NAME = 300;

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

  /** A charset by its name, or empty when Java does not know it. */
  static Optional<Charset> charset(String name) {
    try {
      return Optional.of(Charset.forName(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Removes control characters; a CR becomes a space. They are not allowed in cards and events (RFC
   * 5545, section 3.1; RFC 6350, section 3.3), nor in the XML in which servers send these.
   */
  static String withoutControls(String text) {
    if (!hasControls(text)) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    text.chars()
        .map(c -> c == '\r' ? ' ' : c)
        .filter(c -> !isControl(c))
        .forEach(c -> plain.append((char) c));
    return plain.toString();
  }

  /** Whether a text has control characters other than tabs. */
  static boolean hasControls(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isControl(int c) {
    return (c < ' ' && c != '\t') || c == 0x7f || c == 0xfffe || c == 0xffff;
  }

  /** A stranger's file name for reports: without control and format characters, and shortened. */
  static String shown(String name) {
    String plain = name.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]", "?");
    return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "...";
  }

  /** The name of a file without its folder. */
  static String fileName(Path file) {
    return shown(String.valueOf(file.getFileName()));
  }
}
