package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.status.MailboxFilter;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.store.PreflightRows.Taken;

/** On H2; {@code PostgresPreflightRowsTest} runs all of it on PostgreSQL. */
class PreflightRowsTest {
  private static final Preflight GOOD =
      new Preflight(
          new SideCheck(true, 1, 2, 300), new SideCheck(true, 1, 0, 0), List.of(), List.of());

  private Database database;
  private LifeRows rows;

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
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private PreflightRows node(String name) {
    return new PreflightRows(
        database,
        name,
        new Hosts(database, name, new HostLimits(8)),
        new Events(database, name),
        Duration.ofMinutes(3),
        Duration.ofMinutes(15),
        false);
  }

  private void request(String migration, int mailboxes) {
    rows.migration(migration);
    for (int row = 1; row <= mailboxes; row++) {
      String mailbox = rows.mailbox(migration, row, migration + row, "QUEUED");
      long unused = rows.pass(mailbox, migration, "WAITING", null);
    }
    database.inTransaction(() -> node("one").open(migration));
  }

  private void set(String change) {
    int unused = database.jdbc().sql(change).update();
  }

  private List<String> waits() {
    return database
        .jdbc()
        .sql(
            "select waits_for || case when due_at > current_timestamp then ' later' else ' now' end"
                + " from pass where state = 'WAITING' order by id")
        .query(String.class)
        .list();
  }

  @Test
  void afterAKillAnotherNodeTakesItAndWhatTheFirstFindsLaterChangesNothing() {
    request("m", 1);
    assertThat(waits()).containsExactly("PREFLIGHT later");
    Taken first = node("one").next().orElseThrow();
    assertThat(node("two").next()).as("the lease of the first holds").isEmpty();

    set("update preflight set lease_until = current_timestamp - interval '1' second");
    Taken second = node("two").next().orElseThrow();

    assertThat(node("one").end(first, GOOD, true, "late")).isFalse();
    assertThat(waits()).containsExactly("PREFLIGHT later");
    assertThat(node("two").end(second, GOOD, true, "good")).isTrue();
    assertThat(waits()).containsExactly("TURN now");
    assertThat(new PreflightView(database).of("m", List.of("m.1", "m.2", "m.3")).get("m.1"))
        .contains(GOOD);
  }

  @Test
  void atMostTwoOfAHostRunAndNoneWhereItIsLeftAlone() {
    request("m", 3);
    host();
    set("update host set not_before = current_timestamp + interval '1' minute");
    assertThat(node("one").next()).isEmpty();

    set("update host set not_before = null");
    assertThat(node("one").next()).isPresent();
    assertThat(node("two").next()).isPresent();
    assertThat(node("one").next()).isEmpty();
  }

  @Test
  void passesLeaveAPlaceFreeForThoseThatWaitButNotForEver() {
    request("m", 2);
    set("update pass set waits_for = 'TURN', due_at = current_timestamp where mailbox_id = 'm.1'");
    Claims claims = new Claims(database, "one", Duration.ofMinutes(1), new HostLimits(1));
    assertThat(claims.next()).isEmpty();

    set("update mailbox set paused = true where id = 'm.2'");
    assertThat(claims.next()).as("the one that waits may not begin").isPresent();
    set("update mailbox set paused = false");
    set("update pass set state = 'WAITING', waits_for = 'TURN', running_into = null");
    set("update pass set waits_for = 'PREFLIGHT' where mailbox_id = 'm.2'");
    assertThat(claims.next()).isEmpty();

    set("update preflight set until_at = current_timestamp");
    assertThat(claims.next()).isPresent();
  }

