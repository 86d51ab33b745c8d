package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.RequestReading.ReadColumn;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;

/**
 * Which column of a table is where: by its first row, or by its shape where it has no header.
 *
 * @param columns from left to right; empty where the header is blank, names a note, or what is
 *     ignored
 * @param names as they stand in the header; empty where there is none
 * @param notes by their places, counted from 0
 * @param ignored columns that are not used, by their places
 * @param login whether {@code source_email} holds login names, which need not be addresses
 * @param shape of a table without a header; null for one with a header
 */
record CsvHeader(
    List<Optional<Column>> columns,
    List<String> names,
    Map<Integer, RepairNote> notes,
    Map<Integer, IgnoredColumn> ignored,
    boolean login,
    @Nullable HeaderlessForm shape) {
  /** Products by columns that only their lists have together. */
  static final Map<String, List<String>> PRODUCTS =
      Map.of(
          "Microsoft 365", List.of("emailaddress", "username", "password"),
          "imapsync", List.of("host1", "user1", "password1"),
          "Postboat", List.of("srcuser", "srcpassword", "dstuser"),
          "NethServer", List.of("localusername", "remoteusername", "remotepassword"),
          "Transend", List.of("sourceemailaddress", "sourcepassword", "targetemailaddress"));

  /** More than any customer's list has, empty columns included. */
  static final int MOST_COLUMNS = 1000;

  private static final String ADD =
      "Add it to the header, and its values to each row; the service takes rows whose source_password is"
          + " empty, and waits for it.";
  private static final String TEMPLATE =
      "Use the header that \"mailcaravan template\" prints: source_email, source_password,"
          + " source_imap_server, then the optional columns.";

  /**
   * Parses a header.
   *
   * @param name the file's name
   * @param line where the header stands
   * @throws RequestRejected when it is no header, lacks a required column, or has an unknown one
   *     that may be meant for one of ours
   */
  static CsvHeader read(String name, int line, List<String> cells) {
    Where.InFile place = Where.line(name, line);
    if (cells.size() > MOST_COLUMNS) {
      throw RequestText.rejected(
          place, "there are " + cells.size() + " columns, more than " + MOST_COLUMNS, TEMPLATE);
    }
    if (HeaderNames.areOfContacts(cells)) {
      throw RequestText.rejected(
          place,
          "it looks like contacts, and no list of mailboxes",
          "Export contacts as .vcf. If it is a list of mailboxes, add the column source_password; it may be"
              + " empty.");
    }
    if (isNone(cells)) {
      // It may well hold a password, so nothing of it is shown.
      throw RequestText.rejected(
          place,
          cells.stream().anyMatch(cell -> cell.indexOf('@') >= 0)
              ? "there is no header, the line looks like a mailbox"
              : "no column that is known; it is no CSV file or has no header",
          TEMPLATE);
    }
    List<Optional<Column>> columns = new ArrayList<>();
    Map<Integer, RepairNote> notes = new HashMap<>();
    Map<Integer, IgnoredColumn> ignored = new HashMap<>();
    boolean login = false;
    for (HeaderNames.Meaning meaning : HeaderNames.meanings(cells)) {
      int at = columns.size();
      Where here = place.column(at + 1);
      Optional<Column> column = Optional.empty();
      if (meaning instanceof HeaderNames.Of of) {
        column = Optional.of(of.column());
        login |= of.login();
      } else if (meaning instanceof HeaderNames.Again again) {
        throw RequestText.rejected(
            here,
            "the column " + again.column().word() + " is there twice",
            "Remove one of the two columns, or name what it is; docs/requests.md says which names stand"
                + " for the same column.");
      } else if (meaning instanceof HeaderNames.Ignored unused) {
        ignored.put(at, unused.why());
      } else if (RepairNote.find(cells.get(at)).isPresent()) {
        RepairNote.find(cells.get(at)).ifPresent(note -> notes.put(at, note));
      } else if (!Texts.trimmed(cells.get(at)).isEmpty()) {
        ignored.put(at, IgnoredColumn.UNKNOWN);
      }
      columns.add(column);
    }
    ignored.forEach(
        (at, why) -> {
          if (why == IgnoredColumn.UNKNOWN) {
            requireOther(place.column(at + 1), Texts.trimmed(cells.get(at)), columns);
          }
        });
    CsvHeader header =
        new CsvHeader(
            List.copyOf(columns),
            List.copyOf(cells),
            Map.copyOf(notes),
            Map.copyOf(ignored),
            login,
            null);
    requireAll(place, header.named());
    return header;
  }

  /** The columns of a table without a header. */
  static CsvHeader of(HeaderlessForm shape) {
    Map<Integer, IgnoredColumn> ignored = new HashMap<>();
    shape.ignored().forEach(ignored::put);
    return new CsvHeader(shape.columns(), List.of(), Map.of(), Map.copyOf(ignored), true, shape);
  }

  /** Whether the first row of a table is no header. */
  static boolean isNone(List<String> cells) {
    return cells.stream().anyMatch(cell -> cell.indexOf('@') >= 0) || !HeaderNames.knowsAny(cells);
  }

  /** Whether it is certainly a header: two columns, one of them for addresses or passwords. */
  static boolean isClear(List<String> cells) {
    if (cells.size() > MOST_COLUMNS || cells.stream().anyMatch(cell -> cell.indexOf('@') >= 0)) {
      return false;
    }
    List<Column> named =
        HeaderNames.meanings(cells).stream()
            .flatMap(
                meaning ->
                    meaning instanceof HeaderNames.Of of ? Stream.of(of.column()) : Stream.of())
            .toList();
    return named.size() > 1
        && named.stream()
            .anyMatch(column -> column.kind() == Column.Kind.ADDRESS || column.isPassword());
  }

  /**
   * @throws RequestRejected when an unknown name may be meant for a column that counts
   */
  private static void requireOther(Where place, String cell, List<Optional<Column>> columns) {
    Optional<String> meant =
        Spelling.nearest(cell, Column.words()).or(() -> HeaderNames.misspelled(cell));
    if (meant.isEmpty() && !lacksPasswords(columns.stream().flatMap(Optional::stream).toList())) {
      return;
    }
    // Its name is not shown: a first line that is no header may hold a password.
    throw RequestText.rejected(
        place,
        meant
            .map(known -> "the column has a name that is not known, did you mean " + known + "?")
            .orElse("the column has a name that is not known"),
        "Correct the name or remove the column; the columns are "
            + String.join(", ", Column.words())
            + ".");
  }

  private static void requireAll(Where place, List<Column> named) {
    String missing =
        Arrays.stream(Column.values())
            .filter(column -> !named.contains(column))
            .filter(
                column ->
                    column.isRequired()
                        // Another password is there: this one may have got a wrong name.
                        || (column == Column.SOURCE_PASSWORD
                            && named.contains(Column.DESTINATION_PASSWORD)
                            && lacksPasswords(named)))
            .map(Column::word)
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw RequestText.rejected(place, "the header lacks " + missing, ADD);
    }
  }

  /**
   * @throws RequestRejected when no row can have the password that it needs
   */
  static void requirePasswords(String name, List<Column> named) {
    if (lacksPasswords(named)) {
      throw RequestText.rejected(Where.file(name), "the header lacks source_password", ADD);
    }
  }

  /** Whether the passwords at the old provider have no column, and no row can say OAuth instead. */
  private static boolean lacksPasswords(List<Column> named) {
    return !named.contains(Column.SOURCE_PASSWORD)
        && !named.contains(Column.SOURCE_AUTH)
        && !named.contains(Column.SOURCE_OAUTH_PROFILE);
  }

  /** Whether what stands in a place, counted from 0, belongs to no column. */
  boolean isLeftOver(int place) {
    return notes.get(place) == RepairNote.LEFT_OVER;
  }

  /** The columns that have a name, from left to right. */
  List<Column> named() {
    return columns.stream().flatMap(Optional::stream).toList();
  }

  /** Whether the password at the old provider stands first, where a line may begin with "#". */
  boolean beginsWithAPassword() {
    return columns.stream()
        .findFirst()
        .flatMap(column -> column)
        .filter(Column::isPassword)
        .isPresent();
  }

  /** Whose columns these are; empty for our own and for those of nobody in particular. */
  String product() {
    if (shape != null) {
      return shape.product();
    }
    List<String> keys = names.stream().map(Column::key).filter(key -> !key.isEmpty()).toList();
    return PRODUCTS.entrySet().stream()
        .filter(product -> keys.containsAll(product.getValue()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }

  /** What each column was taken for. */
  List<ReadColumn> read() {
    List<ReadColumn> read = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      IgnoredColumn unused = ignored.get(i);
      // An unknown name may be a password that stands in the wrong line.
      String name =
          names.isEmpty() || unused == IgnoredColumn.UNKNOWN
              ? ""
              : VisibleText.of(Texts.trimmed(names.get(i)));
      String why =
          unused != null
              ? unused.why()
              : notes.containsKey(i) ? "it is for whoever repairs the row" : "";
      if (columns.get(i).isPresent() || !why.isEmpty()) {
        read.add(new ReadColumn(i + 1, name, columns.get(i).map(Column::word).orElse(""), why));
      }
    }
    return read;
  }
}
