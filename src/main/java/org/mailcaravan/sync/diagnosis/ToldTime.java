package org.mailcaravan.sync.diagnosis;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out until when a server asks to wait: {@code until 05:00 UTC}, {@code try again after
 * 2026-11-28T05:00:00Z}, {@code resets at 5:30 pm GMT}, {@code nach 18:30 Uhr}, {@code come back
 * tomorrow}. Without a zone it is taken for UTC: where our providers are, that is late rather than
 * early.
 */
public final class ToldTime {
  /** Nobody is made to wait longer, whatever a server says. */
  public static final Duration LONGEST = Duration.ofHours(24);

  /** A time of day that is over since so short a while is no time of tomorrow. */
  private static final Duration JUST_OVER = Duration.ofMinutes(15);

  private static final Map<String, ZoneOffset> ZONES =
      Map.ofEntries(
          Map.entry("z", ZoneOffset.UTC),
          Map.entry("utc", ZoneOffset.UTC),
          Map.entry("gmt", ZoneOffset.UTC),
          Map.entry("ut", ZoneOffset.UTC),
          Map.entry("wet", ZoneOffset.UTC),
          Map.entry("bst", ZoneOffset.ofHours(1)),
          Map.entry("cet", ZoneOffset.ofHours(1)),
          Map.entry("mez", ZoneOffset.ofHours(1)),
          Map.entry("cest", ZoneOffset.ofHours(2)),
          Map.entry("mesz", ZoneOffset.ofHours(2)),
          Map.entry("eet", ZoneOffset.ofHours(2)),
          Map.entry("eest", ZoneOffset.ofHours(3)),
          Map.entry("msk", ZoneOffset.ofHours(3)),
          Map.entry("ist", ZoneOffset.ofHoursMinutes(5, 30)),
          Map.entry("jst", ZoneOffset.ofHours(9)),
          Map.entry("est", ZoneOffset.ofHours(-5)),
          Map.entry("edt", ZoneOffset.ofHours(-4)),
          Map.entry("cdt", ZoneOffset.ofHours(-5)),
          Map.entry("mst", ZoneOffset.ofHours(-7)),
          Map.entry("mdt", ZoneOffset.ofHours(-6)),
          Map.entry("pst", ZoneOffset.ofHours(-8)),
          Map.entry("pdt", ZoneOffset.ofHours(-7)));

  private static final String ZONE =
      "(?<zone>(?:utc|gmt)?[+-]\\d{1,2}(?::?\\d\\d)?|" + String.join("|", ZONES.keySet()) + ")\\b";

  private static final String TIME =
      "(?<hour>\\d{1,2})(?::(?<minute>\\d\\d)(?::\\d\\d(?:\\.\\d{1,9})?)?)?(?:\\s*(?<half>[ap])\\.?m\\b\\.?)?";

  /** Only what asks somebody to wait, as in {@link ToldWait}. */
  private static final String PLEA =
      "(?:"
          + String.join(
              "|",
              "(?<!valid |messages |mails |dated )\\b(?:until|till|bis(?: zum)?|jusqu['’]?(?:à|au)|hasta(?: las| el)?|fino (?:alle|al|a)|até(?: às)?|tot)",
              "(?:до|après|nach)",
              "\\bnot before",
              "\\bretry[- ]after",
              "(?<!last |failed |previous )\\b(?:(?:re)?(?:try|connect|set|sume|open|log ?in)|come|back|again|resets|resumes|reopens|available"
                  + "|restored|unlocked|unblocked|lifted|ends?|expires?)\\b(?:\\s+\\w+){0,3}?\\s+(?:at|after|on|from|by)")
          + ")\\s*[:=]?\\s*(?:about\\s+|the\\s+)?";

  private static final Pattern ISO =
      Pattern.compile(
          PLEA
              + "(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)(?:(?:t|\\s+|\\s+at\\s+)"
              + TIME
              + "(?:\\s*"
              + ZONE
              + ")?)?");

  /** RFC 5322 and RFC 9051, {@code Sat, 28 Nov 2026 05:00:00 +0000}. */
  private static final Pattern MAIL =
      Pattern.compile(
          PLEA
              + "(?:[a-z]{2,9},?\\s+)?(?<day>\\d{1,2})[ -](?<name>[a-z]{3})[a-z]{0,6}[ -](?<year>\\d{4}),?(?:\\s+(?:at\\s+)?"
              + TIME
              + "(?:\\s*"
              + ZONE
              + ")?)?");

  /** {@code Nov 28, 2026 05:00 UTC}. */
  private static final Pattern AMERICAN =
      Pattern.compile(
          PLEA
              + "(?:[a-z]{2,9},?\\s+)?(?<name>[a-z]{3})[a-z]{0,6} (?<day>\\d{1,2}),? (?<year>\\d{4}),?(?:\\s+(?:at\\s+)?"
              + TIME
              + "(?:\\s*"
              + ZONE
              + ")?)?");

