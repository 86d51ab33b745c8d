package org.mailcaravan.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.PassProgress;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.SameProblems;
import org.mailcaravan.model.WaitsFor;

/** What passes did, and what is wrong after them. Thread-safe. */
public final class PassResults {
  /** The last pass of each mailbox of a migration that has ended with a result. */
  private static final String LAST_OF_MIGRATION =
      " from pass p join migration_mailbox m on m.mailbox_id = p.mailbox_id"
          + " where m.migration_id = :id and p.id = (select max(l.id) from pass l"
          + " where l.mailbox_id = m.mailbox_id and l.state = 'ENDED' and l.result is not null)";

  private final Database database;
  private final Claims claims;
  private final Endings endings;
  private final Events events;
  private final CustomerSteps steps;
  private final DueFinalPasses finals;
  private final MailboxMaker maker;

  public PassResults(
      Database database, Claims claims, Events events, FinalPasses plan, MailboxMaker maker) {
    this.database = database;
    this.claims = claims;
    this.endings = new Endings(database, events);
    this.events = events;
    this.steps = new CustomerSteps(database, events);
    this.finals = new DueFinalPasses(database, events, plan);
    this.maker = maker;
  }

  /**
   * Ends a pass with what it did, and its migration if it was the last one.
   *
   * @param progress how far it is, as who asks is told from now on
   * @return what it did in all, also before it was given back to wait; null when another node has
   *     taken it over: nothing is stored then
   */
  public @Nullable MailboxResult finish(Claim claim, MailboxResult done, PassProgress progress) {
    return end(claim, done, progress, done.state());
  }

  /** A step of the routes failed when the pass had ended. */
  public void stepFailed(Mailbox mailbox, String words) {
    events.add("step", "routes", mailbox.migrationId(), mailbox.id(), null, null, "FAILED", words);
  }

  /** See {@link Claims#drop}. */
  public void drop(Claim claim) {
    claims.drop(claim);
  }

  /** As {@link #finish}, of a pass that a person has ended: cancelled, or its migration closed. */
  public @Nullable MailboxResult cancel(Claim claim, MailboxResult done, PassProgress progress) {
    MailboxState state =
        EndedByPerson.outcome(database, claim.mailbox().id(), claim.pass(), done.copied());
    return end(claim, done, progress, state);
  }

  private @Nullable MailboxResult end(
      Claim claim, MailboxResult done, PassProgress progress, MailboxState state) {
    return database
        .tryingAgain(
            () -> {
              MailboxResult result = inAll(claim, done).in(state);
              return claims.end(claim, state, StoredJson.write(StoredResult.of(result)), progress)
                  ? Optional.of(recorded(claim, result))
                  : Optional.<MailboxResult>empty();
            })
        .orElse(null);
  }

  private MailboxResult recorded(Claim claim, MailboxResult result) {
    StoredResult.insertProblems(database, claim.pass(), result.problems());
    Mailbox mailbox = result.mailbox();
    boolean worked =
        result.state() == MailboxState.COPIED || result.state() == MailboxState.INCOMPLETE;
    if (worked) {
      database
          .jdbc()
          .sql("update mailbox set copied_before = true where id = ? and not copied_before")
          .param(mailbox.id())
          .update();
    }
    steps.foundByPass(mailbox, result.problems(), worked);
    finals.ended(claim, result);
    MailboxResult shown = result.with(shown(result.problems()));
    events.add(
        "pass",
        "routes",
        mailbox.migrationId(),
        mailbox.id(),
        claim.pass(),
        null,
        result.state().name(),
        reason(shown.problems()));
    endings.ofMailbox(mailbox.id(), "routes");
    return shown;
  }

  private List<Problem> shown(List<Problem> problems) {
    return problems.stream().map(maker::shown).toList();
  }

  /**
   * What the pass did before it was given back is part of its result. It may be on behalf of
   * another migration than when it was claimed ({@link GivenBack}), and stays so until it has
   * ended: its row is locked.
   */
  private MailboxResult inAll(Claim claim, MailboxResult done) {
    return database
        .jdbc()
        .sql(
            "select copied_before, bytes_before, seconds_before, migration_id from pass where id = ?"
                + " for update")
        .param(claim.pass())
        .query(
            (row, number) ->
                done.after(row.getLong(1), row.getLong(2), row.getDouble(3))
                    .inMigration(row.getString(4)))
        .single();
  }

