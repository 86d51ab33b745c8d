package org.mailcaravan.store;

import java.util.HashMap;
import java.util.Map;

/** Migrations, mailboxes and passes as rows, for tests of what reads them. */
final class PassRows {
  private final Database database;

  PassRows(Database database) {
    this.database = database;
  }

  void migration(String id) {
    database
        .jdbc()
        .sql("insert into migration (id, name, opened_at) values (?, ?, current_timestamp)")
        .params(id, id + ".csv")
        .update();
  }

  /** A mailbox of a migration with a pass that is due; the id of the mailbox. */
  String due(String migration, int row, String host, String destination) {
    String mailbox = migration + "-" + row;
    database
        .jdbc()
        .sql(
            "insert into mailbox (id, source_account, destination_account, source_address, source_host,"
                + " source_port, source_security, source_username, destination_address, state)"
                + " values (?, ?, ?, ?, ?, 993, 'TLS', ?, ?, 'QUEUED')")
        .params(mailbox, mailbox + " at " + host, destination, mailbox, host, mailbox, destination)
        .update();
    database
        .jdbc()
        .sql(
            "insert into migration_mailbox (migration_id, row_number, mailbox_id) values (?, ?, ?)")
        .params(migration, row, mailbox)
        .update();
    database
        .jdbc()
        .sql(
            "insert into pass (mailbox_id, migration_id, kind, state, due_at, waits_for, host, destination,"
                + " created_at) values (?, ?, 'FIRST', 'WAITING', current_timestamp, 'TURN', ?, ?,"
                + " current_timestamp)")
        .params(mailbox, migration, host + ":993", destination)
        .update();
    return mailbox;
  }

  /** Many, each with its own destination; numbered from 1. */
  void due(String migration, int rows, String host) {
    database.inTransaction(
        () -> {
          for (int row = 1; row <= rows; row++) {
            due(migration, row, host, migration + row + "@new.example");
          }
        });
  }

  /** A host that answers. */
  void host(String name, int limit) {
    database
        .jdbc()
        .sql("insert into host (name, configured, answered_at) values (?, ?, current_timestamp)")
        .params(name + ":993", limit)
        .update();
  }

  int update(String sql, Object... parameters) {
    return database.jdbc().sql(sql).params(parameters).update();
  }

  /** Names with their numbers. */
  Map<String, Integer> list(String sql) {
    Map<String, Integer> found = new HashMap<>();
    database
        .jdbc()
        .sql(sql)
        .query(
            row -> {
              found.put(row.getString(1), row.getInt(2));
            });
    return found;
  }

  <T> T ask(Class<T> type, String sql, Object... parameters) {
    return database.jdbc().sql(sql).params(parameters).query(type).single();
  }
}
