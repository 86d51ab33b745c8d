package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.status.DomainStatus;
import org.mailcaravan.model.status.Gauges;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.model.status.MailboxFilter;
import org.mailcaravan.model.status.MailboxHistory;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.MigrationHistory;
import org.mailcaravan.model.status.MigrationStatus;
import org.mailcaravan.model.status.NodeStatus;
import org.mailcaravan.model.status.PassFilter;
import org.mailcaravan.model.status.PassStatus;
import org.mailcaravan.model.status.ProblemFilter;
import org.mailcaravan.model.status.ProblemStatus;
import org.mailcaravan.model.status.Status;
import org.mailcaravan.model.status.Target;

/** On H2; {@code PostgresOverviewTest} runs all of it on PostgreSQL. */
class OverviewTest {
  private static final Problem WRONG_PASSWORD =
      new Problem(
          ProblemCode.WRONG_PASSWORD,
          Where.loginAt("imap.old.example:993"),
          "NO wrong password",
          Owner.CUSTOMER,
          "Ask for the password.");

  Database database;
  LifeRows rows;
  Overview overview;

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    rows = new LifeRows(database);
    overview = new Overview(database, Duration.ofSeconds(60));
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private MailboxStatus mailbox(String id) {
    return overview.mailbox(id).orElseThrow().mailbox();
  }

  private static @Nullable String waits(MailboxStatus mailbox) {
    return mailbox.waitsFor();
  }

  @Test
  void aMailboxThatRunsShowsHowFarItIs() {
    rows.migration("m");
    String id = rows.mailboxThat("m", 1, "RUNNING");
    rows.set(
        "pass",
        "messages_done = 50, messages_total = 200, bytes_done = 1000000, bytes_total = 4000000",
        "1 = 1");

    MailboxStatus mailbox = mailbox(id);

    assertThat(mailbox.state()).isEqualTo("copying");
    assertThat(mailbox.migration()).isEqualTo("m");
    assertThat(mailbox.pass()).isEqualTo("first");
    assertThat(mailbox.source()).isEqualTo("user1@old.example");
    assertThat(mailbox.destination()).isEqualTo("user1@new.example");
    assertThat(mailbox.host()).isEqualTo("imap.old.example:993");
    assertThat(mailbox.node()).isEqualTo("one");
    assertThat(mailbox.messagesDone()).isEqualTo(50);
    assertThat(mailbox.messagesTotal()).isEqualTo(200);
    assertThat(mailbox.bytesDone()).isEqualTo(1_000_000);
    assertThat(mailbox.bytesTotal()).isEqualTo(4_000_000);
    assertThat(mailbox.rate()).as("octets a second").isBetween(5_000L, 10_000L);
    assertThat(mailbox.secondsLeft()).as("three times what has passed").isBetween(300L, 600L);
    assertThat(mailbox.startedAt()).isNotNull();
    assertThat(mailbox.waitsFor()).isNull();
    assertThat(mailbox.dueAt()).isNull();
    assertThat(mailbox.needsAttention()).isFalse();
  }

  @Test
  void aMigrationThatRunsIsNeverDoneInNoTime() {
    rows.migration("m");
    rows.mailboxThat("m", 1, "RUNNING");
    rows.set(
        "pass",
        "messages_done = 99, messages_total = 100, bytes_done = 4100, bytes_total = 4000",
        "1 = 1");
    MigrationStatus migration = overview.migration("m").orElseThrow().migration();
    assertThat(migration.rate()).isNotNull();
    assertThat(migration.secondsLeft()).isNull();
    rows.set("pass", "bytes_total = 4101", "1 = 1");
    assertThat(overview.migration("m").orElseThrow().migration().secondsLeft()).isEqualTo(1);
  }

  @Test
  void whatIsNotKnownYetIsNull() {
    rows.migration("m");
    String id = rows.mailboxThat("m", 1, "RUNNING");

    MailboxStatus mailbox = mailbox(id);

    assertThat(mailbox.messagesTotal()).isNull();
    assertThat(mailbox.bytesTotal()).isNull();
    assertThat(mailbox.rate()).isNull();
    assertThat(mailbox.secondsLeft()).isNull();
  }