  /**
   * Gives a pass back to its row, where it waits.
   *
   * @param done what it has done since it was claimed
   * @param failures how many there were in a row without progress
   * @return what it did in all where a person has cancelled it meanwhile: it ends then; else null
   */
  public @Nullable MailboxResult giveBack(
      Claim claim,
      MailboxResult done,
      PassProgress progress,
      WaitsFor why,
      Duration after,
      int failures,
      String reason) {
    return database
        .tryingAgain(
            () -> {
              if (claims.giveBack(claim, after, why, reason, progress, failures)) {
                database
                    .jdbc()
                    .sql(
                        "update pass set copied_before = copied_before + ?,"
                            + " bytes_before = bytes_before + ?, seconds_before = seconds_before + ?"
                            + " where id = ?")
                    .params(done.copied(), done.bytes(), done.seconds(), claim.pass())
                    .update();
                return Optional.<MailboxResult>empty();
              }
              return claims.isToBeCancelled(claim)
                  ? Optional.ofNullable(cancel(claim, done, progress))
                  : Optional.<MailboxResult>empty();
            })
        .orElse(null);
  }

  private static String reason(List<Problem> problems) {
    return problems.isEmpty()
        ? "pass ended"
        : problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
  }

  /**
   * How the last pass of each mailbox of a migration ended, for those that ended one, in the order
   * of the request. Its numbers are those of all passes since the first one of the migration.
   */
  public List<MailboxResult> of(Migration migration) {
    SameProblems known = new SameProblems();
    Map<String, Mailbox> mailboxes =
        migration.mailboxes().stream().collect(Collectors.toMap(Mailbox::id, Function.identity()));
    Map<Long, List<Problem>> problems = problems(migration.id(), known);
    PassSums sums = new PassSums(database, migration.id());
    return database
        .jdbc()
        .sql(
            "select p.id, p.mailbox_id, p.kind, p.outcome, p.result"
                + LAST_OF_MIGRATION
                + " order by m.row_number")
        .param("id", migration.id())
        .query(
            (row, number) ->
                sums.inAll(
                    StoredJson.read(row.getString("result"), StoredResult.class)
                        .result(
                            Objects.requireNonNull(mailboxes.get(row.getString("mailbox_id")))
                                .inPass(Pass.valueOf(row.getString("kind"))),
                            MailboxState.valueOf(row.getString("outcome")),
                            problems.getOrDefault(row.getLong("id"), List.of()),
                            known)))
        .list();
  }

  /** What one pass did, by itself; empty where it has not ended with a result. */
  public Optional<MailboxResult> ofPass(long pass) {
    List<Problem> problems =
        shown(
            database
                .jdbc()
                .sql("select description from problem where pass_id = ? order by position")
                .param(pass)
                .query((row, number) -> StoredJson.read(row.getString(1), Problem.class))
                .list());
    return database
        .jdbc()
        .sql(
            "select b.*, p.migration_id, (select min(n.row_number) from migration_mailbox n"
                + " where n.mailbox_id = b.id and n.migration_id = p.migration_id) as row_number,"
                + " p.kind as of_kind, p.outcome as ended_as, p.result as did"
                + " from pass p join mailbox b on b.id = p.mailbox_id"
                + " where p.id = ? and p.state = 'ENDED' and p.result is not null")
        .param(pass)
        .query(
            (row, number) ->
                StoredJson.read(row.getString("did"), StoredResult.class)
                    .result(
                        StoredMailbox.of(row, Pass.valueOf(row.getString("of_kind"))),
                        MailboxState.valueOf(row.getString("ended_as")),
                        problems,
                        new SameProblems()))
        .optional();
  }

  private Map<Long, List<Problem>> problems(String migrationId, SameProblems known) {
    Map<Long, List<Problem>> problems = new HashMap<>();
    database
        .jdbc()
        .sql(
            "select r.pass_id, r.description from problem r where r.pass_id in (select p.id"
                + LAST_OF_MIGRATION
                + ") order by r.pass_id, r.position")
        .param("id", migrationId)
        .query(
            row -> {
              problems
                  .computeIfAbsent(row.getLong(1), pass -> new ArrayList<>())
                  .addAll(
                      known.of(shown(List.of(StoredJson.read(row.getString(2), Problem.class)))));
            });
    return problems;
  }
}
