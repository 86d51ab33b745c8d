package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.mailcaravan.model.Parts;

/**
 * What was copied, for good: it outlives batches, so that a request made again copies only what is
 * new. Thread-safe; the {@link FolderLedger}s it gives out are not.
 */
public final class Ledger {
  private static final String COLUMNS =
      "id, source_folder, destination_folder, source_uidvalidity, destination_uidvalidity,"
          + " source_uidnext, source_messages, source_highestmodseq, source_mailbox_id, named_by_user,"
          + " replaced_folder, left_out, left_out_by";

  /** Children first. */
  static final List<String> TABLES =
      List.of(
          "append_journal",
          "flag_journal",
          "removal_journal",
          "doubtful_copy",
          "sent_again",
          "copied_range",
          "copied_block",
          "email_id",
          "open_message",
          "unseen_copy",
          "delicate_copy",
          "verified_folder",
          "resembling_copy");

  private static final int NAME_LENGTH = 2_000;

  /** How many EMAILIDs one statement names. */
  private static final int ASKED_AT_ONCE = 500;

  /** How many messages are recorded again at once. */
  private static final int SPLIT_AT_ONCE = 5_000;

  /** Keeps the name of a folder that another has replaced apart: no name on the wire has it. */
  private static final String APART = "\n";

  private final Database database;
  private final MoveJournal moves;

  public Ledger(Database database) {
    this.database = database;
    this.moves = new MoveJournal(database);
  }

  /** The moves of copies that are about to be made, and not recorded yet. */
  public MoveJournal moves() {
    return moves;
  }

  /**
   * Whether all was recognised that the destination held before our first pass, so that whatever
   * else is there is known to the ledger or is the user's own.
   */
  public boolean isRecognised(AccountPair accounts) {
    return !database
        .jdbc()
        .sql(
            "select source_account from recognised_account where source_account = ? and"
                + " destination_account = ?")
        .params(accounts.source(), accounts.destination())
        .query(String.class)
        .list()
        .isEmpty();
  }

  /** Notes that all was recognised; only once for an account. */
  public void recognised(AccountPair accounts) {
    database
        .jdbc()
        .sql("insert into recognised_account (source_account, destination_account) values (?, ?)")
        .params(accounts.source(), accounts.destination())
        .update();
  }

  /**
   * Whether nothing says that mail comes to the new server: no cutover now, none that an earlier
   * request has had, no migration that was closed, and no MX records. What is deleted at the source
   * afterwards is no reason to delete anything at the new home.
   */
  public boolean isBeforeCutover(String mailboxId) {
    return database
        .jdbc()
        .sql(
            "select m.id from mailbox m where m.id = ?"
                + " and (m.cutover_at is not null or exists (select 1 from pass p"
                + " where p.mailbox_id = m.id and p.kind = 'FINAL') or exists (select 1"
                + " from migration_mailbox n join migration g on g.id = n.migration_id where n.mailbox_id = m.id"
                + " and g.stage = 'CLOSED' and g.only_node is null) or exists (select 1"
                + " from cutover_domain d where d.domain = m.mail_domain and d.verdict in ('OURS', 'GONE_BACK')))")
        .param(mailboxId)
        .query(String.class)
        .list()
        .isEmpty();
  }

  /** Forgets all that was copied from one account to another. */
  public void forget(AccountPair accounts) {
    database.inTransaction(
        () -> {
          folders(accounts).forEach(this::forget);
          forgetUnfinished(accounts);
          database
              .jdbc()
              .sql("delete from repaired_copy where source_account = ? and destination_account = ?")
              .params(accounts.source(), accounts.destination())
              .update();
          database
              .jdbc()
              .sql(
                  "delete from recognised_account where source_account = ? and destination_account = ?")
              .params(accounts.source(), accounts.destination())
              .update();
          ShortMessages.forget(database, accounts);
          FoldersBefore.forget(database, accounts);
        });
  }

  /** The ledgers of all folders of an account that were ever looked at. */
  public List<FolderLedger> folders(AccountPair accounts) {
    return folders(accounts, false);
  }

