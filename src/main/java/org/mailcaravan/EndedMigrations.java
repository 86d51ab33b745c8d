package org.mailcaravan;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the command {@code migrate} that its migration has ended: the bean {@code ended-migrations}
 * of the routes. Thread-safe.
 */
public final class EndedMigrations {
  private static final Logger LOG = LoggerFactory.getLogger(EndedMigrations.class);

  private final Progress progress;
  private final boolean isAwaited;
  private final Map<String, CompletableFuture<MigrationResult>> awaited = new ConcurrentHashMap<>();

  /**
   * @param isAwaited whether somebody waits for each migration; the service waits for none
   */
  EndedMigrations(Progress progress, boolean isAwaited) {
    this.progress = progress;
    this.isAwaited = isAwaited;
  }

  /** A migration has ended, and its report is written. */
  public void ended(MigrationResult result) {
    LOG.info("migration {} ended, report in {}", result.migration().id(), result.reportFolder());
    progress.migrationFinished(result);
    if (isAwaited) {
      of(result.migration().id()).complete(result);
    }
  }

  /** A fault outside of a pass kept a mailbox from being processed. */
  public void failed(@Nullable Mailbox mailbox, Throwable failure) {
    LOG.error("a fault outside of a pass, at {}", mailbox, failure);
    if (mailbox != null) {
      fail(mailbox.migrationId(), failure);
    }
  }

  /** The report of a migration could not be written; it stays due. */
  public void notReported(String migrationId, Throwable failure) {
    LOG.error(
        "the report of migration {} cannot be written; it is tried again", migrationId, failure);
    fail(migrationId, failure);
  }

  private void fail(String migrationId, Throwable failure) {
    if (isAwaited) {
      of(migrationId).completeExceptionally(failure);
    }
  }

  /** The routes took a pass and did not begin it, or began it and did not end it. */
  public void leftOpen(Mailbox mailbox) {
    failed(
        mailbox,
        new IllegalStateException(
            "the routes did not begin the pass with the bean \"passes\", method \"begin\", or did not"
                + " end it with the method \"end\""));
  }

  /** Completes when the migration has ended. */
  CompletableFuture<MigrationResult> of(String migrationId) {
    return awaited.computeIfAbsent(migrationId, id -> new CompletableFuture<>());
  }
}
