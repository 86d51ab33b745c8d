package org.mailcaravan.model;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * When passes may run: {@code Mon-Fri 18:00-07:00, Sat-Sun; Europe/Rome}. Its parts are days, a
 * time, or both: days alone are whole days, a time alone is of every day, and a time that ends
 * before it begins ends on the next day. Where clocks change, a time that is skipped means the
 * moment of the change, and one that comes twice means the first. Immutable.
 */
public final class Window {
  private static final int LONGEST_TEXT = 300;
  private static final int DAY = 24 * 60;

  /** A part lasts until two days after it began. */
  private static final int DAYS_BEFORE = 2;

  /** Two weeks, since clocks may skip the only span of a week. */
  private static final int DAYS_AHEAD = 16;

  /** What lasts for more windows is not told as a time. */
  private static final int MOST_SPANS = 1000;

  private static final Pattern PART =
      Pattern.compile(
          "(?:(\\p{L}{2,})\\.?(?:\\s*[-–]\\s*(\\p{L}{2,})\\.?)?)?\\s*"
              + "(?:(\\d{1,2})(?::(\\d{2}))?\\s*[-–]\\s*(\\d{1,2})(?::(\\d{2}))?)?");

  /**
   * On which days it begins, and in minutes of such a day when.
   *
   * @param until later than {@code from}, by a day at most
   */
  private record Part(Set<DayOfWeek> days, int from, int until) {}

  /**
   * A time in which passes may run. One that would never end is cut after some weeks; the next one
   * follows it at once.
   *
   * @param closes not within it any more
   */
  public record Span(Instant opens, Instant closes) {
    /** Whether an instant is within it. */
    public boolean contains(Instant at) {
      return !at.isBefore(opens) && at.isBefore(closes);
    }

    /** Whether it is a night: it goes on over one midnight, and leaves the day free. */
    boolean isNight(ZoneId zone) {
      LocalDate day = opens.atZone(zone).toLocalDate();
      Instant noon = day.plusDays(1).atTime(LocalTime.NOON).atZone(zone).toInstant();
      return closes.isAfter(day.plusDays(1).atStartOfDay(zone).toInstant())
          && !closes.isAfter(noon)
          && !opens.isBefore(day.atTime(LocalTime.NOON).atZone(zone).toInstant());
    }

    /** An instant that is within it, or else when it opens. */
    public Instant from(Instant at) {
      return contains(at) ? at : opens;
    }
  }

  /** How names of zones look. */
  private static final Pattern ZONE = Pattern.compile("[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*");

  private final String text;
  private final ZoneId zone;
  private final List<Part> parts;

  private Window(String text, ZoneId zone, List<Part> parts) {
    this.text = text;
    this.zone = zone;
    this.parts = parts;
  }

  /**
   * The window that a text means. Days are English or German, whole or cut after two letters or
   * more.
   *
   * @param text parts with commas between them; after a semicolon a zone of the IANA database
   * @param standard for a text without a zone
   * @throws IllegalArgumentException with what is wrong, in words that go on after the text
   */
  public static Window parse(String text, ZoneId standard) {
    if (text.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException("is longer than " + LONGEST_TEXT + " characters");
    }
    int end = text.indexOf(';');
    String times = (end < 0 ? text : text.substring(0, end)).strip();
    ZoneId zone = end < 0 ? standard : zone(text.substring(end + 1).strip());
    List<Part> parts = Stream.of(times.split(",", -1)).map(Window::part).toList();
    return new Window(times + "; " + zone, zone, parts);
  }

