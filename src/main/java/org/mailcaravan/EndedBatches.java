package org.mailcaravan;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.model.BatchResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of batches that ended: the bean {@code ended-batches} of the routes. Thread-safe. */
public final class EndedBatches {
  private static final Logger LOG = LoggerFactory.getLogger(EndedBatches.class);

  private final Progress progress;
  private final Map<String, CompletableFuture<BatchResult>> awaited = new ConcurrentHashMap<>();

  EndedBatches(Progress progress) {
    this.progress = progress;
  }

  /** A batch ended and its report is written. */
  public void ended(BatchResult result) {
    LOG.info("batch {} ended, report in {}", result.batch().id(), result.reportFolder());
    progress.batchFinished(result);
    of(result.batch().id()).complete(result);
  }

  /** A fault kept a mailbox from being worked on at all. */
  public void failed(Mailbox mailbox, Throwable failure) {
    LOG.error("a fault of ours outside of any mailbox, at {}", mailbox, failure);
    of(mailbox.batchId()).completeExceptionally(failure);
  }

  /** Completes when the batch has ended. */
  CompletableFuture<BatchResult> of(String batchId) {
    return awaited.computeIfAbsent(batchId, id -> new CompletableFuture<>());
  }
}
