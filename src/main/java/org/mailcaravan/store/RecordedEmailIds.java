package org.mailcaravan.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;
import org.mailcaravan.imap.UidSet;

/** The EMAILIDs (RFC 8474) or X-GM-MSGIDs of the messages of one folder pair, by source UID. */
final class RecordedEmailIds {
  private final Database database;
  private final String id;
  private final MessageRows rows;

  RecordedEmailIds(Database database, String id) {
    this.database = database;
    this.id = id;
    this.rows = new MessageRows(database, "email_id", id);
  }

  /** Those of some messages that have one. */
  Map<Long, String> of(Collection<Long> sourceUids) {
    Map<Long, String> emailIds = new HashMap<>();
    UidSteps.forEach(
        sourceUids,
        some ->
            database
                .jdbc()
                .sql(
                    "select source_uid, email_id from email_id where folder_pair_id = :id"
                        + " and source_uid in (:uids)")
                .param("id", id)
                .param("uids", some)
                .query(
                    row -> {
                      emailIds.put(row.getLong(1), row.getString(2));
                    }));
    return emailIds;
  }

  /** The same of any number of messages, in the order of their UIDs. */
  void forEach(UidSet sourceUids, BiConsumer<Long, String> consumer) {
    UidSteps.forEach(sourceUids, some -> new TreeMap<>(of(some)).forEach(consumer));
  }

  /** Adds those of messages; a message that has one keeps it. */
  void add(UidSet sourceUids, LongFunction<String> emailIds) {
    UidSteps.forEach(
        sourceUids,
        some -> {
          Set<Long> known = of(some).keySet();
          database.inTransaction(
              () ->
                  some.stream()
                      .filter(uid -> !known.contains(uid))
                      .forEach(uid -> insert(uid, emailIds.apply(uid))));
        });
  }

  /** In a transaction of the caller's. */
  void put(long sourceUid, String emailId) {
    remove(Set.of(sourceUid));
    insert(sourceUid, emailId);
  }

  private void insert(long sourceUid, String emailId) {
    database
        .jdbc()
        .sql("insert into email_id (folder_pair_id, source_uid, email_id) values (?, ?, ?)")
        .params(id, sourceUid, emailId)
        .update();
  }

  void remove(Collection<Long> sourceUids) {
    rows.delete(sourceUids);
  }
}
