package org.mailcaravan.store;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;

/**
 * In how many passes an account was refused, since it last was let in. Providers lock accounts
 * after a few wrong passwords, and nobody looks at the report of each night. Thread-safe.
 */
public final class RefusedLogins {
  /** What began so long ago is forgotten: nobody asks for most of these accounts any more. */
  private static final Duration KEPT = Duration.ofDays(365);

  private final Database database;

  public RefusedLogins(Database database) {
    this.database = database;
  }

  /**
   * What is known of an account.
   *
   * @param since the first of them
   */
  public record Refused(int passes, Instant since) {}

  /** Counts one more pass that was refused. */
  public Refused add(String account, Instant now) {
    database
        .jdbc()
        .sql("delete from refused_login where since < ?")
        .param(Timestamp.from(now.minus(KEPT)))
        .update();
    database.put(
        () ->
            database
                .jdbc()
                .sql("update refused_login set passes = passes + 1 where account = ?")
                .param(account)
                .update(),
        () ->
            database
                .jdbc()
                .sql("insert into refused_login (account, passes, since) values (?, 1, ?)")
                .params(account, Timestamp.from(now))
                .update());
    return database
        .jdbc()
        .sql("select passes, since from refused_login where account = ?")
        .param(account)
        .query(
            (row, number) ->
                new Refused(row.getInt("passes"), row.getTimestamp("since").toInstant()))
        // Another pass may have been let in meanwhile.
        .optional()
        .orElse(new Refused(1, now));
  }

  /** The account was let in. */
  public void forget(String account) {
    database.jdbc().sql("delete from refused_login where account = ?").param(account).update();
  }
}
