package org.mailcaravan.store;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import org.mailcaravan.model.ProblemCode;

/** Until when servers want accounts left alone. Outlives passes and programs. Thread-safe. */
public final class Pauses {
  private static final int LONGEST_CAUSE = 1900;

  private final Database database;

  public Pauses(Database database) {
    this.database = database;
  }

  /**
   * One account that is left alone.
   *
   * @param account login and host
   * @param cause what the server said
   */
  public record Pause(String account, Instant notBefore, ProblemCode code, String cause) {}

  /** Notes one; of two for the same account the longer counts. */
  public void put(Pause pause) {
    String cause = pause.cause();
    String bounded = cause.length() <= LONGEST_CAUSE ? cause : cause.substring(0, LONGEST_CAUSE);
    Timestamp notBefore = Timestamp.from(pause.notBefore());
    database.put(
        () ->
            database
                .jdbc()
                .sql(
                    "update account_pause set not_before = ?, code = ?, cause = ?"
                        + " where account = ? and not_before <= ?")
                .params(notBefore, pause.code().name(), bounded, pause.account(), notBefore)
                .update(),
        () ->
            database
                .jdbc()
                .sql(
                    "insert into account_pause (account, not_before, code, cause) values (?, ?, ?, ?)")
                .params(pause.account(), notBefore, pause.code().name(), bounded)
                .update());
  }

  /** The last one of an account, which may be over. */
  public Optional<Pause> find(String account) {
    return database
        .jdbc()
        .sql("select not_before, code, cause from account_pause where account = ?")
        .param(account)
        .query(
            (row, number) ->
                new Pause(
                    account,
                    row.getTimestamp("not_before").toInstant(),
                    ProblemCode.valueOf(row.getString("code")),
                    row.getString("cause")))
        .optional();
  }

  /** Knows what another knows. */
  public void putAll(Pauses other) {
    other
        .database
        .jdbc()
        .sql("select account from account_pause")
        .query(String.class)
        .list()
        .forEach(account -> other.find(account).ifPresent(this::put));
  }

  /** Forgets that of an account. */
  public void forget(String account) {
    database.jdbc().sql("delete from account_pause where account = ?").param(account).update();
  }
}
