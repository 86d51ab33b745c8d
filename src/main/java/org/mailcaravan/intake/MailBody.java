package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds mailboxes in the text of a mail: lines of a label and a value, the value perhaps on the
 * next line, or a table with the labels on top. An address begins the next mailbox. What is said
 * once of the server holds for all of them. For one text.
 */
final class MailBody {
  static final Pattern ADDRESS =
      Pattern.compile("[^\\s<>()\\[\\],;:\"|]{1,64}@[^\\s<>()\\[\\],;:\"|]{1,255}");

  /** What mail programs put behind a value that looks like an address or a site. */
  private static final Pattern LINK = Pattern.compile("\\s*<(mailto:|https?://)[^<>]*>\\s*$");

  private static final Pattern SERVER =
      Pattern.compile(
          "(?i)(?:imaps?://|https?://)?([\\p{L}\\p{N}.-]{1,253})(?::(\\d{1,5}))?/?(?:[\\s,;(].*)?");

  private static final List<Column> OF_SERVER =
      List.of(Column.SOURCE_IMAP_SERVER, Column.SOURCE_PORT, Column.SOURCE_SECURITY);

  private final MailLabels labels;
  private final List<String> lines;
  private final List<RawRow> rows = new ArrayList<>();
  private final Map<Column, List<String>> servers = new EnumMap<>(Column.class);
  private Map<Column, String> current = new EnumMap<>(Column.class);
  private int begun;
  private int at;

  private MailBody(MailLabels labels, String text) {
    this.labels = labels;
    this.lines = text.lines().limit(RequestText.MOST_ROWS).toList();
  }

  /** The rows that a text has; none where it is no request. */
  static List<RawRow> read(String text, MailLabels labels) {
    MailBody body = new MailBody(labels, text);
    while (body.at < body.lines.size()) {
      if (!body.readTable() && !body.readField()) {
        body.at++;
      }
    }
    body.endMailbox();
    return body.rows.stream().map(body::withServer).toList();
  }

  /** One field, or several of a line that are apart by tabs: a row of a table with two columns. */
  private boolean readField() {
    String line = lines.get(at);
    if (line.length() > CsvRows.LONGEST_LINE) {
      return false;
    }
    Optional<Map.Entry<Column, String>> field = field(line);
    if (field.isEmpty()) {
      return false;
    }
    String value = field.get().getValue();
    at++;
    if (value.isEmpty() && at < lines.size() && field(lines.get(at)).isEmpty()) {
      value = Texts.trimmed(lines.get(at++));
    }
    add(field.get().getKey(), value);
    return true;
  }

  private Optional<Map.Entry<Column, String>> field(String line) {
    for (String separator : List.of(":", "=", "\t")) {
      int end = line.indexOf(separator);
      Optional<Column> column = end < 0 ? Optional.empty() : labels.column(line.substring(0, end));
      if (column.isPresent()) {
        return Optional.of(
            Map.entry(column.get(), afterLabel(line.substring(0, end), line.substring(end + 1))));
      }
    }
    return Optional.empty();
  }

  /** Without the mark that ends bold text when the label alone was bold: "*Password:* secret". */
  private static String afterLabel(String label, String value) {
    String trimmed = Texts.trimmed(value);
    String begin = Texts.trimmed(label);
    boolean bold = begin.startsWith("*") && !begin.endsWith("*") && trimmed.startsWith("*");
    return bold ? Texts.trimmed(trimmed.replaceFirst("^\\*+", "")) : trimmed;
  }

  private void add(Column column, String value) {
    if (value.isEmpty()) {
      return;
    }
    if (column == Column.SOURCE_EMAIL && current.containsKey(column)) {
      endMailbox();
    }
    if (current.isEmpty()) {
      begun = at;
    }
    put(column, value);
  }

  private void put(Column column, String value) {
    String plain = LINK.matcher(value).replaceFirst("");
    switch (column.kind()) {
      case ADDRESS -> {
        Matcher found = ADDRESS.matcher(value);
        current.putIfAbsent(column, found.find() ? found.group() : plain);
      }
      case SERVER -> {
        Matcher found = SERVER.matcher(plain);
        boolean fits = found.matches();
        current.putIfAbsent(column, fits ? found.group(1) : plain);
        if (fits && found.group(2) != null) {
          current.putIfAbsent(Column.SOURCE_PORT, found.group(2));
        }
      }
      case SECURITY -> current.putIfAbsent(column, security(plain));
      default -> current.putIfAbsent(column, plain);
    }
  }

  private static String security(String value) {
    return value.equalsIgnoreCase("ssl")
            || value.equalsIgnoreCase("ssl/tls")
            || value.equalsIgnoreCase("yes")
        ? "tls"
        : value;
  }

  private void endMailbox() {
    for (Column column : OF_SERVER) {
      String value = current.get(column);
      if (value != null) {
        servers.computeIfAbsent(column, each -> new ArrayList<>()).add(value);
      }
    }
    boolean isMailbox =
        current.containsKey(Column.SOURCE_EMAIL)
            && (current.containsKey(Column.SOURCE_PASSWORD)
                || current.containsKey(Column.SOURCE_IMAP_SERVER));
    if (isMailbox && rows.size() < RequestText.MOST_ROWS) {
      rows.add(new RawRow(begun, current, List.of(), RawRow.Unsorted.NOTHING));
      current = new EnumMap<>(Column.class);
    } else if (current.containsKey(Column.SOURCE_EMAIL)) {
      current = new EnumMap<>(Column.class);
    }
  }

  private RawRow withServer(RawRow row) {
    Map<Column, String> cells = new EnumMap<>(Column.class);
    cells.putAll(row.cells());
    for (Column column : OF_SERVER) {
      List<String> said = servers.getOrDefault(column, List.of());
      if (said.stream().distinct().count() == 1) {
        cells.putIfAbsent(column, said.get(0));
      }
    }
    return new RawRow(row.line(), cells, row.problems(), row.unsorted());
  }

  /** A line of labels, with rows of as many cells below it. */
  private boolean readTable() {
    String head = lines.get(at);
    Optional<String> separator = Stream.of("\t", ";", "|", ",").filter(head::contains).findFirst();
    if (separator.isEmpty() || head.length() > CsvRows.LONGEST_LINE) {
      return false;
    }
    List<Column> columns =
        cells(head, separator.get()).stream()
            .map(labels::column)
            .flatMap(Optional::stream)
            .toList();
    boolean isHead =
        columns.size() == cells(head, separator.get()).size()
            && columns.contains(Column.SOURCE_EMAIL)
            && columns.contains(Column.SOURCE_PASSWORD);
    if (!isHead) {
      return false;
    }
    at++;
    while (at < lines.size()) {
      List<String> cells = cells(lines.get(at), separator.get());
      if (cells.size() != columns.size()) {
        break;
      }
      at++;
      for (int i = 0; i < cells.size(); i++) {
        add(columns.get(i), Texts.trimmed(cells.get(i)));
      }
      endMailbox();
    }
    return true;
  }

  private static List<String> cells(String line, String separator) {
    return List.of(line.split(Pattern.quote(separator), -1));
  }
}