  /** {@code 28.11.2026, 18:30 Uhr}. */
  private static final Pattern DOTTED =
      Pattern.compile(
          PLEA
              + "(?<day>\\d{1,2})\\.(?<month>\\d{1,2})\\.(?<year>\\d{4})(?:(?:,|\\s|um|at|à|alle|a las|às|om|o){1,4}"
              + TIME
              + "(?:\\s*"
              + ZONE
              + ")?)?");

  private static final Pattern OF_DAY = Pattern.compile(PLEA + TIME + "\\s*\\(?" + ZONE);

  /** Words that ask to wait so clearly that the time behind them needs no zone. */
  private static final String CLEAR_PLEA =
      "(?:"
          + String.join(
              "|",
              "(?<!valid |messages |mails |dated )\\b(?:until|till|hasta|fino (?:alle|al|a)|até|tot|bis|jusqu['’]?(?:à|au))",
              "\\bnot before",
              "(?<!last |failed |failing |first )\\b(?:re)?(?:try|back|again|sets?|sumes?|opens?|available|restored|unlocked|unblocked"
                  + "|lifted|ends|expires)(?: (?:again|back|it|please|to log ?in|log(?:ging)? ?in))* (?:at|after|from|by)",
              "\\b(?:re)?(?:log ?in|sign in|connect) (?:after|from)",
              "\\b(?:(?:ver|er)such|probeer|spróbuj)[^.\\d]{0,40}?(?:um|om|o)",
              "\\b(?:après|nach|ab|à partir d[eu]|dès|dopo|dalle|a partir d[eao]s?|después de|após|depois d[ea]s?|na|vanaf|po|od)",
              "(?:до|после)",
              "\\b(?:wieder|erneut|terug|wróć|revene[zr]|torna(?:te|re)?|vuelv\\w+|regres\\w+|volt[ae]\\w*|riprov\\w+|réessay\\w+"
                  + "|int[eé]nt\\w+|tente)\\b[^.\\d]{0,20}?\\b(?:um|om|o|à|a|alle|às)",
              "(?:\\b(?:tomorrow|morgen|demain|domani|amanhã|jutro)|mañana|завтра)(?: (?:früh|matin|mattina))?"
                  + " (?:at|um|from|alle|à|a|às|om|o|в)")
          + ")\\s*[:=]?\\s*(?:(?:about|the|um|zu[mr]?|le|la|las|los|as|às|alle|ore|om|godz\\.|godzin\\w+)\\s+){0,2}";

  /** {@code after 2h} is a time to wait, and no time of day. */
  private static final String NOT_HOURS =
      "(?!(?<=\\b(?:after|nach|na|po|dopo|après|después de|após)\\s{1,3})\\d{1,2}\\s?(?:h|uur)\\b(?!\\s?\\d))";

  private static final String HOUR_MARK = "\\s*(?:uhr|uur|o['’]clock)\\b";

  /** With minutes, with a.m. or p.m., or as an hour that is called one. */
  private static final String CLEAR_TIME =
      "(?<hour>\\d{1,2})(?:(?::|\\s?h\\s?|\\.(?=\\d\\d"
          + HOUR_MARK
          + "))(?<minute>\\d\\d)(?::\\d\\d)?(?!\\d|[:.]\\d)(?:\\s*(?<half>[ap])\\.?m\\b\\.?)?|\\s*(?<am>[ap])\\.?m\\b\\.?|(?="
          + HOUR_MARK
          + ")|\\s?h\\b)";

  /** {@code 5:30 minutes} is no time of day. */
  private static final Pattern BY_CLOCK =
      Pattern.compile(
          CLEAR_PLEA
              + NOT_HOURS
              + CLEAR_TIME
              + "(?!\\s*(?:m|s|min|sec|minut\\w*|second\\w*)\\b)(?:\\s*\\(?"
              + ZONE
              + ")?");

  /** Italian writes a dot, and nothing behind it. */
  private static final Pattern BY_ITALIAN_CLOCK =
      Pattern.compile(
          "\\b(?:dopo|dalle|alle|fino alle)(?: le)?(?: ore)? (?<hour>\\d{1,2})\\.(?<minute>\\d\\d)\\b(?<half>)(?<am>)(?<zone>)");

  private static final Pattern TIME_BEHIND =
      Pattern.compile(
          "\\b(?:um|om|o) "
              + CLEAR_TIME
              + "(?<zone>)(?=(?:"
              + HOUR_MARK
              + ")?[^.\\d]{0,20}(?:erneut|wieder|noch ?mal|opnieuw|ponownie))");

  private static final Pattern NEXT_DAY =
      Pattern.compile("\\b(?:tomorrow|morgen|demain|domani|amanhã|jutro)\\b|mañana|завтра");

