package org.mailcaravan.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.mailcaravan.model.status.HostStatus;

/** The source servers for people: how many mailboxes of each run and may run, and why. */
public final class HostTable {
  private HostTable() {}

  /**
   * The servers as text, with a line end.
   *
   * @param width of the terminal in columns
   */
  public static String of(List<HostStatus> hosts, int width, Instant now) {
    if (hosts.isEmpty()) {
      return "No source server is known yet.\n";
    }
    StringBuilder text = new StringBuilder();
    int numbers = " Running  Allowed  Waiting".length();
    int widest = hosts.stream().mapToInt(host -> TextWidth.of(host.name())).max().orElse(0);
    int name = Math.min(Math.max(widest, "Source server".length()), width - numbers - 1);
    line(text, name, "Source server", "Running", "Allowed", "Waiting");
    for (HostStatus host : hosts) {
      line(
          text,
          name,
          TextWidth.tame(host.name()),
          Amounts.count(host.running()),
          Amounts.count(host.allowed()),
          Amounts.count(host.waiting()));
      why(host, now).forEach(words -> text.append(Wrapped.of(words, "    ", width)));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, int width, String name, String... numbers) {
    text.append(TextWidth.padRight(TextWidth.fit(name, width), width));
    Stream.of(numbers).forEach(number -> text.append("  ").append(TextWidth.padLeft(number, 7)));
    text.append('\n');
  }

  /** Why fewer may run than are configured, as sentences. */
  static List<String> why(HostStatus host, Instant now) {
    List<String> words = new ArrayList<>();
    if (host.paused()) {
      words.add("Paused: \"mailcaravan resume " + host.name() + "\" lets its mailboxes go on.");
    }
    Instant notBefore = host.notBefore();
    if (notBefore != null && notBefore.isAfter(now)) {
      words.add("Nobody begins there before " + StatusWords.time(notBefore, now) + ".");
    }
    Integer learned = host.learned();
    String reason = host.reason() == null ? "" : host.reason();
    if (learned != null && learned < host.configured()) {
      words.add(
          "It lets in %s at a time, and %d are configured%s"
              .formatted(
                  Amounts.count(learned, "mailbox", "mailboxes"),
                  host.configured(),
                  reason.isEmpty() ? "." : ": " + reason));
    } else if (!reason.isEmpty()) {
      words.add("Because " + reason);
    }
    return words;
  }
}