  /** Whether only the zone of a text is not known, and the rest of it is right. */
  public static boolean lacksZone(String text) {
    int end = text.indexOf(';');
    if (end < 0
        || text.length() > LONGEST_TEXT
        || !ZONE.matcher(text.substring(end + 1).strip()).matches()) {
      return false;
    }
    try {
      Window unused = parse(text.substring(0, end), ZoneOffset.UTC);
    } catch (IllegalArgumentException e) {
      return false;
    }
    try {
      Window unused = parse(text, ZoneOffset.UTC);
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "has \"" + name + "\" for a time zone; write one such as Europe/Rome", e);
    }
  }

  private static Part part(String written) {
    String text = written.strip();
    Matcher part = PART.matcher(text);
    if (text.isEmpty() || !part.matches()) {
      throw notUnderstood(text);
    }
    Set<DayOfWeek> days = days(part.group(1), part.group(2), text);
    if (part.group(3) == null) {
      return new Part(days, 0, DAY);
    }
    int from = minutes(part.group(3), part.group(4), text) % DAY;
    int until = minutes(part.group(5), part.group(6), text);
    return new Part(days, from, until > from ? until : until + DAY);
  }

  private static Set<DayOfWeek> days(@Nullable String first, @Nullable String last, String text) {
    if (first == null) {
      return EnumSet.allOf(DayOfWeek.class);
    }
    DayOfWeek end = day(last == null ? first : last, text);
    Set<DayOfWeek> days = EnumSet.of(end);
    for (DayOfWeek day = day(first, text); day != end; day = day.plus(1)) {
      days.add(day);
    }
    return days;
  }

  /** Two letters tell all days of both languages apart. */
  private static DayOfWeek day(String word, String text) {
    String lower = word.toLowerCase(Locale.ROOT);
    Predicate<DayOfWeek> is =
        day ->
            Stream.of(Locale.ENGLISH, Locale.GERMAN)
                .map(language -> day.getDisplayName(TextStyle.FULL, language))
                .anyMatch(name -> name.toLowerCase(Locale.ROOT).startsWith(lower));
    return Stream.of(DayOfWeek.values())
        .filter(is)
        .findFirst()
        .orElseThrow(() -> notUnderstood(text));
  }

  private static int minutes(String hours, @Nullable String minutes, String text) {
    int past = minutes == null ? 0 : Integer.parseInt(minutes);
    int all = Integer.parseInt(hours) * 60 + past;
    if (past >= 60 || all > DAY) {
      throw notUnderstood(text);
    }
    return all;
  }

  private static IllegalArgumentException notUnderstood(String part) {
    return new IllegalArgumentException(
        "has \"" + part + "\", which is not understood; write it as Mon-Fri 18:00-07:00, Sat-Sun");
  }

  /** Its zone. */
  public ZoneId zone() {
    return zone;
  }

  /** The span that an instant is in, or the next one. */
  public Span next(Instant at) {
    return spans(at).stream()
        .filter(span -> at.isBefore(span.closes()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("each week has a span: " + text));
  }

  /** The spans around an instant, in their order, with a gap between each two. */
  private List<Span> spans(Instant at) {
    LocalDate today = at.atZone(zone).toLocalDate();
    List<Span> spans =
        today
            .minusDays(DAYS_BEFORE)
            .datesUntil(today.plusDays(DAYS_AHEAD))
            .flatMap(
                day ->
                    parts.stream()
                        .filter(part -> part.days().contains(day.getDayOfWeek()))
                        .map(
                            part ->
                                new Span(instant(day, part.from()), instant(day, part.until()))))
            .filter(span -> span.opens().isBefore(span.closes()))
            .sorted(Comparator.comparing(Span::opens))
            .toList();
    List<Span> merged = new ArrayList<>();
    for (Span span : spans) {
      Span last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last == null || span.opens().isAfter(last.closes())) {
        merged.add(span);
      } else if (span.closes().isAfter(last.closes())) {
        merged.set(merged.size() - 1, new Span(last.opens(), span.closes()));
      }
    }
    return merged;
  }

  private Instant instant(LocalDate day, int minutes) {
    LocalDateTime local = day.atStartOfDay().plusMinutes(minutes);
    ZoneOffsetTransition change = zone.getRules().getTransition(local);
    return change != null && change.isGap() ? change.getInstant() : local.atZone(zone).toInstant();
  }

  /**
   * What begins at a time and needs some time while the window is open.
   *
   * @param ends when it has had that time
   * @param spans in how many spans
   * @param nights whether each of these is a night
   */
  public record Fitted(Instant ends, int spans, boolean nights) {}

  /**
   * When work has had its time, if it runs whenever the window is open.
   *
   * @param from the earliest time
   * @param work not negative; what needs more than a thousand spans ends with the last of these
   */
  public Fitted fit(Instant from, Duration work) {
    Duration left = work;
    Instant at = from;
    int spans = 1;
    boolean nights = true;
    while (true) {
      Span span = next(at);
      Instant begin = span.from(at);
      // What never closes comes as spans without a gap.
      spans += begin.isAfter(at) && at.isAfter(from) ? 1 : 0;
      nights &= span.isNight(zone);
      Duration open = Duration.between(begin, span.closes());
      if (left.compareTo(open) <= 0 || spans == MOST_SPANS) {
        return new Fitted(begin.plus(left), spans, nights);
      }
      left = left.minus(open);
      at = span.closes();
    }
  }

  /** The text, with its zone. */
  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Window window && window.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
