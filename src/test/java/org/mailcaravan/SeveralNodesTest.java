package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.OpenSessions;
import org.mailcaravan.server.PostgresServer;
import org.mailcaravan.server.Proxy;
import org.mailcaravan.server.Valve;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Three programs share one PostgreSQL and move mailboxes between two Dovecots. One is killed, one
 * stands still for longer than its lease and wakes up, one is stopped and started again.
 *
 * <p>{@code -Dnodes.mailboxes} says how many mailboxes there are.
 */
@Lengthy
@EnabledIfInstalled({"dovecot", "postgres"})
class SeveralNodesTest {
  private static final int MAILBOXES = Integer.getInteger("nodes.mailboxes", 12);
  private static final Duration PATIENCE = Duration.ofSeconds(60L + 3L * MAILBOXES);
  private static final int AT_ONCE = 3;
  private static final int AT_SOURCE = 5;
  private static final String[] FOLDERS = {"INBOX", "Sent", "Archive/2015"};
  private static final int MESSAGES = 6;

  /** So much passes between two blows; less than a tenth of the mail. */
  private static final long BETWEEN = 40_000;

  @TempDir private Path temp = Path.of("");

  private final Valve fromSource = new Valve();
  private final OpenSessions atSource = new OpenSessions();
  private final List<NodeProcess> nodes = new ArrayList<>();

  @Test
  @Timeout(1800)
  void allArrivesOnceThoughOneIsKilledOneFreezesAndOneIsStopped() throws Exception {
    try (PostgresServer postgres = PostgresServer.start();
        TwoServers servers =
            new TwoServers(
                DovecotServer.builder().compress(false), DovecotServer.builder().compress(false));
        Proxy source = new Proxy(servers.source.port(), atSource, fromSource)) {
      List<String> users =
          IntStream.range(0, MAILBOXES).mapToObj("user%03d@example.org"::formatted).toList();
      users.forEach(user -> servers.userWithMail(user, MESSAGES, FOLDERS));
      String request = request(servers, source, users);
      String url = postgres.newDatabase();
      JdbcClient database =
          JdbcClient.create(new DriverManagerDataSource(url, PostgresServer.USER, ""));
      try {
        start(url, servers);
        Lost lost = play(request, database);

        assertArrived(servers, users);
        assertThat(OpenSessions.most(lost.asIfItHadLetGo(atSource.list())))
            .as("mailboxes at the source at once")
            .isGreaterThan(1)
            .isLessThanOrEqualTo(AT_SOURCE);
        assertWroteNothing(lost, database);
        assertReported(servers, users);
        assertNothingIsLeftToDo(request);
        assertArrived(servers, users);
      } finally {
        for (NodeProcess node : nodes) {
          node.close();
        }
      }
    }
  }

  private static String request(TwoServers servers, Proxy source, List<String> users) {
    StringBuilder rows = new StringBuilder(TwoServers.HEADER);
    for (String user : users) {
      rows.append(servers.rowThrough(source.port(), user));
    }
    return rows.toString();
  }

  private void start(String url, TwoServers servers) throws IOException {
    for (String name : List.of("node-a", "node-b", "node-c")) {
      NodeProcess node =
          new NodeProcess(
              Files.createDirectory(temp.resolve(name)),
              name,
              url,
              Map.of(
                  "destination.port", String.valueOf(servers.destination.port()),
                  "mailboxes.at-once", String.valueOf(AT_ONCE),
                  "host.mailboxes-at-once", String.valueOf(AT_SOURCE),
                  "copy.batch-messages", "4",
                  // It would take places of the source, which the valve holds.
                  "preflight.enabled", "false"));
      nodes.add(node);
      node.launch();
    }
    nodes.forEach(NodeProcess::awaitStarted);
  }

  /**
   * What the frozen node lost.
   *
   * @param passes the numbers, with the users
   */
  private record Lost(String node, Instant frozenAt, Map<Long, String> passes, Instant lostAt) {
    /** A program that stands still cannot hang up: its sessions count as long as its lease. */
    List<OpenSessions.Session> asIfItHadLetGo(List<OpenSessions.Session> sessions) {
      return sessions.stream()
          .map(
              session ->
                  session.isOpenAt(frozenAt) && passes.containsValue(session.user())
                      ? session.endedBy(lostAt)
                      : session)
          .toList();
    }
  }

  private Lost play(String request, JdbcClient database) throws Exception {
    NodeProcess first = nodes.get(0);
    fromSource.closeAfter(BETWEEN);
    first.submit("customers.csv", request);
    await(
        () ->
            fromSource.holding()
                && running(database).values().stream().mapToInt(i -> i).sum() == AT_SOURCE);

    // The report belongs to the node that the request came to.
    NodeProcess killed = busiest(List.of(nodes.get(1), nodes.get(2)), database);
    List<NodeProcess> others = new ArrayList<>(nodes);
    others.remove(killed);
    NodeProcess frozen = busiest(others, database);
    others.remove(frozen);
    NodeProcess stopped = others.get(0);
    frozen.freeze();
    Instant frozenAt = Instant.now();
    Map<Long, String> passes = passesOf(frozen, database);
    assertThat(passes).isNotEmpty();
    killed.kill();

    fromSource.closeAfter(BETWEEN);
    await(() -> fromSource.holding() && running(database).keySet().equals(Set.of(stopped.name())));
    Instant lostAt = lostAt(passes, database);
    stopped.tellToStop();
    fromSource.open();
    stopped.awaitStopped(Duration.ofSeconds(60));
    assertThat(running(database)).isEmpty();

    fromSource.closeAfter(BETWEEN);
    stopped.start();
    await(fromSource::holding);
    assertThat(
            database
                .sql("select distinct owner from pass where id in (:passes) and state = 'RUNNING'")
                .param("passes", passes.keySet())
                .query(String.class)
                .list())
        .doesNotContain(frozen.name());
    frozen.thaw();
    await(() -> passes.keySet().stream().allMatch(pass -> hasNoticed(frozen.log(), pass)));
    fromSource.open();
    await(() -> reports().size() == 1);
    return new Lost(frozen.name(), frozenAt, passes, lostAt);
  }

