package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.HostFailure;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Secret;

/** On H2; {@code PostgresHostsTest} runs all of it on PostgreSQL. */
class HostsTest {
  private static final String HOST = "imap.old.example:993";

  private Database database;
  private PassRows rows;
  private Hosts hosts;

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    rows = new PassRows(database);
    hosts = new Hosts(database, "one", new HostLimits(8));
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private int allowed() {
    return database.inTransaction(() -> hosts.lock(HOST));
  }

  /** As if all that has a time had happened earlier. */
  private void pass(int seconds) {
    String back = " - cast(? as double precision) * interval '1' second";
    rows.update(
        "update host set learned_at = learned_at"
            + back
            + ", not_before = not_before"
            + back
            + ", answered_at = answered_at"
            + back,
        (double) seconds,
        (double) seconds,
        (double) seconds);
  }

  private long secondsLeftAlone() {
    return Math.round(
        rows.ask(
            Double.class,
            "select cast(extract(epoch from not_before) - extract(epoch from current_timestamp) as double precision)"
                + " from host"));
  }

  private List<String> events() {
    return new Events(database, "one")
        .after(0, 1000).stream()
            .map(each -> each.event().state() + " " + each.event().reason())
            .toList();
  }

  @Test
  void aHostThatRefusesConnectionsGetsFewerAndSlowlyMoreAgain() {
    hosts.answered(HOST);
    assertThat(allowed()).isEqualTo(8);
    hosts.failed(HOST, HostFailure.TOO_MANY_CONNECTIONS, null, "NO too many");
    hosts.failed(HOST, HostFailure.TOO_MANY_CONNECTIONS, null, "NO too many");
    assertThat(allowed()).as("connections that were opened together count once").isEqualTo(4);
    pass(31);
    hosts.failed(HOST, HostFailure.THROTTLED, null, "slow down");
    assertThat(allowed()).isEqualTo(2);
    hosts.raise();
    assertThat(allowed()).as("not quiet for long enough").isEqualTo(2);
    for (int more = 3; more <= 8; more++) {
      pass(301);
      hosts.answered(HOST);
      hosts.raise();
      assertThat(allowed()).isEqualTo(more);
    }
    pass(301);
    hosts.raise();
    assertThat(events())
        .containsExactly(
            "LOWERED at most 4 at once, since it refused more connections: NO too many",
            "LOWERED at most 2 at once, since it limits what it gives: slow down",
            "RAISED 3 at once: it was quiet for 5 minutes",
            "RAISED 4 at once: it was quiet for 5 minutes",
            "RAISED 5 at once: it was quiet for 5 minutes",
            "RAISED 6 at once: it was quiet for 5 minutes",
            "RAISED 7 at once: it was quiet for 5 minutes",
            "RAISED 8 at once again, as configured");
    assertThat(
            rows.ask(
                Integer.class,
                "select count(*) from host where learned is null and reason is null"))
        .isEqualTo(1);
  }

  @Test
  void neverLessThanOneAndNeverMoreThanConfigured() {
    hosts.answered(HOST);
    for (int each = 0; each < 6; each++) {
      hosts.failed(HOST, HostFailure.TOO_MANY_CONNECTIONS, null, "NO");
      pass(31);
      hosts.answered(HOST);
    }
    assertThat(allowed()).isEqualTo(1);
    rows.update("update host set learned = 100");
    assertThat(allowed()).isEqualTo(8);
  }

  @Test
  void aHostThatSaysWhenToComeBackIsObeyed() {
    hosts.answered(HOST);
    hosts.failed(HOST, HostFailure.BACK_OFF, Duration.ofMinutes(5), "come back in 300 s");
    assertThat(allowed()).isZero();
    assertThat(secondsLeftAlone()).isBetween(298L, 300L);
    hosts.failed(HOST, HostFailure.BACK_OFF, Duration.ofSeconds(10), "come back in 10 s");
    assertThat(secondsLeftAlone()).as("the longer counts").isBetween(297L, 300L);
    pass(300);
    assertThat(allowed()).isEqualTo(8);
    hosts.failed(HOST, HostFailure.BACK_OFF, null, "not now");
    assertThat(secondsLeftAlone()).isBetween(298L, 300L);
    hosts.failed(HOST, HostFailure.BACK_OFF, Duration.ofDays(400), "next year");
    assertThat(secondsLeftAlone()).as("bounded").isLessThanOrEqualTo(86400);
  }

  /**
   * A thousand passes of a dead host cost a few waits: one tries at a time, and ever more rarely.
   */
  @Test
  void aHostThatSaysNothingIsTriedByOneEverMoreRarely() {
    assertThat(allowed()).as("it has not answered yet").isEqualTo(1);
    for (int wait : new int[] {30, 60, 120, 240, 480, 900, 900}) {
      hosts.failed(HOST, HostFailure.SILENT, null, "no answer in 30 s");
      hosts.failed(HOST, HostFailure.SILENT, null, "another that began before");
      assertThat(secondsLeftAlone()).isBetween(wait - 2L, (long) wait);
      assertThat(allowed()).isZero();
      pass(wait + 1);
      assertThat(allowed()).as("half open").isEqualTo(1);
    }
    hosts.answered(HOST);
    assertThat(rows.ask(Integer.class, "select failures from host")).isZero();
    assertThat(events()).last().asString().startsWith("ANSWERS it answers again");
  }

  @Test
  void oneLostConnectionOfAHostThatAnswersIsNoOutage() {
    hosts.answered(HOST);
    hosts.failed(HOST, HostFailure.SILENT, null, "connection lost");
    assertThat(allowed()).isEqualTo(4);
    hosts.failed(HOST, HostFailure.SILENT, null, "connection lost");
    assertThat(allowed()).as("twice in a row").isZero();
    pass(61);
    assertThat(allowed()).isEqualTo(1);
    hosts.answered(HOST);
    assertThat(allowed()).isEqualTo(4);
  }

  @Test
  void limitsAreConfiguredByHostOrSuffix() {
    Hosts configured =
        new Hosts(
            database,
            "one",
            new HostLimits(3, Map.of("old.example", 5, "imap.old.example", 7, "example.org", 2)));
    configured.answered(HOST);
    configured.answered("pop.old.example:143");
    configured.answered("old.example:143");
    configured.answered("gold.example:143");
    assertThat(limits())
        .containsExactly(
            "gold.example:143 3", HOST + " 7", "old.example:143 5", "pop.old.example:143 5");
    new Hosts(database, "one", new HostLimits(2, Map.of("old.example", 9))).configure();
    assertThat(limits())
        .containsExactly(
            "gold.example:143 2", HOST + " 9", "old.example:143 9", "pop.old.example:143 9");
  }

  private List<String> limits() {
    return database
        .jdbc()
        .sql("select name || ' ' || configured from host order by name")
        .query(String.class)
        .list();
  }
}
