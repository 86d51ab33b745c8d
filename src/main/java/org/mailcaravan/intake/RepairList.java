package org.mailcaravan.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.QuoteMode;
import org.mailcaravan.secrets.Vault;

/** Rows that were turned away, as a request to be edited and dropped again. */
final class RepairList {
  /** Each is sealed on its own; a file with more bad rows is better written anew. */
  private static final int MOST_ROWS = 2000;

  private RepairList() {}

  /** The list; empty when there is no row that can be repaired. */
  static String of(List<RawRow> rows, SealedRows sealed) {
    StringBuilder text = new StringBuilder("\uFEFF");
    CSVFormat format =
        CSVFormat.DEFAULT.builder().setRecordSeparator("\r\n").setQuoteMode(QuoteMode.ALL).get();
    boolean any = false;
    List<Vault.Credential> credentials = new ArrayList<>();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      printer.printRecord(Column.words());
      for (RawRow row : rows.subList(0, Math.min(MOST_ROWS, rows.size()))) {
        Optional<Map<Column, String>> shown = sealed.shown(row, credentials);
        if (shown.isPresent()) {
          any = true;
          printer.printRecord(
              Arrays.stream(Column.values())
                  .map(column -> shown.get().getOrDefault(column, ""))
                  .toList());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sealed.putAll(credentials);
    return any ? text.toString() : "";
  }
}
