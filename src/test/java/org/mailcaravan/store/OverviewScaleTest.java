package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.status.MailboxFilter;
import org.mailcaravan.model.status.PassFilter;
import org.mailcaravan.model.status.ProblemFilter;
import org.mailcaravan.model.status.Status;
import org.mailcaravan.model.status.Steered;
import org.mailcaravan.model.status.Target;

/** Each answer takes as many statements for ten thousand mailboxes as for ten. */
class OverviewScaleTest {
  private static final int MOST = 17;

  /** As docs/scale.md says. */
  private static final int MOST_TOLD = 31;

  private Database database;

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  String series() {
    return "system_range";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private void fill(int mailboxes) {
    LifeRows rows = new LifeRows(database);
    rows.migration("m");
    rows.host(4);
    String numbers = series() + "(1, " + mailboxes + ") as s(x)";
    for (String sql :
        List.of(
            "insert into mailbox (id, source_account, destination_account, source_address,"
                + " source_host, source_port, source_security, source_username,"
                + " destination_address, state)"
                + " select 'm.' || x, 'u' || x || ' at imap.old.example', 'u' || x || '@new.example',"
                + " 'u' || x || '@old.example', 'imap.old.example', 993, 'TLS', 'u' || x,"
                + " 'u' || x || '@new.example', case mod(x, 3) when 0 then 'BLOCKED' else 'QUEUED' end"
                + " from "
                + numbers,
            "insert into migration_mailbox (migration_id, row_number, mailbox_id)"
                + " select 'm', x, 'm.' || x from "
                + numbers,
            "insert into pass (mailbox_id, migration_id, kind, state, due_at, host, destination,"
                + " created_at, ended_at, outcome) select id, 'm', 'FIRST', 'ENDED', current_timestamp,"
                + " 'imap.old.example:993', destination_account, current_timestamp,"
                + " current_timestamp, 'BLOCKED' from mailbox",
            "insert into problem (pass_id, position, code, severity, owner, description)"
                + " select id, 0, 'wrong-password', 'ERROR', 'CUSTOMER',"
                + " '{\"code\":\"WRONG_PASSWORD\",\"place\":\"login\",\"cause\":\"NO\","
                + "\"owner\":\"CUSTOMER\",\"nextStep\":\"Ask.\"}' from pass",
            "insert into pass (mailbox_id, migration_id, kind, state, due_at, waits_for, host,"
                + " destination, created_at) select id, 'm', 'FIRST', 'WAITING', current_timestamp,"
                + " 'TURN', 'imap.old.example:993', destination_account, current_timestamp"
                + " from mailbox where state = 'QUEUED'")) {
      database.jdbc().sql(sql).update();
    }
  }

  private Map<String, Integer> counts(int mailboxes) {
    fill(mailboxes);
    Overview overview = new Overview(database, Duration.ofSeconds(60));
    Map<String, Runnable> answers = new LinkedHashMap<>();
    answers.put("status", () -> overview.status(List.of(), 100));
    answers.put(
        "status of some", () -> overview.status(List.of("m.1", "m.2", "u3@new.example"), 100));
    answers.put("migration", () -> overview.migration("m"));
    answers.put("migrations", () -> overview.migrations(null, 100));
    answers.put("mailboxes", () -> overview.mailboxes(MailboxFilter.ALL, null, 1000));
    answers.put("mailbox", () -> overview.mailbox("m.5"));
    answers.put("passes", () -> overview.passes(PassFilter.ALL, null, 1000));
    answers.put("problems", () -> overview.problems(ProblemFilter.ALL, null, 1000));
    answers.put("hosts", overview::hosts);
    answers.put("nodes", overview::nodes);
    answers.put("metrics", overview::metrics);
    Map<String, Integer> counts = new LinkedHashMap<>();
    answers.forEach((name, answer) -> counts.put(name, CountedStatements.of(answer).size()));
    return counts;
  }

  @Test
  void anAnswerTakesFewStatementsHoweverManyMailboxesThereAre() {
    Map<String, Integer> few = counts(10);
    database.close();
    openDatabase();
    Map<String, Integer> many = counts(10_000);

    assertThat(many)
        .allSatisfy(
            (answer, count) ->
                assertThat(count)
                    .as("%s, which took %s for ten", answer, few.get(answer))
                    .isLessThanOrEqualTo(few.get(answer))
                    .isLessThanOrEqualTo(MOST));
  }

  /** What one event takes until its stage is known and one receiver was told. */
  private Map<String, Integer> tellingCounts(int mailboxes) {
    fill(mailboxes);
    Events events = new Events(database, "one");
    Lives lives = new Lives(database, events, Clock.systemUTC(), 2, 5, true);
    Receiver hook =
        new Receiver("webhook", EnumSet.allOf(MigrationMessage.class), Receiver.Reach.ALL);
    Tellings tellings =
        new Tellings(
            database, events, "one", Duration.ofSeconds(60), List.of(hook), 20, Clock.systemUTC());
    events.add("migration", "test", "m", null, null, null, null, "filled");
    boolean unused = lives.turn();
    tellings.turn();
    for (String sql :
        List.of(
            "update pass set state = 'RUNNING' where mailbox_id = 'm.1' and state = 'WAITING'",
            "update mailbox set state = 'COPYING' where id = 'm.1'")) {
      int changed = database.jdbc().sql(sql).update();
      assertThat(changed).isEqualTo(1);
    }
    events.add("mailbox", "claims", "m", "m.1", null, null, "COPYING", "the first pass begins");
    Map<String, Integer> counts = new LinkedHashMap<>();
    counts.put("stage", CountedStatements.of(() -> assertThat(lives.turn()).isTrue()).size());
    counts.put(
        "message",
        CountedStatements.of(
                () -> {
                  tellings.turn();
                  List<Long> due = tellings.due("webhook");
                  assertThat(due).hasSize(1);
                  due.forEach(id -> tellings.sent(tellings.take(id).orElseThrow()));
                })
            .size());
    ToldMigrations told = new ToldMigrations(database, false);
    counts.put("text", CountedStatements.of(() -> text(told)).size());
    return counts;
  }

  private static void text(ToldMigrations told) {
    assertThat(told.of("m")).isPresent();
    assertThat(told.domains("m", 100)).isEmpty();
  }

  @Test
  void aStageAndAMessageTakeTheSameStatementsHoweverManyMailboxesThereAre() {
    Map<String, Integer> few = tellingCounts(10);
    database.close();
    openDatabase();
    assertThat(tellingCounts(10_000)).isEqualTo(few);
    assertThat(few.values().stream().mapToInt(Integer::intValue).sum())
        .as("%s", few)
        .isLessThanOrEqualTo(MOST_TOLD);
  }

  @Test
  void tenThousandMailboxesAreSteeredTogether() {
    fill(10_000);
    Overview overview = new Overview(database, Duration.ofSeconds(60));
    Controls controls = new Controls(database, new Events(database, "one"));
    Target migration = Target.migration("m");

    assertThat(controls.pause(migration, "ann")).isEqualTo(new Steered(1, 0, 0, 0));
    assertThat(controls.resume(migration, "ann")).isEqualTo(new Steered(1, 0, 0, 0));
    assertThat(controls.cancel(migration, "ann")).isEqualTo(new Steered(6667, 0, 0, 0));
    assertThat(controls.retry(migration, "ann")).isEqualTo(new Steered(10_000, 0, 0, 0));

    Status status = overview.status(List.of(), 1000);
    assertThat(status.migrations().get(0).mailboxes())
        .containsExactly(Map.entry("queued", 10_000L));
    assertThat(status.mailboxes()).hasSize(1000);
    assertThat(status.mailboxesLeftOut()).isEqualTo(9000);
  }
}
