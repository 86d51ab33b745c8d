package org.mailcaravan.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out how long a server asks to wait: {@code Suggested Backoff Time: 299961 milliseconds},
 * {@code try again in 15 minutes}, {@code wait 60 seconds}, {@code resets in 1h30m}, {@code
 * Retry-After: 120}, or one of the times of {@link ToldTime}.
 */
final class ToldWait {
  /** Nobody is made to wait longer, whatever a server says. */
  static final Duration LONGEST = Duration.ofHours(24);

  private static final String NUMBER = "(?:\\d{1,12}\\s*|(?:half an?|an?|one)\\s+)";
  private static final String UNIT =
      "(?:milliseconds?|millis|msecs?|ms|millisekunden|seconds?|secs?|sekunden?|s|minutes?|mins?|minuten?|m"
          + "|hours?|hrs?|stunden?|h|days?|tagen?|d)";
  private static final String TIME = NUMBER + UNIT + "(?![a-z])";

  private static final String TIMES = "(" + TIME + "(?:(?:,|\\s|and|und){0,8}" + TIME + "){0,3})";

  private static final String ABOUT =
      "(?:\\s+(?:for|in|after|of|is|about|approximately|another|at least|up to|the next|time|period|delay"
          + "|interval)){0,3}\\s*[:=]?\\s*";

  /**
   * Only what asks somebody to wait: a message that is locked since three days, older than a month
   * or that timed out while waiting for a lock says nothing of when to come again.
   */
  private static final Pattern PLEA =
      Pattern.compile(
          "(?:"
              + String.join(
                  "|",
                  "\\bback-?off" + ABOUT,
                  "(?<!lock )\\bwait" + ABOUT,
                  "\\bretry" + ABOUT,
                  "\\b(?:re)?(?:try|connect|log ?in|come)\\b(?:\\s+\\w+){0,4}?\\s+(?:again|back|in|after|later)"
                      + ABOUT,
                  "\\b(?:account|user|login|logins|ip|address|host|client|you|access|temporar\\w+)\\b.{0,60}?"
                      + "\\b(?:locked|banned|blocked|suspended|disabled|throttled|restricted)(?: out)?\\s+for"
                      + ABOUT,
                  "\\b(?:too many|throttled)\\b[^.\\d]{0,60}?\\bfor (?:another|the next)\\s+",
                  "\\b(?:available(?: again)?|restored|unlocked|unblocked|lifted|resets?|resumes?|renewed|reopens?)\\s+in"
                      + ABOUT,
                  "\\b(?:ban|block|lock|lockout|limit|restriction|penalty|quota)\\b(?:\\s+\\w+){0,3}?\\s+(?:ends?|expires?|lifted"
                      + "|resets?|removed)\\s+in"
                      + ABOUT,
                  "\\bversuch\\w*(?:\\s+\\w+){0,4}?\\s+in\\s+",
                  "\\bwarten(?:\\s+sie)?\\s+")
              + ")"
              + TIMES
              + "(?!\\s*(?:ago|old)\\b)");

  /** As in HTTP: without a unit they are seconds. */
  private static final Pattern RETRY_AFTER =
      Pattern.compile(
          "retry[- ]after\\s*[:=]?\\s*(\\d{1,12})\\b(?!\\s*"
              + UNIT
              + "\\b|[-:/.]\\d)(?!\\s+[a-z]{3}\\s)");

  private static final Pattern PART = Pattern.compile("(" + NUMBER + ")(" + UNIT + ")(?![a-z])");

  /** From here on a number is no wait in seconds but a time, in seconds since 1970. */
  private static final long EPOCH_SECONDS = 1_000_000_000;

  private ToldWait() {}

  /** The time that is told, {@link #LONGEST} at most; empty when none is. */
  static Optional<Duration> in(String words, Instant now) {
    String lower = words.toLowerCase(Locale.ROOT);
    Matcher bare = RETRY_AFTER.matcher(lower);
    if (bare.find()) {
      long seconds = Long.parseLong(bare.group(1));
      return bounded((seconds < EPOCH_SECONDS ? seconds : seconds - now.getEpochSecond()) * 1000);
    }
    Matcher plea = PLEA.matcher(lower);
    if (!plea.find()) {
      return ToldTime.in(lower, now);
    }
    long millis = 0;
    Matcher part = PART.matcher(plea.group(1));
    while (part.find()) {
      long one = millisOf(part.group(2));
      millis += part.group(1).startsWith("half") ? one / 2 : number(part.group(1)) * one;
      millis = Math.min(millis, LONGEST.toMillis());
    }
    return bounded(millis);
  }

  private static long number(String word) {
    // A year in milliseconds is more than enough; it is bounded afterwards.
    return Character.isDigit(word.charAt(0))
        ? Math.min(Long.parseLong(word.strip()), 31_536_000_000L)
        : 1;
  }

  private static long millisOf(String unit) {
    if (unit.startsWith("mil") || unit.startsWith("ms")) {
      return 1;
    }
    return switch (unit.charAt(0)) {
      case 's' -> unit.startsWith("st") ? 3_600_000 : 1000;
      case 'm' -> 60_000;
      case 'h' -> 3_600_000;
      default -> 86_400_000;
    };
  }

  private static Optional<Duration> bounded(long millis) {
    return millis <= 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.min(millis, LONGEST.toMillis())));
  }
}
