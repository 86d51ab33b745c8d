package org.mailcaravan.store;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
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

  /** A driver holds all rows of a query in memory, and H2 all that a transaction deletes. */
  private static final int READ_AT_ONCE = 100;

  private record Row(long id, String sourceUids) {}

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
    forEachPiece(rows -> rows.forEach(row -> all.addAll(UidSet.parse(row.sourceUids()))));
    return all;
  }

  /** Leaves only some of them, row by row: a program that is killed meanwhile has left too many. */
  void keep(LongPredicate some) {
    forEachPiece(
        rows -> {
          UidSet left = new UidSet();
          rows.forEach(
              row ->
                  UidSet.parse(row.sourceUids())
                      .forEach(
                          uid -> {
                            if (some.test(uid)) {
                              left.add(uid);
                            }
                          }));
          database.inTransaction(
              () -> {
                database
                    .jdbc()
                    .sql(
                        "delete from " + table + " where folder_pair_id = ? and id between ? and ?")
                    .params(id, rows.get(0).id(), rows.get(rows.size() - 1).id())
                    .update();
                add(left);
              });
        });
  }

  /** In the order of an index, of which H2 wants all columns named. */
  static String nextRows(String table) {
    return "select id, source_uids from "
        + table
        + " where folder_pair_id = ? and id > ? and id <= ? order by folder_pair_id, id limit "
        + READ_AT_ONCE;
  }

  /** Goes through what is there now, and not through what is added meanwhile. */
  private void forEachPiece(Consumer<List<Row>> taken) {
    long newest = newest();
    long last = -1;
    while (last < newest) {
      List<Row> rows =
          database
              .jdbc()
              .sql(nextRows(table))
              .params(id, last, newest)
              .query((row, number) -> new Row(row.getLong(1), row.getString(2)))
              .list();
      if (rows.isEmpty()) {
        return;
      }
      taken.accept(rows);
      last = rows.get(rows.size() - 1).id();
    }
  }

  private long newest() {
    return database
        .jdbc()
        .sql("select coalesce(max(id), -1) from " + table + " where folder_pair_id = ?")
        .param(id)
        .query(Long.class)
        .single();
  }

  void clear() {
    database.jdbc().sql("delete from " + table + " where folder_pair_id = ?").param(id).update();
  }
}
