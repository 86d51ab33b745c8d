package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.passes.Preflights;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.ExecutedStatements;

/** What a service that has nothing to do asks of its database. */
@Lengthy
class IdleNodeTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int LOOKS = 9;

  /** As {@code node.lease-seconds} is unless told otherwise. */
  private static final Duration LEASE = Duration.ofSeconds(60);

  private static final String LOOK = "from host h where h.paused";

  /** What each statement of an idle node has in it, and how often it is sent at most. */
  private static final Map<String, Duration> EVERY = new LinkedHashMap<>();

  private static final String TIMER = "timer";

  /** Two routes come at once at each quarter of an hour, with two statements each. */
  private static final int AT_A_QUARTER = 4;

  static {
    EVERY.put(LOOK, PassLife.LOOK);
    // Leases that have ended, and hosts that get more again.
    EVERY.put("lease_until < current_timestamp order by id", LEASE.dividedBy(4));
    // Passes whose passwords were in the memory of a program that has ended.
    EVERY.put("only_node not in", LEASE);
    EVERY.put("from host where learned is not null", LEASE.dividedBy(4));
    EVERY.put("update node set seen_at", Duration.ofSeconds(10));
    // What waits for programs that have ended.
    EVERY.put("only_node not in", LEASE);
    // Mailboxes that are to be looked at before their passes.
    EVERY.put("from preflight f where f.state in", Preflights.IDLE);
    // The route turn-windows.
    EVERY.put(TIMER, Duration.ofMinutes(5));
    EVERY.put("from time_window", Duration.ofMinutes(5));
    // The route live.
    EVERY.put("from event_reader r cross join event_number", Duration.ofMinutes(1));
    EVERY.put("from migration g where g.stage in", Duration.ofMinutes(1));
    EVERY.put("from migration where stage in", Duration.ofMinutes(1));
    // The route watch-forecasts.
    EVERY.put("m.forecast_told from migration", Duration.ofMinutes(15));
    // The timer late-reports.
    EVERY.put("from migration where report_due", Duration.ofSeconds(30));
    // The routes of the cutover.
    EVERY.put("from mailbox where final_due_at", Duration.ofMinutes(2));
    EVERY.put("from cutover_domain d where", Duration.ofMinutes(2));
    // The timer tell.
    EVERY.put("from event_reader r, event_number n", Duration.ofMinutes(2));
    // The timer answers.
    EVERY.put("from answer where sent_at is null", Duration.ofSeconds(15));
  }

  @TempDir Path folder;

  private static Duration every(String kind) {
    return Objects.requireNonNull(EVERY.get(kind));
  }

  @Test
  void sendsAtMostOneShortStatementASecond() {
    Installation installation =
        new Installation(folder)
            .set("destination.port", "1")
            .set("answers.poll-millis", "15000")
            .set("cutover.mx-hosts", "mx.host.example");
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE);
        Database same = Database.inFolder(installation.data())) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      // The first look has more to do.
      ExecutedStatements.count(same);
      awaitLooks(same, 2);
      ExecutedStatements.count(same);
      awaitLooks(same, LOOKS);
      Map<String, Integer> executed = ExecutedStatements.soFar(same);

      Map<String, Integer> found = new LinkedHashMap<>();
      executed.forEach((statement, count) -> found.merge(kind(statement), count, Integer::sum));
      double looked = PassLife.LOOK.toMillis() * (found.getOrDefault(LOOK, 0) + 1.0);
      found.forEach(
          (kind, count) ->
              assertThat(count)
                  .as(kind)
                  .isLessThanOrEqualTo(
                      (int) (looked / every(kind).toMillis())
                          + (kind.equals(TIMER) ? AT_A_QUARTER : 1)));
    }
    double perSecond = EVERY.values().stream().mapToDouble(each -> 1000.0 / each.toMillis()).sum();
    assertThat(perSecond).isLessThanOrEqualTo(1);
  }

  private static String kind(String statement) {
    return EVERY.keySet().stream()
        .filter(statement::contains)
        .findFirst()
        .orElseThrow(() -> new AssertionError("an idle node sends: " + statement));
  }

  private static void awaitLooks(Database same, int looks) {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                ExecutedStatements.soFar(same).entrySet().stream()
                        .filter(each -> each.getKey().contains(LOOK))
                        .mapToInt(Map.Entry::getValue)
                        .sum()
                    >= looks);
  }
}
