package org.mailcaravan.store;

import java.util.Collection;
import java.util.function.LongPredicate;
import org.mailcaravan.imap.UidSet;

/**
 * Copies of one folder pair that are marked for the next comparison, by their source UIDs. Not
 * thread-safe.
 */
final class MarkedCopies {
  /**
   * Copies that the destination said it had stored, and that no comparison has seen there yet. One
   * that is missing then was never stored, or the server has lost it; it was not the user who
   * deleted it.
   */
  static final String UNSEEN = "unseen_copy";

  /** Copies that servers are known to store otherwise, and that no comparison has read yet. */
  static final String DELICATE = "delicate_copy";

  private final Database database;
  private final String id;
  private final String table;

  MarkedCopies(Database database, String id, String table) {
    this.database = database;
    this.id = id;
    this.table = table;
  }

  /** Adds the messages of a batch. */
  void add(Collection<Long> sourceUids) {
    add(UidSet.of(sourceUids));
  }

  private void add(UidSet sourceUids) {
    for (String some : sourceUids.commands()) {
      database
          .jdbc()
          .sql("insert into " + table + " (folder_pair_id, source_uids) values (?, ?)")
          .params(id, some)
          .update();
    }
  }

  /** Their source UIDs. */
  UidSet all() {
    UidSet all = new UidSet();
    database
        .jdbc()
        .sql("select source_uids from " + table + " where folder_pair_id = ?")
        .param(id)
        .query(
            row -> {
              all.addAll(UidSet.parse(row.getString(1)));
            });
    return all;
  }

  /** Leaves only some of them. */
  void keep(LongPredicate some) {
    UidSet left = new UidSet();
    all()
        .forEach(
            uid -> {
              if (some.test(uid)) {
                left.add(uid);
              }
            });
    clear();
    add(left);
  }

  void clear() {
    database.jdbc().sql("delete from " + table + " where folder_pair_id = ?").param(id).update();
  }
}
