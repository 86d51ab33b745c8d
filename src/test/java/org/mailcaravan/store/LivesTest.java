package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.DomainVerdict;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.MailboxStage;
import org.mailcaravan.model.MigrationStage;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.status.Digest;
import org.mailcaravan.model.status.MigrationHistory;
import org.mailcaravan.model.status.Steered;
import org.mailcaravan.model.status.Target;
import org.mailcaravan.passes.Closing;
import org.mailcaravan.secrets.Vault;

/** Stages and closing, on H2; {@code PostgresLivesTest} runs all of it on PostgreSQL. */
class LivesTest {
  private static final int QUIET = 2;
  private static final int FINALS = 5;

  private Database database;
  private LifeRows rows;
  private Events events;
  private Controls controls;
  private Instant now = Instant.parse("2027-01-04T20:00:00Z");
  private final Clock clock =
      new Clock() {
        @Override
        public java.time.ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };
  private Lives lives;
  private Closings closings;
  private final List<String> forgotten = new ArrayList<>();

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String emptyDatabase() {
    return newDatabase();
  }

  String user() {
    return "";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    rows = new LifeRows(database);
    events = new Events(database, "one");
    controls = new Controls(database, events);
    lives = new Lives(database, events, clock, QUIET, FINALS, true);
    closings = new Closings(database, events, clock, Duration.ofHours(24));
    rows.migration("m");
    rows.host(4);
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private void turn() {
    boolean unused = lives.turn();
  }

  private int close() {
    int closed = 0;
    int unused = rows.set("migration", "report_due = false", "stage <> 'COMPLETE'");
    for (String id : closings.due()) {
      closed += closings.close(id, this::forget) ? 1 : 0;
    }
    return closed;
  }

  private void forget(Collection<String> mailboxes) {
    forgotten.addAll(mailboxes);
    mailboxes.forEach(
        id ->
            database.jdbc().sql("delete from credential where mailbox_id = ?").param(id).update());
  }

  private String stage(String migration) {
    return database
        .jdbc()
        .sql("select stage from migration where id = ?")
        .param(migration)
        .query(String.class)
        .single();
  }

  private void happened(String migration, String mailbox) {
    events.add("pass", "routes", migration, mailbox, null, null, null, "it happened");
  }

  /** What was told of migrations: {@code m COPYING routes}. */
  private List<String> told() {
    return events.after(0, 1000).stream()
        .filter(each -> each.event().kind().equals("migration") && each.event().state() != null)
        .map(
            each ->
                each.event().migration() + " " + each.event().state() + " " + each.event().actor())
        .toList();
  }

  private String lastReason() {
    List<String> reasons =
        events.after(0, 1000).stream()
            .filter(each -> each.event().kind().equals("migration"))
            .map(each -> each.event().reason())
            .toList();
    return reasons.get(reasons.size() - 1);
  }

  private String copied(String migration, int row) {
    String id = rows.mailboxThat(migration, row, "COPIED");
    int unused = rows.set("mailbox", "copied_before = true", "id = '" + id + "'");
    return id;
  }

  private void cutOver(String change) {
    int unused =
        rows.set(
            "mailbox", "cutover_at = current_timestamp, " + change, "mail_domain = 'a.example'");
  }

  @Test
  void aMigrationGoesThroughItsLife() {
    String id = rows.mailboxThat("m", 1, "WAITING");
    int unused = rows.set("mailbox", "mail_domain = 'a.example'", "1 = 1");
    unused =
        rows.set(
            "pass", "waits_for = 'START', due_at = current_timestamp + interval '1' day", "1 = 1");
    turn();
    assertThat(stage("m")).isEqualTo("WAITING_FOR_START");

    unused = rows.set("pass", "state = 'RUNNING', started_at = current_timestamp", "1 = 1");
    happened("m", id);
    turn();
    assertThat(stage("m")).isEqualTo("COPYING");

    unused = rows.set("pass", "state = 'ENDED', outcome = 'COPIED'", "1 = 1");
    unused = rows.set("mailbox", "state = 'COPIED', copied_before = true", "1 = 1");
    happened("m", id);
    turn();
    assertThat(stage("m")).isEqualTo("WAITING_FOR_CUTOVER");
    assertThat(lastReason())
        .isEqualTo(
            "its first pass is done; the MX records of these domains do not name us"
                + " yet: a.example");
    assertThat(
            new StageReasons(database, false)
                .of(
                    "m",
                    MigrationStage.WAITING_FOR_CUTOVER,
                    Map.of(MailboxStage.WAITING_FOR_CUTOVER, 1L)))
        .isEqualTo(
            "its first pass is done; cutover.mx-hosts is empty, so a person has to say"
                + " when their mail comes to us");

    cutOver("final_passes = 1, quiet_passes = 1");
    events.add("migration", "domain-watch", "m", null, null, null, "CUTOVER", "a.example is ours");
    turn();
    assertThat(stage("m")).isEqualTo("FINAL_PASSES");

    cutOver("final_passes = 2, quiet_passes = 2");
    happened("m", id);
    turn();
    assertThat(stage("m")).isEqualTo("COMPLETE");
    assertThat(close()).as("the last report is not written").isZero();

    unused = rows.set("migration", "report_due = false", "1 = 1");
    assertThat(close()).isEqualTo(1);
    assertThat(close()).isZero();
    turn();
    assertThat(stage("m")).isEqualTo("CLOSED");
    assertThat(forgotten).containsExactly(id);
    assertThat(told())
        .containsExactly(
            "m WAITING_FOR_START lives",
            "m COPYING routes",
            "m WAITING_FOR_CUTOVER routes",
            "m CUTOVER domain-watch",
            "m FINAL_PASSES domain-watch",
            "m COMPLETE routes",
            "m CLOSED lives");
  }

  @Test
  void anIdleProgramAsksOnceAMinute() {
    assertThat(lives.turn()).isTrue();
    assertThat(lives.turn()).isFalse();
    now = now.plusSeconds(59);
    assertThat(lives.turn()).isFalse();
    happened("m", rows.mailboxThat("m", 1, "WAITING"));
    assertThat(lives.turn()).isTrue();
    assertThat(lives.turn()).isFalse();
    now = now.plusSeconds(2);
    assertThat(lives.turn()).isTrue();
  }

  @Test
  void nothingIsToldTwiceOrByAMigrationOfACommand() {
    String id = rows.mailboxThat("m", 1, "RUNNING");
    rows.migration("c");
    rows.names("c", 1, id);
    int unused = rows.set("migration", "only_node = 'x'", "id = 'c'");
    happened("m", id);
    turn();
    happened("m", id);
    turn();
    turn();
    assertThat(told()).containsExactly("m COPYING routes");
    assertThat(stage("c")).isEqualTo("WAITING");
  }

  @Test
  void timeAloneOpensAWindow() {
    String id = rows.mailboxThat("m", 1, "WAITING");
    turn();
    assertThat(stage("m")).isEqualTo("WAITING");
    int unused =
        rows.set(
            "pass",
            "waits_for = 'WINDOW', due_at = current_timestamp + interval '1' day",
            "mailbox_id = '" + id + "'");
    turn();
    assertThat(stage("m")).as("no event, and no minute has gone by").isEqualTo("WAITING");
    now = now.plusSeconds(61);
    turn();
    assertThat(stage("m")).isEqualTo("WAITING_FOR_WINDOW");
  }

  @Test
  void aLaterPassDoesNotTakeAMigrationBack() {
    String id = copied("m", 1);
    happened("m", id);
    turn();
    assertThat(stage("m")).isEqualTo("WAITING_FOR_CUTOVER");
    long pass = rows.pass(id, "m", "RUNNING", null);
    int unused = rows.set("pass", "kind = 'CATCH_UP'", "id = " + pass);
    unused = rows.set("mailbox", "state = 'COPYING'", "1 = 1");
    happened("m", id);
    turn();
    unused = rows.set("pass", "state = 'ENDED', outcome = 'BLOCKED'", "id = " + pass);
    unused = rows.set("mailbox", "state = 'BLOCKED'", "1 = 1");
    happened("m", id);
    turn();
    assertThat(told()).containsExactly("m WAITING_FOR_CUTOVER routes");
  }

  @Test
  void aNewRequestForAKnownMailboxHasAFirstPassOfItsOwn() {
    String id = copied("m", 1);
    happened("m", id);
    rows.migration("n");
    rows.names("n", 1, id);
    long pass = rows.pass(id, "n", "WAITING", null);
    happened("n", id);
    turn();
    assertThat(stage("m")).isEqualTo("WAITING_FOR_CUTOVER");
    assertThat(stage("n")).isEqualTo("WAITING");
    // A wrong password: nothing was copied on its behalf.
    int unused = rows.set("pass", "state = 'ENDED', outcome = 'BLOCKED'", "id = " + pass);
    unused = rows.set("mailbox", "state = 'BLOCKED'", "1 = 1");
    happened("n", id);
    turn();
    assertThat(stage("m")).isEqualTo("WAITING_FOR_CUTOVER");
    assertThat(stage("n")).isEqualTo("NEEDS_ATTENTION");
    assertThat(lastReason()).isEqualTo("its mailbox cannot go on until a person acts");

    // A pass of each night, that nobody has asked for, says nothing.
    pass = rows.pass(id, "n", "RUNNING", null);
    unused = rows.set("pass", "kind = 'CATCH_UP'", "id = " + pass);
    unused = rows.set("mailbox", "state = 'COPYING'", "1 = 1");
    happened("n", id);
    turn();
    unused = rows.set("pass", "state = 'ENDED', outcome = 'BLOCKED'", "id = " + pass);
    unused = rows.set("mailbox", "state = 'BLOCKED'", "1 = 1");
    happened("n", id);
    turn();
    assertThat(told().stream().filter(each -> each.startsWith("n ")))
        .containsExactly("n NEEDS_ATTENTION routes");

    assertThat(controls.retry(Target.mailbox(id), "ann").changed()).isEqualTo(1);
    turn();
    assertThat(stage("n")).isEqualTo("WAITING");
    unused = rows.set("pass", "state = 'ENDED', outcome = 'COPIED'", "state = 'WAITING'");
    unused = rows.set("mailbox", "state = 'COPIED'", "1 = 1");
    happened("n", id);
    turn();
    assertThat(stage("n")).isEqualTo("WAITING_FOR_CUTOVER");
    assertThat(stage("m")).isEqualTo("WAITING_FOR_CUTOVER");
  }

  @Test
  void oneMailboxThatCannotBeMovedIsCancelledAndTheOthersGoOn() {
    happened("m", copied("m", 1));
    String blocked = rows.mailboxThat("m", 2, "BLOCKED");
    turn();
    assertThat(stage("m")).isEqualTo("NEEDS_ATTENTION");
    assertThat(controls.cancel(Target.mailbox(blocked), "ann").changed()).isEqualTo(1);
    turn();
    assertThat(stage("m")).isEqualTo("WAITING_FOR_CUTOVER");
    assertThat(told()).contains("m WAITING_FOR_CUTOVER ann");
  }

  @Test
  void aFinalPassThatARequestAsksForCounts() {
    String id = copied("m", 1);
    int unused = rows.set("mailbox", "mail_domain = 'a.example'", "1 = 1");
    cutOver("quiet_passes = 2");
    rows.migration("n");
    rows.names("n", 1, id);
    long pass = rows.pass(id, "n", "WAITING", null);
    unused = rows.set("pass", "kind = 'FINAL'", "id = " + pass);
    happened("n", id);
    turn();
    assertThat(stage("n")).isEqualTo("WAITING");
  }

  @Test
  void whatIsIncompleteAfterAllFinalPassesNeedsAPerson() {
    String id = copied("m", 1);
    int unused = rows.set("mailbox", "mail_domain = 'a.example', state = 'INCOMPLETE'", "1 = 1");
    unused = rows.set("pass", "outcome = 'INCOMPLETE'", "1 = 1");
    cutOver("final_passes = 4");
    happened("m", id);
    turn();
    assertThat(stage("m")).isEqualTo("FINAL_PASSES");
    cutOver("final_passes = 5");
    happened("m", id);
    turn();
    assertThat(stage("m")).isEqualTo("NEEDS_ATTENTION");
    // The weekly pass does not say otherwise while it runs.
    long pass = rows.pass(id, "m", "RUNNING", null);
    unused = rows.set("pass", "kind = 'FINAL'", "id = " + pass);
    happened("m", id);
    turn();
    assertThat(stage("m")).isEqualTo("NEEDS_ATTENTION");
    unused = rows.set("pass", "state = 'ENDED', outcome = 'COPIED'", "id = " + pass);
    happened("m", id);
    turn();
    assertThat(stage("m")).isEqualTo("FINAL_PASSES");
  }

  @Test
  void anOldServerThatGetsMailForWeeksNeedsAPerson() {
    String id = copied("m", 1);
    int unused = rows.set("mailbox", "mail_domain = 'a.example'", "1 = 1");
    for (int passes = 5; passes < 9; passes++) {
      cutOver("final_passes = " + passes);
      happened("m", id);
      turn();
      assertThat(stage("m")).as(passes + " passes").isEqualTo("FINAL_PASSES");
    }
    cutOver("final_passes = 9");
    happened("m", id);
    turn();
    assertThat(stage("m")).isEqualTo("NEEDS_ATTENTION");
    cutOver("final_passes = 10, quiet_passes = 1");
    happened("m", id);
    turn();
    assertThat(stage("m")).isEqualTo("FINAL_PASSES");
  }

  @Test
  void aPasswordThatIsGoneIsAskedForWhileOtherMailboxesHaveFinalPasses() {
    String id = copied("m", 1);
    copied("m", 2);
    int unused = rows.set("mailbox", "mail_domain = 'a.example'", "1 = 1");
    credential(id);
    cutOver("final_due_at = current_timestamp");
    happened("m", id);
    turn();
    assertThat(stage("m")).isEqualTo("FINAL_PASSES");
    MigrationHistory history =
        new Overview(database, Duration.ofMinutes(1)).migration("m").orElseThrow();
    assertThat(history.stageReason())
        .endsWith("final passes of 1 mailbox need the password again, which we no longer have");
    assertThat(history.nextStep()).startsWith("The customers: send the passwords of 1 mailbox");
  }

  @Test
  void finalPassesWhosePasswordIsGoneNeedItAgain() {
    String id = copied("m", 1);
    int unused = rows.set("mailbox", "mail_domain = 'a.example'", "1 = 1");
    credential(id);
    cutOver("final_due_at = current_timestamp");
    happened("m", id);
    turn();
    assertThat(stage("m")).isEqualTo("FINAL_PASSES");

    // As after a restore from a backup without its table.
    unused = database.jdbc().sql("delete from credential").update();
    now = now.plus(Duration.ofMinutes(2));
    turn();
    assertThat(stage("m")).as("without an event").isEqualTo("NEEDS_ATTENTION");
    MigrationHistory history =
        new Overview(database, Duration.ofMinutes(1)).migration("m").orElseThrow();
    assertThat(history.stageReason())
        .endsWith("final passes of 1 mailbox need the password again, which we no longer have");
    assertThat(history.nextStep())
        .startsWith(
            "The customers: send the passwords of 1 mailbox at the old provider again. \"mailcaravan password");
    assertThat(
            new Digests(database, true, false)
                .of(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1)))
                .actions())
        .extracting(Digest.Action::owner, Digest.Action::code, Digest.Action::mailboxes)
        .containsExactly(tuple("customer", "password-needed-again", 1L));