  private List<FolderLedger> folders(AccountPair accounts, boolean recognising) {
    return database
        .jdbc()
        .sql(
            "select "
                + COLUMNS
                + " from folder_pair where source_account = ? and"
                + " destination_account = ? and recognising = ? order by source_folder")
        .params(accounts.source(), accounts.destination(), recognising)
        .query(
            (row, number) ->
                new FolderLedger(
                    database,
                    row.getString(1),
                    new FolderPair(
                        accounts,
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getString(9),
                        row.getBoolean(10),
                        row.getString(11)),
                    new Stamp(row.getLong(6), row.getLong(7), row.getLong(8)),
                    new LeftOutBefore(row.getLong(12), row.getString(13))))
        .list();
  }

  /** The ledger of a source folder, or empty when it was never looked at. */
  public Optional<FolderLedger> find(AccountPair accounts, String sourceFolder) {
    return folders(accounts).stream()
        .filter(folder -> folder.pair().sourceFolder().equals(sourceFolder))
        .findFirst();
  }

  /**
   * Begins the ledger of a pair with what was found at the destination already; what was known of
   * the source folder before is forgotten. All in one transaction: either the pair is known with
   * all that was found, or not at all.
   */
  public FolderLedger create(FolderPair pair, Collection<Entry> found) {
    return create(pair, found, false);
  }

  /**
   * As {@link #create(FolderPair, Collection)}, where more is still to be found at the destination:
   * until {@link #recognised(FolderLedger)} is called the pair is not known to later passes, so
   * that they start again rather than copy what was not found yet.
   */
  public FolderLedger begin(FolderPair pair, Collection<Entry> found) {
    return create(pair, found, true);
  }

  /** All was found that the destination holds of a folder that was begun. */
  public void recognised(FolderLedger begun) {
    database
        .jdbc()
        .sql("update folder_pair set recognising = false where id = ?")
        .param(begun.id())
        .update();
  }

  /** Forgets the folders that were begun and cut off before all in them was recognised. */
  public void forgetUnfinished(AccountPair accounts) {
    folders(accounts, true).forEach(this::forget);
  }

