package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.PostgresServer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Kills the service between two events of a migration of two mailboxes: as soon as the first one is
 * in the database, or when everything before the second one is done. The next start brings the
 * rest, and one report.
 *
 * <p>A few of these moments are tried, by {@code -Dcrash.seed}; {@code -Dcrash.events=all} tries
 * each one.
 */
@Lengthy
@EnabledIfInstalled({"dovecot", "postgres"})
class KillBetweenEventsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final boolean ALL = "all".equals(System.getProperty("crash.events"));
  private static final long SEED = Long.getLong("crash.seed", 1);
  private static final int TRIED = 2;
  private static final String[] FOLDERS = {"INBOX", "Sent"};
  private static final int MESSAGES = 6;

  /** An insert of the event of that number waits for a lock that the test holds. */
  private static final String TRIGGER =
      """
      create table hold_at (number bigint);
      create function meet_event() returns trigger language plpgsql as $$
      begin
        if exists (select 1 from hold_at where number = new.number) then
          perform pg_advisory_xact_lock(1);
        end if;
        return new;
      end $$;
      create trigger meet_event before insert on event for each row execute function meet_event();
      """;

  @TempDir private Path temp = Path.of("");

  /**
   * When it is killed.
   *
   * @param event the how manieth event of the migration, from 1
   * @param early whether as soon as that event is there, rather than right before it
   */
  private record KillTime(int event, boolean early) {}

  @Test
  @Timeout(1800)
  void theNextStartBringsTheRestAndOneReport() throws Exception {
    try (PostgresServer postgres = PostgresServer.start();
        TwoServers servers = new TwoServers()) {
      String url = postgres.newDatabase();
      try (NodeProcess node =
          new NodeProcess(
              Files.createDirectory(temp.resolve("node")),
              "node-a",
              url,
              Map.of(
                  "destination.port",
                  String.valueOf(servers.destination.port()),
                  "copy.batch-messages",
                  "4"))) {
        node.start();
        try (Connection connection = DriverManager.getConnection(url, PostgresServer.USER, "");
            Statement statement = connection.createStatement()) {
          statement.execute(TRIGGER);
          Scene scene = new Scene(servers, node, url, connection);
          int events = scene.undisturbed();
          for (KillTime time : times(events)) {
            scene.killedAt(time);
          }
        }
      }
    }
  }

  private static List<KillTime> times(int events) {
    List<KillTime> times = new ArrayList<>();
    for (int event = 1; event <= events; event++) {
      times.add(new KillTime(event, true));
      times.add(new KillTime(event, false));
    }
    if (!ALL) {
      Collections.shuffle(times, new Random(SEED));
    }
    return ALL ? times : times.subList(0, TRIED);
  }

  private static final class Scene {
    private final TwoServers servers;
    private final NodeProcess node;
    private final Connection connection;
    private final JdbcClient database;

    Scene(TwoServers servers, NodeProcess node, String url, Connection connection) {
      this.servers = servers;
      this.node = node;
      this.connection = connection;
      database = JdbcClient.create(new DriverManagerDataSource(url, PostgresServer.USER, ""));
    }

    /** Runs a migration; how many events it has. */
    int undisturbed() throws Exception {
      long before = last();
      submit("undisturbed");
      awaitReport("undisturbed");
      assertExact("undisturbed");
      return (int) (last() - before);
    }

    void killedAt(KillTime time) throws Exception {
      String name = "event-" + time.event + (time.early ? "-early" : "-late");
      long event = last() + time.event;
      try (Statement statement = connection.createStatement()) {
        statement.execute("select pg_advisory_lock(1)");
        if (!time.early) {
          statement.execute("insert into hold_at values (" + event + ")");
        }
        submit(name);
        await(Duration.ofMillis(1), () -> time.early ? last() >= event : isHeld());
        node.kill();
        statement.execute("select pg_advisory_unlock(1)");
        statement.execute("delete from hold_at");
      }
      node.start();
      awaitReport(name);
      assertExact(name);
    }

    private long last() {
      return number("select last from event_number");
    }

    /** Whether an insert waits for our lock. */
    private boolean isHeld() {
      return number("select count(*) from pg_locks where locktype = 'advisory' and not granted")
          > 0;
    }

    /** On a connection that is open: a kill is to come at once. */
    private long number(String query) {
      try (Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery(query)) {
        result.next();
        return result.getLong(1);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    private List<String> users(String name) {
      return List.of("ann-" + name + "@example.org", "ben-" + name + "@example.org");
    }

    private void submit(String name) throws Exception {
      StringBuilder rows = new StringBuilder(TwoServers.HEADER);
      for (String user : users(name)) {
        servers.userWithMail(user, MESSAGES, FOLDERS);
        rows.append(servers.row(user));
      }
      node.submit(name + ".csv", rows.toString());
    }

    private void awaitReport(String name) {
      await(
          Duration.ofMillis(50),
          () ->
              database
                      .sql(
                          "select count(*) from migration where name = ? and not report_due and finished_at is not null")
                      .param(name + ".csv")
                      .query(Integer.class)
                      .single()
                  > 0);
    }

    private void assertExact(String name) throws Exception {
      List<Path> reports =
          node.reports().stream()
              .filter(file -> String.valueOf(file.getParent()).endsWith("-" + name))
              .toList();
      assertThat(reports).as("reports of " + name).hasSize(1);
      JsonNode report = new ObjectMapper().readTree(Files.readString(reports.get(0)));
      assertThat(report.at("/allArrived").asBoolean()).as(report.toString()).isTrue();
      assertThat(report.at("/totals/arrived").asInt()).isEqualTo(2);
      assertThat(report.at("/totals/copied").asInt() + report.at("/totals/alreadyThere").asInt())
          .as(report.toString())
          .isEqualTo(users(name).stream().mapToInt(user -> servers.atSource(user).count()).sum());
      for (String user : users(name)) {
        assertThat(servers.atDestination(user).differencesFrom(servers.atSource(user)))
            .as(name + ", " + user)
            .isEmpty();
      }
      assertThat(
              database
                  .sql("select count(*) from migration where name = ?")
                  .param(name + ".csv")
                  .query(Integer.class)
                  .single())
          .isEqualTo(1);
    }

    private void await(Duration between, Callable<Boolean> condition) {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(between)
          .untilAsserted(() -> assertThat(condition.call()).as(() -> node.log()).isTrue());
    }
  }
}
