package org.mailcaravan.store;

/** The row of a folder pair: its names, and how its source folder stood. Thread-safe. */
final class FolderPairRow {
  private final Database database;
  private final String id;
  private volatile FolderPair pair;
  private volatile Stamp stamp;
  private volatile LeftOutBefore leftOut;

  /** A row that is in the database. */
  FolderPairRow(Database database, String id, FolderPair pair, Stamp stamp, LeftOutBefore leftOut) {
    this.database = database;
    this.id = id;
    this.pair = pair;
    this.stamp = stamp;
    this.leftOut = leftOut;
  }

  FolderPair pair() {
    return pair;
  }

  Stamp stamp() {
    return stamp;
  }

  LeftOutBefore leftOut() {
    return leftOut;
  }

  void put(Stamp seen, LeftOutBefore without) {
    database
        .jdbc()
        .sql(
            "update folder_pair set source_uidnext = ?, source_messages = ?, source_highestmodseq = ?,"
                + " left_out = ?, left_out_by = ? where id = ?")
        .params(
            seen.uidNext(),
            seen.messages(),
            seen.highestModSeq(),
            without.messages(),
            without.rules(),
            id)
        .update();
    stamp = seen;
    leftOut = without;
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
