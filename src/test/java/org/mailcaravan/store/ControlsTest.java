package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.MigrationStatus;
import org.mailcaravan.model.status.PassFilter;
import org.mailcaravan.model.status.PassStatus;
import org.mailcaravan.model.status.Steered;
import org.mailcaravan.model.status.Target;

/** On H2; {@code PostgresControlsTest} runs all of it on PostgreSQL. */
class ControlsTest {
  private static final Target M = Target.migration("m");
  private static final Target HOST = Target.host(LifeRows.HOST);

  private static final Steered ONE_CHANGED = new Steered(1, 0, 0, 0);
  private static final Steered ONE_TOLD = new Steered(0, 1, 0, 0);
  private static final Steered ONE_ALREADY = new Steered(0, 0, 1, 0);
  private static final Steered ONE_NOT_POSSIBLE = new Steered(0, 0, 0, 1);

  private Database database;
  private LifeRows rows;
  private Overview overview;
  private Events events;
  private Controls controls;

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
    events = new Events(database, "one");
    controls = new Controls(database, events);
    rows.migration("m");
    rows.host(4);
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private MailboxStatus mailbox(Target target) {
    return overview.mailbox(target.id()).orElseThrow().mailbox();
  }

  private MigrationStatus migration() {
    return overview.migration("m").orElseThrow().migration();
  }

  private List<PassStatus> passes(Target mailbox) {
    return overview.passes(new PassFilter(null, mailbox.id(), null), null, 10);
  }

  private List<String> told() {
    return events.after(0, 1000).stream()
        .map(
            each ->
                each.event().actor()
                    + ": "
                    + (each.event().mailbox() == null
                        ? each.event().kind()
                        : each.event().mailbox())
                    + " "
                    + each.event().state()
                    + " "
                    + each.event().reason())
        .toList();
  }

  private Target mailboxThat(int row, String state) {
    return Target.mailbox(rows.mailboxThat("m", row, state));
  }

  private boolean reportDue() {
    return migration().reportDue() && migration().finishedAt() != null;
  }

