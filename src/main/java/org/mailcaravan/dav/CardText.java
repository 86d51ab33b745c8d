package org.mailcaravan.dav;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One card as vCard 3.0 (RFC 2426), which every CardDAV server must accept (RFC 6352, section 5.1).
 * A card of version 3.0 keeps its properties as they are; others are converted. A missing UID, N or
 * FN is added.
 *
 * @param uid its own, or derived from its content
 * @param properties without BEGIN, VERSION and END
 * @param losses lines that were left out, by number counted from 1, with the reason
 */
record CardText(String uid, List<CardLine> properties, SortedMap<Integer, String> losses) {
  // Each export rewrites them, so they do not count when two cards are compared.
  private static final Set<String> CHANGING = Set.of("REV", "PRODID", "VERSION");
  private static final Pattern CHARSET =
      Pattern.compile(";\\s*CHARSET\\s*=[^;:]*", Pattern.CASE_INSENSITIVE);
  private static final Pattern BASE64 =
      Pattern.compile(";\\s*(ENCODING\\s*=\\s*)?BASE64(?=;|$)", Pattern.CASE_INSENSITIVE);
  private static final Pattern QUOTED_PRINTABLE =
      Pattern.compile(
          ";\\s*(ENCODING\\s*=\\s*)?QUOTED-PRINTABLE(?=[;:]|$)", Pattern.CASE_INSENSITIVE);

  /**
   * The result of reading a card.
   *
   * @param card null when the card is empty or cannot be read
   */
  record Parsed(@Nullable CardText card, SortedMap<Integer, String> losses) {}

  /**
   * Reads a card.
   *
   * @param octets its physical lines, each ended by LF, from BEGIN to END
   */
  static Parsed parse(byte[] octets) {
    List<CardLine> lines = CardLines.of(octets);
    SortedMap<Integer, String> losses = new TreeMap<>();
    Optional<List<CardLine>> properties =
        isThree(lines)
            ? Optional.of(asTheyStand(lines, losses))
            : CardConversion.toThree(lines, losses);
    if (properties.isEmpty()) {
      return nothing("the card cannot be read");
    }
    if (properties.get().isEmpty()) {
      return nothing("the card is empty");
    }
    return new Parsed(complete(properties.get(), lines, losses), losses);
  }

  private static Parsed nothing(String cause) {
    return new Parsed(null, new TreeMap<>(Map.of(1, cause)));
  }

  /** Whether a card is version 3.0 and holds no other card (AGENT); otherwise it is converted. */
  private static boolean isThree(List<CardLine> lines) {
    String version = "";
    int begins = 0;
    for (CardLine line : lines) {
      begins += line.name().equals("BEGIN") ? 1 : 0;
      if (line.name().equals("VERSION") && version.isEmpty()) {
        version = line.value().strip();
      }
    }
    return begins == 1 && (version.startsWith("3") || version.isEmpty());
  }

  private static List<CardLine> asTheyStand(
      List<CardLine> lines, SortedMap<Integer, String> losses) {
    List<CardLine> properties = new ArrayList<>();
    int last = lines.get(lines.size() - 1).number();
    for (CardLine line : lines) {
      String name = line.name();
      if (!line.isProperty() || name.equals("BEGIN") || name.equals("END")) {
        boolean frame = line.number() == 1 || line.number() == last || line.text().isBlank();
        if (!frame) {
          losses.put(line.number(), CardConversion.NO_PROPERTY);
        }
      } else if (!name.equals("VERSION")) {
        properties.add(plain(line));
      }
    }
    return properties;
  }

  /** Version 3.0 has neither charsets nor quoted-printable, and calls base64 "b" (RFC 2426). */
  private static CardLine plain(CardLine line) {
    String head = CHARSET.matcher(line.head()).replaceAll("");
    String value = line.value();
    if (CardLine.encoding(head).equals("QUOTED-PRINTABLE")) {
      head = QUOTED_PRINTABLE.matcher(head).replaceAll("");
      value = ExportText.withoutControls(CardLines.decoded(line).replaceAll("\r\n|\r|\n", "\\\\n"));
    }
    return new CardLine(
        line.number(), BASE64.matcher(head).replaceAll(";ENCODING=b") + ":" + value);
  }

  private static CardText complete(
      List<CardLine> properties, List<CardLine> source, SortedMap<Integer, String> losses) {
    String uid = "";
    List<CardLine> all = new ArrayList<>();
    CardNames names = new CardNames();
    for (CardLine property : properties) {
      boolean isUid = property.name().equals("UID");
      if (isUid && uid.isEmpty()) {
        uid = property.value().strip();
      }
      if (!isUid && !names.isToBeFilledIn(property)) {
        all.add(property);
      }
    }
    names.fillIn(all);
    if (uid.isEmpty()) {
      uid = "mailcaravan-" + digestOf(source).hex();
    }
    return new CardText(uid, List.copyOf(all), losses);
  }

  private static Digest.Value digestOf(List<CardLine> lines) {
    Digest digest = new Digest();
    lines.stream()
        .filter(line -> !line.text().isBlank())
        .filter(line -> !CHANGING.contains(line.name()) && !line.name().equals("UID"))
        .map(CardText::normal)
        .forEach(digest::add);
    return digest.value();
  }

  private static String normal(CardLine line) {
    return line.head().toUpperCase(Locale.ROOT) + ":" + line.value();
  }

  /** Equal for cards with the same content, whatever their UID and the order of their lines. */
  Digest.Value digest() {
    return digestOf(
        properties.stream().sorted((one, other) -> normal(one).compareTo(normal(other))).toList());
  }

  /** The card as it is stored. */
  String text() {
    StringBuilder text = new StringBuilder("BEGIN:VCARD\r\nVERSION:3.0\r\n");
    text.append(ContentLine.fold("UID:" + uid));
    properties.forEach(property -> text.append(ContentLine.fold(property.text())));
    return text.append("END:VCARD\r\n").toString();
  }

  /** The same card under another UID. */
  CardText withUid(String other) {
    return new CardText(other, properties, losses);
  }
}
