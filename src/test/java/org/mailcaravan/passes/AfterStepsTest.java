package org.mailcaravan.passes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.passes.AfterSteps.AfterStep;
import org.mailcaravan.report.Reports;
import org.mailcaravan.store.Claims;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.DueReports;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.LifeRows;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.Nodes;
import org.mailcaravan.store.Origin;
import org.mailcaravan.store.PassResults;
import org.mailcaravan.store.StepQueue;
import org.mailcaravan.store.StepQueue.Occasion;

/** A database that is away for a while; a table that is named otherwise is as good. */
@Timeout(60)
class AfterStepsTest {
  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String ROUTE = "chat";

  @TempDir Path folder;
  private final ExecutorService worker = Executors.newSingleThreadExecutor();
  private Database database;
  private AfterSteps steps;
  private Looking looking;

  @BeforeEach
  void open() {
    database = Database.open("jdbc:h2:mem:" + UUID.randomUUID(), "", Secret.of(""));
    new Nodes(database, "one", LEASE).register("run", "1");
    Events events = new Events(database, "one");
    PassResults results =
        new PassResults(
            database,
            new Claims(database, "one", LEASE, new HostLimits(1)),
            events,
            FinalPasses.STANDARD,
            new MailboxMaker(false));
    Reports reports =
        new Reports(
            new Migrations(database, events, new Origin("one", false, LEASE), Clock.systemUTC()),
            results,
            new DueReports(database, events, "one"),
            folder);
    steps =
        new AfterSteps(
            new StepQueue(database, events, "one", LEASE),
            results,
            reports,
            new SecretMask(),
            Clock.systemUTC());
    looking = steps.looking(ROUTE, Occasion.AFTER_MIGRATION, 1);
    LifeRows rows = new LifeRows(database);
    rows.migration("m");
    rows.pass(rows.mailbox("m", 1, "ann", "COPIED"), "m", "ENDED", "COPIED");
    int unused =
        database.jdbc().sql("update migration set finished_at = current_timestamp").update();
    events.add("report", "routes", "m", null, null, null, null, "written");
  }

  @AfterEach
  void close() throws InterruptedException {
    looking.end();
    worker.shutdown();
    assertThat(worker.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    database.close();
  }

  private void rename(String table, String name) {
    int unused = database.jdbc().sql("alter table " + table + " rename to " + name).update();
  }

  private Future<@Nullable AfterStep> next() {
    return worker.submit(() -> steps.next(ROUTE, looking));
  }

  private AfterStep taken() throws Exception {
    return next().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private boolean is(String condition) {
    return database
            .jdbc()
            .sql("select count(*) from telling where " + condition)
            .query(Integer.class)
            .single()
        == 1;
  }

  @Test
  void whatWasDoneWhileTheDatabaseWasAwayIsStoredAtTheNextLook() throws Exception {
    AfterStep step = taken();
    rename("telling", "away");
    steps.done(step);
    looking.done();
    rename("away", "telling");
    assertThat(is("taken_by = 'one' and sent_at is null")).isTrue();

    Future<@Nullable AfterStep> unused = next();
    await().atMost(LIMIT).until(() -> is("taken_by is null and sent_at is not null"));
  }

  @Test
  void whoseResultCannotBeReadIsTakenAgainSoon() throws Exception {
    rename("pass", "away");
    Future<@Nullable AfterStep> next = next();
    await().atMost(LIMIT).until(() -> is("attempts > 0 and taken_by is null"));
    rename("away", "pass");

    assertThat(next.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void aCommandEndsWithASentenceWhereTheDatabaseIsAway() throws Exception {
    rename("telling", "away");
    assertThat(steps.settle("m", LEASE, 10))
        .containsExactly(
            "the database does not say whether the routes after passes and migrations were called;"
                + " the next program on this data folder calls those that were not");
    rename("away", "telling");
  }
}
