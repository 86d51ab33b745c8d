package org.mailcaravan.dav;

import ezvcard.Ezvcard;
import ezvcard.VCard;
import ezvcard.VCardVersion;
import ezvcard.io.ParseWarning;
import ezvcard.io.text.VCardReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Converts vCard 2.1 and 4.0 (RFC 6350) to 3.0 (RFC 2426). */
final class CardConversion {
  static final String NO_PROPERTY =
      "this line is not a property of a vCard; the card was imported without it";

  // Codes of the ez-vcard warnings that say that a line was dropped. After others the value is
  // kept.
  private static final Set<Integer> LOST = Set.of(22, 27);
  private static final Set<String> DATES = Set.of("BDAY", "ANNIVERSARY", "DEATHDATE");
  private static final Pattern MONTH_AND_DAY = Pattern.compile("--(\\d\\d)-?(\\d\\d)");
  private static final Pattern FULL_DATE =
      Pattern.compile("\\d{4}-?\\d\\d-?\\d\\d(T\\d\\d:?\\d\\d:?\\d\\d(Z|[+-]\\d\\d:?\\d\\d)?)?");
  private static final Pattern READING =
      Pattern.compile(";(TYPE=)?X-IRMC-N(;|$)", Pattern.CASE_INSENSITIVE);
  private static final List<String> READINGS =
      List.of("X-PHONETIC-LAST-NAME", "X-PHONETIC-FIRST-NAME");
  private static final Set<String> FRAME = Set.of("BEGIN", "END", "VERSION", "");

  private CardConversion() {}

  /**
   * The properties in the form of version 3.0; empty when the card cannot be read.
   *
   * @param losses receives the lines that could not be converted, with the reason
   */
  static Optional<List<CardLine>> toThree(List<CardLine> lines, SortedMap<Integer, String> losses) {
    boolean four =
        lines.stream()
            .anyMatch(line -> line.name().equals("VERSION") && line.value().startsWith("4"));
    List<CardLine> converted = new ArrayList<>();
    List<CardLine> kept = new ArrayList<>();
    for (CardLine line : lines) {
      if (four && staysAsItStands(line)) {
        kept.add(withYear(line));
      } else if (line.name().equals("SOUND") && READING.matcher(line.head()).find()) {
        addReading(line, kept);
      } else {
        converted.add(line);
      }
    }
    Optional<String> text = write(converted, losses);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    List<CardLine> properties = new ArrayList<>(kept);
    CardLines.of(text.get().replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8)).stream()
        .filter(line -> !FRAME.contains(line.name()))
        .map(CardConversion::plain)
        .forEach(properties::add);
    if (four) {
      addGroup(properties);
    }
    return Optional.of(properties);
  }

  /** Whether both versions write the property alike and the conversion would lose a part of it. */
  private static boolean staysAsItStands(CardLine line) {
    return line.name().equals("N")
        || (DATES.contains(line.name()) && !FULL_DATE.matcher(line.value().strip()).matches());
  }

  /** Version 3.0 has no dates without a year; most programs understand Apple's form. */
  private static CardLine withYear(CardLine line) {
    Matcher date = MONTH_AND_DAY.matcher(line.value().strip());
    return date.matches()
        ? new CardLine(
            line.number(),
            line.name()
                + ";X-APPLE-OMIT-YEAR=1604;VALUE=date:1604-"
                + date.group(1)
                + "-"
                + date.group(2))
        : line;
  }

  private static Optional<String> write(List<CardLine> lines, SortedMap<Integer, String> losses) {
    StringBuilder source = new StringBuilder();
    lines.forEach(line -> source.append(line.text()).append("\r\n"));
    try (VCardReader reader = new VCardReader(source.toString())) {
      reader.setDefaultQuotedPrintableCharset(StandardCharsets.UTF_8);
      VCard card = reader.readNext();
      if (card == null) {
        return Optional.empty();
      }
      for (ParseWarning warning : reader.getWarnings()) {
        Integer code = warning.getCode();
        if (code != null && LOST.contains(code)) {
          int number = Objects.requireNonNullElse(warning.getLineNumber(), 1);
          losses.put(lines.get(Math.min(number, lines.size()) - 1).number(), NO_PROPERTY);
        }
      }
      return Optional.of(
          Ezvcard.write(card).version(VCardVersion.V3_0).versionStrict(false).prodId(false).go());
    } catch (IOException | RuntimeException e) {
      // The source is in memory, so a failure means that the card is broken.
      return Optional.empty();
    }
  }

  /** Removes the charset, since all is UTF-8 now, and the escapes from URLs, which have none. */
  private static CardLine plain(CardLine line) {
    String value = line.value();
    return new CardLine(
        line.number(),
        line.head().replaceAll("(?i);CHARSET=[^;:]*", "")
            + ":"
            + (line.name().equals("URL") ? value.replaceAll("\\\\([;,:])", "$1") : value));
  }

  /**
   * Japanese phones write the reading of a name as a SOUND. It becomes the property that Apple's
   * programs use.
   */
  private static void addReading(CardLine line, List<CardLine> kept) {
    String reading =
        CardLine.encoding(line.head()).equals("QUOTED-PRINTABLE")
            ? CardLines.decoded(line)
            : line.value();
    List<String> parts = List.of(reading.split(";", -1));
    for (int i = 0; i < Math.min(parts.size(), READINGS.size()); i++) {
      if (!parts.get(i).isBlank()) {
        String text = ExportText.withoutControls(parts.get(i).strip()).replace(",", "\\,");
        kept.add(new CardLine(line.number(), READINGS.get(i) + ":" + text));
      }
    }
  }

  /**
   * Adds the properties with which Apple's address book server marks a distribution list in version
   * 3.0; most servers and clients know them.
   */
  private static void addGroup(List<CardLine> properties) {
    List<CardLine> added = new ArrayList<>();
    for (CardLine property : properties) {
      if (property.name().equals("KIND") || property.name().equals("MEMBER")) {
        added.add(
            new CardLine(
                property.number(),
                "X-ADDRESSBOOKSERVER-" + property.name() + ":" + property.value()));
      }
    }
    properties.addAll(added);
  }
}