  @Test
  void anEstimateWaitsForTwoPercentOrThirtySeconds() {
    assertThat(Times.Pace.of(Duration.ofSeconds(10), 1, 100L, 1, 100L).secondsLeft()).isNull();
    assertThat(Times.Pace.of(Duration.ofSeconds(10), 2, 100L, 2, 100L).secondsLeft())
        .isEqualTo(490);
    assertThat(Times.Pace.of(Duration.ofSeconds(30), 1, 100L, 1, 100L).secondsLeft())
        .isEqualTo(2970);
    assertThat(Times.Pace.of(Duration.ofSeconds(60), 90, 100L, 0, 100L).secondsLeft())
        .as("most was there already")
        .isEqualTo(7);
    assertThat(Times.Pace.of(Duration.ofSeconds(60), 90, 100L, 120, 100L).secondsLeft())
        .as("announced sizes were wrong")
        .isEqualTo(7);
    assertThat(Times.Pace.of(Duration.ofSeconds(60), 9_999, 10_000L, 0, 100L).secondsLeft())
        .as("never nothing, while it runs")
        .isEqualTo(1);
    assertThat(Times.Pace.of(Duration.ofSeconds(60), 100, 100L, 100, 100L).secondsLeft())
        .as("its last steps")
        .isNull();
    assertThat(Times.Pace.of(Duration.ZERO, 90, 100L, 0, 100L)).isEqualTo(Times.Pace.UNKNOWN);
  }

  @Test
  void whatAMailboxWaitsForIsSeenFromAllRows() {
    rows.migration("m");
    rows.host(1);
    String id = rows.mailboxThat("m", 1, "WAITING");
    assertThat(waits(mailbox(id))).isEqualTo("turn");
    assertThat(mailbox(id).dueAt()).isNotNull();

    rows.set(
        "pass",
        "due_at = current_timestamp + 300 * interval '1' second, waits_for = 'RETRY',"
            + " reason = 'the connection was lost'",
        "1 = 1");
    assertThat(waits(mailbox(id))).isEqualTo("retry");
    assertThat(mailbox(id).reason()).isEqualTo("the connection was lost");

    rows.set("pass", "due_at = current_timestamp", "1 = 1");
    assertThat(waits(mailbox(id))).as("its time has come").isEqualTo("turn");
    assertThat(mailbox(id).reason()).isNull();

    String other = rows.mailboxThat("m", 2, "RUNNING");
    assertThat(waits(mailbox(id))).isEqualTo("host");
    assertThat(mailbox(id).reason()).isEqualTo("1 of 1 mailboxes run that may run at once");

    rows.set("host", "configured = 4", "1 = 1");
    rows.set(
        "pass",
        "destination = 'user1@new.example', running_into = 'user1@new.example'",
        "mailbox_id = '" + other + "'");
    assertThat(waits(mailbox(id))).isEqualTo("destination");

    rows.set("pass", "state = 'ENDED', running_into = null", "mailbox_id = '" + other + "'");
    rows.set("pass", "only_node = 'two'", "state = 'WAITING'");
    assertThat(waits(mailbox(id))).isEqualTo("node");
    assertThat(mailbox(id).reason()).contains("two");

    rows.set("migration", "paused = true", "1 = 1");
    assertThat(waits(mailbox(id))).isEqualTo("resume");
    assertThat(mailbox(id).paused()).isTrue();
    assertThat(mailbox(id).reason()).isEqualTo("a person has paused its migration");
    assertThat(overview.passes(new PassFilter("m", id, "waiting"), null, 10))
        .extracting(PassStatus::waitsFor)
        .containsExactly("resume");
    assertThat(overview.metrics().waits()).containsEntry("resume", 1L);
  }

  @Test
  void aMailboxThatEndedHasTheProblemsOfItsLastPass() {
    rows.migration("m");
    String id = rows.mailboxThat("m", 1, "INCOMPLETE");
    long first = database.jdbc().sql("select max(id) from pass").query(Long.class).single();
    rows.problems(first, List.of(WRONG_PASSWORD));
    long last = rows.pass(id, "m", "ENDED", "BLOCKED");
    rows.set("mailbox", "state = 'BLOCKED'", "1 = 1");
    Problem other = WRONG_PASSWORD.withCause("NO once more");
    rows.problems(last, IntStream.range(0, 12).mapToObj(each -> other).toList());

    MailboxHistory history = overview.mailbox("USER1@Old.Example").orElseThrow();

    assertThat(history.mailbox().id()).isEqualTo(id);
    assertThat(history.mailbox().state()).isEqualTo("blocked");
    assertThat(history.mailbox().needsAttention()).isTrue();
    assertThat(history.mailbox().problems()).hasSize(10);
    assertThat(history.mailbox().problemCount()).isEqualTo(12);
    assertThat(history.mailbox().endedAt()).isNotNull();
    assertThat(history.passes()).extracting(PassStatus::id).containsExactly(last, first);
    assertThat(history.passes()).extracting(PassStatus::outcome).contains("blocked", "incomplete");
    assertThat(history.problems()).hasSize(12);
    ProblemStatus problem = history.problems().get(0);
    assertThat(problem.id()).isEqualTo(last + ".0");
    assertThat(problem.code()).isEqualTo("wrong-password");
    assertThat(problem.severity()).isEqualTo("error");
    assertThat(problem.owner()).isEqualTo("customer");
    assertThat(problem.place()).isEqualTo(WRONG_PASSWORD.place().toString());
    assertThat(problem.cause()).isEqualTo("NO once more");
    assertThat(problem.nextStep()).isEqualTo("Ask for the password.");
    assertThat(history.nextStep()).isEqualTo("The customer: Ask for the password. Then retry it.");
    assertThat(history.migrations()).containsExactly("m");
    assertThat(overview.metrics().problems()).containsExactly(entry("wrong-password", 12L));
  }

