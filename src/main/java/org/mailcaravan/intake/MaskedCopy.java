package org.mailcaravan.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;

/**
 * Archives requests without their passwords. The copy is written anew from what was understood of
 * the file, so whatever was not understood, a row with too many values say, is masked as a whole.
 * Rows stay on their lines. Thread-safe.
 */
public final class MaskedCopy {
  /**
   * Writes a masked copy, in UTF-8, that only its owner can read. It appears whole or not at all.
   *
   * @param target where to; when there is a file already, ".2", ".3" and so on goes before the
   *     extension
   * @return the path that was used
   * @throws RequestRejected when the original cannot be read as a request (any more)
   * @throws UncheckedIOException when the copy cannot be written
   */
  public Path write(Path original, Path target) {
    return write(RawRequest.parse(RequestText.read(original)), target);
  }

  /** Writes a masked copy of what was parsed. */
  Path write(RawRequest original, Path target) {
    try {
      return PrivateFile.write(masked(original), target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String masked(RawRequest request) {
    try {
      return request.form() instanceof RawRequest.Csv csv
          ? csv(csv, request.rows())
          : json(request.rows());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String csv(RawRequest.Csv form, List<RawRow> rows) throws IOException {
    StringBuilder text = new StringBuilder(form.byteOrderMark() ? "\uFEFF" : "");
    CSVFormat format =
        CSVFormat.DEFAULT.builder().setDelimiter(form.delimiter()).setRecordSeparator('\n').get();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      printer.printRecord(form.columns().stream().map(Column::word).toList());
      int line = 2;
      for (RawRow row : rows) {
        // Where the original has blank lines or a row has several, blank lines keep the numbers.
        text.append("\n".repeat(Math.max(0, row.line() - line)));
        printer.printRecord(
            row.cells().isEmpty()
                ? List.of(Secret.MASK)
                : form.columns().stream().map(row::shown).toList());
        line = row.line() + 1;
      }
    }
    return text.toString();
  }

  private static String json(List<RawRow> rows) throws IOException {
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
          json.writeStringField(column.word(), row.shown(column));
        }
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    return text + "\n";
  }
}
