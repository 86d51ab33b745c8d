package org.mailcaravan.report;

import java.time.Duration;
import java.util.Locale;

/** Formats numbers for people, in English whatever the language of the machine. */
public final class Amounts {
  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB"};

  private Amounts() {}

  /** A count with thousands separators: {@code 12,345}. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A count and its noun: {@code 1 folder}, {@code 2 folders}. */
  public static String count(long number, String singular, String plural) {
    return count(number) + " " + (number == 1 ? singular : plural);
  }

  /** Octets in binary units with at most one decimal: {@code 512 B}, {@code 1.4 MiB}. */
  public static String bytes(long octets) {
    if (octets < 1024) {
      return octets + " B";
    }
    double value = octets;
    int unit = -1;
    // 1023.96 KiB would be shown as 1024.0.
    while (value >= 1023.95 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, UNITS[Math.max(0, unit)]);
  }

  /** A duration in seconds: {@code 0:07}, {@code 1:02:03}. */
  public static String time(Duration span) {
    long seconds = Math.max(0, span.toSeconds());
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
