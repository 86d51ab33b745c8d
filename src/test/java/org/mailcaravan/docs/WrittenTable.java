package org.mailcaravan.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of a document that says what the code declares. A build compares them; with {@code
 * -Dmailcaravan.write-docs=true} the rows are written into the document first.
 */
public final class WrittenTable {
  private static final boolean WRITE = Boolean.getBoolean("mailcaravan.write-docs");

  private WrittenTable() {}

  /**
   * Requires that a table has these rows and no others.
   *
   * @param firstHeader the header of its first column, which no other table of the document has
   */
  public static void requireRows(String document, String firstHeader, List<List<String>> rows) {
    if (WRITE) {
      write(Path.of(document), firstHeader, rows);
    }
    assertThat(Document.of(document).table(firstHeader).rows())
        .as(document + "; -Dmailcaravan.write-docs=true writes it anew")
        .containsExactlyElementsOf(rows);
  }

  private static void write(Path document, String firstHeader, List<List<String>> rows) {
    try {
      List<String> lines = new ArrayList<>(Files.readAllLines(document));
      int header = 0;
      while (!lines.get(header).startsWith("| " + firstHeader + " |")) {
        header++;
      }
      int first = header + 2;
      while (first < lines.size() && lines.get(first).startsWith("|")) {
        lines.remove(first);
      }
      for (int i = 0; i < rows.size(); i++) {
        String line = "| " + String.join(" | ", rows.get(i)) + " |";
        lines.add(first + i, line.replace("|  |", "| |"));
      }
      Files.write(document, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
