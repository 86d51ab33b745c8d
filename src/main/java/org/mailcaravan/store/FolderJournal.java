package org.mailcaravan.store;

import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mailcaravan.imap.UidSet;

/**
 * The changes of one destination folder that are under way. Each is noted here before it is made,
 * on disk when the method returns, and ended by the method of {@link FolderLedger} that records it;
 * what is still noted when a pass begins was cut off. A change of the same kind that is noted later
 * replaces the one before, so that what was cut off is confirmed first. Thread-safe.
 */
public final class FolderJournal {
  /** A server that does not show so many messages of a folder is not late. */
  private static final int MOST = 50_000;

  private final Database database;
  private final String id;

  FolderJournal(Database database, String id) {
    this.database = database;
    this.id = id;
  }

  /**
   * Messages that are being appended.
   *
   * @param sourceSizes true octets by source UID
   * @param details the flags that they are written with, and fingerprints
   * @param destinationUidNext what arrives of them has this UID or a higher one
   * @param brokeOff whether the destination is known to have broken off over it
   */
  public record Append(
      SortedMap<Long, Long> sourceSizes,
      NavigableMap<Long, Details> details,
      long destinationUidNext,
      boolean brokeOff) {}

  /** Notes that a batch is about to be appended. */
  public void beginAppend(Append batch) {
    database.inTransaction(
        () -> {
          endAppend();
          database
              .jdbc()
              .sql(
                  "insert into append_journal (folder_pair_id, source_sizes, details,"
                      + " destination_uidnext, broke_off) values (?, ?, ?, ?, ?)")
              .params(
                  id,
                  UidPairs.write(batch.sourceSizes()),
                  DetailsText.write(batch.details()),
                  batch.destinationUidNext(),
                  batch.brokeOff())
              .update();
        });
  }

  /** Notes that the destination broke off while it was given the batch. */
  public void appendBrokeOff() {
    database
        .jdbc()
        .sql("update append_journal set broke_off = true where folder_pair_id = ?")
        .param(id)
        .update();
  }

  /** The batch that was cut off, or empty. */
  public Optional<Append> append() {
    return database
        .jdbc()
        .sql(
            "select source_sizes, details, destination_uidnext, broke_off from append_journal"
                + " where folder_pair_id = :id")
        .param("id", id)
        .query(
            (row, number) ->
                new Append(
                    UidPairs.read(row.getString(1)),
                    DetailsText.read(row.getString(2)),
                    row.getLong(3),
                    row.getBoolean(4)))
        .optional();
  }

  void endAppend() {
    delete("append_journal");
  }

  /**
   * A flag that is being changed.
   *
   * @param set whether it is set, or else removed
   */
  public record FlagChange(long sourceUid, String flag, boolean set) {
    private String text() {
      return (set ? '+' : '-') + flag + ' ' + sourceUid;
    }

    private static FlagChange of(String text) {
      int space = text.indexOf(' ');
      return new FlagChange(
          Long.parseLong(text.substring(space + 1)),
          text.substring(1, space),
          text.charAt(0) == '+');
    }
  }

  /** Notes that flags are about to be changed. */
  public void beginFlags(Collection<FlagChange> changes) {
    database.inTransaction(
        () -> {
          endFlags();
          database
              .jdbc()
              .sql("insert into flag_journal (folder_pair_id, changes) values (?, ?)")
              .params(id, changes.stream().map(FlagChange::text).collect(Collectors.joining("\n")))
              .update();
        });
  }

  /** The changes of flags that were cut off. */
  public Set<FlagChange> flags() {
    Set<FlagChange> changes = new HashSet<>();
    database
        .jdbc()
        .sql("select changes from flag_journal where folder_pair_id = ?")
        .param(id)
        .query(String.class)
        .optional()
        .ifPresent(text -> text.lines().map(FlagChange::of).forEach(changes::add));
    return changes;
  }

  void endFlags() {
    delete("flag_journal");
  }

