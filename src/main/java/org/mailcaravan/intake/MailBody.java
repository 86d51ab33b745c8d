package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mailcaravan.model.RowProblem;

/**
 * Finds mailboxes in the text of a mail: lines of a label and a value, the value perhaps on the
 * next line, or a table with the labels on top. What was said already of a mailbox, its address or
 * its password, begins the next one. What is said once of the server holds for all of them. Nothing
 * is left out without a word: what may be a mailbox is a row, perhaps with a problem. For one text.
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

  /** What each mailbox has for itself. */
  private static final Set<Column> OWN =
      EnumSet.of(
          Column.SOURCE_EMAIL,
          Column.SOURCE_PASSWORD,
          Column.SOURCE_USERNAME,
          Column.DESTINATION_EMAIL,
          Column.DESTINATION_PASSWORD);

  private final MailLabels labels;
  private final List<String> lines;
  private final List<RawRow> rows = new ArrayList<>();
  private final Map<Column, List<String>> servers = new EnumMap<>(Column.class);
  private final Set<Integer> inTables = new HashSet<>();
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
    body.endMailbox(false);
    return body.rows.stream().anyMatch(MailBody::isRequest)
        ? body.rows.stream().flatMap(body::mailbox).map(body::withServer).toList()
        : List.of();
  }

  /** Whether a row alone makes a mail a request; an address may stand below a letter. */
  private static boolean isRequest(RawRow row) {
    return row.cells().containsKey(Column.SOURCE_EMAIL)
        && (row.cells().containsKey(Column.SOURCE_PASSWORD)
            || row.cells().containsKey(Column.SOURCE_IMAP_SERVER));
  }

  /** Itself, or with a problem where it may be none; none where it says nothing new. */
  private Stream<RawRow> mailbox(RawRow row) {
    String address = row.text(Column.SOURCE_EMAIL);
    boolean hasNewPassword = row.cells().containsKey(Column.DESTINATION_PASSWORD);
    if (address.isEmpty()) {
      boolean isNew =
          (hasNewPassword || row.cells().containsKey(Column.SOURCE_PASSWORD))
              && rows.stream()
                  .noneMatch(
                      other ->
                          other.line() != row.line()
                              && other.cells().entrySet().containsAll(row.cells().entrySet()));
      return isNew ? Stream.of(row) : Stream.empty();
    }
    if (isRequest(row) || hasNewPassword) {
      return Stream.of(row);
    }
    List<String> others =
        rows.stream()
            .filter(MailBody::isRequest)
            .map(other -> other.text(Column.SOURCE_EMAIL))
            .toList();
    if (others.stream().anyMatch(address::equalsIgnoreCase)) {
      return Stream.empty();
    }
    boolean isLikeThem =
        inTables.contains(row.line())
            || others.stream().map(RowCheck::domain).anyMatch(RowCheck.domain(address)::equals);
    if (isLikeThem) {
      return Stream.of(row);
    }
    return isBelowAName(row) ? Stream.empty() : Stream.of(maybe(row));
  }

  /** Whether a row ends the text as the address in a signature does. */
  private boolean isBelowAName(RawRow row) {
    String above = row.line() < 2 ? "" : Texts.trimmed(lines.get(row.line() - 2));
    return row.line() == rows.get(rows.size() - 1).line()
        && !above.isEmpty()
        && !above.endsWith(":")
        && field(above).isEmpty();
  }

  private static RawRow maybe(RawRow row) {
    return new RawRow(
        row.line(),
        row.cells(),
        List.of(
            new RowProblem(
                row.line(),
                Column.SOURCE_PASSWORD.word(),
                "",
                "is empty, and the address is of another domain than the mailboxes of the mail",
                "If it is a mailbox that we are to move, send its password or its server.")),
        row.unsorted());
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
    return field(line, labels);
  }

  /** The column that a line has the value of, with what stands behind the label. */
  static Optional<Map.Entry<Column, String>> field(String line, MailLabels labels) {
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
    String plain = plain(column, value);
    if (beginsNext(column, plain)) {
      endMailbox(false);
    }
    if (current.isEmpty()) {
      begun = at;
    }
    current.putIfAbsent(column, plain);
    if (column.kind() == Column.Kind.SERVER) {
      Matcher found = SERVER.matcher(LINK.matcher(value).replaceFirst(""));
      if (found.matches() && found.group(2) != null) {
        current.putIfAbsent(Column.SOURCE_PORT, found.group(2));
      }
    }
  }

  private boolean beginsNext(Column column, String value) {
    String before = current.get(column);
    if (before == null) {
      return false;
    }
    boolean isNamed = current.containsKey(Column.SOURCE_EMAIL);
    if (column == Column.SOURCE_IMAP_SERVER) {
      // The server that sends mail has no word of its own in some texts.
      return isNamed
          && !before.equalsIgnoreCase(value)
          && !value.regionMatches(true, 0, "smtp", 0, 4);
    }
    return OWN.contains(column) && (isNamed || !before.equals(value));
  }

  /** A value without what mail programs and people write around it. */
  static String plain(Column column, String value) {
    String plain = LINK.matcher(value).replaceFirst("");
    return switch (column.kind()) {
      case ADDRESS -> {
        Matcher found = ADDRESS.matcher(value);
        yield found.find() ? found.group() : plain;
      }
      case SERVER -> {
        Matcher found = SERVER.matcher(plain);
        yield found.matches() ? found.group(1) : plain;
      }
      case SECURITY -> security(plain);
      default -> plain;
    };
  }

  private static String security(String value) {
    return value.equalsIgnoreCase("ssl")
            || value.equalsIgnoreCase("ssl/tls")
            || value.equalsIgnoreCase("yes")
        ? "tls"
        : value;
  }

  /**
   * @param inTable whether it is a row of a table
   */
  private void endMailbox(boolean inTable) {
    for (Column column : OF_SERVER) {
      String value = current.get(column);
      if (value != null) {
        servers.computeIfAbsent(column, each -> new ArrayList<>()).add(value);
      }
    }
    if (!current.isEmpty() && rows.size() < RequestText.MOST_ROWS) {
      rows.add(new RawRow(begun, current, List.of(), RawRow.Unsorted.NOTHING));
      if (inTable) {
        inTables.add(begun);
      }
    }
    current = new EnumMap<>(Column.class);
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
    endMailbox(false);
    while (at < lines.size()) {
      List<String> cells = cells(lines.get(at), separator.get());
      if (cells.size() != columns.size()) {
        break;
      }
      at++;
      for (int i = 0; i < cells.size(); i++) {
        add(columns.get(i), Texts.trimmed(cells.get(i)));
      }
      endMailbox(true);
    }
    return true;
  }

  private static List<String> cells(String line, String separator) {
    return List.of(line.split(Pattern.quote(separator), -1));
  }
}