  @Test
  void problemsComeInPages() {
    rows.migration("m");
    for (int row = 1; row <= 3; row++) {
      rows.mailboxThat("m", row, "BLOCKED");
      long pass = database.jdbc().sql("select max(id) from pass").query(Long.class).single();
      rows.problems(pass, List.of(WRONG_PASSWORD, WRONG_PASSWORD));
    }
    List<String> seen = new ArrayList<>();
    String before = null;
    List<ProblemStatus> page = overview.problems(ProblemFilter.ALL, before, 4);
    while (!page.isEmpty()) {
      page.forEach(problem -> seen.add(problem.id()));
      before = page.get(page.size() - 1).id();
      page = overview.problems(ProblemFilter.ALL, before, 4);
    }
    assertThat(seen).hasSize(6).doesNotHaveDuplicates();
    assertThat(overview.problems(new ProblemFilter("m", "m.2", "wrong-password"), null, 10))
        .hasSize(2);
    assertThat(overview.problems(new ProblemFilter(null, null, "quota-full"), null, 10)).isEmpty();
    assertThat(overview.problems(ProblemFilter.ALL, "nonsense", 10)).isEmpty();
  }

  @Test
  void aHistoryHasTheEventsOfTheMailboxAndOfItsMigrationsAsAWhole() {
    Events events = new Events(database, "one");
    rows.migration("m");
    String id = rows.mailboxThat("m", 1, "WAITING");
    String other = rows.mailboxThat("m", 2, "WAITING");
    events.add("migration", "ann", "m", null, null, null, null, "opened");
    events.add("mailbox", "ann", "m", other, null, null, "QUEUED", "not of this one");
    events.add("mailbox", "ann", "m", id, 1L, null, "QUEUED", "accepted");

    assertThat(overview.mailbox(id).orElseThrow().events())
        .extracting(event -> event.state() + " " + event.reason())
        .containsExactly("null opened", "queued accepted");
    assertThat(overview.migration("m").orElseThrow().events()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "WAITING COPIED,        waiting",
    "WAITING RUNNING,       running",
    "COPIED COPIED,         ended",
    "COPIED CANCELLED,      ended",
    "CANCELLED CANCELLED,   cancelled",
    "COPIED BLOCKED,        attention",
    "FAULT CANCELLED,       attention"
  })
  void aMigrationIsAsItsMailboxesAre(String states, String expected) {
    rows.migration("m");
    int row = 1;
    for (String state : states.split(" ", 2)) {
      rows.mailboxThat("m", row++, state);
    }
    assertThat(overview.migration("m").orElseThrow().migration().state()).isEqualTo(expected);
  }

