package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.store.PreflightRows.Taken;

class PreflightRowsTest {
  private static final Preflight GOOD =
      new Preflight(
          new SideCheck(true, 1, 2, 300), new SideCheck(true, 1, 0, 0), List.of(), List.of());

  private Database database;
  private LifeRows rows;

  @BeforeEach
  void openDatabase() {
    database =
        Database.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", Secret.of(""));
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
        Duration.ofMinutes(15));
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
    assertThat(new PreflightView(database).of("m").get("m.1")).contains(GOOD);
  }

  @Test
  void atMostTwoOfAHostRunAndNoneWhereItIsLeftAlone() {
    request("m", 3);
    set(
        "insert into host (name, configured, answered_at) values ('"
            + LifeRows.HOST
            + "', 8, current_timestamp)");
    set("update host set not_before = current_timestamp + interval '1' minute");
    assertThat(node("one").next()).isEmpty();

    set("update host set not_before = null");
    assertThat(node("one").next()).isPresent();
    assertThat(node("two").next()).isPresent();
    assertThat(node("one").next()).isEmpty();
  }

  @Test
  void passesLeaveAPlaceFreeForThoseThatWaitButNotForEver() {
    request("m", 1);
    set("update pass set waits_for = 'TURN', due_at = current_timestamp");
    Claims claims = new Claims(database, "one", Duration.ofMinutes(1), new HostLimits(1));
    assertThat(claims.next()).isEmpty();

    set("update preflight set until_at = current_timestamp");
    assertThat(claims.next()).isPresent();
  }

  @Test
  void whatNoPassWaitsForIsSkippedAndANewRequestTakesThePlaceOfTheOld() {
    request("m", 1);
    set("update pass set waits_for = 'TURN'");
    assertThat(node("one").next()).isEmpty();
    assertThat(new PreflightView(database).of("m")).isEmpty();

    request("n", 1);
    Taken taken = node("one").next().orElseThrow();
    node("one").again(taken, Duration.ofMinutes(1), true);
    assertThat(node("one").next()).isEmpty();
    assertThat(node("one").end(taken, GOOD, false, "it is not this node's any more")).isFalse();
  }
}
