package org.mailcaravan.report;

import java.nio.file.Path;
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

  /** For machines. */
  public String json(BatchResult result) {
    return ResultJson.text(ResultJson.of(result));
  }

  /** For people. */
  public String text(BatchResult result) {
    return ResultTable.of(result);
  }
}
