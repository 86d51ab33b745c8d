package org.mailcaravan.store;

import java.util.Collection;
import java.util.List;

/**
 * The folders of a destination account as they were before a pass first did not find there what it
 * had sent: only what came later can be that. Kept while anything is still looked for. Thread-safe.
 */
public final class FoldersBefore {
  private final Database database;
  private final AccountPair accounts;

  FoldersBefore(Database database, AccountPair accounts) {
    this.database = database;
    this.accounts = accounts;
  }

  /**
   * One of them.
   *
   * @param uidNext what came later has this UID or a higher one
   */
  public record Folder(String name, long uidValidity, long uidNext) {}

  /** All; none while nothing is looked for. */
  public List<Folder> all() {
    return database
        .jdbc()
        .sql(
            "select folder, uidvalidity, uidnext from folder_before"
                + " where source_account = ? and destination_account = ?")
        .params(accounts.source(), accounts.destination())
        .query((row, number) -> new Folder(row.getString(1), row.getLong(2), row.getLong(3)))
        .list();
  }

  /** Notes them, where they are not noted yet. */
  public void note(Collection<Folder> folders) {
    database.inTransaction(
        () -> {
          if (!all().isEmpty()) {
            return;
          }
          for (Folder folder : folders) {
            database
                .jdbc()
                .sql(
                    "insert into folder_before (source_account, destination_account, folder,"
                        + " uidvalidity, uidnext) values (?, ?, ?, ?, ?)")
                .params(
                    accounts.source(),
                    accounts.destination(),
                    folder.name(),
                    folder.uidValidity(),
                    folder.uidNext())
                .update();
          }
        });
  }

  /** Nothing is looked for any more. */
  public void end() {
    forget(database, accounts);
  }

  static void forget(Database database, AccountPair accounts) {
    database
        .jdbc()
        .sql("delete from folder_before where source_account = ? and destination_account = ?")
        .params(accounts.source(), accounts.destination())
        .update();
  }
}