  private FolderLedger create(FolderPair pair, Collection<Entry> found, boolean recognising) {
    return database.inTransaction(
        () -> {
          find(pair.accounts(), pair.sourceFolder()).ifPresent(this::forget);
          folders(pair.accounts(), true).stream()
              .filter(begun -> begun.pair().sourceFolder().equals(pair.sourceFolder()))
              .forEach(this::forget);
          String id = UUID.randomUUID().toString();
          database
              .jdbc()
              .sql(
                  "insert into folder_pair (id, source_account, destination_account, source_folder,"
                      + " destination_folder, source_uidvalidity, destination_uidvalidity, source_mailbox_id,"
                      + " named_by_user, replaced_folder, recognising) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
              .param(id)
              .param(pair.accounts().source())
              .param(pair.accounts().destination())
              .param(pair.sourceFolder())
              .param(pair.destinationFolder())
              .param(pair.sourceUidValidity())
              .param(pair.destinationUidValidity())
              .param(pair.sourceMailboxId())
              .param(pair.namedByUser())
              .param(pair.replaced())
              .param(recognising)
              .update();
          FolderLedger ledger =
              new FolderLedger(database, id, pair, Stamp.NONE, LeftOutBefore.NONE);
          ledger.put(found);
          return ledger;
        });
  }

  /** Forgets a folder, so that it counts as never looked at. */
  public void forget(FolderLedger folder) {
    database.inTransaction(
        () -> {
          for (String table : TABLES) {
            database
                .jdbc()
                .sql("delete from " + table + " where folder_pair_id = ?")
                .param(folder.id())
                .update();
          }
          database
              .jdbc()
              .sql("delete from move_journal where from_pair_id = :id or to_pair_id = :id")
              .param("id", folder.id())
              .update();
          database.jdbc().sql("delete from folder_pair where id = ?").param(folder.id()).update();
        });
  }

  /** Pairs of UIDs, of which there may be millions. */
  @FunctionalInterface
  public interface Renumbered {
    /** Gives each pair once, in the order of the old UIDs. */
    void forEach(Sink sink);

    /** Takes what has another UID now. */
    @FunctionalInterface
    interface Sink {
      void take(long oldUid, long newUid);
    }
  }

  /**
   * Begins the ledger of a folder whose messages have other UIDs now. What was not found again is
   * kept as the ledger of a folder that is gone; nothing is kept when all was found.
   *
   * @param found messages of the old ledger that are recorded again
   * @param emailIds by new UID
   */
  public FolderLedger split(
      FolderLedger old, FolderPair now, Renumbered found, Map<Long, String> emailIds) {
    return database.inTransaction(
        () -> {
          bury(old);
          FolderLedger made = create(now, List.of());
          NavigableMap<Long, Long> step = new TreeMap<>();
          found.forEach(
              (oldUid, newUid) -> {
                step.put(oldUid, newUid);
                if (step.size() == SPLIT_AT_ONCE) {
                  move(old, made, step, emailIds);
                }
              });
          move(old, made, step, emailIds);
          if (old.count() == 0) {
            forget(old);
          }
          return made;
        });
  }

  private static void move(
      FolderLedger old,
      FolderLedger made,
      NavigableMap<Long, Long> newUids,
      Map<Long, String> emailIds) {
    made.put(old.entries(newUids, emailIds));
    old.remove(newUids.keySet());
    newUids.clear();
  }

  /**
   * Keeps a ledger as that of a folder that another has replaced: its messages may still be found
   * in other folders, but that they are missing proves no deletion.
   */
  public void bury(FolderLedger folder) {
    FolderPair pair = folder.pair();
    if (!pair.isReplaced()) {
      String name = pair.sourceFolder() + APART + folder.id();
      folder.recordPair(pair.replacedBy(name.substring(Math.max(0, name.length() - NAME_LENGTH))));
    }
  }

  /** Does several changes of ledgers as one. */
  public void together(Runnable changes) {
    database.inTransaction(changes);
  }

  /** Where a message with a certain EMAILID was recorded. */
  public record Known(String folderId, long sourceUid) {}

  /**
   * Which of an account's messages have these EMAILIDs (or X-GM-MSGIDs), those that have left their
   * folder among them.
   */
  public Map<String, List<Known>> withEmailIds(AccountPair accounts, Collection<String> emailIds) {
    Map<String, List<Known>> known = new HashMap<>();
    List<String> asked = List.copyOf(emailIds);
    for (List<String> some : Parts.of(asked, ASKED_AT_ONCE)) {
      database
          .jdbc()
          .sql(
              "select e.email_id, e.folder_pair_id, e.source_uid from email_id e join folder_pair p"
                  + " on p.id = e.folder_pair_id where p.source_account = :source"
                  + " and p.destination_account = :destination and e.email_id in (:ids)"
                  + " order by e.folder_pair_id, e.source_uid")
          .param("source", accounts.source())
          .param("destination", accounts.destination())
          .param("ids", some)
          .query(
              row -> {
                known
                    .computeIfAbsent(row.getString(1), id -> new ArrayList<>())
                    .add(new Known(row.getString(2), row.getLong(3)));
              });
    }
    return known;
  }

  /**
   * As {@link #withEmailIds}, for any number of messages.
   *
   * @param emailIds by UID
   * @param sink takes each UID with each message that has the same EMAILID, in the order of the map
   */
  public void forEachWithEmailId(
      AccountPair accounts, Map<Long, String> emailIds, BiConsumer<Long, Known> sink) {
    Map<Long, String> step = new LinkedHashMap<>();
    emailIds.forEach(
        (uid, id) -> {
          step.put(uid, id);
          if (step.size() == ASKED_AT_ONCE) {
            ask(accounts, step, sink);
          }
        });
    ask(accounts, step, sink);
  }

  private void ask(AccountPair accounts, Map<Long, String> emailIds, BiConsumer<Long, Known> sink) {
    Map<String, List<Known>> known = withEmailIds(accounts, Set.copyOf(emailIds.values()));
    emailIds.forEach(
        (uid, id) -> known.getOrDefault(id, List.of()).forEach(one -> sink.accept(uid, one)));
    emailIds.clear();
  }
}
