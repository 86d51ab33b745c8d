package org.mailcaravan.store;

import java.util.List;
import java.util.Map;

/**
 * The moves of copies at the destination that are under way, so that what the end of a pass cut off
 * is found out by the next one. Thread-safe.
 */
public final class MoveJournal {
  private final Database database;

  MoveJournal(Database database) {
    this.database = database;
  }

  /**
   * Copies that are about to be moved at the destination.
   *
   * @param newSourceUids by old source UIDs: where each message left, and where it appeared
   * @param destinationUidNext no moved copy will get a lower UID
   */
  public record Move(
      String fromId, String toId, Map<Long, Long> newSourceUids, long destinationUidNext) {}

  /** Notes moves before they are made; on disk when it returns. */
  public void begin(Move move) {
    database.inTransaction(
        () -> {
          end(move);
          database
              .jdbc()
              .sql(
                  "insert into move_journal (from_pair_id, to_pair_id, source_uids, destination_uidnext)"
                      + " values (?, ?, ?, ?)")
              .params(
                  move.fromId(),
                  move.toId(),
                  UidPairs.write(move.newSourceUids()),
                  move.destinationUidNext())
              .update();
        });
  }

  /**
   * Forgets that moves are under way; to be done {@link Ledger#together together} with recording
   * them.
   */
  public void end(Move move) {
    database
        .jdbc()
        .sql("delete from move_journal where from_pair_id = ? and to_pair_id = ?")
        .params(move.fromId(), move.toId())
        .update();
  }

  /** The moves of an account that the end of a pass cut off. */
  public List<Move> cutOff(AccountPair accounts) {
    return database
        .jdbc()
        .sql(
            "select j.from_pair_id, j.to_pair_id, j.source_uids, j.destination_uidnext from move_journal j"
                + " join folder_pair p on p.id = j.to_pair_id where p.source_account = ? and"
                + " p.destination_account = ?")
        .params(accounts.source(), accounts.destination())
        .query(
            (row, number) ->
                new Move(
                    row.getString(1),
                    row.getString(2),
                    UidPairs.read(row.getString(3)),
                    row.getLong(4)))
        .list();
  }
}
