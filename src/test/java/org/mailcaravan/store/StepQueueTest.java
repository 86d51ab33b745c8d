package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.status.LostAnswer;
import org.mailcaravan.report.StatusTable;
import org.mailcaravan.store.StepQueue.Occasion;
import org.mailcaravan.store.StepQueue.Step;

/** On H2; {@code PostgresStepQueueTest} runs all of it on PostgreSQL. */
class StepQueueTest {
  private static final Duration LEASE = Duration.ofSeconds(60);

  private Database database;
  private Instant now = Instant.parse("2026-11-30T12:00:00Z");

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    for (String node : List.of("one", "two")) {
      new Nodes(database, node, LEASE).register("run", "1");
    }
    for (String id : List.of("m", "n")) {
      new LifeRows(database).migration(id);
    }
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private Events events(String node) {
    return new Events(database, node);
  }

  /** A program that has begun, with one route. */
  private StepQueue node(String name, String route) {
    StepQueue queue = new StepQueue(database, events(name), name, LEASE);
    queue.register(route, Occasion.AFTER_MIGRATION);
    queue.forgetOthers();
    return queue;
  }

  private void reported(String node, String... migrations) {
    for (String migration : migrations) {
      events(node).add("report", "routes", migration, null, null, null, null, "written");
    }
  }

  private Optional<Step> take(StepQueue queue, String route) {
    now = now.plus(Duration.ofMinutes(3));
    return queue.take(route, now);
  }

  private List<String> all(StepQueue queue, String route) {
    List<String> migrations = new ArrayList<>();
    for (Optional<Step> step = take(queue, route); step.isPresent(); step = take(queue, route)) {
      migrations.add(step.get().migration());
      queue.done(step.get());
    }
    return migrations;
  }

  private void set(String change) {
    int unused = database.jdbc().sql(change).update();
  }

  @Test
  void aRouteIsCalledOnceForEachReportFromThenOnThatItIsThere() {
    reported("one", "m");
    StepQueue queue = node("one", "chat");
    reported("one", "n", "m");
    events("one").add("migration", "test", "m", null, null, null, "CLOSED", "as CLOSED");

    assertThat(all(queue, "chat")).containsExactly("n", "m");
    assertThat(all(queue, "chat")).isEmpty();
    assertThat(queue.open("m", 10)).isEmpty();
  }

  @Test
  void eachRouteIsCalledByItself() {
    StepQueue queue = node("one", "chat");
    queue.register("mail", Occasion.AFTER_MIGRATION);
    reported("one", "m");
    Step chat = take(queue, "chat").orElseThrow();
    queue.failed(chat, "no answer");

    assertThat(all(queue, "mail")).containsExactly("m");
    assertThat(take(queue, "chat")).isEmpty();
    assertThat(queue.open("m", 10))
        .containsExactly(
            "the route \"chat\" after migration of m failed, and is tried again for 4 days in all: no answer");
  }

  @Test
  void whatFailedIsTriedAgainLaterWithTheSameNumberAndHoldsUpNoOther() {
    StepQueue queue = node("one", "chat");
    reported("one", "m", "n");
    Step failed = take(queue, "chat").orElseThrow();
    queue.failed(failed, "no answer");

    assertThat(all(queue, "chat")).containsExactly("n");
    set("update telling set due_at = current_timestamp where sent_at is null");
    assertThat(take(queue, "chat")).hasValueSatisfying(step -> assertThat(step).isEqualTo(failed));
  }

