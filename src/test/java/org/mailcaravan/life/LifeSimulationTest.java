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
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
import org.mailcaravan.store.Controls;
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
  private static final Duration OPERATED = Duration.ofDays(370);
  private static final Duration YEAR = Duration.ofDays(400);

  private final TestClock clock = TestClock.at(FROM);
  private final Random random = new Random(SEED);
  private final World world = new World(SEED, FROM, ASKED_WITHIN, REQUESTS);
  private final Operator operator = new Operator(world, SEED);
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
        if (order.migration == null && isReached(order.asksAt)) {
          doing(() -> open(order));
        }
        if (isReached(order.actsAt)) {
          doing(() -> act(order));
        }
      }
      if (time.compareTo(OPERATED) < 0) {
        doing(() -> operator.act(program(), clock.instant()));
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
    SoftAssertions.assertSoftly(
        softly -> {
          for (Order order : world.orders) {
            softly
                .assertThat(stages.get(order.migration))
                .as(order.toString())
                .isEqualTo(order.end());
            order.assertTold(softly);
            if (order.hasToBeComplete()) {
              softly
                  .assertThat(order.boxes)
                  .as(order.toString())
                  .allMatch(box -> box.isCancelled || box.isComplete());
            }
          }
        });
    assertThat(world.orders)
        .as("lapses are told")
        .anyMatch(each -> each.told(World.RECEIVERS.get(0), MigrationMessage.LAPSED) > 0);
    String named =
        "(select mailbox_id from migration_mailbox n join migration g on g.id = n.migration_id";
    assertThat(
            count(
                "credential where mailbox_id in "
                    + named
                    + " where g.closed_at is not null) and mailbox_id not in "
                    + named
                    + " where g.closed_at is null)"))
        .as("passwords that no open migration needs")
        .isZero();
    assertThat(
            count(
                "pass p join migration g on g.id = p.migration_id where p.state <> 'ENDED' and g.closed_at is not null"))
        .isZero();
    assertThat(count("pass where kind = 'CATCH_UP'")).as("catch-up passes").isPositive();
    assertThat(world.repeated()).isPositive();
  }

  private boolean isReached(@Nullable Instant time) {
    return time != null && !clock.instant().isBefore(time);
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

  /** What customers do in the program, and one of us for them. */
  private void act(Order order) {
    Target migration = Target.migration(String.valueOf(order.migration));
    Controls controls = program().controls;
    Box first = order.boxes.get(0);
    Object unused =
        switch (order.customer) {
          case WRONG_PASSWORD, LATE_PASSWORD -> {
            first.passwordIsRight = true;
            first.passwordIsKnown = true;
            String id = program().mailbox(first);
            yield controls.passwordCame(
                id, Side.SOURCE, "customer", () -> program().keepPassword(id));
          }
          case CANCELS, TWICE_CANCELLED -> controls.cancel(migration, "support");
          case CANCELS_ONE -> {
            first.isCancelled = true;
            yield controls.cancel(Target.mailbox(program().mailbox(first)), "support");
          }
          case LEAVES, GIVES_UP, TWICE_CLOSED ->
              controls.close(String.valueOf(order.migration), "support");
          case UNSEEN, PUBLIC -> controls.cutover(migration, "support");
          default -> order;
        };
    // A kill on the way has it done again.
    order.actsAt = null;
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
              Secret.of(box.passwordIsKnown ? "pw" : ""),
              new Server("imap." + order.zone.domain, 993, Security.TLS),
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
