package org.mailcaravan.store;

import org.jspecify.annotations.Nullable;

/** What was copied into a folder although it resembles what was there: one row of each folder. */
final class ResemblingCopies {
  private ResemblingCopies() {}

  static void record(Database database, String folderPair, Resemblance found) {
    database.inTransaction(
        () -> {
          database
              .jdbc()
              .sql("delete from resembling_copy where folder_pair_id = ?")
              .param(folderPair)
              .update();
          database
              .jdbc()
              .sql("insert into resembling_copy (folder_pair_id, messages, named) values (?, ?, ?)")
              .params(folderPair, found.messages(), found.of())
              .update();
        });
  }

  /** Null when there was nothing such. */
  static @Nullable Resemblance find(Database database, String folderPair) {
    return database
        .jdbc()
        .sql("select messages, named from resembling_copy where folder_pair_id = ?")
        .param(folderPair)
        .query((row, number) -> new Resemblance(row.getLong(1), row.getLong(2)))
        .optional()
        .orElse(null);
  }
}
