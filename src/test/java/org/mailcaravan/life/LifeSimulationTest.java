package org.mailcaravan.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.life.World.Box;
import org.mailcaravan.life.World.Order;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.status.Target;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.TestClock;
import org.mailcaravan.store.Database;

/**
 * A year of migrations in seconds: windows in several zones over both changes of clocks, customers
 * of each kind, failures, and a program that is killed at any statement and started again.
 */
@Lengthy
class LifeSimulationTest {
  private static final long SEED = Long.getLong("life.seed", 1);
  private static final int REQUESTS = Integer.getInteger("life.requests", 30);
  private static final Duration STEP = Duration.ofHours(1);
  private static final Instant FROM = Instant.parse("2026-12-01T00:00:00Z");
  private static final Duration ASKED_WITHIN = Duration.ofDays(330);
  private static final Duration YEAR = Duration.ofDays(400);

  private final TestClock clock = TestClock.at(FROM);
  private final Random random = new Random(SEED);
  private final World world = new World(SEED, FROM, ASKED_WITHIN, REQUESTS);
  private final List<String> outsideWindow = new ArrayList<>();
  private SimulatedDriver driver;
  private Database database;
  private @Nullable SimulatedProgram program;
  private int kills;

  @BeforeEach
  void begin() throws SQLException {
    driver = new SimulatedDriver(clock);
    database =
        Database.open(
            "jdbc:simulated:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", Secret.of(""));
  }

  @AfterEach
  void end() throws SQLException {
    stop();
    database.close();
    driver.end();
  }

  private void stop() throws SQLException {
    SimulatedProgram old = program;
    if (old != null) {
      outsideWindow.addAll(old.outsideWindow);
      program = null;
    }
    driver.bury();
  }

  private SimulatedProgram program() {
    SimulatedProgram now = program;
    if (now == null) {
      now = new SimulatedProgram(world, database, clock, driver);
      program = now;
    }
    return now;
  }

  /** Does something in the program, which may be killed in the midst of it. */
  private void doing(Runnable work) throws SQLException {
    try {
      work.run();
    } catch (SimulatedDriver.Killed e) {
      kills++;
      stop();
    }
    if (driver.isDead()) {
      stop();
    }
  }

  @Test
  void eachMigrationOfAYearEndsOrWaitsForAPerson() throws SQLException {
    SimulatedProgram unused = program();
    for (Duration time = Duration.ZERO; time.compareTo(YEAR) < 0; time = time.plus(STEP)) {
      clock.set(FROM.plus(time));
      world.deliver(clock.instant());
      if (random.nextInt(20) == 0) {
        driver.killAfter(random.nextInt(120));
      }
      for (Order order : world.orders) {
        if (order.migration == null && !clock.instant().isBefore(order.asksAt)) {
          doing(() -> open(order));
        }
      }
      for (Order order : world.orders) {
        Instant acts = order.actsAt;
        if (acts != null && !clock.instant().isBefore(acts)) {
          doing(() -> act(order));
        }
      }
      if (time.toHours() % 24 == 2) {
        doing(() -> program().catchUp());
      }
      doing(() -> program().work());
    }
    stop();
    assertThat(kills).isGreaterThan(50);
    assertThat(outsideWindow).isEmpty();
    Map<String, String> stages = stages();
    for (Order order : world.orders) {
      assertThat(stages.get(order.migration)).as(order.toString()).isEqualTo(order.end());
      order.assertTold();
      if (order.end().equals("CLOSED")) {
        assertThat(order.boxes).as(order.toString()).allMatch(Box::isComplete);
      }
    }
    assertThat(world.orders)
        .as("lapses are told")
        .anyMatch(each -> each.told(World.RECEIVERS.get(0), MigrationMessage.LAPSED) > 0);
    String closed = "(select id from migration where closed_at is not null)";
    assertThat(
            count(
                "credential where mailbox_id in (select mailbox_id from migration_mailbox"
                    + " where migration_id in "
                    + closed
                    + ")"))
        .isZero();
    assertThat(count("pass where state <> 'ENDED' and migration_id in " + closed)).isZero();
    assertThat(count("pass where kind = 'CATCH_UP'")).as("catch-up passes").isPositive();
    assertThat(world.repeated()).isPositive();
  }

  private long count(String rows) {
    return database.jdbc().sql("select count(*) from " + rows).query(Long.class).single();
  }

  private Map<String, String> stages() {
    Map<String, String> stages = new HashMap<>();
    database
        .jdbc()
        .sql("select id, stage from migration")
        .query(
            row -> {
              stages.put(row.getString(1), row.getString(2));
            });
    return stages;
  }

  /** What customers do in the program: they send the right password, or cancel. */
  private void act(Order order) {
    switch (order.customer) {
      case WRONG_PASSWORD -> {
        Box box = order.boxes.get(0);
        box.passwordIsRight = true;
        Object unused =
            program().controls.passwordChanged(mailbox(box), Side.SOURCE, "customer", () -> {});
      }
      case CANCELS -> {
        Object unused = program().controls.cancel(Target.migration(order.migration), "customer");
      }
      case UNSEEN -> {
        Object unused = program().controls.cutover(Target.migration(order.migration), "support");
      }
      case USUAL, FICKLE, SILENT, LOST_PASSWORD -> {}
    }
    // A kill on the way has him do it again.
    order.actsAt = null;
  }

  private String mailbox(Box box) {
    return database
        .jdbc()
        .sql("select id from mailbox where source_address = ?")
        .param(box.address)
        .query(String.class)
        .single();
  }

  private void open(Order order) {
    order.migration = opened(order.name);
    if (order.migration != null) {
      return;
    }
    List<RequestRow> rows = new ArrayList<>();
    for (Box box : order.boxes) {
      Map<String, String> options = new HashMap<>();
      if (order.window != null) {
        options.put("window", order.window.toString());
      }
      rows.add(
          new RequestRow(
              rows.size() + 1,
              rows.size() + 2,
              box.address,
              Secret.of("pw"),
              new Server("imap." + order.domain, 993, Security.TLS),
              box.address,
              box.address,
              Secret.of("pw"),
              null,
              null,
              new RowOptions(options)));
    }
    order.migration = program().open(new Request(order.name, rows, List.of()));
  }

  /** What a kill has left: it is stored, and whoever asked does not know. */
  private @Nullable String opened(String name) {
    return database
        .jdbc()
        .sql("select id from migration where name = ?")
        .param(name)
        .query(String.class)
        .optional()
        .orElse(null);
  }
}
