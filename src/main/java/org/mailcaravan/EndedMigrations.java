package org.mailcaravan;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Map<String, CompletableFuture<MigrationResult>> awaited = new ConcurrentHashMap<>();

  EndedMigrations(Progress progress) {
    this.progress = progress;
  }

  /** A migration has ended, and its report is written. */
  public void ended(MigrationResult result) {
    LOG.info("migration {} ended, report in {}", result.migration().id(), result.reportFolder());
    progress.migrationFinished(result);
    of(result.migration().id()).complete(result);
  }

  /** A fault outside of a pass kept a mailbox from being processed. */
  public void failed(Mailbox mailbox, Throwable failure) {
    LOG.error("a fault outside of a pass, at {}", mailbox, failure);
    of(mailbox.migrationId()).completeExceptionally(failure);
  }

  /** Completes when the migration has ended. */
  CompletableFuture<MigrationResult> of(String migrationId) {
    return awaited.computeIfAbsent(migrationId, id -> new CompletableFuture<>());
  }
}