  @Test
  void whatDoesNotExistIsNothing() {
    for (Target target :
        List.of(Target.mailbox("x"), Target.migration("x"), Target.host("x:993"))) {
      assertThat(controls.pause(target, "ann")).isSameAs(Steered.NOTHING);
      assertThat(controls.resume(target, "ann")).isSameAs(Steered.NOTHING);
    }
    for (Target target : List.of(Target.mailbox("x"), Target.migration("x"))) {
      assertThat(controls.cancel(target, "ann")).isSameAs(Steered.NOTHING);
      assertThat(controls.retry(target, "ann")).isSameAs(Steered.NOTHING);
      assertThat(controls.priority(target, 3, "ann")).isSameAs(Steered.NOTHING);
    }
    assertThat(controls.passwordChanged("x", Side.SOURCE, "ann", () -> {}))
        .isSameAs(Steered.NOTHING);
    assertThat(told()).isEmpty();
    assertThatThrownBy(() -> controls.cancel(HOST, "ann"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> controls.retry(HOST, "ann"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> controls.priority(HOST, 1, "ann"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aMailboxThatRunsAndIsNamedAgainIsCancelledWhole() {
    Target one = mailboxThat(1, "RUNNING");
    rows.pass(one.id(), "m", "WAITING", null);
    assertThat(controls.cancel(one, "ann")).isEqualTo(ONE_TOLD);
    assertThat(mailbox(one).control()).isEqualTo("cancel");
    assertThat(passes(one)).extracting(PassStatus::state).containsExactly("ended", "running");
  }

  @Test
  void aWaitingMailboxIsPausedAndResumed() {
    Target one = mailboxThat(1, "WAITING");
    rows.set(
        "pass",
        "due_at = current_timestamp + 60 * interval '1' second, waits_for = 'RETRY', reason = 'lost'",
        "1 = 1");

    assertThat(controls.pause(one, "ann")).isEqualTo(ONE_CHANGED);
    assertThat(controls.pause(one, "ann")).isEqualTo(ONE_ALREADY);
    assertThat(mailbox(one).paused()).isTrue();
    assertThat(mailbox(one).waitsFor()).isEqualTo("resume");

    assertThat(controls.resume(one, "bob")).isEqualTo(ONE_CHANGED);
    assertThat(controls.resume(one, "bob")).isEqualTo(ONE_ALREADY);
    assertThat(mailbox(one).paused()).isFalse();
    assertThat(mailbox(one).waitsFor()).as("it waits as before").isEqualTo("retry");
    assertThat(mailbox(one).reason()).isEqualTo("lost");
    assertThat(told()).containsExactly("ann: m.1 null paused", "bob: m.1 null resumed");
  }

  @Test
  void aRunningPassIsTold() {
    Target one = mailboxThat(1, "RUNNING");

    assertThat(controls.pause(one, "ann")).isEqualTo(ONE_TOLD);
    assertThat(mailbox(one).control()).isEqualTo("pause");
    assertThat(controls.pause(one, "ann")).isEqualTo(ONE_ALREADY);

    assertThat(controls.resume(one, "ann")).isEqualTo(ONE_TOLD);
    assertThat(mailbox(one).control()).isNull();

    assertThat(controls.cancel(one, "ann")).isEqualTo(ONE_TOLD);
    assertThat(mailbox(one).control()).isEqualTo("cancel");
    assertThat(mailbox(one).state()).as("its owner ends it").isEqualTo("copying");
    assertThat(controls.cancel(one, "ann")).isEqualTo(ONE_ALREADY);
    assertThat(controls.pause(one, "ann")).as("a pause does not undo it").isEqualTo(ONE_CHANGED);
    assertThat(mailbox(one).control()).isEqualTo("cancel");
    assertThat(reportDue()).isFalse();
  }

  @Test
  void whatItsOwnerGaveBackForAPauseGoesOnAfterIt() {
    Target one = mailboxThat(1, "RUNNING");
    controls.pause(one, "ann");
    rows.set(
        "pass",
        "state = 'WAITING', waits_for = 'RESUME', reason = 'paused', control = null, owner = null",
        "1 = 1");
    controls.resume(one, "ann");

    assertThat(passes(one).get(0).waitsFor()).isEqualTo("turn");
    assertThat(passes(one).get(0).reason()).isNull();
  }

  @Test
  void aWaitingMailboxIsCancelledAtOnceAndItsMigrationEndsWithTheLast() {
    Target one = mailboxThat(1, "WAITING");
    Target two = mailboxThat(2, "WAITING");
    Target copied = mailboxThat(3, "COPIED");

    assertThat(controls.cancel(one, "ann")).isEqualTo(ONE_CHANGED);
    assertThat(controls.cancel(one, "ann")).isEqualTo(ONE_ALREADY);
    assertThat(mailbox(copied).state()).isEqualTo("copied");
    assertThat(mailbox(one).state()).isEqualTo("cancelled");
    assertThat(passes(one).get(0).state()).isEqualTo("ended");
    assertThat(passes(one).get(0).outcome()).isEqualTo("cancelled");
    assertThat(passes(one).get(0).endedAt()).isNotNull();
    assertThat(reportDue()).isFalse();

    controls.cancel(two, "ann");
    assertThat(reportDue()).isTrue();
    assertThat(migration().state()).isEqualTo("ended");
    assertThat(told())
        .containsExactly(
            "ann: m.1 CANCELLED cancelled",
            "ann: m.2 CANCELLED cancelled",
            "ann: migration ENDED no pass of it waits or runs");
  }

  @Test
  void aMailboxThatHasNoPassIsCancelledWhileAMigrationOfTheServiceIsOpen() {
    Target copied = mailboxThat(1, "COPIED");
    Target blocked = mailboxThat(2, "BLOCKED");
    rows.set("migration", "finished_at = current_timestamp, only_node = 'x'", "1 = 1");
    assertThat(controls.cancel(blocked, "ann")).isEqualTo(ONE_NOT_POSSIBLE);
    rows.set("migration", "only_node = null", "1 = 1");
    assertThat(controls.cancel(blocked, "ann")).isEqualTo(ONE_CHANGED);
    assertThat(controls.cancel(blocked, "ann")).isEqualTo(ONE_ALREADY);
    assertThat(mailbox(blocked).state()).isEqualTo("cancelled");
    rows.set("migration", "stage = 'CLOSED'", "1 = 1");
    assertThat(controls.cancel(copied, "ann")).isEqualTo(ONE_NOT_POSSIBLE);
    assertThat(told())
        .containsExactly("ann: m.2 CANCELLED cancelled; no more passes of it are due");
  }

  @Test
  void whatIsWantedOfAMailboxIsForTheLastMigrationThatIsOpen() {
    Target one = mailboxThat(1, "BLOCKED");
    for (String over : List.of("n", "o")) {
      rows.migration(over);
      rows.names(over, 1, one.id());
    }
    rows.set("migration", "stage = 'CLOSED', closed_at = current_timestamp", "id = 'n'");
    rows.set("migration", "stage = 'CANCELLED', cancelled = true", "id = 'o'");
    List<String> kept = new ArrayList<>();

    assertThat(controls.goesOn(one.id())).isTrue();
    assertThat(controls.passwordCame(one.id(), Side.SOURCE, "cust", () -> kept.add("a password")))
        .isEqualTo(ONE_CHANGED);

    assertThat(kept).hasSize(1);
    assertThat(passes(one).get(0).migration()).isEqualTo("m");
    rows.set("migration", "stage = 'CLOSED'", "id = 'm'");
    assertThat(controls.goesOn(one.id())).isFalse();
  }

  @Test
  void aMailboxThatIsPausedIsNoLongerSoOnceItIsCancelled() {
    Target one = mailboxThat(1, "WAITING");
    controls.pause(one, "ann");
    controls.cancel(one, "ann");
    controls.retry(one, "ann");
    assertThat(mailbox(one).paused()).isFalse();
    assertThat(mailbox(one).waitsFor()).isEqualTo("turn");
  }

  @Test
  void aWaitingPassIsTriedNow() {
    Target one = mailboxThat(1, "WAITING");
    rows.set(
        "pass",
        "due_at = current_timestamp + 3600 * interval '1' second, waits_for = 'SERVER', attempts = 3",
        "1 = 1");
    new Pauses(database)
        .put(
            new Pauses.Pause(
                "user1 at imap.old.example:993",
                Instant.parse("2099-01-01T00:00:00Z"),
                ProblemCode.THROTTLED,
                "slow down"));
    new Pauses(database)
        .put(
            new Pauses.Pause(
                "user1@new.example at imap.new.example:993",
                Instant.parse("2099-01-01T00:00:00Z"),
                ProblemCode.THROTTLED,
                "slow down"));
    new Pauses(database)
        .put(
            new Pauses.Pause(
                "user2 at imap.old.example:993",
                Instant.parse("2099-01-01T00:00:00Z"),
                ProblemCode.THROTTLED,
                "slow down"));

    assertThat(controls.retry(one, "ann")).isEqualTo(ONE_CHANGED);

    assertThat(mailbox(one).waitsFor()).isEqualTo("turn");
    assertThat(passes(one).get(0).attempts()).isZero();
    assertThat(passes(one)).hasSize(1);
    assertThat(database.jdbc().sql("select account from account_pause").query(String.class).list())
        .containsExactly("user2 at imap.old.example:993");
  }

  @Test
  void aMailboxThatEndedGetsANewPassAndItsMigrationGoesOn() {
    Target one = mailboxThat(1, "BLOCKED");
    rows.set("mailbox", "priority = 5", "1 = 1");
    rows.set(
        "migration",
        "finished_at = current_timestamp, report_due = true, only_node = 'two'",
        "1 = 1");
    database
        .jdbc()
        .sql(
            "insert into node (name, kind, version, started_at, seen_at)"
                + " values ('two', 'migrate', '1', current_timestamp, current_timestamp)")
        .update();

    assertThat(controls.retry(one, "ann")).isEqualTo(ONE_CHANGED);
    assertThat(controls.retry(one, "ann")).as("due once more").isEqualTo(ONE_CHANGED);

    List<PassStatus> passes = passes(one);
    assertThat(passes).hasSize(2);
    PassStatus made = passes.get(0);
    assertThat(made.kind()).isEqualTo("first");
    assertThat(made.state()).isEqualTo("waiting");
    assertThat(made.priority()).isEqualTo(5);
    assertThat(made.host()).isEqualTo(LifeRows.HOST);
    assertThat(made.destination()).isEqualTo("user1@new.example");
    assertThat(made.onlyNode()).isEqualTo("two");
    assertThat(made.migration()).isEqualTo("m");
    assertThat(mailbox(one).state()).isEqualTo("queued");
    assertThat(migration().finishedAt()).isNull();
    assertThat(migration().reportDue()).isFalse();
    assertThat(told().get(0)).isEqualTo("ann: m.1 QUEUED a person wants it to be tried now");

    Target two = mailboxThat(2, "INCOMPLETE");
    rows.set("mailbox", "copied_before = true", "1 = 1");
    controls.retry(two, "ann");
    assertThat(passes(two).get(0).kind()).isEqualTo("catch-up");
  }

  @Test
  void aMailboxOfACommandThatHasEndedRunsWithThePasswordsThatAreStoredOrNotAtAll() {
    Target one = mailboxThat(1, "COPIED");
    rows.set("migration", "only_node = 'gone'", "1 = 1");

    assertThat(controls.retry(one, "ann")).isEqualTo(new Steered(0, 0, 0, 1));
    assertThat(mailbox(one).state()).isEqualTo("copied");
    assertThat(passes(one)).hasSize(1);

    database
        .jdbc()
        .sql("insert into credential values (?, 'SOURCE', 'sealed', current_timestamp)")
        .param(one.id())
        .update();
    assertThat(controls.retry(one, "ann")).isEqualTo(ONE_CHANGED);
    assertThat(passes(one).get(0).onlyNode()).isNull();

    rows.set("pass", "only_node = 'gone'", "state = 'WAITING'");
    assertThat(controls.passwordChanged(one.id(), Side.SOURCE, "ann", () -> {}))
        .isEqualTo(ONE_CHANGED);
    assertThat(passes(one).get(0).onlyNode()).isNull();
  }

  @Test
  void aRetryEndsAPauseOfTheMailbox() {
    Target one = mailboxThat(1, "WAITING");
    controls.pause(one, "ann");
    assertThat(controls.retry(one, "ann")).isEqualTo(ONE_CHANGED);
    assertThat(mailbox(one).paused()).isFalse();
    assertThat(mailbox(one).waitsFor()).isEqualTo("turn");
  }

  @Test
  void aPasswordOfACustomerEndsNoPauseAndNoCancellation() {
    Target paused = mailboxThat(1, "WAITING");
    controls.pause(paused, "ann");
    List<String> kept = new ArrayList<>();

    controls.passwordCame(paused.id(), Side.SOURCE, "cust", () -> kept.add("one"));
    assertThat(mailbox(paused).paused()).isTrue();

    controls.cancel(paused, "ann");
    assertThat(controls.passwordCame(paused.id(), Side.SOURCE, "cust", () -> kept.add("two")))
        .isEqualTo(ONE_ALREADY);
    assertThat(mailbox(paused).state()).isEqualTo("cancelled");
    assertThat(kept).containsExactly("one", "two");
  }

  /** What waits for something else waits on for it, and for its start then. */
  @Test
  void aStartOfTheCustomerHoldsWhenThePasswordHasCome() {
    Target one = mailboxThat(1, "WAITING");
    rows.set(
        "pass",
        "waits_for = 'PASSWORD', attempts = 1, due_at = current_timestamp + interval '1' day",
        "state = 'WAITING'");
    String migration =
        database.jdbc().sql("select max(migration_id) from pass").query(String.class).single();

    assertThat(controls.startAt(migration, Instant.now().plusSeconds(3600), "cust").changed())
        .isOne();
    assertThat(mailbox(one).waitsFor()).isEqualTo("password");

    controls.passwordCame(one.id(), Side.SOURCE, "cust", () -> {});
    assertThat(mailbox(one).waitsFor()).isEqualTo("start");
    assertThat(mailbox(one).dueAt())
        .isBetween(Instant.now().plusSeconds(3500), Instant.now().plusSeconds(3700));

    // Who wants it now, wants it now.
    controls.retry(one, "ann");
    assertThat(mailbox(one).waitsFor()).isEqualTo("turn");
  }

  @Test
  void aRunningPassIsLeftAloneByARetry() {
    Target one = mailboxThat(1, "RUNNING");
    assertThat(controls.retry(one, "ann")).isEqualTo(ONE_ALREADY);
    assertThat(passes(one)).hasSize(1);
  }

  @Test
  void aCorrectedPasswordIsTriedAtOnce() {
    Target one = mailboxThat(1, "BLOCKED");
    new RefusedLogins(database).add("user1 at imap.old.example:993", Instant.now());
    new RefusedLogins(database).add("user2 at imap.old.example:993", Instant.now());

    assertThat(controls.passwordChanged(one.id(), Side.SOURCE, "ann", () -> {}))
        .isEqualTo(ONE_CHANGED);

    assertThat(mailbox(one).state()).isEqualTo("queued");
    assertThat(told()).containsExactly("ann: m.1 QUEUED its password was replaced");
    assertThat(database.jdbc().sql("select account from refused_login").query(String.class).list())
        .containsExactly("user2 at imap.old.example:993");
  }

  @Test
  void aMigrationIsPausedAndResumed() {
    Target waits = mailboxThat(1, "WAITING");
    Target runs = mailboxThat(2, "RUNNING");

    assertThat(controls.pause(M, "ann")).isEqualTo(new Steered(1, 1, 0, 0));
    assertThat(controls.pause(M, "ann")).isEqualTo(ONE_ALREADY);
    assertThat(mailbox(waits).waitsFor()).isEqualTo("resume");
    assertThat(mailbox(runs).control()).isEqualTo("pause");
    assertThat(controls.pause(runs, "ann")).isEqualTo(ONE_CHANGED);

    assertThat(controls.resume(M, "ann")).as("one is paused itself").isEqualTo(ONE_CHANGED);
    assertThat(controls.resume(M, "ann")).isEqualTo(ONE_ALREADY);
    assertThat(mailbox(waits).waitsFor()).isEqualTo("turn");
    assertThat(mailbox(runs).control()).isEqualTo("pause");
    assertThat(controls.resume(runs, "ann")).isEqualTo(ONE_TOLD);
    assertThat(mailbox(runs).control()).isNull();
  }

  @Test
  void aMigrationThatIsPausedIsShownSo() {
    mailboxThat(1, "WAITING");
    controls.pause(M, "ann");
    assertThat(migration().state()).isEqualTo("paused");
    assertThat(migration().paused()).isTrue();
  }

  @Test
  void aMigrationIsCancelled() {
    Target waits = mailboxThat(1, "WAITING");
    Target runs = mailboxThat(2, "RUNNING");
    Target copied = mailboxThat(3, "COPIED");

    assertThat(controls.cancel(M, "ann")).isEqualTo(new Steered(1, 1, 0, 0));
    assertThat(mailbox(waits).state()).isEqualTo("cancelled");
    assertThat(mailbox(runs).control()).isEqualTo("cancel");
    assertThat(mailbox(copied).state()).isEqualTo("copied");
    assertThat(migration().state()).as("one still runs").isEqualTo("running");
    assertThat(controls.cancel(M, "ann")).isEqualTo(ONE_ALREADY);

    rows.set("pass", "state = 'ENDED', outcome = 'CANCELLED'", "state = 'RUNNING'");
    rows.set("mailbox", "state = 'CANCELLED'", "state = 'COPYING'");
    assertThat(controls.cancel(M, "ann")).isEqualTo(ONE_ALREADY);
    assertThat(migration().state()).isEqualTo("cancelled");
    assertThat(told())
        .containsExactly(
            "ann: m.1 CANCELLED cancelled",
            "ann: migration null cancelled; 1 that run stop at their next batch");
  }

  @Test
  void aCancelledMigrationEndsWhenNothingOfItRuns() {
    mailboxThat(1, "WAITING");
    mailboxThat(2, "WAITING");
    assertThat(controls.cancel(M, "ann")).isEqualTo(new Steered(2, 0, 0, 0));
    assertThat(reportDue()).isTrue();
  }

  @Test
  void whatHasEndedCannotBeCancelled() {
    mailboxThat(1, "COPIED");
    for (String stage : List.of("COMPLETE", "CLOSED")) {
      rows.set("migration", "stage = '" + stage + "'", "1 = 1");
      assertThat(controls.cancel(M, "ann")).isEqualTo(ONE_NOT_POSSIBLE);
    }
    assertThat(migration().state()).isEqualTo("ended");
  }

  @Test
  void aMailboxOfTwoMigrationsGoesOnWhenTheOneOnWhoseBehalfItWaitsIsOver() {
    Target one = mailboxThat(1, "WAITING");
    rows.migration("n");
    rows.names("n", 1, one.id());
    rows.set("pass", "migration_id = 'n'", "1 = 1");

    assertThat(controls.cancel(Target.migration("n"), "ann")).isEqualTo(ONE_CHANGED);
    assertThat(mailbox(one).state()).isEqualTo("queued");
    assertThat(passes(one).get(0).migration()).isEqualTo("m");
    assertThat(told())
        .containsExactly(
            "ann: migration null cancelled; 1 left to another migration",
            "ann: migration ENDED no pass of it waits or runs");
    rows.migration("o");
    rows.names("o", 1, one.id());
    rows.set("pass", "migration_id = 'o'", "1 = 1");
    assertThat(controls.close("o", "ann")).isEqualTo(ONE_CHANGED);
    assertThat(mailbox(one).state()).isEqualTo("queued");
    assertThat(passes(one).get(0).migration()).isEqualTo("m");

    assertThat(controls.cancel(M, "ann")).isEqualTo(ONE_CHANGED);
    assertThat(mailbox(one).state()).isEqualTo("cancelled");
  }

  @Test
  void theFirstOfTwoMigrationsIsCancelledWhileItsMailboxesWaitForTheSecondOne() {
    Target one = mailboxThat(1, "WAITING");
    rows.migration("n");
    rows.names("n", 1, one.id());
    rows.set("pass", "migration_id = 'n'", "1 = 1");

    assertThat(controls.cancel(M, "ann")).isEqualTo(ONE_CHANGED);
    assertThat(mailbox(one).state()).isEqualTo("queued");
    assertThat(passes(one).get(0).migration()).isEqualTo("n");
    assertThat(told())
        .containsExactly(
            "ann: migration null cancelled; no more passes of it are due",
            "ann: migration ENDED no pass of it waits or runs");
  }

  @Test
  void aPassThatRunsGoesOnForAnotherMigrationWhenItsOwnIsOver() {
    Target one = mailboxThat(1, "RUNNING");
    for (String later : List.of("n", "o")) {
      rows.migration(later);
      rows.names(later, 1, one.id());
      rows.set("pass", "migration_id = '" + later + "'", "1 = 1");
      assertThat(
              later.equals("n")
                  ? controls.cancel(Target.migration(later), "ann")
                  : controls.close(later, "ann"))
          .isEqualTo(ONE_CHANGED);
      assertThat(passes(one).get(0).migration()).isEqualTo("m");
      assertThat(mailbox(one).control()).isNull();
    }
    assertThat(controls.cancel(M, "ann")).isEqualTo(new Steered(0, 1, 0, 0));
  }

  @Test
  void whatIsClosedHasItsLastReportThoughAnotherMigrationUsesAMailboxOfIt() {
    Target one = mailboxThat(1, "COPIED");
    rows.migration("n");
    rows.names("n", 1, one.id());
    rows.pass(one.id(), "n", "WAITING", null);
    assertThat(controls.close("m", "ann")).isEqualTo(ONE_CHANGED);
    assertThat(reportDue()).isTrue();
  }

  @Test
  void aRetryOfAMigrationTriesWhatWaitsAndWhatDidNotArrive() {
    Target waits = mailboxThat(1, "WAITING");
    Target runs = mailboxThat(2, "RUNNING");
    Target copied = mailboxThat(3, "COPIED");
    Target blocked = mailboxThat(4, "BLOCKED");
    Target cancelled = mailboxThat(5, "CANCELLED");
    rows.set(
        "migration",
        "finished_at = current_timestamp, report_due = true, cancelled = true",
        "1 = 1");
    rows.set(
        "pass",
        "due_at = current_timestamp + 60 * interval '1' second, waits_for = 'RETRY'",
        "1 = 1");

    assertThat(controls.retry(M, "ann")).isEqualTo(new Steered(3, 0, 2, 0));

    assertThat(mailbox(waits).waitsFor()).isEqualTo("turn");
    assertThat(mailbox(blocked).state()).isEqualTo("queued");
    assertThat(mailbox(cancelled).state()).isEqualTo("queued");
    assertThat(mailbox(copied).state()).isEqualTo("copied");
    assertThat(passes(runs)).hasSize(1);
    assertThat(passes(copied)).hasSize(1);
    assertThat(passes(blocked)).hasSize(2);
    assertThat(migration().finishedAt()).isNull();
    assertThat(migration().state()).isEqualTo("running");
    assertThat(told())
        .containsExactly(
            "ann: m.4 QUEUED a person wants it to be tried now",
            "ann: m.5 QUEUED a person wants it to be tried now",
            "ann: migration null a person wants it to be tried now");
  }

  @Test
  void aPriorityIsOfTheMailboxAndItsPassOrOfTheMigration() {
    Target one = mailboxThat(1, "WAITING");
    assertThat(controls.priority(one, 9, "ann")).isEqualTo(ONE_CHANGED);
    assertThat(controls.priority(one, 9, "ann")).isEqualTo(ONE_ALREADY);
    assertThat(passes(one).get(0).priority()).isEqualTo(9);
    assertThat(mailbox(one).priority()).isEqualTo(9);

    assertThat(controls.priority(M, -2, "ann")).isEqualTo(ONE_CHANGED);
    assertThat(controls.priority(M, -2, "ann")).isEqualTo(ONE_ALREADY);
    assertThat(migration().priority()).isEqualTo(-2);
    assertThat(passes(one).get(0).priority()).isEqualTo(9);
    assertThat(told())
        .containsExactly("ann: m.1 null priority 9", "ann: migration null priority -2");
  }

  @Test
  void aHostIsPausedAndResumed() {
    Target waits = mailboxThat(1, "WAITING");
    Target runs = mailboxThat(2, "RUNNING");

    assertThat(controls.pause(HOST, "ann")).isEqualTo(new Steered(1, 1, 0, 0));
    assertThat(controls.pause(HOST, "ann")).isEqualTo(ONE_ALREADY);
    assertThat(mailbox(waits).waitsFor()).isEqualTo("resume");
    assertThat(mailbox(runs).control()).isEqualTo("pause");
    assertThat(overview.hosts().get(0).paused()).isTrue();

    assertThat(controls.resume(HOST, "ann")).isEqualTo(new Steered(1, 1, 0, 0));
    assertThat(controls.resume(HOST, "ann")).isEqualTo(ONE_ALREADY);
    assertThat(mailbox(waits).waitsFor()).isEqualTo("turn");
    assertThat(mailbox(runs).control()).isNull();
    assertThat(told()).containsExactly("ann: host null paused", "ann: host null resumed");
  }

  @Test
  void aHostThatIsLeftAloneIsTriedAtOnceWhenItIsResumed() {
    rows.set("host", "not_before = current_timestamp + 900 * interval '1' second", "1 = 1");
    assertThat(controls.resume(HOST, "ann")).isEqualTo(ONE_CHANGED);
    assertThat(overview.hosts().get(0).notBefore()).isNull();
    assertThat(controls.resume(HOST, "ann")).isEqualTo(ONE_ALREADY);
  }

  /** A claim that is under way holds the row of its pass. */
  @Test
  void aCancelAtTheMomentOfAClaimReachesTheRunningPass() throws Exception {
    for (Target what : List.of(Target.mailbox("m.1"), M)) {
      if (what.equals(M)) {
        rows.set("pass", "control = null, state = 'WAITING'", "1 = 1");
        rows.set("mailbox", "state = 'QUEUED'", "1 = 1");
      } else {
        mailboxThat(1, "WAITING");
      }
      CountDownLatch claimed = new CountDownLatch(1);
      CountDownLatch asked = new CountDownLatch(1);
      ExecutorService threads = Executors.newFixedThreadPool(2);
      try {
        Future<?> claim =
            threads.submit(
                () ->
                    database.inTransaction(
                        () -> {
                          rows.set("pass", "state = 'RUNNING', owner = 'one'", "1 = 1");
                          claimed.countDown();
                          await(asked);
                          rows.set("mailbox", "state = 'COPYING'", "1 = 1");
                          rows.set("migration", "served_at = current_timestamp", "id = 'm'");
                        }));
        await(claimed);
        Future<Steered> cancel = threads.submit(() -> controls.cancel(what, "ann"));
        asked.countDown();
        claim.get(20, TimeUnit.SECONDS);
        assertThat(cancel.get(20, TimeUnit.SECONDS)).isEqualTo(ONE_TOLD);
      } finally {
        threads.shutdownNow();
      }
      assertThat(mailbox(Target.mailbox("m.1")).control()).isEqualTo("cancel");
      assertThat(mailbox(Target.mailbox("m.1")).state()).isEqualTo("copying");
    }
  }

  /** The other way round: who claims finds that it is gone. */
  @Test
  void aClaimAtTheMomentOfACancelFindsNothing() throws Exception {
    mailboxThat(1, "WAITING");
    CountDownLatch cancelled = new CountDownLatch(1);
    CountDownLatch tried = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<?> cancel =
          threads.submit(
              () ->
                  database.inTransaction(
                      () -> {
                        controls.cancel(Target.mailbox("m.1"), "ann");
                        cancelled.countDown();
                        await(tried);
                      }));
      await(cancelled);
      Future<Integer> claim =
          threads.submit(
              () -> {
                tried.countDown();
                return rows.set("pass", "state = 'RUNNING'", "state = 'WAITING'");
              });
      cancel.get(20, TimeUnit.SECONDS);
      assertThat(claim.get(20, TimeUnit.SECONDS)).isZero();
    } finally {
      threads.shutdownNow();
    }
    assertThat(mailbox(Target.mailbox("m.1")).state()).isEqualTo("cancelled");
  }

  @Test
  void whenManyCancelAtOnceTheMigrationEndsOnce() throws Exception {
    int mailboxes = 24;
    for (int row = 1; row <= mailboxes; row++) {
      mailboxThat(row, "WAITING");
    }
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Future<Steered>> asked =
          IntStream.rangeClosed(1, mailboxes)
              .mapToObj(
                  row -> threads.submit(() -> controls.cancel(Target.mailbox("m." + row), "ann")))
              .toList();
      for (Future<Steered> each : asked) {
        assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(ONE_CHANGED);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(reportDue()).isTrue();
    assertThat(told()).filteredOn(line -> line.endsWith("no pass of it waits or runs")).hasSize(1);
  }

  /** Of all orders that may come together, none is lost and none stays half done. */
  @Test
  void ordersOfAllKindsAtOnceLeaveWholeRows() throws Exception {
    for (int row = 1; row <= 8; row++) {
      mailboxThat(row, row % 2 == 0 ? "WAITING" : "RUNNING");
    }
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Future<Steered>> asked = new ArrayList<>();
      Random random = new Random(17);
      for (int i = 0; i < 90; i++) {
        Target target =
            switch (random.nextInt(3)) {
              case 0 -> M;
              case 1 -> HOST;
              default -> Target.mailbox("m." + (1 + random.nextInt(8)));
            };
        int order = random.nextInt(target.kind() == Target.Kind.HOST ? 2 : 5);
        asked.add(threads.submit(() -> order(target, order)));
      }
      for (Future<Steered> each : asked) {
        each.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(
            database
                .jdbc()
                .sql(
                    "select count(*) from (select mailbox_id from pass where state <> 'ENDED'"
                        + " group by mailbox_id having count(*) > 1) twice")
                .query(Long.class)
                .single())
        .as("mailboxes with two passes that wait or run")
        .isZero();
    assertThat(
            database
                .jdbc()
                .sql(
                    "select count(*) from mailbox m where case when m.state = 'QUEUED' then 1 else 0 end <>"
                        + " (select count(*) from pass where mailbox_id = m.id and state = 'WAITING')")
                .query(Long.class)
                .single())
        .as("mailboxes that wait without a pass, or have one and do not wait")
        .isZero();
  }

  private Steered order(Target target, int order) {
    return switch (order) {
      case 0 -> controls.pause(target, "ann");
      case 1 -> controls.resume(target, "ann");
      case 2 -> controls.cancel(target, "ann");
      case 3 -> controls.retry(target, "ann");
      default -> controls.priority(target, 1, "ann");
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
