package org.mailcaravan.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.cutover.Checklist;
import org.mailcaravan.cutover.ChecklistRow;
import org.mailcaravan.cutover.ChecklistRow.Evidence;
import org.mailcaravan.cutover.Status;

/** What the DNS of a domain says and should say, for people. */
public final class ChecklistText {
  private static final int STATUS = 9;
  private static final int ITEM = 14;
  private static final String INDENT = " ".repeat(STATUS + ITEM);

  private final StringBuilder text = new StringBuilder();
  private final int width;

  private ChecklistText(int width) {
    this.width = width;
  }

  /**
   * The text, with a line end.
   *
   * @param width of a line in columns; records to publish are not broken
   */
  public static String of(Checklist checklist, int width) {
    ChecklistText page = new ChecklistText(width);
    page.add(checklist);
    return page.text.toString();
  }

  private void add(Checklist checklist) {
    text.append(checklist.domain()).append(": ").append(counts(checklist)).append("\n\n");
    text.append(TextWidth.padRight("Status", STATUS))
        .append(TextWidth.padRight("Record", ITEM))
        .append("What it says\n");
    checklist.rows().stream().filter(ChecklistRow::configured).forEach(this::row);
    publish(checklist);
    String missing =
        checklist.rows().stream()
            .filter(row -> !row.configured())
            .map(ChecklistRow::missingSetting)
            .distinct()
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      text.append('\n')
          .append(Wrapped.of("Not checked, since it is not configured: " + missing, "", width));
    }
  }

  private static String counts(Checklist checklist) {
    return Stream.of(Status.FAIL, Status.WARNING, Status.UNKNOWN, Status.PASS)
        .map(status -> count(checklist, status) + " " + status.word())
        .filter(words -> !words.startsWith("0 "))
        .collect(Collectors.joining(", "));
  }

  private static long count(Checklist checklist, Status status) {
    return checklist.rows().stream()
        .filter(row -> row.configured() && row.status() == status)
        .count();
  }

  private void row(ChecklistRow row) {
    text.append(TextWidth.padRight(row.status().word(), STATUS))
        .append(TextWidth.padRight(row.item(), ITEM))
        .append(
            Wrapped.of(row.name() + " " + row.type() + ": " + row.words(), INDENT, width)
                .substring(INDENT.length()));
    if (row.status() != Status.PASS) {
      row.evidence().stream()
          .collect(Collectors.groupingBy(Evidence::said, LinkedHashMap::new, Collectors.toList()))
          .values()
          .forEach(alike -> text.append(Wrapped.of(words(alike), INDENT, width)));
    }
  }

  /** What servers of the zone and resolvers say alike, with the longest time it may be kept. */
  private static String words(List<Evidence> alike) {
    String servers =
        alike.stream().flatMap(each -> each.servers().stream()).collect(Collectors.joining(", "));
    long ttl = alike.stream().mapToLong(Evidence::ttlSeconds).max().orElse(0);
    return (servers.isEmpty() ? "" : servers + ": ")
        + alike.get(0).said()
        + (ttl > 0 ? " (TTL " + ttl + ")" : "");
  }

  private void publish(Checklist checklist) {
    List<String> lines = new ArrayList<>();
    checklist.rows().forEach(row -> lines.addAll(row.publish()));
    if (!lines.isEmpty()) {
      text.append("\nPublish\n\n");
      lines.forEach(line -> text.append(TextWidth.tame(line)).append('\n'));
    }
  }
}
