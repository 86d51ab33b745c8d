package org.mailcaravan.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.mailcaravan.model.BatchResult;
import org.mailcaravan.store.Batches;
import org.mailcaravan.store.PassResults;

/** What is told of a batch that ended: the bean {@code reports} of the routes. Thread-safe. */
public final class Reports {
  private final Batches batches;
  private final PassResults results;
  private final Path folder;

  /**
   * @param folder where each batch has a folder for its report
   */
  public Reports(Batches batches, PassResults results, Path folder) {
    this.batches = batches;
    this.results = results;
    this.folder = folder;
  }

  /**
   * What became of a batch.
   *
   * @throws java.util.NoSuchElementException when it has not ended
   */
  public BatchResult result(String batchId) {
    return new BatchResult(
        batches.batch(batchId),
        batches.finishedAt(batchId).orElseThrow(),
        results.of(batchId),
        folder.resolve(batchId));
  }

  /**
   * Writes the report into the folder of the batch, for machines ({@code report.json}) and for
   * people ({@code report.txt}).
   *
   * @throws UncheckedIOException when it cannot be written
   */
  public void write(BatchResult result) {
    write(result, "report.json", out -> ResultJson.write(result, out));
    write(result, "report.txt", out -> ResultTable.write(result, out));
  }

  private static void write(BatchResult result, String name, Consumer<PrintWriter> content) {
    try {
      Path file = Files.createDirectories(result.reportFolder()).resolve(name);
      try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
        content.accept(out);
        if (out.checkError()) {
          throw new IOException(file + " cannot be written; is the disk full?");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