  @Test
  void aMigrationSumsUpItsMailboxes() {
    rows.migration("m");
    rows.mailboxThat("m", 1, "RUNNING");
    rows.mailboxThat("m", 2, "RUNNING");
    rows.mailboxThat("m", 3, "WAITING");
    String blocked = rows.mailboxThat("m", 4, "BLOCKED");
    long pass = database.jdbc().sql("select max(id) from pass").query(Long.class).single();
    rows.problems(pass, List.of(WRONG_PASSWORD));
    rows.names("m", 5, blocked);
    rows.set(
        "pass",
        "messages_done = 10, messages_total = 20, bytes_done = 1000, bytes_total = 3000",
        "state = 'RUNNING'");
    database
        .jdbc()
        .sql(
            "insert into rejected_row (request_id, position, line, in_column, shown, problem, remedy)"
                + " values ('m', 0, 7, 'source_port', '99x', 'is no number', 'write 993'),"
                + " ('m', 1, 7, 'source_host', '', 'is missing', 'write it')")
        .update();

    MigrationHistory history = overview.migration("m").orElseThrow();
    MigrationStatus migration = history.migration();

    assertThat(migration.name()).isEqualTo("m.csv");
    assertThat(migration.mailboxes())
        .as("a mailbox that is named twice is one")
        .containsOnly(entry("copying", 2L), entry("queued", 1L), entry("blocked", 1L));
    assertThat(migration.messagesDone()).isEqualTo(20);
    assertThat(migration.messagesTotal()).isEqualTo(40);
    assertThat(migration.bytesDone()).isEqualTo(2000);
    assertThat(migration.bytesTotal()).isEqualTo(6000);
    assertThat(migration.rate()).isBetween(10L, 20L);
    assertThat(migration.secondsLeft())
        .as("4000 known and a mailbox of the usual 3000, at 20 a second or less")
        .isBetween(350L, 700L);
    assertThat(migration.needAttention()).isEqualTo(1);
    assertThat(migration.problems()).containsExactly(entry("wrong-password", 1L));
    assertThat(migration.rejectedRows()).isEqualTo(1);
    assertThat(history.rejected()).hasSize(2);
    assertThat(migration.openedAt()).isBefore(Instant.MAX);
    assertThat(migration.finishedAt()).isNull();
  }

  /** A request opens its mailboxes again, and the migration that is over stays what it was. */
  @ParameterizedTest
  @CsvSource({
    // its stage, its pass, the pass of the other; its state then, its mailbox, its problems
    "CLOSED,    BLOCKED, RUNNING,  attention, blocked,   1",
    "CLOSED,    BLOCKED, COPIED,   attention, blocked,   1",
    "CLOSED,    COPIED,  BLOCKED,  ended,     copied,    0",
    "CLOSED,    COPIED,  WAITING,  ended,     copied,    0",
    "CANCELLED, ,        RUNNING,  cancelled, cancelled, 0",
    "CLOSED,    ,        RUNNING,  attention, blocked,   0",
    "COPYING,   BLOCKED, RUNNING,  running,   copying,   1"
  })
  void aMigrationThatIsOverStaysWhatItWas(
      String stage,
      @Nullable String first,
      String second,
      String state,
      String mailboxes,
      int problems) {
    rows.migration("m");
    String id = rows.mailbox("m", 1, "ann", "QUEUED");
    if (first != null) {
      endedPass(id, "m", first);
      rows.set("pass", "messages_done = 5, messages_total = 5", "1 = 1");
    }
    rows.set("pass", "ended_at = current_timestamp - interval '1' hour", "1 = 1");
    rows.set(
        "migration",
        "stage = '" + stage + "', stage_at = current_timestamp - interval '30' minute",
        "1 = 1");
    rows.migration("n");
    rows.names("n", 1, id);
    String stored =
        switch (second) {
          case "RUNNING" -> "COPYING";
          case "WAITING" -> "QUEUED";
          default -> second;
        };
    long later =
        stored.equals(second) ? endedPass(id, "n", second) : rows.pass(id, "n", second, null);
    rows.set("pass", "messages_done = 7, messages_total = 9", "id = " + later);
    rows.set("mailbox", "state = '" + stored + "'", "1 = 1");

    MigrationHistory history = overview.migration("m").orElseThrow();
    MigrationStatus migration = history.migration();
    assertThat(migration.state()).isEqualTo(state);
    assertThat(migration.mailboxes()).containsOnly(entry(mailboxes, 1L));
    assertThat(migration.messagesDone())
        .isEqualTo(stage.equals("COPYING") ? 7 : first == null ? 0 : 5);
    assertThat(history.problems()).hasSize(problems);
    assertThat(migration.problems())
        .isEqualTo(problems == 0 ? Map.of() : Map.of("wrong-password", 1L));
    assertThat(overview.migration("n").orElseThrow().migration().messagesDone()).isEqualTo(7);
  }

  private long endedPass(String mailbox, String migration, String outcome) {
    long pass = rows.pass(mailbox, migration, "ENDED", outcome);
    if (outcome.equals("BLOCKED")) {
      rows.problems(pass, List.of(WRONG_PASSWORD));
    }
    return pass;
  }

