package org.mailcaravan.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.UUID;

/**
 * What was copied, for good: it outlives batches, so that a request made again copies only what is
 * new. Thread-safe; the {@link FolderLedger}s it gives out are not.
 */
public final class Ledger {
  private final Database database;

  public Ledger(Database database) {
    this.database = database;
  }

  /**
   * Whose mail goes where.
   *
   * @param source login and host at the source
   * @param destination address and host at the destination
   */
  public record AccountPair(String source, String destination) {}

  /**
   * Where a source folder is copied to. UIDs mean nothing under another UIDVALIDITY (RFC 9051
   * section 2.3.1.1), so both belong to it.
   *
   * @param sourceFolder its name on the wire
   * @param destinationFolder its name as text
   */
  public record FolderPair(
      AccountPair accounts,
      String sourceFolder,
      String destinationFolder,
      long sourceUidValidity,
      long destinationUidValidity) {}

  /**
   * Where the folders of an account went in earlier passes: destination names as text by source
   * names on the wire.
   */
  public Map<String, String> destinations(AccountPair accounts) {
    Map<String, String> destinations = new HashMap<>();
    database
        .jdbc()
        .sql(
            "select source_folder, destination_folder from folder_pair where source_account = ? and"
                + " destination_account = ?")
        .params(accounts.source(), accounts.destination())
        .query(
            row -> {
              destinations.put(row.getString(1), row.getString(2));
            });
    return destinations;
  }

  /**
   * The ledger of a pair, or empty when nothing is known of it: it was never copied, or goes to
   * another folder now, or a UIDVALIDITY has changed. What the destination holds must then be
   * looked through before {@link #create}.
   */
  public Optional<FolderLedger> find(FolderPair pair) {
    return database
        .jdbc()
        .sql(
            "select id from folder_pair where source_account = ? and destination_account = ? and source_folder = ?"
                + " and destination_folder = ? and source_uidvalidity = ? and destination_uidvalidity = ?")
        .params(
            pair.accounts().source(),
            pair.accounts().destination(),
            pair.sourceFolder(),
            pair.destinationFolder(),
            pair.sourceUidValidity(),
            pair.destinationUidValidity())
        .query(String.class)
        .optional()
        .map(id -> new FolderLedger(database, id, new UidMap(ranges(id))));
  }

  private List<UidMap.Range> ranges(String pairId) {
    return database
        .jdbc()
        .sql(
            "select source_first, length, destination_first from copied_range where folder_pair_id = :id"
                + " order by source_first")
        .param("id", pairId)
        .query((row, number) -> new UidMap.Range(row.getLong(1), row.getLong(2), row.getLong(3)))
        .list();
  }

  /**
   * Begins the ledger of a pair with what was found at the destination already; what an older
   * UIDVALIDITY had is forgotten. All in one transaction: either the pair is known with all that
   * was found, or not at all.
   *
   * @param found destination UIDs by source UIDs
   */
  public FolderLedger create(FolderPair pair, NavigableMap<Long, Long> found) {
    return database.inTransaction(
        () -> {
          forget(pair);
          String id = UUID.randomUUID().toString();
          database
              .jdbc()
              .sql(
                  "insert into folder_pair (id, source_account, destination_account, source_folder,"
                      + " destination_folder, source_uidvalidity, destination_uidvalidity)"
                      + " values (?, ?, ?, ?, ?, ?, ?)")
              .params(
                  id,
                  pair.accounts().source(),
                  pair.accounts().destination(),
                  pair.sourceFolder(),
                  pair.destinationFolder(),
                  pair.sourceUidValidity(),
                  pair.destinationUidValidity())
              .update();
          FolderLedger ledger = new FolderLedger(database, id, new UidMap(List.of()));
          ledger.record(found);
          return ledger;
        });
  }

  private void forget(FolderPair pair) {
    List<String> ids =
        database
            .jdbc()
            .sql(
                "select id from folder_pair where source_account = ? and destination_account = ?"
                    + " and source_folder = ?")
            .params(pair.accounts().source(), pair.accounts().destination(), pair.sourceFolder())
            .query(String.class)
            .list();
    for (String id : ids) {
      for (String table : List.of("append_journal", "copied_range")) {
        database
            .jdbc()
            .sql("delete from " + table + " where folder_pair_id = ?")
            .param(id)
            .update();
      }
      database.jdbc().sql("delete from folder_pair where id = ?").param(id).update();
    }
  }
}
