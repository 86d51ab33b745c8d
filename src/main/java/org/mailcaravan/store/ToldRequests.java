package org.mailcaravan.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RowProblem;

/**
 * What is told of a request, however many rows it has: counts of all, and the first ones. Those
 * that need a person come first. Thread-safe.
 */
public final class ToldRequests {
  /** Of a mailbox b of a migration m: its password has not come. */
  private static final String AWAITS =
      "exists (select 1 from pass p where p.mailbox_id = m.mailbox_id and p.migration_id = m.migration_id"
          + " and p.state = 'WAITING' and p.waits_for = 'PASSWORD')";

  /** Of the same: something was found. Quotation marks within texts are escaped. */
  private static final String FOUND =
      "(exists (select 1 from preflight f where f.mailbox_id = m.mailbox_id and f.migration_id = m.migration_id"
          + " and f.state <> 'SKIPPED' and f.findings not like '%\"problems\":[]%')"
          + " or exists (select 1 from customer_step s where s.mailbox_id = m.mailbox_id"
          + " and s.migration_id = m.migration_id and s.by_pass))";

  private static final int MOST_STARTS = 10;

  private final Database database;

  public ToldRequests(Database database) {
    this.database = database;
  }

  /**
   * A request.
   *
   * @param mailboxes how many it has
   * @param first some of them
   * @param awaiting how many of them wait for their passwords
   * @param found for how many something was found that needs a person
   * @param awaitingOfFirst the ids of those of the first that wait for their passwords
   * @param rejected how many problems its rows have
   * @param firstRejected some of them
   */
  public record Told(
      RequestReading reading,
      int mailboxes,
      List<Mailbox> first,
      int awaiting,
      int found,
      Set<String> awaitingOfFirst,
      int rejected,
      List<RowProblem> firstRejected) {
    public Told {
      first = List.copyOf(first);
      awaitingOfFirst = Set.copyOf(awaitingOfFirst);
      firstRejected = List.copyOf(firstRejected);
    }
  }

  /**
   * When mailboxes begin that do not begin at once.
   *
   * @param mailboxes how many
   * @param at when, or when at the earliest
   * @param wanted when their sender wanted it, where that was too soon
   * @param asked whether he has to name another time first
   */
  public record Start(int mailboxes, Instant at, @Nullable Instant wanted, boolean asked) {}

  /** The starts of a request that are to come, the first ones first. */
  public List<Start> starts(String id) {
    return database
        .jdbc()
        .sql(
            "select count(*) as mailboxes, not_before, wanted_start, start_asked from pass"
                + " where migration_id = ? and state = 'WAITING'"
                + " and (not_before > current_timestamp or start_asked)"
                + " group by not_before, wanted_start, start_asked order by not_before limit "
                + MOST_STARTS)
        .param(id)
        .query(
            (row, number) ->
                new Start(
                    row.getInt("mailboxes"),
                    Times.present(row, "not_before"),
                    Times.instant(row, "wanted_start"),
                    row.getBoolean("start_asked")))
        .list();
  }

  private record Counts(int mailboxes, int awaiting, int found) {}

  /**
   * What is known of a request.
   *
   * @param id of the request, and of its migration
   * @param most how many mailboxes, and problems of rows, it names
   */
  public Told of(String id, int most) {
    Counts counts =
        database
            .jdbc()
            .sql(
                "select count(*), coalesce(sum(case when "
                    + AWAITS
                    + " then 1 else 0 end), 0), coalesce(sum(case when "
                    + FOUND
                    + " then 1 else 0 end), 0) from migration_mailbox m where m.migration_id = ?")
            .param(id)
            .query((row, number) -> new Counts(row.getInt(1), row.getInt(2), row.getInt(3)))
            .single();
    List<Mailbox> first =
        database
            .jdbc()
            .sql(
                "select b.*, m.migration_id, m.row_number from migration_mailbox m"
                    + " join mailbox b on b.id = m.mailbox_id where m.migration_id = ? order by case when "
                    + FOUND
                    + " or "
                    + AWAITS
                    + " then 0 else 1 end, m.row_number limit ?")
            .params(id, most)
            .query((row, number) -> StoredMailbox.of(row, Pass.FIRST))
            .list();
    return new Told(
        reading(id),
        counts.mailboxes,
        first,
        counts.awaiting,
        counts.found,
        awaiting(id, first),
        rejected(id),
        firstRejected(id, most));
  }

