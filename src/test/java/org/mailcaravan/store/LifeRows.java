package org.mailcaravan.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Problem;

/**
 * Puts rows of migrations, mailboxes and passes into a database, as a program leaves them there.
 */
public final class LifeRows {
  static final String HOST = "imap.old.example:993";

  private final Database database;

  public LifeRows(Database database) {
    this.database = database;
  }

  public void migration(String id) {
    database
        .jdbc()
        .sql(
            "insert into request (id, channel, name, received_at) values (?, 'TEST', ?, current_timestamp)")
        .params(id, id + ".csv")
        .update();
    database
        .jdbc()
        .sql(
            "insert into migration (id, name, opened_at, request_id) values (?, ?, current_timestamp, ?)")
        .params(id, id + ".csv", id)
        .update();
  }

  /** A mailbox that a migration names, from {@code user@old.example} to the same at new.example. */
  public String mailbox(String migration, int row, String user, String state) {
    String id = migration + "." + row;
    database
        .jdbc()
        .sql(
            "insert into mailbox (id, source_account, destination_account, source_address, source_host,"
                + " source_port, source_security, source_username, destination_address, state)"
                + " values (?, ?, ?, ?, 'imap.old.example', 993, 'TLS', ?, ?, ?)")
        .params(
            id,
            user + " at imap.old.example",
            user + "@new.example",
            user + "@old.example",
            user,
            user + "@new.example",
            state)
        .update();
    names(migration, row, id);
    return id;
  }

  public void names(String migration, int row, String mailbox) {
    database
        .jdbc()
        .sql(
            "insert into migration_mailbox (migration_id, row_number, mailbox_id) values (?, ?, ?)")
        .params(migration, row, mailbox)
        .update();
  }

  /** A pass of a mailbox, due now. */
  public long pass(String mailbox, String migration, String state, @Nullable String outcome) {
    database
        .jdbc()
        .sql(
            "insert into pass (mailbox_id, migration_id, kind, state, due_at, waits_for, host,"
                + " destination, owner, started_at, created_at, ended_at, outcome)"
                + " select id, ?, 'FIRST', ?, current_timestamp,"
                + " case when ? = 'WAITING' then 'TURN' end, ?, destination_account,"
                + " case when ? = 'RUNNING' then 'one' end,"
                + " case when ? <> 'WAITING' then current_timestamp - 100 * interval '1' second end,"
                + " current_timestamp - 200 * interval '1' second,"
                + " case when ? = 'ENDED' then current_timestamp end, ? from mailbox where id = ?")
        .params(migration, state, state, HOST, state, state, state, outcome, mailbox)
        .update();
    return database.jdbc().sql("select max(id) from pass").query(Long.class).single();
  }

  /** A mailbox whose pass is in a state: waiting and running ones, or how one ended. */
  String mailboxThat(String migration, int row, String state) {
    String user = "user" + row;
    return switch (state) {
      case "WAITING" -> {
        String id = mailbox(migration, row, user, "QUEUED");
        pass(id, migration, "WAITING", null);
        yield id;
      }
      case "RUNNING" -> {
        String id = mailbox(migration, row, user, "COPYING");
        pass(id, migration, "RUNNING", null);
        yield id;
      }
      default -> {
        String id = mailbox(migration, row, user, state);
        pass(id, migration, "ENDED", state);
        yield id;
      }
    };
  }

  /** What a pass that has ended did. */
  public void result(long pass, MailboxResult result) {
    int unused =
        database
            .jdbc()
            .sql("update pass set result = ?, outcome = ? where id = ?")
            .params(StoredJson.write(StoredResult.of(result)), result.state().name(), pass)
            .update();
    StoredResult.insertProblems(database, pass, result.problems());
    unused =
        database
            .jdbc()
            .sql(
                "update mailbox set copied_before = copied_before or ? where id ="
                    + " (select mailbox_id from pass where id = ?)")
            .params(result.certificate() != null, pass)
            .update();
  }

  public void problems(long pass, List<Problem> problems) {
    for (int position = 0; position < problems.size(); position++) {
      Problem problem = problems.get(position);
      database
          .jdbc()
          .sql(
              "insert into problem (pass_id, position, code, severity, owner, description)"
                  + " values (?, ?, ?, ?, ?, ?)")
          .params(
              pass,
              position,
              problem.code().id(),
              problem.severity().name(),
              problem.owner().name(),
              StoredJson.write(problem))
          .update();
    }
  }

  /** What the customer of a mailbox has to do. */
  public void customerStep(String mailbox, String migration, Problem problem) {
    int unused =
        database
            .jdbc()
            .sql(
                "insert into customer_step (mailbox_id, migration_id, code, problem, by_pass)"
                    + " values (?, ?, ?, ?, true)")
            .params(mailbox, migration, problem.code().id(), StoredJson.write(problem))
            .update();
  }

  void host(int configured) {
    database
        .jdbc()
        .sql("insert into host (name, configured, answered_at) values (?, ?, current_timestamp)")
        .params(HOST, configured)
        .update();
  }

  public int set(String table, String change, String where) {
    return database.jdbc().sql("update " + table + " set " + change + " where " + where).update();
  }
}
