package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Secret;

/** Which node does what has a time; here on H2. */
class TimersTest {
  private static final Instant NIGHT = Instant.parse("2026-11-29T03:00:00Z");

  private Database database;
  private Timers one;
  private Timers two;

  Database open() {
    return Database.open(
        "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", Secret.of(""));
  }

  @BeforeEach
  void nodes() {
    database = open();
    one = new Timers(database, "one");
    two = new Timers(database, "two");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void theFirstNodeThatAsksForATimeHasItAndNoOtherAfterwards() {
    assertThat(one.mine("second-pass", NIGHT)).isTrue();
    assertThat(two.mine("second-pass", NIGHT)).isFalse();
    assertThat(one.taken("second-pass", Date.from(NIGHT))).isTrue();
    assertThat(two.mine("purge", NIGHT)).as("another timer").isTrue();
    assertThat(
            database
                .jdbc()
                .sql("select node from timer where name = 'second-pass'")
                .query(String.class)
                .single())
        .isEqualTo("one");
  }

  @Test
  void theNextTimeIsDoneByWhicheverNodeIsFirst() {
    assertThat(one.mine("second-pass", NIGHT)).isTrue();
    assertThat(two.mine("second-pass", NIGHT.plus(Duration.ofDays(1)))).isTrue();
    assertThat(one.mine("second-pass", NIGHT.plus(Duration.ofDays(1)))).isFalse();
  }

  @Test
  void whatIsDoneAllTheTimeIsHeldByOneNodeUntilItLetsGoOrItsLeaseEnds() {
    assertThat(one.hold("support-mail", Duration.ofMinutes(2))).isTrue();
    assertThat(two.hold("support-mail", Duration.ofMinutes(2))).isFalse();
    assertThat(one.hold("support-mail", Duration.ofMinutes(2))).as("again").isTrue();
    two.letGo("support-mail");
    assertThat(two.hold("support-mail", Duration.ofMinutes(2))).as("it was not its").isFalse();
    one.letGo("support-mail");
    assertThat(two.hold("support-mail", Duration.ofMinutes(2))).as("let go").isTrue();

    int aged =
        database
            .jdbc()
            .sql("update timer set fired_at = fired_at - interval '121' second")
            .update();
    assertThat(aged).isEqualTo(1);
    assertThat(one.hold("support-mail", Duration.ofMinutes(2))).as("its lease ended").isTrue();
  }

  /** A node whose clock is behind fires minutes later, for a time that is over. */
  @Test
  void aTimeThatIsOverIsNotDoneOnceMore() {
    assertThat(one.mine("every-minute", NIGHT.plusSeconds(180))).isTrue();
    assertThat(two.mine("every-minute", NIGHT)).isFalse();
    assertThat(two.mine("every-minute", NIGHT.plusSeconds(180))).isFalse();
    assertThat(two.mine("every-minute", NIGHT.plusSeconds(240))).isTrue();
  }

  @Test
  void aRouteThatNoScheduleBeganIsDone() {
    assertThat(one.taken("second-pass", null)).isFalse();
    assertThat(two.taken("second-pass", null)).isFalse();
    assertThat(two.taken("second-pass", Date.from(NIGHT))).isFalse();
  }

  @Test
  void whatFailsIsDoneByTheNextNodeThatAsks() {
    assertThatThrownBy(
            () ->
                one.once(
                    "second-pass",
                    NIGHT,
                    () -> {
                      throw new IllegalStateException("cut off");
                    }))
        .hasMessage("cut off");
    List<String> done = new ArrayList<>();
    assertThat(two.once("second-pass", NIGHT, () -> done.add("two"))).isTrue();
    assertThat(one.once("second-pass", NIGHT, () -> done.add("one"))).isFalse();
    assertThat(done).containsExactly("two");
  }

  @Test
  void manyNodesAtTheSameMomentDoItOnce() throws Exception {
    int nodes = 6;
    ExecutorService threads = Executors.newFixedThreadPool(nodes);
    try {
      for (int time = 0; time < 5; time++) {
        Instant scheduled = NIGHT.plus(Duration.ofDays(time));
        CyclicBarrier together = new CyclicBarrier(nodes);
        List<Callable<Boolean>> all = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
          Timers timers = new Timers(database, "node-" + node);
          all.add(
              () -> {
                together.await();
                return timers.mine("second-pass", scheduled);
              });
        }
        int mine = 0;
        for (Future<Boolean> answer : threads.invokeAll(all)) {
          mine += answer.get() ? 1 : 0;
        }
        assertThat(mine).isEqualTo(1);
      }
    } finally {
      threads.shutdown();
    }
  }
}