  /**
   * The mailboxes for which a later answer tells its customer what to do.
   *
   * @param count how many
   * @param ofMigration how many mailboxes its migration has
   * @param first some of them
   * @param steps of these, by their ids
   */
  public record Steps(
      int count, int ofMigration, List<Mailbox> first, Map<String, List<Problem>> steps) {
    public Steps {
      first = List.copyOf(first);
      steps = Map.copyOf(steps);
    }
  }

  /**
   * What a later answer tells.
   *
   * @param id of the request, and of its migration
   * @param answerId of that answer
   * @param most how many mailboxes it names
   */
  public Steps stepsOf(String id, String answerId, int most) {
    String told =
        " from migration_mailbox m join mailbox b on b.id = m.mailbox_id where m.migration_id = ?"
            + " and exists (select 1 from customer_step s where s.mailbox_id = m.mailbox_id"
            + " and s.migration_id = m.migration_id and s.told_by = ?)";
    List<Mailbox> first =
        database
            .jdbc()
            .sql(
                "select b.*, m.migration_id, m.row_number"
                    + told
                    + " order by m.row_number limit ?")
            .params(id, answerId, most)
            .query((row, number) -> StoredMailbox.of(row, Pass.FIRST))
            .list();
    return new Steps(
        database
            .jdbc()
            .sql("select count(*)" + told)
            .params(id, answerId)
            .query(Integer.class)
            .single(),
        database
            .jdbc()
            .sql("select count(*) from migration_mailbox where migration_id = ?")
            .param(id)
            .query(Integer.class)
            .single(),
        first,
        CustomerSteps.toldBy(database, answerId, ids(first)));
  }

  /**
   * What the customer has to do for those of some mailboxes of which a pass has found more than the
   * look before it, by their ids.
   */
  public Map<String, List<Problem>> foundByPasses(String id, List<Mailbox> some) {
    return CustomerSteps.ofPasses(database, id, ids(some));
  }

  private static List<String> ids(List<Mailbox> mailboxes) {
    return mailboxes.stream().map(Mailbox::id).toList();
  }

  private Set<String> awaiting(String id, List<Mailbox> first) {
    return first.isEmpty()
        ? Set.of()
        : Set.copyOf(
            database
                .jdbc()
                .sql(
                    "select distinct m.mailbox_id from migration_mailbox m where m.migration_id = :id"
                        + " and m.mailbox_id in (:first) and "
                        + AWAITS)
                .param("id", id)
                .param("first", ids(first))
                .query(String.class)
                .list());
  }

  private int rejected(String id) {
    return database
        .jdbc()
        .sql("select count(*) from rejected_row where request_id = ?")
        .param(id)
        .query(Integer.class)
        .single();
  }

  private List<RowProblem> firstRejected(String id, int most) {
    return database
        .jdbc()
        .sql(
            "select "
                + StoredProblem.COLUMNS
                + " from rejected_row where request_id = ?"
                + " order by position limit ?")
        .params(id, most)
        .query(StoredProblem::of)
        .list();
  }

  private RequestReading reading(String id) {
    return database
        .jdbc()
        .sql("select reading from request where id = ? and reading is not null")
        .param(id)
        .query(String.class)
        .optional()
        .map(stored -> StoredJson.read(stored, RequestReading.class))
        .orElse(RequestReading.UNKNOWN);
  }
}
