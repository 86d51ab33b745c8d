package org.mailcaravan.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** The source messages of one folder pair that are not at the destination, and why. */
final class OpenMessages {
  private static final int REASON_LENGTH = 4_000;

  private final Database database;
  private final String id;
  private final MessageRows rows;

  OpenMessages(Database database, String id) {
    this.database = database;
    this.id = id;
    this.rows = new MessageRows(database, "open_message", id);
  }

  /** Adds a message, or replaces why it is open. */
  void put(long sourceUid, OpenMessage message) {
    database.inTransaction(
        () -> {
          forget(Set.of(sourceUid));
          String reason = message.reason();
          database
              .jdbc()
              .sql(
                  "insert into open_message (folder_pair_id, source_uid, standing, reason) values (?, ?, ?, ?)")
              .params(
                  id,
                  sourceUid,
                  message.why().name(),
                  reason.substring(0, Math.min(reason.length(), REASON_LENGTH)))
              .update();
        });
  }

  /** All, by source UID. */
  NavigableMap<Long, OpenMessage> all() {
    NavigableMap<Long, OpenMessage> open = new TreeMap<>();
    // There may be many messages, and few reasons.
    Map<OpenMessage, OpenMessage> same = new HashMap<>();
    database
        .jdbc()
        .sql("select source_uid, standing, reason from open_message where folder_pair_id = :id")
        .param("id", id)
        .query(
            row -> {
              OpenMessage message =
                  new OpenMessage(OpenMessage.Why.valueOf(row.getString(2)), row.getString(3));
              OpenMessage before = same.putIfAbsent(message, message);
              open.put(row.getLong(1), before == null ? message : before);
            });
    return open;
  }

  /** They are at the destination, or have left the source. */
  void forget(Collection<Long> sourceUids) {
    rows.delete(sourceUids);
  }
}
