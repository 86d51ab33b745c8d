package org.mailcaravan.store;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mailcaravan.model.Parts;
import org.mailcaravan.model.RequestRow;

/** When requests named mailboxes first. Thread-safe. */
public final class NamedBefore {
  /** Rows that are looked for by the same statement. */
  private static final int ROWS_AT_ONCE = 500;

  private final Database database;

  public NamedBefore(Database database) {
    this.database = database;
  }

  /** Of those rows whose mailboxes are known, by their numbers. */
  public Map<Integer, Instant> of(List<RequestRow> rows) {
    Map<Integer, Instant> times = new HashMap<>();
    for (List<RequestRow> some : Parts.of(rows, ROWS_AT_ONCE)) {
      Map<AccountPair, Instant> known = known(some);
      for (RequestRow row : some) {
        Instant first = known.get(NamedMailboxes.accounts(row));
        if (first != null) {
          times.put(row.row(), first);
        }
      }
    }
    return times;
  }

  private Map<AccountPair, Instant> known(List<RequestRow> rows) {
    Map<AccountPair, Instant> known = new HashMap<>();
    List<AccountPair> named = rows.stream().map(NamedMailboxes::accounts).toList();
    database
        .jdbc()
        .sql(
            "select b.source_account, b.destination_account, min(m.opened_at) as first from mailbox b"
                + " join migration_mailbox n on n.mailbox_id = b.id join migration m on m.id = n.migration_id"
                + " where b.source_account in (:sources) and b.destination_account in (:destinations)"
                + " group by b.source_account, b.destination_account")
        .param("sources", named.stream().map(AccountPair::source).distinct().toList())
        .param("destinations", named.stream().map(AccountPair::destination).distinct().toList())
        .query(
            row -> {
              known.put(
                  new AccountPair(row.getString(1), row.getString(2)), Times.present(row, "first"));
            });
    return known;
  }
}
