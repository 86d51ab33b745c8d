package org.mailcaravan.store;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The ledger of one folder pair. For one thread at a time; only one pass of a mailbox may run at
 * once.
 *
 * <p>An append goes {@link #begin}, append, {@link #record}. If the program or a server dies in
 * between, {@link #cutOff} tells at the next pass which messages may have arrived unrecorded.
 */
public final class FolderLedger {
  private final Database database;
  private final String pairId;
  private final UidMap uids;

  FolderLedger(Database database, String pairId, UidMap uids) {
    this.database = database;
    this.pairId = pairId;
    this.uids = uids;
  }

  /**
   * A batch of which it is not known whether it arrived.
   *
   * @param sourceSizes true octets, by UID, of what was being appended
   * @param destinationUidNext what arrived of it has this UID or a higher one
   */
  public record CutOff(SortedMap<Long, Long> sourceSizes, long destinationUidNext) {}

  /** Whether a source message is recorded as stored at the destination. */
  public boolean contains(long sourceUid) {
    return uids.contains(sourceUid);
  }

  /** How many source messages are recorded. */
  public long count() {
    return uids.count();
  }

  /** Whether a destination UID is recorded as that of a copy of ours. */
  public boolean isOurs(long destinationUid) {
    return uids.ranges().stream()
        .anyMatch(
            range ->
                range.destinationFirst() > 0
                    && destinationUid >= range.destinationFirst()
                    && destinationUid < range.destinationFirst() + range.length());
  }

  /** The batch that was under way when the last pass ended, or empty. */
  public Optional<CutOff> cutOff() {
    return database
        .jdbc()
        .sql(
            "select source_sizes, destination_uidnext from append_journal where folder_pair_id = :id")
        .param("id", pairId)
        .query((row, number) -> new CutOff(parse(row.getString(1)), row.getLong(2)))
        .optional();
  }

  /** From {@code 4=1200,5=800}. */
  private static SortedMap<Long, Long> parse(String list) {
    SortedMap<Long, Long> sizes = new TreeMap<>();
    for (String entry : list.split(",", -1)) {
      int equals = entry.indexOf('=');
      sizes.put(
          Long.valueOf(entry.substring(0, equals)), Long.valueOf(entry.substring(equals + 1)));
    }
    return sizes;
  }

  /**
   * Notes that a batch is about to be appended; on disk when it returns.
   *
   * @param sourceSizes true octets by UID
   * @param destinationUidNext no message of the batch will get a lower UID
   */
  public void begin(Map<Long, Long> sourceSizes, long destinationUidNext) {
    String list =
        sourceSizes.entrySet().stream().map(Object::toString).collect(Collectors.joining(","));
    database.inTransaction(
        () -> {
          endBatch();
          database
              .jdbc()
              .sql(
                  "insert into append_journal (folder_pair_id, source_sizes, destination_uidnext) values (?, ?, ?)")
              .params(List.of(pairId, list, destinationUidNext))
              .update();
        });
  }

  /**
   * Records what arrived, and that no batch is under way any more; on disk when it returns.
   *
   * @param arrived destination UIDs, 0 where unknown, by source UIDs; empty when nothing arrived
   */
  public void record(NavigableMap<Long, Long> arrived) {
    database.inTransaction(
        () -> {
          UidMap.Change change = uids.add(arrived);
          for (UidMap.Range range : change.removed()) {
            database
                .jdbc()
                .sql("delete from copied_range where folder_pair_id = ? and source_first = ?")
                .params(List.of(pairId, range.sourceFirst()))
                .update();
          }
          for (UidMap.Range range : change.made()) {
            database
                .jdbc()
                .sql(
                    "insert into copied_range (folder_pair_id, source_first, length, destination_first)"
                        + " values (?, ?, ?, ?)")
                .params(
                    List.of(pairId, range.sourceFirst(), range.length(), range.destinationFirst()))
                .update();
          }
          endBatch();
        });
  }

  private void endBatch() {
    database
        .jdbc()
        .sql("delete from append_journal where folder_pair_id = ?")
        .param(pairId)
        .update();
  }
}