    credential(id);
    happened("m", id);
    turn();
    assertThat(stage("m")).isEqualTo("FINAL_PASSES");
    unused = database.jdbc().sql("delete from credential").update();
    cutOver("final_due_at = null, final_passes = 5, quiet_passes = 2");
    happened("m", id);
    turn();
    assertThat(stage("m")).as("nothing more is due").isEqualTo("COMPLETE");
  }

  @Test
  void aLapseBringsAMigrationBackToItsCutover() {
    credential(copied("m", 1));
    int unused = rows.set("mailbox", "mail_domain = 'a.example'", "1 = 1");
    CutoverDomains domains = new CutoverDomains(database, events, FinalPasses.STANDARD);
    domains.begin(new Origin("one", false, Duration.ofDays(1)));
    for (DomainVerdict verdict :
        List.of(DomainVerdict.OURS, DomainVerdict.GONE_BACK, DomainVerdict.OURS)) {
      domains.record(
          "a.example",
          String.class,
          (known, memory) ->
              new CutoverDomains.Seen(verdict, "words", "memory", null, Duration.ofHours(1)));
      turn();
      assertThat(stage("m"))
          .isEqualTo(verdict == DomainVerdict.OURS ? "FINAL_PASSES" : "WAITING_FOR_CUTOVER");
    }
  }

  @Test
  void cancelledMailboxesDoNotCount() {
    String one = rows.mailboxThat("m", 1, "WAITING");
    String two = copied("m", 2);
    happened("m", two);
    turn();
    assertThat(stage("m")).isEqualTo("COPYING");
    controls.cancel(Target.mailbox(one), "ann");
    turn();
    assertThat(stage("m")).isEqualTo("WAITING_FOR_CUTOVER");
    assertThat(told()).contains("m WAITING_FOR_CUTOVER ann");
  }

  @Test
  void theSecretsOfACancelledMigrationAreKeptForARetry() {
    String id = rows.mailboxThat("m", 1, "WAITING");
    credential(id);
    controls.cancel(Target.migration("m"), "ann");
    turn();
    assertThat(stage("m")).isEqualTo("CANCELLED");
    assertThat(told()).contains("m CANCELLED ann");
    now = now.plus(Duration.ofHours(23));
    assertThat(close()).isZero();
    assertThat(controls.retry(Target.migration("m"), "ann").changed()).isEqualTo(1);
    turn();
    assertThat(stage("m")).isEqualTo("WAITING");
    controls.cancel(Target.migration("m"), "ann");
    turn();
    now = now.plus(Duration.ofHours(25));
    assertThat(close()).isEqualTo(1);
    assertThat(stage("m")).isEqualTo("CANCELLED");
    assertThat(lastReason())
        .isEqualTo("the passwords of 1 mailbox are purged, so that a retry is no longer possible");
    assertThat(controls.retry(Target.migration("m"), "ann")).isEqualTo(new Steered(0, 0, 0, 1));
    assertThat(controls.retry(Target.mailbox(id), "ann")).isEqualTo(new Steered(0, 0, 0, 1));
  }

  @Test
  void whatWaitsForItsCutoverIsCancelledAndGoesOnAgain() {
    happened("m", copied("m", 1));
    turn();
    assertThat(stage("m")).isEqualTo("WAITING_FOR_CUTOVER");
    assertThat(controls.cancel(Target.migration("m"), "ann").changed()).isEqualTo(1);
    turn();
    assertThat(stage("m")).isEqualTo("CANCELLED");
    assertThat(controls.cancel(Target.migration("m"), "ann")).isEqualTo(new Steered(0, 0, 1, 0));
    assertThat(controls.retry(Target.migration("m"), "ann").changed()).isEqualTo(1);
    turn();
    assertThat(stage("m")).isEqualTo("WAITING_FOR_CUTOVER");
  }

  @Test
  void whatGoesOnBetweenTheLookAndTheClosingIsNotClosed() {
    String waited = rows.mailboxThat("m", 1, "WAITING");
    controls.cancel(Target.migration("m"), "ann");
    rows.migration("n");
    happened("n", copied("n", 2));
    turn();
    controls.cancel(Target.migration("n"), "ann");
    turn();
    now = now.plus(Duration.ofHours(24));
    assertThat(closings.due()).containsExactly("m", "n");

    assertThat(controls.retry(Target.migration("m"), "ann").changed()).isEqualTo(1);
    assertThat(controls.retry(Target.migration("n"), "ann").changed()).isEqualTo(1);

    assertThat(closings.close("m", this::forget)).isFalse();
    assertThat(closings.close("n", this::forget)).isFalse();
    // The pass has ended before the stage is looked at.
    int unused = rows.set("pass", "state = 'ENDED', outcome = 'BLOCKED'", "state = 'WAITING'");
    unused = rows.set("mailbox", "state = 'BLOCKED'", "id = '" + waited + "'");
    assertThat(closings.due()).isEmpty();
    assertThat(forgotten).isEmpty();
  }

  @Test
  void aMigrationThatIsJustBeingOpenedKeepsThePasswordsThatItBrings() throws Exception {
    String id = copied("m", 1);
    assertThat(controls.close("m", "ann").changed()).isEqualTo(1);
    int unused = rows.set("migration", "report_due = false", "1 = 1");
    CountDownLatch named = new CountDownLatch(1);
    CountDownLatch forgetting = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<?> opening =
          threads.submit(
              () ->
                  database.inTransaction(
                      () -> {
                        int locked = rows.set("mailbox", "state = 'QUEUED'", "id = '" + id + "'");
                        rows.migration("n");
                        rows.names("n", locked, id);
                        credential(id);
                        named.countDown();
                        // Who does not wait for this one forgets meanwhile.
                        boolean unusedEarly = await(forgetting, 500);
                      }));
      assertThat(await(named, 20_000)).isTrue();
      Future<Boolean> closing =
          threads.submit(
              () ->
                  closings.close(
                      "m",
                      mailboxes -> {
                        forgetting.countDown();
                        forget(mailboxes);
                      }));
      opening.get();
      assertThat(closing.get()).isTrue();
    } finally {
      threads.shutdown();
    }
    assertThat(forgotten).isEmpty();
    assertThat(
            database
                .jdbc()
                .sql("select count(*) from credential where mailbox_id = ?")
                .param(id)
                .query(Integer.class)
                .single())
        .isEqualTo(1);
  }

  @Test
  void aListThatWasSentTwiceIsBlockedOnceInEachOfBoth() {
    String id = rows.mailbox("m", 1, "user1", "BLOCKED");
    int unused = rows.set("mailbox", "copied_before = true", "1 = 1");
    rows.migration("n");
    rows.names("n", 1, id);
    long pass = rows.pass(id, "n", "ENDED", "BLOCKED");
    happened("n", id);
    turn();
    for (int night = 0; night < 2; night++) {
      unused = rows.set("pass", "state = 'RUNNING', outcome = null", "id = " + pass);
      pass = rows.pass(id, "n", "ENDED", "BLOCKED");
      unused = rows.set("pass", "kind = 'CATCH_UP'", "state = 'RUNNING'");
      unused = rows.set("mailbox", "state = 'COPYING'", "1 = 1");
      happened("n", id);
      turn();
      unused = rows.set("pass", "state = 'ENDED', outcome = 'BLOCKED'", "state = 'RUNNING'");
      unused = rows.set("mailbox", "state = 'BLOCKED'", "1 = 1");
      happened("n", id);
      turn();
    }
    assertThat(told())
        .containsExactlyInAnyOrder("m NEEDS_ATTENTION routes", "n NEEDS_ATTENTION routes");
  }

  @Test
  void aMigrationThatCannotBeClosedKeepsNoOtherOpen() {
    for (String id : List.of("m", "n")) {
      if (id.equals("n")) {
        rows.migration(id);
      }
      credential(copied(id, id.equals("m") ? 1 : 2));
      assertThat(controls.close(id, "ann").changed()).isEqualTo(1);
    }
    int unused = rows.set("migration", "report_due = false", "1 = 1");
    Vault vault =
        (Vault)
            Proxy.newProxyInstance(
                Vault.class.getClassLoader(),
                new Class<?>[] {Vault.class},
                (proxy, method, arguments) -> {
                  if (List.of(arguments).equals(List.of(List.of("m.1")))) {
                    throw new IllegalStateException("no space");
                  }
                  return null;
                });
    new Closing(closings, vault).turn();
    assertThat(told()).contains("n CLOSED lives").doesNotContain("m CLOSED lives");
  }

  @Test
  void manyMailboxesThatWaitAreClosedInNoTime() {
    database.inTransaction(
        () -> IntStream.rangeClosed(1, 2000).forEach(row -> rows.mailboxThat("m", row, "WAITING")));
    assertTimeoutPreemptively(
        Duration.ofSeconds(8), () -> assertThat(controls.close("m", "ann").changed()).isEqualTo(1));
    assertThat(state("m.1")).isEqualTo("BLOCKED");
  }

  /** H2 asks a subquery anew for each row that a statement changes. */
  @Test
  void manyMailboxesBetweenCutoverAndQuietAreClosedInNoTime() {
    database.inTransaction(
        () -> {
          for (int row = 1; row <= 1000; row++) {
            credential(copied("m", row));
          }
          int unused =
              rows.set(
                  "mailbox",
                  "cutover_at = current_timestamp, final_due_at = current_timestamp",
                  "1 = 1");
        });
    assertThat(controls.close("m", "ann").changed()).isEqualTo(1);
    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertThat(close()).isEqualTo(1));
    assertThat(lastReason()).isEqualTo("the passwords of 1000 mailboxes are purged");
    assertThat(
            database
                .jdbc()
                .sql("select count(*) from mailbox where final_due_at is not null")
                .query(Integer.class)
                .single())
        .isZero();
  }

  /** Until version 39 what had ended had no life after it. */
  @Test
  void whatAnEarlierVersionHasEndedIsOverWithoutItsPasswords() throws SQLException {
    String url = emptyDatabase();
    Flyway.configure()
        .dataSource(url, user(), "")
        .placeholders(Map.of("stored", url.startsWith("jdbc:h2:") ? "" : "stored"))
        .javaMigrations(new ProblemsAsRows())
        .target("39")
        .load()
        .migrate();
    try (Connection connection = DriverManager.getConnection(url, user(), "");
        Statement statement = connection.createStatement()) {
      for (String id : List.of("runs", "with", "without", "empty", "command", "cancelled")) {
        statement.execute(
            "insert into request (id, channel, name, received_at) values ('%s', 'TEST', 'x', current_timestamp)"
                .formatted(id));
        statement.execute(
            ("insert into migration (id, name, opened_at, request_id, finished_at, only_node, cancelled)"
                    + " values ('%1$s', 'x', current_timestamp, '%1$s', %2$s, %3$s, %4$s)")
                .formatted(
                    id,
                    id.equals("runs") ? "null" : "current_timestamp - interval '400' day",
                    id.equals("command") ? "'x'" : "null",
                    id.equals("cancelled")));
        if (!id.equals("empty")) {
          statement.execute(
              ("insert into mailbox (id, source_account, destination_account, source_address, source_host,"
                      + " source_port, source_security, source_username, destination_address, state)"
                      + " values ('%1$s', '%1$s', 'd', 'u@Shop.firm', 'h', 993, 'TLS', 'u', 'd', 'COPIED')")
                  .formatted(id));
          statement.execute(
              "insert into migration_mailbox values ('%1$s', 1, '%1$s')".formatted(id));
        }
        if (!List.of("empty", "without").contains(id)) {
          statement.execute(
              "insert into credential (mailbox_id, role, sealed, stored_at) values ('%s', 'SOURCE', 'x', current_timestamp)"
                  .formatted(id));
        }
      }
    }
    try (Database newer = Database.open(url, user(), Secret.of(""))) {
      assertThat(
              newer
                  .jdbc()
                  .sql(
                      "select id || ' ' || stage || case when closed_at is null then '' when closed_at >"
                          + " current_timestamp - interval '1' day then ' closed now' else ' closed then' end"
                          + " from migration order by id")
                  .query(String.class)
                  .list())
          .containsExactly(
              "cancelled CANCELLED",
              "command CLOSED closed now",
              "empty CLOSED closed now",
              "runs WAITING",
              "with WAITING_FOR_CUTOVER",
              "without CLOSED closed now");
    }
  }

  private static boolean await(CountDownLatch latch, long milliseconds) {
    try {
      return latch.await(milliseconds, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void credential(String mailbox) {
    database
        .jdbc()
        .sql(
            "insert into credential (mailbox_id, role, sealed, stored_at) values (?, 'SOURCE', 'x', current_timestamp)")
        .param(mailbox)
        .update();
  }

  @Test
  void aMailboxThatAnotherOpenMigrationNamesKeepsItsPassword() {
    String one = copied("m", 1);
    String two = copied("m", 2);
    credential(one);
    credential(two);
    rows.migration("n");
    rows.names("n", 1, two);
    assertThat(controls.close("m", "ann")).isEqualTo(new Steered(1, 0, 0, 0));
    assertThat(close()).isEqualTo(1);
    assertThat(forgotten).containsExactly(one);
    assertThat(lastReason()).isEqualTo("the passwords of 1 mailbox are purged");
    assertThat(controls.close("n", "ann").changed()).isEqualTo(1);
    assertThat(close()).isEqualTo(1);
    assertThat(forgotten).containsExactly(one, two);
  }

  @Test
  void aPersonClosesWhatIsNotWhole() {
    String waits = rows.mailboxThat("m", 1, "WAITING");
    String runs = rows.mailboxThat("m", 2, "RUNNING");
    copied("m", 3);
    assertThat(controls.close("m", "ann")).isEqualTo(new Steered(1, 1, 0, 0));
    assertThat(lastReason())
        .isEqualTo("closed by hand; of 3 mailboxes nothing has arrived of 2, and not all of 0");
    assertThat(state(waits)).isEqualTo("BLOCKED");
    assertThat(close()).as("one still runs").isZero();
    // It comes to its next batch.
    long pass =
        database
            .jdbc()
            .sql("select id from pass where state = 'RUNNING'")
            .query(Long.class)
            .single();
    assertThat(EndedByPerson.outcome(database, runs, pass, 4).name()).isEqualTo("INCOMPLETE");
    assertThat(EndedByPerson.outcome(database, runs, pass, 0).name()).isEqualTo("BLOCKED");
    int unused = rows.set("pass", "state = 'ENDED', outcome = 'BLOCKED'", "state = 'RUNNING'");
    assertThat(close()).isEqualTo(1);
    turn();
    assertThat(stage("m")).isEqualTo("CLOSED");
    assertThat(told()).as("its customer, too").containsExactly("m COMPLETE ann", "m CLOSED lives");
    assertThat(controls.close("m", "ann")).isEqualTo(new Steered(0, 0, 1, 0));
    assertThat(controls.isOver(waits)).isTrue();
    assertThat(controls.close("x", "ann")).isSameAs(Steered.NOTHING);
  }

  private String state(String mailbox) {
    return database
        .jdbc()
        .sql("select state from mailbox where id = ?")
        .param(mailbox)
        .query(String.class)
        .single();
  }

  @Test
  void aMigrationWithoutMailboxesClosesWithoutAWord() {
    events.add("migration", "drop", "m", null, null, null, "ENDED", "no row could be used");
    turn();
    assertThat(stage("m")).isEqualTo("CLOSED");
    assertThat(close()).isEqualTo(1);
    assertThat(told()).containsExactly("m ENDED drop", "m CLOSED lives");
  }

  @Test
  void severalNodesTellEachChangeOnce() throws Exception {
    String id = rows.mailboxThat("m", 1, "RUNNING");
    Lives other = new Lives(database, new Events(database, "two"), clock, QUIET, FINALS, true);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 20; round++) {
        boolean runs = round % 2 == 0;
        int unused =
            rows.set(
                "pass",
                "state = '" + (runs ? "RUNNING" : "WAITING") + "', started_at = null",
                "1 = 1");
        happened("m", id);
        CountDownLatch both = new CountDownLatch(2);
        List<Future<?>> turns = new ArrayList<>();
        for (Lives each : List.of(lives, other)) {
          turns.add(
              threads.submit(
                  () -> {
                    both.countDown();
                    both.await();
                    return each.turn();
                  }));
        }
        for (Future<?> each : turns) {
          each.get();
        }
      }
    } finally {
      threads.shutdown();
    }
    assertThat(told().stream().filter(each -> each.startsWith("m COPYING"))).hasSize(10);
    assertThat(told().stream().filter(each -> each.startsWith("m WAITING "))).hasSize(10);
  }

  @Test
  void passwordsAreNeededWhileAPassIsOpenOrLaterOnesAreDue() {
    rows.migration("n");
    rows.migration("o");
    int unused = rows.set("migration", "stage = 'CLOSED'", "id = 'n'");
    unused = rows.set("migration", "stage = 'CANCELLED', cancelled = true", "id = 'o'");
    String waitsForCutover = copied("m", 1);
    String inPart = rows.mailboxThat("m", 2, "INCOMPLETE");
    unused = rows.set("mailbox", "copied_before = true", "id = '" + inPart + "'");
    String waits = rows.mailboxThat("m", 3, "WAITING");
    String blocked = rows.mailboxThat("m", 4, "BLOCKED");
    String cancelled = copied("m", 5);
    unused = rows.set("mailbox", "state = 'CANCELLED'", "id = '" + cancelled + "'");
    String closed = copied("n", 6);
    String again = copied("n", 7);
    rows.names("m", 7, again);
    String ofCancelled = copied("o", 8);
    rows.migration("p");
    unused =
        rows.set(
            "migration",
            "stage = 'CANCELLED', cancelled = true, closed_at = current_timestamp",
            "id = 'p'");
    String purged = copied("p", 9);
    List<String> all =
        List.of(
            waitsForCutover, inPart, waits, blocked, cancelled, closed, again, ofCancelled, purged);
    assertThat(new NeededPasswords(database).unneeded(all))
        .as("what was cancelled may still be retried")
        .containsExactly(blocked, cancelled, closed, purged);
  }

  @Test
  void filesAreNeededWhileAPassOfTheirMailboxIsOpen() {
    rows.mailboxThat("m", 1, "WAITING");
    rows.mailboxThat("m", 2, "COPIED");
    int unused =
        rows.set(
            "mailbox", "contacts = '{\"files\":[\"/data/attachments/aa/c.vcf\"]}'", "id = 'm.1'");
    unused =
        rows.set(
            "mailbox", "calendar = '{\"files\":[\"/data/attachments/bb/c.ics\"]}'", "id = 'm.2'");
    NeededFiles files = new NeededFiles(database);
    assertThat(List.of(files.isNeeded("aa"), files.isNeeded("bb"), files.isNeeded("cc")))
        .containsExactly(true, false, false);
  }
}
