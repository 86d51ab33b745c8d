package org.mailcaravan.store;

/** The row of a folder pair: its names, and how its source folder stood. Thread-safe. */
final class FolderPairRow {
  private final Database database;
  private final String id;
  private volatile FolderPair pair;
  private volatile Stamp stamp;

  /** A row that is in the database. */
  FolderPairRow(Database database, String id, FolderPair pair, Stamp stamp) {
    this.database = database;
    this.id = id;
    this.pair = pair;
    this.stamp = stamp;
  }

  FolderPair pair() {
    return pair;
  }

  Stamp stamp() {
    return stamp;
  }

  void put(Stamp seen) {
    database
        .jdbc()
        .sql(
            "update folder_pair set source_uidnext = ?, source_messages = ?, source_highestmodseq = ?"
                + " where id = ?")
        .params(seen.uidNext(), seen.messages(), seen.highestModSeq(), id)
        .update();
    stamp = seen;
  }

  void put(FolderPair changed) {
    database
        .jdbc()
        .sql(
            "update folder_pair set source_folder = ?, destination_folder = ?, source_uidvalidity = ?,"
                + " destination_uidvalidity = ?, source_mailbox_id = ?, named_by_user = ?, replaced_folder = ?"
                + " where id = ?")
        .param(changed.sourceFolder())
        .param(changed.destinationFolder())
        .param(changed.sourceUidValidity())
        .param(changed.destinationUidValidity())
        .param(changed.sourceMailboxId())
        .param(changed.namedByUser())
        .param(changed.replaced())
        .param(id)
        .update();
    pair = changed;
  }
}
