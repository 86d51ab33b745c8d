package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Policy;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/** A mailbox as a row of the database holds it. */
final class StoredMailbox {
  private StoredMailbox() {}

  /**
   * @param row with the columns of mailbox, and {@code migration_id} and {@code row_number}
   */
  static Mailbox of(ResultSet row, Pass kind) throws SQLException {
    // Of a hundred thousand mailboxes most have the same of these, or one address for all.
    String address = row.getString("source_address");
    return new Mailbox(
        row.getString("id"),
        row.getString("migration_id").intern(),
        row.getInt("row_number"),
        address,
        new Server(
            row.getString("source_host").intern(),
            row.getInt("source_port"),
            Security.valueOf(row.getString("source_security"))),
        same(row.getString("source_username"), address),
        same(row.getString("destination_address"), address),
        StoredSource.source(row.getString("contacts")),
        StoredSource.source(row.getString("calendar")),
        options(row.getString("options")),
        policy(row.getString("policy")),
        kind);
  }

  /** What the column {@code options} of a mailbox holds. */
  static RowOptions options(@Nullable String text) {
    return text == null ? RowOptions.NONE : StoredJson.read(text, RowOptions.class);
  }

  /** What the column {@code policy} of a mailbox holds. */
  static Policy policy(@Nullable String text) {
    return text == null ? Policy.NONE : StoredJson.read(text, Policy.class);
  }

  private static String same(String text, String other) {
    return text.equals(other) ? other : text;
  }
}