  /** Notes that copies are about to be removed, by source UIDs. */
  public void beginRemoval(Collection<Long> sourceUids) {
    database.inTransaction(
        () -> {
          endRemoval();
          if (!sourceUids.isEmpty()) {
            database
                .jdbc()
                .sql("insert into removal_journal (folder_pair_id, source_uids) values (?, ?)")
                .params(id, text(sourceUids))
                .update();
          }
        });
  }

  /** Source UIDs of the copies whose removal was cut off. */
  public Set<Long> removal() {
    return database
        .jdbc()
        .sql("select source_uids from removal_journal where folder_pair_id = ?")
        .param(id)
        .query((row, number) -> readUids(row.getString(1)))
        .optional()
        .orElse(Set.of());
  }

  void endRemoval() {
    delete("removal_journal");
  }

  /**
   * Messages that had not arrived after an append was cut off. A server may show later what it had
   * kept of that append.
   *
   * @param destinationUidNext what it shows has this UID or a higher one
   */
  public record Doubt(Set<Long> sourceUids, long destinationUidNext) {
    public boolean isEmpty() {
      return sourceUids.isEmpty();
    }
  }

  /** What is doubtful now. */
  public Doubt doubt() {
    return database
        .jdbc()
        .sql("select source_uids, destination_uidnext from doubtful_copy where folder_pair_id = ?")
        .param(id)
        .query((row, number) -> new Doubt(readUids(row.getString(1)), row.getLong(2)))
        .optional()
        .orElse(new Doubt(Set.of(), 1));
  }

  void addDoubt(Collection<Long> sourceUids, long destinationUidNext) {
    Doubt before = doubt();
    Set<Long> all = new TreeSet<>(before.sourceUids());
    for (Iterator<Long> more = sourceUids.iterator(); more.hasNext() && all.size() < MOST; ) {
      all.add(more.next());
    }
    if (all.size() > before.sourceUids().size()) {
      long first =
          before.isEmpty()
              ? destinationUidNext
              : Math.min(before.destinationUidNext(), destinationUidNext);
      endDoubt();
      database
          .jdbc()
          .sql(
              "insert into doubtful_copy (folder_pair_id, source_uids, destination_uidnext)"
                  + " values (?, ?, ?)")
          .params(id, UidSet.of(all).toString(), first)
          .update();
    }
  }

  /**
   * Source UIDs of messages that were sent again, since the destination had said that they were
   * stored and did not show them. It may show them in any later pass.
   */
  public UidSet sentAgain() {
    return database
        .jdbc()
        .sql("select source_uids from sent_again where folder_pair_id = ?")
        .param(id)
        .query(String.class)
        .optional()
        .map(UidSet::parse)
        .orElseGet(UidSet::new);
  }

  /**
   * The lowest UID at the destination that the first copies of these can have, as far as it is
   * known.
   */
  public long firstOfSentAgain() {
    return database
        .jdbc()
        .sql("select destination_uidnext from sent_again where folder_pair_id = ?")
        .param(id)
        .query(Long.class)
        .optional()
        .orElse(Long.MAX_VALUE);
  }

  /** Notes that messages are about to be sent again that are doubtful now. */
  public void addSentAgain(Collection<Long> sourceUids) {
    database.inTransaction(
        () -> {
          UidSet all = sentAgain();
          long before = all.count();
          sourceUids.forEach(all::add);
          if (all.count() == before) {
            return;
          }
          Doubt doubt = doubt();
          long first = firstOfSentAgain();
          if (!doubt.isEmpty()) {
            first = Math.min(first, doubt.destinationUidNext());
          }
          delete("sent_again");
          database
              .jdbc()
              .sql(
                  "insert into sent_again (folder_pair_id, source_uids, destination_uidnext)"
                      + " values (?, ?, ?)")
              .params(id, all.toString(), first)
              .update();
        });
  }

  void endDoubt() {
    delete("doubtful_copy");
  }

  private static String text(Collection<Long> uids) {
    return uids.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static Set<Long> readUids(String text) {
    Set<Long> uids = new TreeSet<>();
    UidSet.parse(text).forEach(uids::add);
    return uids;
  }

  private void delete(String table) {
    database.jdbc().sql("delete from " + table + " where folder_pair_id = ?").param(id).update();
  }
}
