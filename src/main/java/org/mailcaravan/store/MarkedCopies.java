package org.mailcaravan.store;

import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

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
    NavigableMap<Long, Long> ranges = new TreeMap<>();
    new TreeSet<>(sourceUids).forEach(uid -> append(ranges, uid));
    add(ranges);
  }

  private void add(NavigableMap<Long, Long> ranges) {
    if (!ranges.isEmpty()) {
      database
          .jdbc()
          .sql("insert into " + table + " (folder_pair_id, source_uids) values (?, ?)")
          .params(id, text(ranges))
          .update();
    }
  }

  /** The first and last of each range of source UIDs. */
  NavigableMap<Long, Long> ranges() {
    NavigableMap<Long, Long> ranges = new TreeMap<>();
    database
        .jdbc()
        .sql("select source_uids from " + table + " where folder_pair_id = ?")
        .param(id)
        .query(
            row -> {
              for (String range : row.getString(1).split(",", -1)) {
                int colon = range.indexOf(':');
                long first = Long.parseLong(colon < 0 ? range : range.substring(0, colon));
                ranges.merge(first, Long.valueOf(range.substring(colon + 1)), Math::max);
              }
            });
    return ranges;
  }

  /** Leaves only some of them. */
  void keep(LongPredicate some) {
    NavigableMap<Long, Long> left = new TreeMap<>();
    ranges()
        .forEach(
            (first, last) ->
                LongStream.rangeClosed(first, last).filter(some).forEach(uid -> append(left, uid)));
    clear();
    add(left);
  }

  void clear() {
    database.jdbc().sql("delete from " + table + " where folder_pair_id = ?").param(id).update();
  }

  /** Adds a UID that is higher than all that are there. */
  private static void append(NavigableMap<Long, Long> ranges, long uid) {
    Map.Entry<Long, Long> before = ranges.lastEntry();
    if (before != null && before.getValue() == uid - 1) {
      ranges.put(before.getKey(), uid);
    } else {
      ranges.put(uid, uid);
    }
  }

  private static String text(NavigableMap<Long, Long> ranges) {
    return ranges.entrySet().stream()
        .map(
            range ->
                range.getKey().equals(range.getValue())
                    ? range.getKey().toString()
                    : range.getKey() + ":" + range.getValue())
        .collect(Collectors.joining(","));
  }
}
