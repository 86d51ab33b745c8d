package org.mailcaravan.intake;

import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import org.mailcaravan.model.RequestReading;

/**
 * A file as it was parsed.
 *
 * @param form what the file is
 * @param rows every row that is not blank, in their order, at least one
 * @param facts how it was read
 */
record RawRequest(Form form, List<RawRow> rows, Facts facts) {
  /** What the file is, so that a copy can be made in the same form. */
  sealed interface Form {}

  /**
   * Comma-separated values.
   *
   * @param delimiter what separates the values
   * @param columns the named columns from left to right
   * @param byteOrderMark whether the file begins with one, as Excel wants it
   */
  record Csv(char delimiter, List<Column> columns, boolean byteOrderMark) implements Form {}

  /** JSON. */
  record Json() implements Form {}

  /**
   * A sheet of a workbook; its copy is CSV.
   *
   * @param columns the named columns from left to right
   */
  record Sheet(List<Column> columns) implements Form {}

  /** The text of a mail, of which no copy is kept. */
  record Mail() implements Form {}

  /**
   * How the file was read.
   *
   * @param reading without what the rows gave reason to note
   * @param notes what the rows gave reason to note
   * @param isGuessed whether the character set was guessed
   */
  record Facts(RequestReading reading, ReadingNotes notes, boolean isGuessed) {}

  RawRequest {
    rows = List.copyOf(rows);
  }

  /** What the text of a mail says. */
  static RawRequest ofMail(List<RawRow> rows) {
    return new RawRequest(
        new Mail(),
        rows,
        new Facts(
            new RequestReading("text of a mail", "", List.of(), List.of(), List.of()),
            new ReadingNotes("line"),
            false));
  }

  /** The columns of a table; empty for anything else. */
  List<Column> columns() {
    return form instanceof Csv csv
        ? csv.columns()
        : form instanceof Sheet sheet ? sheet.columns() : List.of();
  }

  /** The same file with other rows. */
  RawRequest with(List<RawRow> others) {
    return new RawRequest(form, others, facts);
  }

  /**
   * Reads a file.
   *
   * @throws org.mailcaravan.model.RequestRejected when no request can be in it
   */
  static RawRequest read(Path file, OpenOption... how) {
    String name = RequestText.nameOf(file);
    return parse(RequestText.octets(file, name, how), name);
  }

  /**
   * Parses the octets of a file; its content tells what kind of file it is, not its name.
   *
   * @throws org.mailcaravan.model.RequestRejected when no request can be in it
   */
  static RawRequest parse(byte[] octets, String name) {
    if (Workbook.isOne(octets)) {
      return WorkbookRows.read(octets, name);
    }
    RequestText text = RequestText.of(octets, name);
    return text.isJson() ? JsonRows.read(text) : CsvRows.read(text);
  }
}