  @Test
  void aMailboxIsLookedAtOnceAtATimeAndNoPassOfItBeginsMeanwhile() {
    request("m", 1);
    host();
    Taken first = node("one").next().orElseThrow();
    set("update pass set state = 'ENDED'");
    request("n", 0);
    set(
        "insert into migration_mailbox (migration_id, mailbox_id, row_number) values ('n', 'm.1', 1)");
    long unused = rows.pass("m.1", "n", "WAITING", null);
    database.inTransaction(() -> node("one").open("n"));
    assertThat(node("one").next()).isEmpty();
    assertThat(node("two").next()).isEmpty();

    set("update pass set waits_for = 'TURN', due_at = current_timestamp where state = 'WAITING'");
    Claims claims = new Claims(database, "two", Duration.ofMinutes(1), new HostLimits(8));
    assertThat(claims.next()).isEmpty();
    assertThat(claims.claim("m.1")).isEmpty();
    assertThat(node("one").end(first, GOOD, false, "a password of before")).isTrue();
    assertThat(new PreflightView(database).of("m", List.of("m.1", "m.2", "m.3")))
        .as("it says nothing of the new one")
        .isEmpty();
    assertThat(claims.next()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofALookAndAPassThatWantTheMailboxAtTheSameMomentOneHasIt(boolean lookFirst)
      throws Exception {
    request("m", 1);
    host();
    // The longest wait for the look is over, so that both may begin.
    set("update pass set due_at = current_timestamp");
    Claims claims = new Claims(database, "two", Duration.ofMinutes(1), new HostLimits(8));
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      Future<?> holder = threads.submit(() -> holdHost(held, go));
      held.await();
      List<Callable<Boolean>> both =
          List.of(() -> node("one").next().isPresent(), () -> claims.next().isPresent());
      Future<Boolean> first = threads.submit(both.get(lookFirst ? 0 : 1));
      await().until(() -> blocked() == 1);
      Future<Boolean> second = threads.submit(both.get(lookFirst ? 1 : 0));
      await().until(() -> second.isDone() || blocked() == 2);
      go.countDown();
      Object unused = holder.get();

      assertThat(List.of(first.get(), second.get())).containsExactlyInAnyOrder(true, false);
    } finally {
      go.countDown();
      threads.shutdown();
    }
  }

  private boolean holdHost(CountDownLatch held, CountDownLatch go) {
    return database.inTransaction(
        () -> {
          set("update host set configured = 8");
          held.countDown();
          try {
            return go.await(1, TimeUnit.MINUTES);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private int blocked() {
    return database
        .jdbc()
        .sql(
            database.isPostgres()
                ? "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                    + " and datname = current_database()"
                : "select count(*) from information_schema.sessions where blocker_id is not null")
        .query(Integer.class)
        .single();
  }

  @Test
  void aSmallRequestNeedNotWaitForALargeOneAndWhatNobodyWaitsForStopsNobody() {
    request("m", 5);
    request("n", 1);
    host();
    Taken first = node("one").next().orElseThrow();
    assertThat(first.mailbox().migrationId()).isEqualTo("m");
    Taken second = node("one").next().orElseThrow();
    assertThat(second.mailbox().migrationId()).isEqualTo("n");

    node("one").again(second, Duration.ZERO, false);
    set("update pass set waits_for = 'TURN' where migration_id = 'm'");
    assertThat(node("one").end(first, GOOD, true, "good")).isTrue();
    assertThat(node("one").next().orElseThrow().mailbox().migrationId()).isEqualTo("n");
    assertThat(new PreflightView(database).of("m", List.of("m.1", "m.2", "m.3"))).hasSize(1);
  }

  @Test
  void aMailboxThatTheOldProviderRefusesNeedsAPersonWhileItsPassWaits() {
    request("m", 1);
    Taken taken = node("one").next().orElseThrow();
    assertThat(status().needsAttention()).isFalse();

    Problem refused =
        new Problem(
            ProblemCode.WRONG_PASSWORD,
            Where.setting("source_password", "the login"),
            "it is refused",
            Owner.CUSTOMER,
            "Send the right one.");
    Preflight found =
        new Preflight(SideCheck.FAILED, GOOD.destination(), List.of(refused), List.of());
    assertThat(node("one").end(taken, found, false, "refused")).isTrue();
    assertThat(status().needsAttention()).isTrue();
    assertThat(status().reason()).contains("refused the login");
    assertThat(status().problems()).singleElement().extracting("cause").isEqualTo("it is refused");

    set("update pass set waits_for = 'TURN', due_at = current_timestamp");
    assertThat(status().needsAttention()).as("a new password has come").isFalse();
  }

  private MailboxStatus status() {
    return new Overview(database, Duration.ofMinutes(1))
        .mailboxes(MailboxFilter.ALL, null, 10)
        .get(0);
  }

  private void host() {
    set(
        "insert into host (name, configured, answered_at) values ('"
            + LifeRows.HOST
            + "', 8, current_timestamp)");
  }

  @Test
  void whatNoPassWaitsForIsSkippedAndANewRequestTakesThePlaceOfTheOld() {
    request("m", 1);
    set("update pass set waits_for = 'TURN'");
    assertThat(node("one").next()).isEmpty();
    assertThat(new PreflightView(database).of("m", List.of("m.1", "m.2", "m.3"))).isEmpty();

    request("n", 1);
    Taken taken = node("one").next().orElseThrow();
    node("one").again(taken, Duration.ofMinutes(1), true);
    assertThat(node("one").next()).isEmpty();
    assertThat(node("one").end(taken, GOOD, false, "it is not this node's any more")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update mailbox set paused = true where id = 'm.1'",
        "update migration set paused = true where id = 'm'",
        "update pass set state = 'ENDED' where mailbox_id = 'm.1'",
      })
  void whatIsPausedOrCancelledMeanwhileIsToStop(String change) {
    request("m", 2);
    Taken first = node("one").next().orElseThrow();
    assertThat(first.mailbox().id()).isEqualTo("m.1");
    assertThat(node("one").unwanted()).isEmpty();

    set(change);

    assertThat(node("one").unwanted()).containsExactly(first.id());
    assertThat(node("two").unwanted()).as("another node's").isEmpty();
  }
}