  @Test
  void statusTellsWhatRunsThenWhatNeedsAPersonThenWhatWaits() {
    rows.migration("m");
    rows.host(3);
    rows.mailboxThat("m", 1, "COPIED");
    rows.mailboxThat("m", 2, "WAITING");
    rows.mailboxThat("m", 3, "BLOCKED");
    rows.mailboxThat("m", 4, "RUNNING");
    rows.mailboxThat("m", 5, "WAITING");

    Status all = overview.status(List.of(), 100);
    assertThat(all.mailboxes())
        .extracting(MailboxStatus::id)
        .containsExactly("m.4", "m.3", "m.2", "m.5", "m.1");
    assertThat(all.mailboxesLeftOut()).isZero();
    assertThat(all.migrations()).extracting(MigrationStatus::state).containsExactly("running");
    assertThat(all.hosts()).extracting(HostStatus::name).containsExactly(LifeRows.HOST);

    Status bounded = overview.status(List.of(), 3);
    assertThat(bounded.mailboxes())
        .extracting(MailboxStatus::id)
        .containsExactly("m.4", "m.3", "m.2");
    assertThat(bounded.mailboxesLeftOut()).isEqualTo(2);
  }

  @Test
  void statusTellsWhetherAnythingIsUnderWayWhateverIsListed() {
    rows.migration("m");
    rows.migration("other");
    rows.host(3);
    rows.mailboxThat("m", 1, "BLOCKED");
    rows.mailboxThat("m", 2, "COPIED");
    String waits = rows.mailboxThat("m", 3, "WAITING");
    rows.mailboxThat("other", 4, "RUNNING");

    Status bounded = overview.status(List.of("m"), 1);
    assertThat(bounded.mailboxes()).extracting(MailboxStatus::id).containsExactly("m.1");
    assertThat(bounded.underWay()).as("one that is left out waits").isTrue();
    assertThat(overview.status(List.of("m"), 100).underWay()).isTrue();
    assertThat(overview.status(List.of("m.1", "m.2"), 1).underWay()).isFalse();

    database
        .jdbc()
        .sql("update pass set state = 'ENDED' where mailbox_id = ?")
        .param(waits)
        .update();
    assertThat(overview.status(List.of("m"), 1).underWay()).isFalse();
    assertThat(overview.status(List.of("m", "other.4"), 1).underWay()).isTrue();
    assertThat(overview.status(List.of(), 1).underWay()).isTrue();

    database.jdbc().sql("update pass set state = 'ENDED'").update();
    assertThat(overview.status(List.of(), 1).underWay()).isFalse();
    assertThat(overview.status(List.of("nobody"), 1).underWay()).isFalse();
  }

  @Test
  void statusOfWhatIsNamedHasNothingElse() {
    for (String id : List.of("m1", "m2")) {
      rows.migration(id);
      rows.mailbox(id, 1, "user-of-" + id, "QUEUED");
      rows.pass(id + ".1", id, "WAITING", null);
    }
    assertThat(overview.status(List.of("m2"), 100).mailboxes())
        .extracting(MailboxStatus::id)
        .containsExactly("m2.1");
    Status one = overview.status(List.of("User-of-m1@NEW.example"), 100);
    assertThat(one.mailboxes()).extracting(MailboxStatus::id).containsExactly("m1.1");
    assertThat(one.migrations()).extracting(MigrationStatus::id).containsExactly("m1");
    assertThat(overview.status(List.of("m1.1", "m2", "nobody"), 100).mailboxes()).hasSize(2);
    assertThat(overview.status(List.of("nobody"), 100).mailboxes()).isEmpty();
    assertThat(overview.status(List.of("nobody"), 100).migrations()).isEmpty();
  }

  @Test
  void aMigrationThatEndedLongAgoIsLeftOutUnlessItNeedsAPerson() {
    for (String id : List.of("m1", "m2", "m3")) {
      rows.migration(id);
    }
    rows.mailbox("m1", 1, "a", "COPIED");
    rows.mailbox("m2", 1, "b", "BLOCKED");
    rows.mailbox("m3", 1, "c", "COPIED");
    rows.set("migration", "finished_at = current_timestamp - 90000 * interval '1' second", "1 = 1");
    rows.set("migration", "finished_at = current_timestamp", "id = 'm3'");

    assertThat(overview.status(List.of(), 10).migrations())
        .extracting(MigrationStatus::id)
        .containsExactly("m3", "m2");
    rows.set("migration", "stage = 'FINAL_PASSES'", "id = 'm1'");
    assertThat(overview.status(List.of(), 10).migrations())
        .as("no pass is due for days, and it is open")
        .hasSize(3);
  }