  private static boolean hasNoticed(String log, long pass) {
    return Stream.of(" of ", " is ").anyMatch(words -> log.contains("pass " + pass + words));
  }

  private static Map<String, Integer> running(JdbcClient database) {
    Map<String, Integer> passes = new HashMap<>();
    database
        .sql("select owner, count(*) from pass where state = 'RUNNING' group by owner")
        .query(
            row -> {
              passes.put(row.getString(1), row.getInt(2));
            });
    return passes;
  }

  private static NodeProcess busiest(List<NodeProcess> of, JdbcClient database) {
    Map<String, Integer> running = running(database);
    return of.stream()
        .max(Comparator.comparing(node -> running.getOrDefault(node.name(), 0)))
        .orElseThrow();
  }

  private static Map<Long, String> passesOf(NodeProcess node, JdbcClient database) {
    Map<Long, String> passes = new HashMap<>();
    database
        .sql(
            "select p.id, b.source_address from pass p join mailbox b on b.id = p.mailbox_id where p.state = 'RUNNING' and p.owner = ?")
        .param(node.name())
        .query(
            row -> {
              passes.put(row.getLong(1), row.getString(2));
            });
    return passes;
  }

  /** When the first of them was lost. */
  private static Instant lostAt(Map<Long, String> passes, JdbcClient database) {
    return database
        .sql("select min(at) from event where pass_id in (:passes) and reason like '% lost it: %'")
        .param("passes", passes.keySet())
        .query(Timestamp.class)
        .single()
        .toInstant();
  }

  /** Between a loss and a claim of its own the woken node tells nothing of a pass. */
  private static void assertWroteNothing(Lost lost, JdbcClient database) {
    for (long pass : lost.passes.keySet()) {
      List<Told> story =
          database
              .sql("select node, reason from event where pass_id = ? order by number")
              .param(pass)
              .query((row, number) -> new Told(row.getString(1), row.getString(2)))
              .list();
      boolean has = false;
      boolean wasLost = false;
      for (Told event : story) {
        boolean own = event.node.equals(lost.node);
        if (event.reason.contains(" lost it: ")) {
          wasLost |= event.reason.contains(lost.node);
          has = false;
        } else if (event.reason.endsWith("begins") || event.reason.endsWith("goes on")) {
          has = own;
        } else {
          assertThat(own).as(story.toString()).isEqualTo(has);
        }
      }
      assertThat(wasLost).as(story.toString()).isTrue();
    }
  }

  private record Told(String node, String reason) {}

  private List<Path> reports() {
    return nodes.stream().flatMap(node -> node.reports().stream()).toList();
  }

  /** All is in the ledger, and once: the same request again finds nothing to copy. */
  private void assertNothingIsLeftToDo(String request) throws Exception {
    List<Path> before = reports();
    nodes.stream()
        .filter(NodeProcess::isAlive)
        .findAny()
        .orElseThrow()
        .submit("again.csv", request);
    await(() -> reports().size() == 2);
    Path again =
        reports().stream().filter(report -> !before.contains(report)).findAny().orElseThrow();
    JsonNode report = report(again);
    assertThat(report.at("/allArrived").asBoolean()).as(report.toString()).isTrue();
    assertThat(report.at("/totals/mailboxes").asInt()).isEqualTo(MAILBOXES);
    assertThat(report.at("/totals/copied").asInt()).isZero();
  }

  private void assertReported(TwoServers servers, List<String> users) throws IOException {
    JsonNode report = report(reports().get(0));
    assertThat(report.at("/allArrived").asBoolean()).as(report.toString()).isTrue();
    assertThat(report.at("/totals/arrived").asInt()).isEqualTo(MAILBOXES);
    assertThat(report.at("/totals/copied").asInt() + report.at("/totals/alreadyThere").asInt())
        .isEqualTo(users.stream().mapToInt(user -> servers.atSource(user).count()).sum());
  }

  private static JsonNode report(Path file) throws IOException {
    return new ObjectMapper().readTree(Files.readString(file));
  }

  private static void assertArrived(TwoServers servers, List<String> users) {
    for (String user : users) {
      assertThat(servers.atDestination(user).differencesFrom(servers.atSource(user)))
          .as(user)
          .isEmpty();
    }
  }

  private void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(condition.call()).as(() -> logs()).isTrue());
  }

  private String logs() {
    StringBuilder logs = new StringBuilder();
    nodes.forEach(node -> logs.append(node.name()).append(":\n").append(node.log()));
    return logs.toString();
  }
}
