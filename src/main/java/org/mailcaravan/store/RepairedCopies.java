package org.mailcaravan.store;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.mailcaravan.model.Fingerprint;

/**
 * The messages of an account that were repaired, known by their content, so that neither new UIDs
 * nor a move to another folder makes one unknown. Not thread-safe.
 */
final class RepairedCopies {
  private final Database database;
  private final AccountPair accounts;

  RepairedCopies(Database database, AccountPair accounts) {
    this.database = database;
    this.accounts = accounts;
  }

  /** All, by the digest of the whole original. */
  Map<String, RepairedCopy> all() {
    Map<String, RepairedCopy> all = new HashMap<>();
    database
        .jdbc()
        .sql(
            "select original, copy_header, copy_fields, copy_body, octets, by_server, repairs from repaired_copy"
                + " where source_account = ? and destination_account = ?")
        .params(accounts.source(), accounts.destination())
        .query(
            row -> {
              all.put(
                  row.getString(1),
                  new RepairedCopy(
                      new Fingerprint(row.getString(2), row.getString(3), row.getString(4)),
                      row.getLong(5),
                      row.getBoolean(6),
                      row.getString(7)));
            });
    return all;
  }

  /** Notes what is about to be stored instead of a message; replaces what was noted before. */
  void put(Fingerprint original, RepairedCopy copy) {
    database.inTransaction(
        () -> {
          remove(original);
          database
              .jdbc()
              .sql(
                  "insert into repaired_copy (source_account, destination_account, original, copy_header,"
                      + " copy_fields, copy_body, octets, by_server, repairs) values (?, ?, ?, ?, ?, ?, ?, ?, ?)")
              .params(
                  accounts.source(),
                  accounts.destination(),
                  Objects.requireNonNull(original.whole()),
                  copy.fingerprint().header(),
                  copy.fingerprint().fields(),
                  Objects.requireNonNull(copy.fingerprint().body()),
                  copy.octets(),
                  copy.byServer(),
                  copy.repairs())
              .update();
        });
  }

  /** The message was not stored so. */
  void remove(Fingerprint original) {
    database
        .jdbc()
        .sql(
            "delete from repaired_copy where source_account = ? and destination_account = ? and original = ?")
        .params(accounts.source(), accounts.destination(), Objects.requireNonNull(original.whole()))
        .update();
  }
}
