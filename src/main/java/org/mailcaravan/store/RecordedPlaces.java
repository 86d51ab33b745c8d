package org.mailcaravan.store;

import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.UidSet;

/**
 * Where the messages of one folder pair went, in ranges: read from the database when first asked
 * for, and kept in memory from then on. Not thread-safe.
 */
final class RecordedPlaces {
  /**
   * The next ranges behind a source UID; not all at once, since there may be millions. H2 takes
   * them from the primary key in their order only where all its columns are named.
   */
  static final String NEXT_RANGES =
      "select source_first, length, destination_first, standing, gone from copied_range"
          + " where folder_pair_id = ? and source_first > ?"
          + " order by folder_pair_id, source_first limit 10000";

  private final Database database;
  private final String id;
  private @Nullable UidMap uids;

  RecordedPlaces(Database database, String id) {
    this.database = database;
    this.id = id;
  }

  private UidMap uids() {
    UidMap known = uids;
    if (known == null) {
      known = new UidMap(List.of());
      for (List<UidMap.Range> some = ranges(0); !some.isEmpty(); ) {
        some.forEach(known::add);
        some = ranges(some.get(some.size() - 1).sourceFirst());
      }
      uids = known;
    }
    return known;
  }

  private List<UidMap.Range> ranges(long behind) {
    return database
        .jdbc()
        .sql(NEXT_RANGES)
        .params(id, behind)
        .query(
            (row, number) ->
                new UidMap.Range(
                    row.getLong(1),
                    row.getLong(2),
                    new Place(
                        row.getLong(3), Standing.ofStored(row.getString(4)), row.getBoolean(5))))
        .list();
  }

  /** Null when the message is not recorded. */
  @Nullable Place place(long sourceUid) {
    return uids().place(sourceUid);
  }

  long count() {
    return uids().count();
  }

  /** How many have not left the source folder. */
  long present() {
    return uids().present();
  }

  /** Those from one source UID to another, both included, in their order. */
  void forEach(long first, long last, BiConsumer<Long, Place> consumer) {
    uids().forEach(first, last, consumer);
  }

  /** The UIDs at the destination that are known. */
  UidSet destinationUids() {
    UidSet known = new UidSet();
    uids().forEachRange(range -> addDestinationUids(range, known));
    return known;
  }

  /** The same as they are on disk now; holds some ranges in memory at a time. */
  UidSet destinationUidsOnDisk() {
    UidSet known = new UidSet();
    for (List<UidMap.Range> some = ranges(0); !some.isEmpty(); ) {
      some.forEach(range -> addDestinationUids(range, known));
      some = ranges(some.get(some.size() - 1).sourceFirst());
    }
    return known;
  }

  private static void addDestinationUids(UidMap.Range range, UidSet known) {
    long first = range.first().destinationUid();
    if (first > 0) {
      known.add(first, first + range.length() - 1);
    }
  }

  /** Adds or replaces; in a transaction of the caller's. */
  void put(NavigableMap<Long, Place> places) {
    write(uids().put(places));
  }

  /** In a transaction of the caller's. */
  void remove(Collection<Long> sourceUids) {
    write(uids().remove(sourceUids));
  }

  private void write(UidMap.Change change) {
    for (UidMap.Range range : change.removed()) {
      database
          .jdbc()
          .sql("delete from copied_range where folder_pair_id = ? and source_first = ?")
          .params(List.of(id, range.sourceFirst()))
          .update();
    }
    for (UidMap.Range range : change.made()) {
      database
          .jdbc()
          .sql(
              "insert into copied_range (folder_pair_id, source_first, length, destination_first, standing,"
                  + " gone) values (?, ?, ?, ?, ?, ?)")
          .params(
              List.of(
                  id,
                  range.sourceFirst(),
                  range.length(),
                  range.first().destinationUid(),
                  range.first().standing().stored(),
                  range.first().gone()))
          .update();
    }
  }
}
