package org.mailcaravan.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;

/**
 * What customers have to do for their mailboxes, such as to send the right password: from when it
 * is found until it is done. One answer tells each. Whoever adds one has the lock of the migration,
 * so that it is either in the answer that is written at the moment or in the next one. Within
 * transactions. Thread-safe.
 */
final class CustomerSteps {
  /** What may be wrong with a login at the old provider. */
  private static final Set<ProblemCode> OF_LOGIN =
      EnumSet.of(
          ProblemCode.LOGIN_REFUSED,
          ProblemCode.WRONG_PASSWORD,
          ProblemCode.APP_PASSWORD_NEEDED,
          ProblemCode.IMAP_DISABLED,
          ProblemCode.WEB_LOGIN_NEEDED,
          ProblemCode.ACCOUNT_SUSPENDED,
          ProblemCode.PASSWORD_EXPIRED,
          ProblemCode.TOKEN_REFUSED,
          ProblemCode.NO_PASSWORD);

  /** What cannot be wrong any more once a pass has copied; not what it leaves out. */
  private static final Set<ProblemCode> OF_ACCESS =
      EnumSet.range(ProblemCode.LOGIN_REFUSED, ProblemCode.TLS_FAILED);

  /** So long one event tells of all that is found in a migration. */
  static final Duration GATHERED = Duration.ofMinutes(25);

  private final Database database;
  private final Events events;
  private final LaterAnswers answers;

  CustomerSteps(Database database, Events events) {
    this.database = database;
    this.events = events;
    this.answers = new LaterAnswers(database);
  }

  /** A look at both sides of a mailbox has ended. Its caller has the lock of the migration. */
  void foundByLook(Mailbox mailbox, List<Problem> found) {
    if (add(mailbox, found, false)) {
      answers.queue(mailbox.migrationId(), LaterAnswers.LONGEST);
    }
  }

  /**
   * A pass has ended. What is as it was is told by nobody again.
   *
   * @param worked whether it copied what there was, so that both servers let us in
   */
  void foundByPass(Mailbox mailbox, List<Problem> problems, boolean worked) {
    List<Problem> found = problems.stream().filter(CustomerSteps::isOfOldLogin).toList();
    answers.lock(mailbox.migrationId());
    if (worked) {
      Set<ProblemCode> done = EnumSet.copyOf(OF_ACCESS);
      problems.forEach(problem -> done.remove(problem.code()));
      done(mailbox.id(), done);
    }
    if (add(mailbox, found, true)) {
      answers.queue(mailbox.migrationId(), LaterAnswers.GATHERED);
    }
  }

  /** Whether the customer has to see to a login at the old provider. */
  static boolean isOfOldLogin(Problem problem) {
    return problem.owner() == Owner.CUSTOMER && OF_LOGIN.contains(problem.code());
  }

  private boolean add(Mailbox mailbox, List<Problem> found, boolean byPass) {
    if (found.isEmpty()) {
      return false;
    }
    Set<String> known = codes(mailbox);
    List<Object[]> added =
        found.stream()
            .filter(problem -> !known.contains(problem.code().name()))
            .map(
                problem ->
                    new Object[] {
                      mailbox.id(),
                      mailbox.migrationId(),
                      problem.code().name(),
                      StoredJson.write(problem),
                      byPass
                    })
            .toList();
    database.batch(
        "insert into customer_step (mailbox_id, migration_id, code, problem, by_pass)"
            + " values (?, ?, ?, ?, ?)",
        added);
    if (added.isEmpty()) {
      return false;
    }
    tellOf(mailbox);
    return true;
  }

  private void tellOf(Mailbox mailbox) {
    int first =
        database
            .jdbc()
            .sql(
                "update migration set needs_customer_at = current_timestamp where id = ? and"
                    + " (needs_customer_at is null or needs_customer_at < current_timestamp - "
                    + Seconds.SQL
                    + ")")
            .params(mailbox.migrationId(), Seconds.of(GATHERED))
            .update();
    if (first > 0) {
      events.add(
          "migration",
          "routes",
          mailbox.migrationId(),
          null,
          null,
          null,
          MigrationMessage.NEEDS_CUSTOMER.state(),
          "the customer has something to do for "
              + mailbox.sourceAddress()
              + ", and maybe for others");
    }
  }

