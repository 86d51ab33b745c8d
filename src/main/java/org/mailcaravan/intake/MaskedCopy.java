package org.mailcaravan.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.mailcaravan.model.Formulas;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.VisibleText;

/**
 * Archives requests without their passwords. The copy is written anew from the parsed rows; a row
 * that could not be parsed, such as one with too many values, is masked as a whole. Rows keep their
 * line numbers. Thread-safe.
 */
public final class MaskedCopy {
  /**
   * Writes a masked copy, in UTF-8, that only its owner can read. It appears whole or not at all.
   *
   * @param target where to; when there is a file already, ".2", ".3" and so on goes before the
   *     extension. ".csv" is added to the name of a workbook
   * @return the path that was used
   * @throws RequestRejected when the original cannot be read as a request (any more)
   * @throws UncheckedIOException when the copy cannot be written
   */
  public Path write(Path original, Path target) {
    return write(RawRequest.read(original), Set.of(), target);
  }

  /**
   * Writes a masked copy of a parsed request.
   *
   * @param rejected the lines of rejected rows, of which only that is written which cannot be a
   *     password
   */
  Path write(RawRequest original, Set<Integer> rejected, Path target) {
    Path named =
        original.form() instanceof RawRequest.Sheet
            ? target.resolveSibling(target.getFileName() + ".csv")
            : target;
    try {
      return PrivateFile.write(masked(original, rejected), named);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String masked(RawRequest request, Set<Integer> rejected) {
    try {
      if (request.form() instanceof RawRequest.Sheet sheet) {
        return csv(new RawRequest.Csv(',', sheet.columns(), true), request.rows(), rejected);
      }
      return request.form() instanceof RawRequest.Csv csv
          ? csv(csv, request.rows(), rejected)
          : json(request.rows(), rejected);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String csv(RawRequest.Csv form, List<RawRow> rows, Set<Integer> rejected)
      throws IOException {
    ClearCells clear = new ClearCells(rows, rejected::contains);
    StringBuilder text = new StringBuilder(form.byteOrderMark() ? "\uFEFF" : "");
    CSVFormat format =
        CSVFormat.DEFAULT.builder().setDelimiter(form.delimiter()).setRecordSeparator('\n').get();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      int line = 1;
      if (rows.get(0).line() > line) {
        printer.printRecord(form.columns().stream().map(Column::word).toList());
        line++;
      }
      for (RawRow row : rows) {
        // Blank lines keep the line numbers where the original has blank lines, or rows of several
        // lines.
        text.append("\n".repeat(Math.max(0, row.line() - line)));
        printer.printRecord(
            row.cells().isEmpty()
                ? List.of(Secret.MASK)
                : form.columns().stream()
                    .map(column -> Formulas.defused(shown(row, column, rejected, clear)))
                    .toList());
        line = row.line() + 1;
      }
    }
    return text.toString();
  }

  private static String json(List<RawRow> rows, Set<Integer> rejected) throws IOException {
    ClearCells clear = new ClearCells(rows, rejected::contains);
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartArray();
      for (RawRow row : rows) {
        if (row.cells().isEmpty()) {
          json.writeString(Secret.MASK);
          continue;
        }
        json.writeStartObject();
        for (Column column : row.cells().keySet()) {
          json.writeStringField(column.word(), VisibleText.of(shown(row, column, rejected, clear)));
        }
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    return text + "\n";
  }

  private static String shown(RawRow row, Column column, Set<Integer> rejected, ClearCells clear) {
    return column.isPassword() || !rejected.contains(row.line())
        ? row.shown(column)
        : clear.of(row, column);
  }
}
