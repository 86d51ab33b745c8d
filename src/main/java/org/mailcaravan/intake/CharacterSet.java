package org.mailcaravan.intake;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The character sets that spreadsheet programs and editors write, and how they are told apart. */
enum CharacterSet {
  UTF_8("UTF-8", StandardCharsets.UTF_8),
  UTF_16LE("UTF-16LE", StandardCharsets.UTF_16LE),
  UTF_16BE("UTF-16BE", StandardCharsets.UTF_16BE),

  /** What Excel writes in the west as "CSV"; taken for everything that is nothing else. */
  WINDOWS_1252("Windows-1252, as it is not UTF-8", Charset.forName("windows-1252"));

  /** Octets that are looked at to find out about UTF-16. */
  private static final int SAMPLE = 1 << 16;

  private static final char REPLACEMENT = '\uFFFD';

  private final String words;
  private final Charset charset;

  CharacterSet(String words, Charset charset) {
    this.words = words;
    this.charset = charset;
  }

  /** Its name, for people. */
  String words() {
    return words;
  }

  Charset charset() {
    return charset;
  }

  /** Whether the file does not prove it, so that letters may be others. */
  boolean isGuessed() {
    return this == WINDOWS_1252;
  }

  /**
   * The character set of a file: by its byte order mark; UTF-16 without one by its zeros; UTF-8
   * where everything is; else Windows-1252, unless other letters are UTF-8: such a file was pasted
   * together, and no guess would be right for all of it.
   */
  static CharacterSet of(byte[] octets) {
    if (beginsWith(octets, 0xff, 0xfe)) {
      return UTF_16LE;
    }
    if (beginsWith(octets, 0xfe, 0xff)) {
      return UTF_16BE;
    }
    int pairs = Math.min(octets.length, SAMPLE) / 2;
    int high = zeros(octets, pairs, 0);
    int low = zeros(octets, pairs, 1);
    if (octets.length % 2 == 0 && Math.max(high, low) > pairs / 2 && Math.min(high, low) == 0) {
      return high > low ? UTF_16BE : UTF_16LE;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
      return UTF_8;
    } catch (CharacterCodingException e) {
      boolean isMixed =
          new String(octets, StandardCharsets.UTF_8)
              .chars()
              .anyMatch(c -> c >= 0x80 && c != REPLACEMENT);
      return isMixed ? UTF_8 : WINDOWS_1252;
    }
  }

  private static boolean beginsWith(byte[] octets, int first, int second) {
    return octets.length > 1 && octets[0] == (byte) first && octets[1] == (byte) second;
  }

  private static int zeros(byte[] octets, int pairs, int offset) {
    int zeros = 0;
    for (int i = 0; i < pairs; i++) {
      zeros += octets[2 * i + offset] == 0 ? 1 : 0;
    }
    return zeros;
  }
}