  private Set<String> codes(Mailbox mailbox) {
    return Set.copyOf(
        database
            .jdbc()
            .sql(
                "select distinct code from customer_step where mailbox_id = ? and migration_id = ?")
            .params(mailbox.id(), mailbox.migrationId())
            .query(String.class)
            .list());
  }

  /**
   * A new password was sent: whether it is right is found out anew. What is to be done at the other
   * side stays.
   */
  void passwordCame(String mailboxId, Side side) {
    lockAll(mailboxId);
    List<Object[]> done =
        database
            .jdbc()
            .sql("select id, problem from customer_step where mailbox_id = ?")
            .param(mailboxId)
            .query(
                (row, number) ->
                    new Step(row.getLong(1), StoredJson.read(row.getString(2), Problem.class)))
            .list()
            .stream()
            .filter(step -> isOfLogin(step.problem, side))
            .map(step -> new Object[] {step.id})
            .toList();
    database.batch("delete from customer_step where id = ?", done);
  }

  private record Step(long id, Problem problem) {}

  private static boolean isOfLogin(Problem problem, Side side) {
    return side == Side.SOURCE ? isOfOldLogin(problem) : Preflight.mayBeMissing(problem);
  }

  /** Whether a customer was told that the old provider refuses what we have, and it still does. */
  boolean waitsForOldLogin(String mailboxId) {
    return toldOf(database, mailboxId).stream().anyMatch(CustomerSteps::isOfOldLogin);
  }

  private void lockAll(String mailboxId) {
    database
        .jdbc()
        .sql(
            "select distinct migration_id from customer_step where mailbox_id = ? order by migration_id")
        .param(mailboxId)
        .query(String.class)
        .list()
        .forEach(answers::lock);
  }

  private void done(String mailboxId, Set<ProblemCode> codes) {
    int unused =
        database
            .jdbc()
            .sql("delete from customer_step where mailbox_id = :mailbox and code in (:codes)")
            .param("mailbox", mailboxId)
            .param("codes", codes.stream().map(ProblemCode::name).toList())
            .update();
  }

  /** What the mailboxes of a migration need is found out anew, for whoever sends it now. */
  void askedAgain(String migrationId) {
    int unused =
        database
            .jdbc()
            .sql(
                "delete from customer_step where mailbox_id in (select mailbox_id from migration_mailbox"
                    + " where migration_id = :id) and migration_id <> :id")
            .param("id", migrationId)
            .update();
  }

  /**
   * All steps of those of some mailboxes of a migration of which passes have found one, by the ids
   * of the mailboxes.
   *
   * @param mailboxIds not too many for a statement
   */
  static Map<String, List<Problem>> ofPasses(
      Database database, String migrationId, List<String> mailboxIds) {
    return read(
        database,
        "migration_id = :key and exists (select 1 from customer_step p where p.by_pass"
            + " and p.mailbox_id = s.mailbox_id and p.migration_id = s.migration_id)",
        migrationId,
        mailboxIds);
  }

  /**
   * What an answer tells of some mailboxes, by their ids.
   *
   * @param mailboxIds as for {@link #ofPasses}
   */
  static Map<String, List<Problem>> toldBy(
      Database database, String answerId, List<String> mailboxIds) {
    return read(database, "told_by = :key", answerId, mailboxIds);
  }

  /** What answers have told of a mailbox and is not done. */
  static List<Problem> toldOf(Database database, String mailboxId) {
    return database
        .jdbc()
        .sql(
            "select problem from customer_step where mailbox_id = ? and told_by is not null order by id")
        .param(mailboxId)
        .query((row, number) -> StoredJson.read(row.getString(1), Problem.class))
        .list();
  }

  private static Map<String, List<Problem>> read(
      Database database, String which, String key, List<String> mailboxIds) {
    Map<String, List<Problem>> steps = new HashMap<>();
    if (mailboxIds.isEmpty()) {
      return steps;
    }
    database
        .jdbc()
        .sql(
            "select mailbox_id, problem from customer_step s where mailbox_id in (:mailboxes) and "
                + which
                + " order by id")
        .param("mailboxes", mailboxIds)
        .param("key", key)
        .query(
            row -> {
              steps
                  .computeIfAbsent(row.getString(1), mailbox -> new ArrayList<>())
                  .add(StoredJson.read(row.getString(2), Problem.class));
            });
    return steps;
  }
}