  @Test
  void anArgumentMayBeAnIdAnAddressOrAHost() {
    rows.migration("m");
    rows.host(2);
    rows.mailboxThat("m", 1, "WAITING");
    assertThat(overview.find("m")).containsExactly(Target.migration("m"));
    assertThat(overview.find(" m.1 ")).containsExactly(Target.mailbox("m.1"));
    assertThat(overview.find("USER1@new.example")).containsExactly(Target.mailbox("m.1"));
    assertThat(overview.find("user1@old.EXAMPLE")).containsExactly(Target.mailbox("m.1"));
    assertThat(overview.find("IMAP.old.example")).containsExactly(Target.host(LifeRows.HOST));
    assertThat(overview.find("imap.old.example:993")).containsExactly(Target.host(LifeRows.HOST));
    assertThat(overview.find("imap.old")).isEmpty();
    assertThat(overview.find("")).isEmpty();
  }

  @Test
  void whatNoDatabaseCanHoldIsNotThere() {
    rows.migration("m");
    String zero = "m\0";
    assertThat(overview.find(zero)).isEmpty();
    assertThat(overview.status(List.of(zero), 10).mailboxes()).isEmpty();
    assertThat(overview.migration(zero)).isEmpty();
    assertThat(overview.mailbox(zero)).isEmpty();
    assertThat(overview.migrations(zero, 10)).isEmpty();
    assertThat(overview.mailboxes(new MailboxFilter(zero, null, null, null), null, 10)).isEmpty();
    assertThat(overview.passes(new PassFilter(null, zero, null), null, 10)).isEmpty();
    assertThat(overview.problems(new ProblemFilter(null, null, zero), null, 10)).isEmpty();
  }

  @Test
  void mailboxesPassesAndMigrationsComeInPages() {
    for (String id : List.of("m1", "m2")) {
      rows.migration(id);
      for (int row = 1; row <= 3; row++) {
        rows.mailbox(id, row, id + "-" + row, "QUEUED");
        rows.pass(id + "." + row, id, "WAITING", null);
      }
    }
    List<MailboxStatus> page = overview.mailboxes(MailboxFilter.ALL, null, 4);
    assertThat(page).extracting(MailboxStatus::id).containsExactly("m1.1", "m1.2", "m1.3", "m2.1");
    assertThat(overview.mailboxes(MailboxFilter.ALL, "m2.1", 4))
        .extracting(MailboxStatus::id)
        .containsExactly("m2.2", "m2.3");
    assertThat(overview.mailboxes(new MailboxFilter("m1", "queued", null, null), null, 0))
        .hasSize(1);
    assertThat(overview.mailboxes(new MailboxFilter(null, "copied", null, null), null, 10))
        .isEmpty();
    assertThat(
            overview.mailboxes(new MailboxFilter(null, null, "M2-2@new.example", null), null, 10))
        .extracting(MailboxStatus::id)
        .containsExactly("m2.2");
    assertThat(overview.migrations(null, 1)).extracting(MigrationStatus::id).containsExactly("m2");
    assertThat(overview.migrations("m2", 5)).extracting(MigrationStatus::id).containsExactly("m1");
    List<PassStatus> passes = overview.passes(new PassFilter("m2", null, null), null, 2);
    assertThat(passes).extracting(PassStatus::mailbox).containsExactly("m2.3", "m2.2");
    assertThat(overview.passes(new PassFilter("m2", null, null), passes.get(1).id(), 2))
        .extracting(PassStatus::mailbox)
        .containsExactly("m2.1");
    assertThat(overview.pass(passes.get(0).id())).contains(passes.get(0));
    assertThat(overview.pass(-1)).isEmpty();
  }

  @Test
  void aHostTellsItsSlots() {
    rows.migration("m");
    rows.host(4);
    rows.mailboxThat("m", 1, "RUNNING");
    rows.mailboxThat("m", 2, "WAITING");
    HostStatus host = overview.hosts().get(0);
    assertThat(host).isEqualTo(new HostStatus(LifeRows.HOST, 1, 4, 4, null, null, null, false, 1));

    rows.set("host", "learned = 2, reason = 'too many connections'", "1 = 1");
    assertThat(overview.hosts().get(0).allowed()).isEqualTo(2);
    rows.set("host", "not_before = current_timestamp + 60 * interval '1' second", "1 = 1");
    assertThat(overview.hosts().get(0).allowed()).isZero();
    assertThat(overview.hosts().get(0).notBefore()).isNotNull();
    rows.set("host", "not_before = current_timestamp, answered_at = null", "1 = 1");
    assertThat(overview.hosts().get(0).allowed()).as("it never answered").isEqualTo(1);
    assertThat(overview.hosts().get(0).notBefore()).as("it is over").isNull();
    rows.set("host", "paused = true", "1 = 1");
    assertThat(overview.hosts().get(0).allowed()).isZero();
  }

