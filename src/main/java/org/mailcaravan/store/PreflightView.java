package org.mailcaravan.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.model.status.PreflightStatus;

/** What the preflights of requests have found. Thread-safe. */
public final class PreflightView {
  private final Database database;

  public PreflightView(Database database) {
    this.database = database;
  }

  /**
   * Of some mailboxes of a migration, by their ids: what was found, and nothing where that is not
   * known yet. Those whose passes did not wait for it are not among them.
   */
  public Map<String, Optional<Preflight>> of(String migrationId, Collection<String> mailboxIds) {
    Map<String, Optional<Preflight>> found = new HashMap<>();
    if (mailboxIds.isEmpty()) {
      return found;
    }
    database
        .jdbc()
        .sql(
            "select mailbox_id, findings from preflight where migration_id = :migration"
                + " and mailbox_id in (:mailboxes) and state <> 'SKIPPED'")
        .param("migration", migrationId)
        .param("mailboxes", mailboxIds)
        .query(
            row -> {
              found.put(row.getString(1), findings(row.getString(2)));
            });
    return found;
  }

  /** The last one that ended of a mailbox, or null. */
  @Nullable PreflightStatus statusOf(String mailboxId, MailboxMaker maker) {
    return database
        .jdbc()
        .sql(
            "select findings from preflight where mailbox_id = ? and state = 'ENDED'"
                + " order by id desc limit 1")
        .param(mailboxId)
        .query((row, number) -> status(StoredJson.read(row.getString(1), Preflight.class), maker))
        .optional()
        .orElse(null);
  }

  private static PreflightStatus status(Preflight found, MailboxMaker maker) {
    SideCheck source = found.source();
    boolean counted = source.ok() && source.folders() > 0;
    return new PreflightStatus(
        source.ok(),
        found.destination().ok(),
        counted ? source.messages() : null,
        counted && source.bytes() >= 0 ? source.bytes() : null,
        found.problems().stream().map(maker::shown).map(Problem::toString).toList(),
        found.notes());
  }

  private static Optional<Preflight> findings(@Nullable String text) {
    return Optional.ofNullable(text).map(json -> StoredJson.read(json, Preflight.class));
  }
}
