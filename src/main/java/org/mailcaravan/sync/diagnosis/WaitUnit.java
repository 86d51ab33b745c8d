package org.mailcaravan.sync.diagnosis;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Units of time in the languages of {@code server-words.txt}, the longest word first. */
enum WaitUnit {
  MILLISECOND(1, "milliseconds?|millisekunden|millis|msecs?|ms"),
  SECOND(
      1000,
      "seconds?|secondes?|secondi|seconden|segundos?|sekund[a-zęy]*|secs?|sek|секунд[а-я]*|сек|秒钟?|초|s"),
  MINUTE(60_000, "minut[a-zęy]*|mins?|минут[а-я]*|мин|分钟|分鐘|分間?|분|m"),
  HOUR(
      3_600_000,
      "hours?|hrs?|stunden?|heures?|ore|ora|horas?|uur|uren|godzin[a-zęy]*|час[а-я]*|小时|小時|時間|시간|h"),
  DAY(
      86_400_000,
      "days?|tage?n?|jours?|giorn[io]|d[ií]as?|dagen|dag|dni|dzień|дн[а-я]*|день|天|日間?|일|d");

  private final long millis;
  private final String words;

  WaitUnit(long millis, String words) {
    this.millis = millis;
    this.words = words;
  }

  static long millisOf(String word) {
    return Stream.of(values())
        .filter(unit -> word.matches(unit.words))
        .findFirst()
        .orElseThrow()
        .millis;
  }

  /** A pattern of all words. */
  static String pattern() {
    return Stream.of(values()).map(unit -> unit.words).collect(Collectors.joining("|", "(?:", ")"));
  }
}