  @Test
  void aNodeIsAliveWhileItIsSeen() {
    for (String name : List.of("one", "two", "three")) {
      database
          .jdbc()
          .sql(
              "insert into node (name, kind, version, started_at, seen_at)"
                  + " values (?, 'RUN', '1', current_timestamp, current_timestamp)")
          .param(name)
          .update();
    }
    rows.migration("m");
    rows.mailboxThat("m", 1, "RUNNING");
    rows.set("node", "seen_at = current_timestamp - 61 * interval '1' second", "name = 'two'");
    rows.set("node", "stopped_at = current_timestamp", "name = 'three'");

    assertThat(overview.nodes())
        .extracting(NodeStatus::name, NodeStatus::alive, NodeStatus::running)
        .containsExactly(tuple("one", true, 1), tuple("three", false, 0), tuple("two", false, 0));
  }

  @Test
  void gaugesCountEverything() {
    assertThat(overview.metrics().oldestDueSeconds()).isNull();
    rows.migration("m");
    rows.host(4);
    rows.mailboxThat("m", 1, "RUNNING");
    rows.mailboxThat("m", 2, "WAITING");
    rows.mailboxThat("m", 3, "WAITING");
    rows.mailboxThat("m", 4, "COPIED");
    rows.set("pass", "due_at = current_timestamp - 90 * interval '1' second", "mailbox_id = 'm.2'");

    Gauges gauges = overview.metrics();

    assertThat(gauges.passes())
        .containsExactlyInAnyOrder(
            new Gauges.Passes("running", "first", 1),
            new Gauges.Passes("waiting", "first", 2),
            new Gauges.Passes("ended", "first", 1));
    assertThat(gauges.waits()).containsExactly(entry("turn", 2L));
    assertThat(gauges.oldestDueSeconds()).isBetween(90.0, 150.0);
    assertThat(gauges.hosts()).hasSize(1);
  }

  @Test
  void aMigrationKnowsWhereTheMailOfItsDomainsGoes() {
    rows.migration("m");
    rows.mailboxThat("m", 1, "COPIED");
    rows.mailboxThat("m", 2, "COPIED");
    rows.mailboxThat("m", 3, "COPIED");
    rows.mailboxThat("m", 4, "CANCELLED");
    rows.mailboxThat("m", 5, "COPIED");
    rows.names("m", 6, "m.1");
    rows.set("mailbox", "mail_domain = 'old.example'", "id <> 'm.5'");
    rows.set(
        "mailbox",
        "cutover_at = current_timestamp, cutover_by = 'dns', final_passes = 2, quiet_passes = 2",
        "id = 'm.1'");
    rows.set(
        "mailbox",
        "cutover_at = current_timestamp, cutover_by = 'dns', final_passes = 1, quiet_passes = 1,"
            + " final_due_at = current_timestamp",
        "id = 'm.2'");
    database
        .jdbc()
        .sql(
            "insert into cutover_domain (domain, verdict, words, memory, next_look_at, since) values"
                + " ('old.example', 'OURS', 'all mail comes to us', '', current_timestamp, current_timestamp)")
        .update();

    List<DomainStatus> domains = overview.migration("m").orElseThrow().domains();

    assertThat(domains).extracting(DomainStatus::domain).containsExactly("old.example", null);
    DomainStatus known = domains.get(0);
    assertThat(known.verdict()).isEqualTo("ours");
    assertThat(known.since()).isNotNull();
    assertThat(known.cutoverAt()).isNotNull();
    assertThat(known.nextFinalPass()).isNotNull();
    assertThat(List.of(known.mailboxes(), known.cutOver(), known.finalPasses(), known.quiet()))
        .containsExactly(3L, 2L, 3L, 1L);
    assertThat(domains.get(1).verdict()).isNull();
    assertThat(domains.get(1).mailboxes()).isEqualTo(1);
  }

  private String nextStepBeforeTheCutover(boolean watched) {
    MigrationHistory history =
        new Overview(database, Duration.ofSeconds(60), null, watched, false)
            .migration("m")
            .orElseThrow();
    if (!watched) {
      assertThat(history.domains())
          .filteredOn(domain -> domain.domain() != null)
          .allSatisfy(
              domain -> {
                assertThat(domain.verdict()).isNull();
                assertThat(domain.since()).isNull();
                assertThat(domain.words()).startsWith("cutover.mx-hosts is empty");
              });
    }
    return history.nextStep();
  }

