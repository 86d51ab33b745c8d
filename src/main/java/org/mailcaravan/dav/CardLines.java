package org.mailcaravan.dav;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the lines of a card: unfolds them, even where a fold splits a character, and finds the
 * charset of each line. Quoted-printable lines stay encoded, with a CHARSET that fits their octets.
 */
final class CardLines {
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/=\\s]+");
  private static final Pattern CHARSET =
      Pattern.compile(";\\s*CHARSET\\s*=[^;:]*", Pattern.CASE_INSENSITIVE);
  private static final byte ESCAPE = 0x1b;

  private final List<CardLine> lines = new ArrayList<>();
  // The octets as Latin-1 characters.
  private final StringBuilder current = new StringBuilder(128);
  private final boolean keepsWhiteSpace;
  private String encoding = "";
  private int first;

  private CardLines(boolean keepsWhiteSpace) {
    this.keepsWhiteSpace = keepsWhiteSpace;
  }

  /**
   * The lines of a card.
   *
   * @param octets its physical lines, each ended by LF
   */
  static List<CardLine> of(byte[] octets) {
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    boolean old =
        Pattern.compile("^VERSION\\s*:\\s*2", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE)
            .matcher(text)
            .find();
    CardLines reading = new CardLines(old);
    int number = 0;
    for (int from = 0; from < octets.length; ) {
      int to = from;
      while (octets[to] != '\n') {
        to++;
      }
      reading.accept(++number, octets, from, to);
      from = to + 1;
    }
    reading.complete();
    return reading.lines;
  }

  private void accept(int number, byte[] octets, int from, int to) {
    boolean continues = current.length() > 0;
    if (continues && encoding.equals("QUOTED-PRINTABLE") && endsSoftly()) {
      // A soft line break (RFC 2045, section 6.7); white space after it is content.
      append(octets, from, to);
    } else if (from == to) {
      return;
    } else if (continues && (octets[from] == ' ' || octets[from] == '\t')) {
      // A fold adds the white space, except in vCard 2.1, which folds at white space of the text.
      int skipped = keepsWhiteSpace && encoding.isEmpty() ? 0 : 1;
      append(octets, from + skipped, to);
    } else if (continues && encoding.equals("BASE64") && isBase64(octets, from, to)) {
      // Old phones do not indent the lines of a photo.
      append(octets, from, to);
    } else {
      complete();
      first = number;
      append(octets, from, to);
      int colon = ContentLine.colon(current);
      encoding = colon < 0 ? "" : CardLine.encoding(current.substring(0, colon));
    }
  }

  private void append(byte[] octets, int from, int to) {
    current.append(new String(octets, from, to - from, StandardCharsets.ISO_8859_1));
  }

  /**
   * Removes a "=" at the end of the current line, with the white space after it, and tells whether
   * there was one.
   */
  private boolean endsSoftly() {
    int end = current.length();
    while (end > 0 && (current.charAt(end - 1) == ' ' || current.charAt(end - 1) == '\t')) {
      end--;
    }
    if (end == 0 || current.charAt(end - 1) != '=') {
      return false;
    }
    current.setLength(end - 1);
    return true;
  }

  private static boolean isBase64(byte[] octets, int from, int to) {
    return BASE64
        .matcher(new String(octets, from, to - from, StandardCharsets.ISO_8859_1))
        .matches();
  }

  private void complete() {
    if (current.length() > 0) {
      byte[] octets = current.toString().getBytes(StandardCharsets.ISO_8859_1);
      String text = ExportText.withoutControls(decode(octets));
      lines.add(new CardLine(first, encoding.equals("QUOTED-PRINTABLE") ? fixed(text) : text));
    }
    current.setLength(0);
    encoding = "";
  }

  /**
   * Decodes as UTF-8 when that is valid, else in the charset that the line names, else as {@link
   * ExportText#decode} does. ISO-2022-JP is valid UTF-8 too; its escapes give it away.
   */
  private static String decode(byte[] octets) {
    Optional<String> utf8 = ExportText.utf8(octets);
    boolean escapes = false;
    for (byte octet : octets) {
      escapes |= octet == ESCAPE;
    }
    if (utf8.isPresent() && !escapes) {
      return utf8.get();
    }
    String latin = new String(octets, StandardCharsets.ISO_8859_1);
    int colon = ContentLine.colon(latin);
    return named(colon < 0 ? latin : latin.substring(0, colon))
        .map(charset -> new String(octets, charset))
        .orElseGet(() -> ExportText.decode(octets));
  }

  /** The charset that a line names; empty for UTF-8, an unknown one or none. */
  private static Optional<Charset> named(String head) {
    return CardLine.parameter(head, "CHARSET")
        .flatMap(ExportText::charset)
        .filter(charset -> !charset.equals(StandardCharsets.UTF_8));
  }

  /** Gives a quoted-printable line the CHARSET that its octets are in. */
  private static String fixed(String text) {
    int colon = ContentLine.colon(text);
    String head = text.substring(0, colon);
    byte[] octets = quotedPrintable(text.substring(colon + 1));
    Optional<Charset> named = named(head);
    String charset =
        ExportText.utf8(octets).isPresent() && named.filter(CardLines::isSevenBit).isEmpty()
            ? "UTF-8"
            : named.map(Charset::name).orElse("windows-1252");
    return CHARSET.matcher(head).replaceAll("") + ";CHARSET=" + charset + text.substring(colon);
  }

  /** Whether a charset uses only seven bits, so that its octets are valid UTF-8. */
  private static boolean isSevenBit(Charset charset) {
    String name = charset.name().toUpperCase(Locale.ROOT);
    return name.startsWith("ISO-2022") || name.equals("UTF-7");
  }

  /**
   * The octets of a quoted-printable value (RFC 2045, section 6.7); an invalid escape stays as it
   * is.
   */
  static byte[] quotedPrintable(String value) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream octets = new ByteArrayOutputStream(encoded.length);
    for (int i = 0; i < encoded.length; i++) {
      int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
      int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], 16) : -1;
      if (encoded[i] == '=' && high >= 0 && low >= 0) {
        octets.write(high << 4 | low);
        i += 2;
      } else {
        octets.write(encoded[i]);
      }
    }
    return octets.toByteArray();
  }

  /** The decoded value of a quoted-printable line of {@link #of}. */
  static String decoded(CardLine line) {
    Charset charset =
        line.parameter("CHARSET").flatMap(ExportText::charset).orElse(StandardCharsets.UTF_8);
    return new String(quotedPrintable(line.value()), charset);
  }
}
