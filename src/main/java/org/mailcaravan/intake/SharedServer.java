package org.mailcaravan.intake;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/**
 * The server of all rows of a table that name none. Lines above the rows give it, such as {@code
 * source_imap_server: imap.old.example}; port and security may stand on further ones.
 */
final class SharedServer {
  private static final int LONGEST = 500;

  private static final Pattern SEPARATORS = Pattern.compile("[:=;,\\t|]");

  private final Map<Column, String> values = new EnumMap<>(Column.class);

  /** What a line gives. */
  private record Given(Column column, String value) {}

  /** Whether a line gives the server, or its port or security. */
  static boolean isOne(List<String> cells) {
    return given(cells).isPresent();
  }

  /**
   * Takes what a line gives.
   *
   * @return whether it gives anything
   * @throws RequestRejected when a line before has given it already
   */
  boolean take(Where place, List<String> cells) {
    Optional<Given> given = given(cells);
    given.ifPresent(
        found -> {
          if (values.putIfAbsent(found.column(), found.value()) != null) {
            throw RequestText.rejected(
                place,
                found.column().word() + " stands above the rows twice",
                "Remove one of the two lines; a row for another server names it itself.");
          }
        });
    return given.isPresent();
  }

  /** The name of the server; empty where none is given. */
  Optional<String> host() {
    return Optional.ofNullable(values.get(Column.SOURCE_IMAP_SERVER));
  }

  /** Columns that rows get from it. */
  List<Column> columns() {
    return host().isPresent() ? List.copyOf(values.keySet()) : List.of();
  }

  /** Gives it to a row without a server. */
  void fill(Map<Column, String> row) {
    if (host().isPresent() && isEmpty(row, Column.SOURCE_IMAP_SERVER)) {
      values.forEach(
          (column, value) -> {
            if (isEmpty(row, column)) {
              row.put(column, value);
            }
          });
    }
  }

  private static boolean isEmpty(Map<Column, String> row, Column column) {
    return Texts.trimmed(row.getOrDefault(column, "")).isEmpty();
  }

  private static Optional<Given> given(List<String> cells) {
    if (cells.stream().mapToInt(String::length).sum() > LONGEST) {
      return Optional.empty();
    }
    // The rows below may be separated otherwise.
    List<String> words =
        cells.stream()
            .flatMap(cell -> Arrays.stream(SEPARATORS.split(cell)))
            .map(Texts::trimmed)
            .filter(word -> !word.isEmpty())
            .toList();
    if (words.size() != 2) {
      return Optional.empty();
    }
    String value = words.get(1);
    return HeaderNames.single(words.get(0))
        .filter(column -> isOf(column, value))
        .map(
            column ->
                new Given(
                    column, column == Column.SOURCE_IMAP_SERVER ? HostNames.normal(value) : value));
  }

  private static boolean isOf(Column column, String value) {
    return switch (column.kind()) {
      case SERVER ->
          RowCheck.isHost(value)
              && (value.indexOf('.') > 0 || HostNames.normal(value).equals("localhost"));
      case PORT -> ServerWords.isPort(value);
      case SECURITY -> ServerWords.isWord(value);
      default -> false;
    };
  }
}
