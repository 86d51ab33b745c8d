package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.status.Digest;

/** Who must act for what passes, looks at both sides and readers have found. Thread-safe. */
final class DigestCauses {
  /** Of a mailbox m: somebody still wants it moved. */
  private static final String WANTED =
      "exists (select 1 from migration_mailbox w join migration g on g.id = w.migration_id"
          + " where w.mailbox_id = m.id and g.stage not in ('CLOSED', 'CANCELLED'))";

  private static final String OF_PASSES =
      "select q.owner, q.code, count(distinct m.id) as mailboxes, min(m.source_address) as address,"
          + " max(q.pass_id) as example"
          + " from mailbox m left join problem q on q.severity = 'ERROR' and q.pass_id = "
          + MailboxView.ENDED_PASS
          + " where "
          + MailboxView.NEEDS_A_PERSON
          + " and "
          + WANTED
          + " group by q.owner, q.code order by mailboxes desc, q.owner, q.code limit ?";

  /**
   * Of mailboxes whose pass waits: what it waits for itself is told anyway. Quotes within the words
   * of a problem are escaped, so that none reads like an owner.
   */
  private static final String OF_LOOKS =
      "select count(distinct w.mailbox_id) as mailboxes, max(w.id) as example from (select s.id, s.code,"
          + " s.by_pass, s.mailbox_id, case when position('\"owner\":\"CUSTOMER\"' in s.problem) > 0"
          + " then 1 else 0 end as of_customer, "
          + Waits.CODE
          + " as waits_now from customer_step s join mailbox m on m.id = s.mailbox_id"
          + " join pass p on p.mailbox_id = m.id and p.state = 'WAITING'"
          + Waits.JOINS
          + " where not ("
          + MailboxView.NEEDS_A_PERSON
          + ")) w where not (w.waits_now = 'MAILBOX' and not w.by_pass)"
          + " and not (w.waits_now = 'PASSWORD' and w.code = 'NO_PASSWORD')"
          + " group by w.code, w.of_customer order by mailboxes desc, w.code limit ?";

  private final Database database;
  private final MailboxMaker maker;

  DigestCauses(Database database, MailboxMaker maker) {
    this.database = database;
    this.maker = maker;
  }

  /**
   * By cause, in no order.
   *
   * @param span the parameters {@code since} and {@code until} for rows of requests
   * @param most how many of each kind
   */
  List<Digest.Action> actions(Map<String, Object> span, int most) {
    List<Digest.Action> actions = new ArrayList<>(ofPasses(most));
    actions.addAll(ofLooks(most));
    actions.addAll(rejectedRows(span));
    return actions;
  }

  private record Cause(
      @Nullable String owner, @Nullable String code, long mailboxes, String address, long example) {
    String key() {
      return example + " " + owner + " " + code;
    }
  }

  private record Example(String address, Problem problem) {
    Digest.Action action(long mailboxes) {
      return new Digest.Action(
          ProblemView.codeId(problem.owner().name()),
          problem.code().id(),
          mailboxes,
          address,
          problem.place() + ": " + problem.cause(),
          problem.nextStep());
    }
  }

  private List<Digest.Action> ofPasses(int most) {
    List<Cause> causes =
        database
            .jdbc()
            .sql(OF_PASSES)
            .param(most)
            .query(
                (row, number) ->
                    new Cause(
                        row.getString("owner"),
                        row.getString("code"),
                        row.getLong("mailboxes"),
                        row.getString("address"),
                        row.getLong("example")))
            .list();
    Map<String, Example> examples = examples(causes);
    return causes.stream().map(cause -> action(cause, examples.get(cause.key()))).toList();
  }

  /**
   * @param example null for a pass that ended without a problem that says why
   */
  private static Digest.Action action(Cause cause, @Nullable Example example) {
    return example == null
        ? new Digest.Action(
            ProblemView.codeId(Owner.US.name()),
            "other",
            cause.mailboxes,
            cause.address,
            "its last pass did not end as it should",
            "Its report says what is to be done. Then retry it.")
        : example.action(cause.mailboxes);
  }

  private Map<String, Example> examples(List<Cause> causes) {
    return causes.isEmpty()
        ? Map.of()
        : database
            .jdbc()
            .sql(
                "select q.pass_id, q.code, q.owner, q.description, m.source_address from problem q"
                    + " join pass p on p.id = q.pass_id join mailbox m on m.id = p.mailbox_id"
                    + " where q.pass_id in (:passes) and q.position = (select min(o.position) from problem o"
                    + " where o.pass_id = q.pass_id and o.code = q.code and o.owner = q.owner"
                    + " and o.severity = 'ERROR')")
            .param("passes", causes.stream().map(Cause::example).distinct().toList())
            .query(
                (row, number) ->
                    Map.entry(
                        row.getLong("pass_id")
                            + " "
                            + row.getString("owner")
                            + " "
                            + row.getString("code"),
                        new Example(
                            row.getString("source_address"),
                            maker.shown(
                                StoredJson.read(row.getString("description"), Problem.class)))))
            .list()
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private record Found(long mailboxes, long example) {}

  /** What a look has found before anything is copied, such as a password that is refused. */
  private List<Digest.Action> ofLooks(int most) {
    List<Found> found =
        database
            .jdbc()
            .sql(OF_LOOKS)
            .param(most)
            .query((row, number) -> new Found(row.getLong("mailboxes"), row.getLong("example")))
            .list();
    if (found.isEmpty()) {
      return List.of();
    }
    Map<Long, Example> steps =
        database
            .jdbc()
            .sql(
                "select s.id, s.problem, m.source_address from customer_step s"
                    + " join mailbox m on m.id = s.mailbox_id where s.id in (:ids)")
            .param("ids", found.stream().map(Found::example).toList())
            .query(
                (row, number) ->
                    Map.entry(
                        row.getLong("id"),
                        new Example(
                            row.getString("source_address"),
                            maker.shown(StoredJson.read(row.getString("problem"), Problem.class)))))
            .list()
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    List<Digest.Action> actions = new ArrayList<>();
    for (Found each : found) {
      Example example = steps.get(each.example);
      // Null where it was done between the two statements.
      if (example != null) {
        actions.add(example.action(each.mailboxes));
      }
    }
    return actions;
  }

  /** Rows of the requests of that time that cannot be used. */
  private List<Digest.Action> rejectedRows(Map<String, Object> span) {
    return database
        .jdbc()
        .sql(
            "select count(*) as number, min(name) as name from (select distinct r.request_id, r.line, q.name"
                + " from rejected_row r join request q on q.id = r.request_id"
                + " where q.received_at >= :since and q.received_at < :until) x")
        .params(span)
        .query(
            (row, number) ->
                new Digest.Action(
                    ProblemView.codeId(Owner.CUSTOMER.name()),
                    "rejected-row",
                    row.getLong("number"),
                    Objects.requireNonNullElse(row.getString("name"), ""),
                    "a row of the request cannot be used",
                    "Fix it, as the answer to the request says, and send it again."))
        .list()
        .stream()
        .filter(action -> action.mailboxes() > 0)
        .toList();
  }
}
