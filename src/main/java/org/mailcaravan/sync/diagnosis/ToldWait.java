package org.mailcaravan.sync.diagnosis;

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
  private static final String HALF = "half an?|(?:eine[rn]? )?halben?|une demi|mezz|media|meia|pół";

  private static final String NUMBER =
      "(?:(?<![\\d.:,])\\d{1,12}(?:[.,]\\d{1,2})?[\\s-]*|(?:"
          + HALF
          + "|an?|one|une?|una|uno|uma?|eine[rn]?|einem|een)[\\s'’-]+)";

  private static final String UNIT = WaitUnit.pattern();

  private static final String TIME = NUMBER + UNIT + "(?![a-z])";

  private static final String TIMES =
      "(" + TIME + "(?:(?:,|\\s|and|und|et|e|y|en|i|и){0,8}" + TIME + "){0,3})";

  private static final String LOCKED = ServerWords.term("locked").pattern();

  /** What a ban is called, and nothing that befalls a message. */
  private static final String BANNED =
      "(?:gesperrt|gebannt|blockiert|bloqué|banni|bloccat[oa]|bannat[oa]|bloquead[oa]|banead[oa]|banid[oa]|geblokkeerd|verbannen"
          + "|zablokowan\\w*|zbanowan\\w*|заблокирован\\w*)";

  /** How long a thing lasts already is no time to wait. */
  private static final String NOT_SINCE =
      "(?<!seit |since |depuis |\\bda |dal |desde |sinds |\\bod |há |hace |с )";

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
                  "(?<!\\b(?:message|messages|attachment|mail|item|part|entry|folder|body)\\b[^.;]{0,25})"
                      + "(?:^|[;,.:!?\\])(-]\\s*|\\b(?:now|been|being|are|you['’]re|is|temporarily|automatically)\\s+)"
                      + "(?:locked|banned|blocked|blocking|banning|suspended|disabled|throttled|restricted)(?: out)?(?: you)?"
                      + "(?:\\s+for|:|\\s+\\(|\\s+\\((?:for)?)"
                      + ABOUT,
                  "\\b(?:ban|lockout|penalty|cool-?down)(?:\\s+(?:time|duration|period|lasts?|of|is|for|will|last|lifts?|ends?)){0,4}"
                      + "\\s*[:=(]?\\s*"
                      + ABOUT,
                  "\\b(?:no|all|any|more) (?:more |further )?(?:log-?ins?|sign-?ins?|attempts?|connections?|requests?)\\b[^.\\d]{0,30}?\\bfor"
                      + ABOUT,
                  "\\b(?:log-?ins?|access|auth(?:entication)?|sign-?ins?) (?:is |are |has been |have been )?"
                      + "(?:denied|refused|rejected|disabled|blocked|suspended|paused|closed)\\s+for"
                      + ABOUT,
                  "\\b(?:time (?:left|remaining)|remaining(?: \\w+)?)\\s*[:=]\\s*",
                  "\\b(?:banned|blocked|locked(?: out)?)\\s*[,;(-]\\s*",
                  "\\b(?:sperr(?:e|ung|dauer|zeit|frist)|blocage|blocco|bloqueo|bloqueio|blokkering|blokkade|blokad[aęy])\\b[^.\\d]{0,25}?"
                      + NOT_SINCE,
                  BANNED
                      + "\\s*[:(]?\\s*(?:für|noch|pendant|pour|durant|durante|per|por|voor|na|на)?\\s*",
                  "\\b(?:available(?: again)?|restored|unlocked|unblocked|lifted|resets?|resumes?|renewed|reopens?)\\s+in"
                      + ABOUT,
                  "\\b(?:ban|block|lock|lockout|limit|restriction|penalty|quota)\\b(?:\\s+\\w+){0,3}?\\s+(?:ends?|expires?|lifted"
                      + "|resets?|removed)\\s+in"
                      + ABOUT,
                  "\\bversuch\\w*(?:\\s+\\w+){0,4}?\\s+in\\s+",
                  "\\b(?:noch ?mals?|erneut|wieder)\\s+in\\s+",
                  "\\bwarten(?:\\s+sie)?(?:\\s+(?:noch|bitte|mindestens|etwa))?\\s+",
                  "(?:\\b(?:réessa[a-z]*|essayez|attend(?:ez|e?re|ete)|patient(?:ez|er)|riprov[a-z]*|aspett[a-z]*|int[eé]nt[a-z]*|esper[ea][a-z]*"
                      + "|aguard[a-z]*|tent[ae]r?\\b|probeer|wacht\\b|poczekaj|odczekaj)|spróbuj|попробуйте|повторите|подождите|等待)[^.\\d]{0,30}?",
                  LOCKED
                      + "[^.\\d]{0,20}?\\s(?:für|noch|pendant|pour|durant|per|por|durante|voor|na|на)\\s+",
                  "(?:через|за)\\s+",
                  "锁定")
              + ")"
              + TIMES
              + "(?!\\s*(?:ago|old)\\b)");

  /** Where what is asked for stands behind the time: "in 5 Minuten erneut". */
  private static final Pattern PLEA_BEHIND =
      Pattern.compile(
          NOT_SINCE
              + "(?:\\bin\\s+|\\bnach\\s+|\\bfür\\s+|\\bdans\\s+|\\btra\\s+|\\bfra\\s+|\\ben\\s+|\\bover\\s+|\\bza\\s+|)"
              + TIMES
              + "(?:[^.]{0,30}(?:erneut|noch ?mal|noch einmal|wieder|"
              + "(?<=für .{1,40})"
              + LOCKED
              + "|réessay|riprov|opnieuw|ponownie)"
              + "|\\s*(?:left|remaining) (?:until|till|before)\\b|[\\s-]*(?:ban|lockout|penalty|block)\\b(?![ -]?list)"
              + "|\\s*"
              + BANNED
              + "|\\s*(?:之?后|以后|後|ほど|お待ち|후|뒤|동안))");

  /** As in HTTP: without a unit they are seconds. */
  private static final Pattern RETRY_AFTER =
      Pattern.compile(
          "retry[- ]after\\s*[:=]?\\s*(\\d{1,12})\\b(?!\\s*"
              + UNIT
              + "\\b|[-:/.]\\d)(?!\\s+[a-z]{3}\\s)");

  private static final Pattern PART = Pattern.compile("(" + NUMBER + ")(" + UNIT + ")(?![a-z])");

  private static final Pattern NOT_OF_NUMBER = Pattern.compile("[^\\d.,]");

  /** From here on a number is no wait in seconds but a time, in seconds since 1970. */
  private static final long EPOCH_SECONDS = 1_000_000_000;

  private ToldWait() {}

  /** The time that is told, {@link ToldTime#LONGEST} at most; empty when none is. */
  static Optional<Duration> in(String words, Instant now) {
    String lower = NumberWords.asDigits(words.toLowerCase(Locale.ROOT));
    Matcher bare = RETRY_AFTER.matcher(lower);
    if (bare.find()) {
      long seconds = Long.parseLong(bare.group(1));
      return bounded((seconds < EPOCH_SECONDS ? seconds : seconds - now.getEpochSecond()) * 1000);
    }
    Optional<Duration> byClock = ToldTime.byClock(lower, now);
    if (byClock.isPresent()) {
      return byClock;
    }
    Matcher plea = PLEA.matcher(lower);
    if (!plea.find()) {
      plea = PLEA_BEHIND.matcher(lower);
      if (!plea.find()) {
        return ToldTime.in(lower, now);
      }
    }
    long millis = 0;
    Matcher part = PART.matcher(plea.group(1));
    while (part.find()) {
      long one = WaitUnit.millisOf(part.group(2));
      millis += isHalf(part.group(1)) ? one / 2 : Math.round(number(part.group(1)) * one);
      millis = Math.min(millis, ToldTime.LONGEST.toMillis());
    }
    return bounded(millis);
  }

  private static double number(String word) {
    // A year in milliseconds is more than enough; it is bounded afterwards.
    return Character.isDigit(word.charAt(0))
        ? Math.min(
            Double.parseDouble(NOT_OF_NUMBER.matcher(word).replaceAll("").replace(',', '.')),
            31_536_000_000.0)
        : 1;
  }

  private static boolean isHalf(String number) {
    return number.matches("(?:" + HALF + ")[\\s'’-]+");
  }

  private static Optional<Duration> bounded(long millis) {
    return millis <= 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.min(millis, ToldTime.LONGEST.toMillis())));
  }
}