  /** When its day begins and ends, a server does not say: after a day it is over everywhere. */
  private static final Pattern TOMORROW =
      Pattern.compile(
          "\\b(?:(?:re)?(?:try|connect|log ?in)|come|back|again|wait|until|till|resets?|available)\\b[^.]{0,30}?\\b(?:tomorrow|midnight|next day)\\b"
              + "|\\b(?:versuch|probeer)\\w*[^.]{0,30}?\\bmorgen\\b"
              + "|(?:réessay|riprov|int[eé]nt|tente|spróbuj|попробуйте)[^.]{0,30}?(?:demain|domani|mañana|amanhã|jutro|завтра)|请?明天再|明日(?:また|再)");

  private static final Map<String, Integer> MONTHS =
      Stream.of(Month.values())
          .collect(
              Collectors.toUnmodifiableMap(
                  month ->
                      month
                          .getDisplayName(TextStyle.SHORT, Locale.ENGLISH)
                          .toLowerCase(Locale.ROOT),
                  Month::getValue));

  private ToldTime() {}

  /**
   * How long it is until then; empty when no time is told, or one that is over or too far off.
   *
   * @param words in lower case
   */
  static Optional<Duration> in(String words, Instant now) {
    for (Pattern pattern : new Pattern[] {ISO, MAIL, AMERICAN, DOTTED}) {
      Matcher date = pattern.matcher(words);
      if (date.find()) {
        return until(date(date, pattern == MAIL || pattern == AMERICAN), now);
      }
    }
    Matcher ofDay = OF_DAY.matcher(words);
    if (ofDay.find() && (ofDay.group("minute") != null || ofDay.group("half") != null)) {
      return until(nextTime(ofDay, ofDay.group("half"), words, now), now);
    }
    return byClock(words, now)
        .or(() -> TOMORROW.matcher(words).find() ? Optional.of(LONGEST) : Optional.empty());
  }

  /**
   * A time of day that can be nothing else, not even {@code 18h}, which are hours in other
   * sentences.
   *
   * @param words in lower case
   */
  static Optional<Duration> byClock(String words, Instant now) {
    for (Pattern pattern : new Pattern[] {BY_CLOCK, BY_ITALIAN_CLOCK, TIME_BEHIND}) {
      Matcher clock = pattern.matcher(words);
      if (clock.find()) {
        String half = clock.group("half") == null ? clock.group("am") : clock.group("half");
        return until(nextTime(clock, half, words, now), now);
      }
    }
    return Optional.empty();
  }

  private static Optional<Duration> until(@Nullable Instant then, Instant now) {
    if (then == null || !then.isAfter(now)) {
      return Optional.empty();
    }
    Duration left = Duration.between(now, then);
    return left.compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(left);
  }

  private static @Nullable Instant date(Matcher found, boolean named) {
    try {
      String month = found.group(named ? "name" : "month");
      Integer number = named ? MONTHS.get(month) : Integer.valueOf(month);
      if (number == null) {
        return null;
      }
      LocalDate day =
          LocalDate.of(
              Integer.parseInt(found.group("year")), number, Integer.parseInt(found.group("day")));
      LocalTime time =
          found.group("hour") == null ? LocalTime.MIDNIGHT : time(found, found.group("half"));
      return OffsetDateTime.of(day, time, zone(found.group("zone"))).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static @Nullable Instant nextTime(
      Matcher found, @Nullable String half, String words, Instant now) {
    try {
      ZoneOffset zone = zone(found.group("zone"));
      OffsetDateTime today = now.atOffset(zone);
      Instant then = OffsetDateTime.of(today.toLocalDate(), time(found, half), zone).toInstant();
      if (NEXT_DAY.matcher(words).find()) {
        Instant tomorrow = then.plus(Duration.ofDays(1));
        Instant latest = now.plus(LONGEST);
        return tomorrow.isBefore(latest) ? tomorrow : latest;
      }
      return then.isAfter(now.minus(JUST_OVER)) ? then : then.plus(Duration.ofDays(1));
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static LocalTime time(Matcher found, @Nullable String half) {
    int hour = Integer.parseInt(found.group("hour"));
    if (half != null && !half.isEmpty()) {
      hour = hour % 12 + (half.equals("p") ? 12 : 0);
    }
    String minute = found.group("minute");
    return LocalTime.of(hour, minute == null ? 0 : Integer.parseInt(minute));
  }

  private static ZoneOffset zone(@Nullable String told) {
    if (told == null || told.isEmpty()) {
      return ZoneOffset.UTC;
    }
    ZoneOffset named = ZONES.get(told);
    if (named != null) {
      return named;
    }
    String digits = told.replaceAll("[^\\d]", "");
    int sign = told.contains("-") ? -1 : 1;
    int hours = Integer.parseInt(digits.substring(0, Math.min(2, digits.length())));
    int minutes = digits.length() < 3 ? 0 : Integer.parseInt(digits.substring(digits.length() - 2));
    // UTC+130 and such are hours of one digit.
    if (digits.length() == 3) {
      hours = Integer.parseInt(digits.substring(0, 1));
    }
    return ZoneOffset.ofHoursMinutes(sign * hours, sign * minutes);
  }
}