  @Test
  void whatFailsForDaysIsGivenUpAndTold() {
    StepQueue queue = node("one", "chat");
    reported("one", "m");
    Step step = take(queue, "chat").orElseThrow();
    set("update telling set attempts = 20, queued_at = current_timestamp - interval '5' day");
    queue.failed(step, "no answer");

    assertThat(take(queue, "chat")).isEmpty();
    assertThat(TellingFailures.lost(database, 10))
        .extracting(LostAnswer::recipient, LostAnswer::message)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("route chat", "after-migration"));
    assertThat(
            StatusTable.of(
                new Overview(database, Duration.ofMinutes(1)).status(List.of(), 10),
                200,
                Instant.now()))
        .contains("calls of routes that were given up, so that a person has to see to them:")
        .contains(", to route chat: \"after-migration\"");
    assertThat(new MessageView(database).of("m", 10))
        .singleElement()
        .satisfies(told -> assertThat(told.state()).isEqualTo("given-up"));
  }

  @Test
  void ofThousandsThatWaitOnlyWhatHasFailedIsToldBesideTheMessages() {
    StepQueue queue = node("one", "chat");
    reported("one", "m", "m", "m");
    Step step = take(queue, "chat").orElseThrow();

    assertThat(new MessageView(database).of("m", 10)).isEmpty();
    queue.failed(step, "no answer");
    assertThat(new MessageView(database).of("m", 10)).hasSize(1);
  }

  @Test
  void aKillDoesItLateWithTheSameNumberOfTheEvent() {
    StepQueue killed = node("one", "chat");
    reported("one", "m");
    Step begun = take(killed, "chat").orElseThrow();
    reported("one", "n");

    StepQueue again = node("one", "chat");

    Step other = take(again, "chat").orElseThrow();
    assertThat(other.migration()).isEqualTo("n");
    assertThat(take(again, "chat").map(Step::event)).contains(begun.event());
    assertThat(take(again, "chat")).isEmpty();
  }

  @Test
  void aProgramDoesItsOwnAndThatOfOthersThatAreGone() {
    StepQueue one = node("one", "chat");
    StepQueue two = node("two", "chat");
    reported("one", "m");

    assertThat(take(two, "chat")).isEmpty();
    Step begun = take(one, "chat").orElseThrow();
    assertThat(take(two, "chat")).isEmpty();
    set("update node set stopped_at = current_timestamp where name = 'one'");
    assertThat(take(two, "chat").map(Step::event)).contains(begun.event());
  }

  @Test
  void aRouteThatWasAwayBeginsAnew() {
    StepQueue unused = node("one", "chat");
    set("update node set stopped_at = current_timestamp where name = 'two'");
    reported("one", "m");
    unused.readOn(now);
    StepQueue without = node("one", "other");
    reported("one", "m");
    assertThat(all(without, "other")).containsExactly("m");

    StepQueue back = node("one", "chat");
    assertThat(all(back, "chat")).isEmpty();
    reported("one", "n");
    assertThat(all(back, "chat")).containsExactly("n");
  }

  @Test
  void soDoesOneThatWasAwayWhileTheProgramRan() {
    StepQueue queue = node("one", "chat");
    set("update node set stopped_at = current_timestamp where name = 'two'");
    reported("one", "m");
    queue.readOn(now);
    queue.unregister("chat");
    queue.forgetOthers();
    reported("one", "m");
    assertThat(take(queue, "chat")).isEmpty();
    assertThat(queue.open("m", 10)).isEmpty();

    queue.register("chat", Occasion.AFTER_MIGRATION);
    assertThat(all(queue, "chat")).isEmpty();
    reported("one", "n");
    assertThat(all(queue, "chat")).containsExactly("n");
  }

  @Test
  void aRouteThatOtherProgramsMayHaveGoesOnWhereItWas() {
    StepQueue queue = node("one", "chat");
    reported("one", "m");
    queue.unregister("chat");
    queue.forgetOthers();
    reported("one", "n");

    queue.register("chat", Occasion.AFTER_MIGRATION);
    assertThat(all(queue, "chat")).containsExactly("m", "n");
  }

  @Test
  void aRouteThatComesAfterSomethingElseBeginsAnewWithThat() {
    StepQueue queue = node("one", "chat");
    reported("one", "m");
    queue.readOn(now);
    queue.register("chat", Occasion.AFTER_PASS);
    reported("one", "n");
    assertThat(all(queue, "chat")).isEmpty();
    assertThat(queue.open("m", 10)).isEmpty();

    queue.register("chat", Occasion.AFTER_MIGRATION);
    reported("one", "n");
    assertThat(all(queue, "chat")).containsExactly("n");
  }

  @Test
  void programsThatBeginAtTheSameTimeRegisterTheSameRoutes() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      CyclicBarrier together = new CyclicBarrier(2);
      List<Future<?>> programs = new ArrayList<>();
      for (String name : List.of("one", "two")) {
        StepQueue queue = new StepQueue(database, events(name), name, LEASE);
        programs.add(
            threads.submit(
                () -> {
                  for (int route = 0; route < 20; route++) {
                    int unused = together.await();
                    queue.register("route" + route, Occasion.AFTER_PASS);
                  }
                  return null;
                }));
      }
      for (Future<?> program : programs) {
        assertThat(program.get()).isNull();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void anIdThatTheTablesDoNotHoldIsRefused() {
    StepQueue queue = node("one", "x".repeat(94));
    reported("one", "m");
    assertThat(all(queue, "x".repeat(94))).containsExactly("m");
    assertThatThrownBy(() -> queue.register("x".repeat(95), Occasion.AFTER_PASS))
        .hasMessageContaining("more than 94 letters");
  }

  @Test
  void aCommandKnowsWhatWasNotTriedYet() {
    StepQueue queue = node("one", "chat");
    reported("one", "m");
    queue.readOn(now);
    assertThat(queue.untried("m", List.of("other", "chat"))).isEqualTo(1);
    Step step = take(queue, "chat").orElseThrow();
    assertThat(queue.untried("m", List.of("chat"))).isEqualTo(1);
    assertThat(queue.untried("m", List.of())).isZero();
    queue.failed(step, "no answer");
    assertThat(queue.untried("m", List.of("chat"))).isZero();
  }

  @Test
  void whereNothingHappensTheDatabaseIsNotAsked() {
    StepQueue queue = node("one", "chat");
    assertThat(take(queue, "chat")).isEmpty();
    database.close();

    assertThat(queue.take("chat", now.plusSeconds(1))).isEmpty();
    openDatabase();
  }
}