  @Test
  void whereNobodySeesTheCutoverAPersonSaysIt() {
    rows.migration("m");
    rows.mailboxThat("m", 1, "COPIED");
    rows.mailboxThat("m", 2, "COPIED");
    rows.set("migration", "stage = 'WAITING_FOR_CUTOVER'", "1 = 1");
    String byHand =
        "Say \"mailcaravan cutover m\" when all its mail comes to us, which nobody sees here. Final passes"
            + " begin then.";
    assertThat(nextStepBeforeTheCutover(true)).isEqualTo(byHand);

    rows.set("mailbox", "mail_domain = 'old.example'", "id = 'm.1'");
    database
        .jdbc()
        .sql(
            "insert into cutover_domain (domain, verdict, words, memory, next_look_at, since) values"
                + " ('old.example', 'UNKNOWN', 'nobody has looked yet', '', current_timestamp, current_timestamp)")
        .update();
    assertThat(nextStepBeforeTheCutover(true))
        .startsWith("The customer: change the MX records.")
        .contains("\"mailcaravan cutover ADDRESS\"");
    assertThat(nextStepBeforeTheCutover(false)).isEqualTo(byHand);

    rows.set("mailbox", "mail_domain = 'old.example'", "id = 'm.2'");
    assertThat(nextStepBeforeTheCutover(true))
        .isEqualTo(
            "The customer: change the MX records. Final passes begin by themselves when all mail comes to us.");
    assertThat(overview.mailboxes(new MailboxFilter(null, null, null, "OLD.example"), null, 10))
        .hasSize(2);
    assertThat(overview.mailboxes(new MailboxFilter(null, null, null, "no name"), null, 10))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"false, customer, The customer: Create", "true, us, Us: See in the log"})
  void whoCreatesMailboxesIsNamedEverywhere(boolean byApi, String owner, String step) {
    rows.migration("m");
    String mailbox = rows.mailboxThat("m", 1, "WAITING");
    int unused =
        rows.set("pass", "waits_for = 'MAILBOX', due_at = timestamp '2036-01-01 00:00:00'", "true");
    Problem refused =
        new Problem(
            ProblemCode.WRONG_PASSWORD,
            Where.loginAt("imap.new.example:993"),
            "the new server says that user name or password is wrong",
            Owner.US,
            "Check that the mailbox exists.");
    long ended = rows.pass(mailbox, "m", "ENDED", "BLOCKED");
    rows.problems(ended, List.of(refused));
    Overview shown = new Overview(database, Duration.ofSeconds(60), null, true, byApi);
    MailboxHistory history = shown.mailbox(mailbox).orElseThrow();
    assertThat(history.nextStep()).startsWith(step);
    assertThat(history.problems().get(0).owner()).isEqualTo(owner);
    assertThat(shown.status(List.of(mailbox), 9).mailboxes().get(0).problems().get(0).owner())
        .isEqualTo(owner);
    unused = rows.set("migration", "stage = 'WAITING_FOR_MAILBOX'", "true");
    assertThat(shown.migration("m").orElseThrow().nextStep())
        .startsWith(byApi ? "Us: create" : "The customer: create");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CLOSED", "CANCELLED"})
  void nobodyIsCalledForAMailboxOfAMigrationThatIsOver(String stage) {
    rows.migration("m");
    String anna = rows.mailboxThat("m", 1, "BLOCKED");
    String ben = rows.mailboxThat("m", 2, "INCOMPLETE");
    String cora = rows.mailboxThat("m", 3, "COPIED");
    int unused =
        rows.set(
            "migration",
            "stage = '"
                + stage
                + "', closed_at = current_timestamp,"
                + " finished_at = current_timestamp - 172800 * interval '1' second",
            "true");
    assertThat(overview.status(List.of(), 10).migrations()).isEmpty();
    rows.migration("n");
    database
        .jdbc()
        .sql(
            "insert into migration_mailbox (migration_id, mailbox_id, row_number) values ('n', ?, 1)")
        .param(ben)
        .update();
    assertThat(overview.status(List.of("m"), 10).mailboxes())
        .extracting(MailboxStatus::id, MailboxStatus::needsAttention)
        .containsExactlyInAnyOrder(tuple(anna, false), tuple(ben, true), tuple(cora, false));
    assertThat(overview.mailbox(anna).orElseThrow().nextStep())
        .startsWith("Its migration is closed or cancelled, and not all of it has arrived.");
    unused = rows.set("migration", "only_node = 'one'", "true");
    assertThat(overview.status(List.of("m"), 10).mailboxes())
        .as("a command says so once, and nobody closes what it leaves")
        .extracting(MailboxStatus::needsAttention)
        .containsOnlyOnce(false);
  }
}
