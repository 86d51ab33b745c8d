package org.mailcaravan.sync.messages;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Content;

/**
 * The date that a message is stored with: INTERNALDATE of the source; where that is missing or
 * cannot be true (IceWarp tells 30-Dec-1899), the date of the topmost Received line; else the Date
 * field.
 */
public final class MessageDate {
  /** Nothing is older than the second day of 1970; servers without a date tell zero. */
  private static final long EARLIEST = 86_400;

  private static final int LAST_YEAR = 9998;
  private static final int LONGEST_HEADER = 256 * 1024;

  /** Characters of a date, with its folding and a comment. */
  private static final int LONGEST_DATE = 1000;

  private static final int SEMICOLONS = 8;

  private static final Pattern DATE =
      Pattern.compile(
          "(\\d{1,2})[ -]+(\\p{Alpha}{3})\\p{Alpha}*[ -]+(\\d{2,4}) +(\\d{1,2}):(\\d{2})(?::(\\d{2}))?"
              + " *([+-]\\d{4}|\\p{Alpha}{1,5})?");

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  /** RFC 5322 section 4.3; a zone that nobody knows is UTC. */
  private static final Map<String, Integer> ZONES =
      Map.of(
          "EST", -5, "EDT", -4, "CST", -6, "CDT", -5, "MST", -7, "MDT", -6, "PST", -8, "PDT", -7);

  private MessageDate() {}

  /** Whether the source tells a date that a message can have. */
  public static boolean isTold(@Nullable OffsetDateTime internalDate) {
    return internalDate != null
        && isTold(internalDate.toEpochSecond())
        && internalDate.getYear() <= LAST_YEAR;
  }

  /** As of {@link MessageTable#date}. */
  public static boolean isTold(long epochSecond) {
    return epochSecond >= EARLIEST;
  }

  /** From the topmost Received, or else from Date; empty when none has one that can be true. */
  public static Optional<OffsetDateTime> ofHeader(Content content, Clock clock) {
    String header = header(content);
    return fields(header, "received").stream()
        .flatMap(value -> received(value, clock).stream())
        .findFirst()
        .or(
            () ->
                fields(header, "date").stream()
                    .flatMap(value -> parse(value, clock).stream())
                    .findFirst());
  }

  /** The date stands after the last semicolon, but a comment after it may contain one too. */
  private static Optional<OffsetDateTime> received(String value, Clock clock) {
    int at = value.length();
    for (int tries = 0; tries < SEMICOLONS && at > 0; tries++) {
      at = value.lastIndexOf(';', at - 1);
      Optional<OffsetDateTime> date = parse(value.substring(at + 1), clock);
      if (date.isPresent()) {
        return date;
      }
    }
    return Optional.empty();
  }

  /** The values of all fields of a name, from the top, without their foldings. */
  private static List<String> fields(String header, String name) {
    List<String> values = new ArrayList<>();
    int end;
    for (int start = 0; start < header.length(); start = end + 1) {
      end = endOfField(header, start);
      int colon = start + name.length();
      if (header.regionMatches(true, start, name, 0, name.length())) {
        while (colon < end && (header.charAt(colon) == ' ' || header.charAt(colon) == '\t')) {
          colon++;
        }
        if (colon < end && header.charAt(colon) == ':') {
          values.add(header.substring(colon + 1, end).replace('\n', ' ').replace('\t', ' '));
        }
      }
    }
    return values;
  }

  /** A line that begins with a blank goes on with the field (RFC 5322 section 2.2.3). */
  private static int endOfField(String header, int start) {
    int end = header.indexOf('\n', start);
    while (end >= 0
        && end + 1 < header.length()
        && (header.charAt(end + 1) == ' ' || header.charAt(end + 1) == '\t')) {
      end = header.indexOf('\n', end + 1);
    }
    return end < 0 ? header.length() : end;
  }

  private static Optional<OffsetDateTime> parse(String text, Clock clock) {
    Matcher m = DATE.matcher(text.substring(0, Math.min(text.length(), LONGEST_DATE)));
    int month = m.find() ? MONTHS.indexOf(m.group(2).toLowerCase(Locale.ROOT)) + 1 : 0;
    if (month == 0) {
      return Optional.empty();
    }
    try {
      OffsetDateTime date =
          OffsetDateTime.of(
              year(m.group(3)),
              month,
              Integer.parseInt(m.group(1)),
              Integer.parseInt(m.group(4)),
              Integer.parseInt(m.group(5)),
              m.group(6) == null ? 0 : Math.min(59, Integer.parseInt(m.group(6))),
              0,
              zone(m.group(7)));
      boolean possible =
          isTold(date) && date.toInstant().isBefore(clock.instant().plus(Duration.ofDays(1)));
      return possible ? Optional.of(date) : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** RFC 5322 section 4.3. */
  private static int year(String digits) {
    int year = Integer.parseInt(digits);
    if (digits.length() == 2) {
      return year < 50 ? 2000 + year : 1900 + year;
    }
    return digits.length() == 3 ? 1900 + year : year;
  }

  private static ZoneOffset zone(@Nullable String zone) {
    if (zone == null || Character.isLetter(zone.charAt(0))) {
      String name = zone == null ? "" : zone.toUpperCase(Locale.ROOT);
      return ZoneOffset.ofHours(ZONES.getOrDefault(name, 0));
    }
    int minutes = Integer.parseInt(zone.substring(1, 3)) * 60 + Integer.parseInt(zone.substring(3));
    return ZoneOffset.ofTotalSeconds((zone.charAt(0) == '-' ? -minutes : minutes) * 60);
  }

  /** Up to the first empty line, with LF as line ends and one char per octet. */
  private static String header(Content content) {
    HeaderOnly header = new HeaderOnly();
    try {
      content.writeTo(header);
    } catch (EnoughRead e) {
      // The header is complete.
    } catch (IOException e) {
      // It fails again when it is sent, and is reported then.
      return "";
    }
    return header.octets.toString(StandardCharsets.ISO_8859_1);
  }

  private static final class EnoughRead extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private static final class HeaderOnly extends OutputStream {
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private boolean lineEmpty = true;

    @Override
    public void write(int octet) throws IOException {
      if ((octet == '\n' && lineEmpty && octets.size() > 0) || octets.size() >= LONGEST_HEADER) {
        throw new EnoughRead();
      }
      if (octet != '\r') {
        lineEmpty = octet == '\n';
        octets.write(octet);
      }
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      for (int i = offset; i < offset + length; i++) {
        write(from[i]);
      }
    }
  }
}
