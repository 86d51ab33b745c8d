package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Secret;
import org.mailcaravan.server.Lengthy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes that claim thousands of passes while they are killed, started again, and frozen beyond
 * their lease; {@link SimulationMonitor} watches what their workers do. No node has a clock that
 * could be wrong: all times are of the database. Here on H2 with one node; {@code
 * PostgresClaimsSimulationTest} has several, which claim at the same time. What happens is drawn
 * from a seed; when, the threads decide.
 */
@Lengthy
class ClaimsSimulationTest {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimsSimulationTest.class);
  static final Duration LEASE = Duration.ofMillis(300);
  private static final int HOSTS = 24;
  private static final int MIDDLE = 10;
  private static final int MOST_SMALL = 12;

  private final Random random = new Random(20261129);
  private final Map<String, Integer> limits = new TreeMap<>();
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final List<SimulatedNode> ended = new ArrayList<>();
  private final List<String> small = new ArrayList<>();
  private Database database;
  private PassRows rows;
  private final SimulationMonitor monitor = new SimulationMonitor(limits);
  private int passes;
  private int started;

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000";
  }

  String user() {
    return "";
  }

  int nodesAtOnce() {
    return 1;
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    rows = new PassRows(database);
  }

  @AfterEach
  void closeDatabase() {
    nodes.forEach(SimulatedNode::die);
    ended.forEach(SimulatedNode::close);
    nodes.forEach(SimulatedNode::close);
    database.close();
  }

  /** One migration is large, some are of middle size; some accounts get mail of several others. */
  private void fill() {
    for (int host = 0; host < HOSTS; host++) {
      int limit = 1 + host % 4;
      limits.put("h" + host + ".example:993", limit);
      rows.host("h" + host + ".example", limit);
    }
    Map<String, Integer> sizes = new TreeMap<>(Map.of("large", 1000));
    for (int middle = 0; middle < MIDDLE; middle++) {
      sizes.put("middle" + middle, 60);
    }
    sizes.forEach(
        (migration, size) -> {
          rows.migration(migration);
          database.inTransaction(
              () -> {
                for (int row = 1; row <= size; row++) {
                  boolean shared = random.nextInt(8) == 0;
                  String account = shared ? "shared" + random.nextInt(40) : migration + "-" + row;
                  rows.due(
                      migration,
                      row,
                      "h" + random.nextInt(HOSTS) + ".example",
                      account + "@new.example");
                }
              });
          passes += size;
        });
    for (int host = 0; host < MOST_SMALL; host++) {
      limits.put("small" + host + ".example:993", 1);
    }
  }

  private SimulatedNode start(String name) {
    SimulatedNode node =
        new SimulatedNode(
            database,
            name,
            // Nothing of these passes is recorded, and many a one loses its node again and again.
            new Claims(
                database,
                name,
                LEASE,
                new Hosts(database, name, new HostLimits(4)),
                Integer.MAX_VALUE),
            monitor,
            random.nextLong());
    started++;
    node.start();
    return node;
  }

  /** A small request that comes after the large ones: one row, of a host that is free. */
  private void submitSmall() {
    String migration = "small" + small.size();
    rows.migration(migration);
    String mailbox = rows.due(migration, 1, migration + ".example", migration + "@new.example");
    monitor.submitted(mailbox);
    small.add(mailbox);
    passes++;
  }

  /** Something happens to a node about once a second, for each of them. */
  private void something() {
    int which = random.nextInt(nodes.size());
    SimulatedNode node = nodes.get(which);
    switch (random.nextInt(96 / nodes.size())) {
      case 0 -> {
        node.die();
        ended.add(node);
        nodes.set(which, start("node" + started));
      }
      case 1 -> {
        // Started again under its name, at once.
        node.die();
        ended.add(node);
        nodes.set(which, start(node.name()));
      }
      case 2, 3 -> node.freeze(Duration.ofMillis(random.nextInt(1000)));
      case 4, 5, 6, 7 -> {
        if (small.size() < MOST_SMALL) {
          submitSmall();
        }
      }
      default -> {}
    }
  }

  private boolean allEnded() {
    monitor.checkTables(rows);
    assertThat(monitor.violations()).isEmpty();
    return rows.ask(Integer.class, "select count(*) from pass where state <> 'ENDED'") == 0;
  }

  @Test
  void everyPassRunsOnceAtATimeWithinItsLimitsAndEnds() {
    fill();
    for (int node = 0; node < nodesAtOnce(); node++) {
      nodes.add(start("node" + started));
    }
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(25))
        .until(
            () -> {
              something();
              return allEnded();
            });
    assertThat(monitor.violations()).isEmpty();
    assertThat(rows.ask(Integer.class, "select count(*) from pass where outcome = 'COPIED'"))
        .isEqualTo(passes);
    assertThat(monitor.endedPasses()).as("each ended once").isEqualTo(passes);
    assertThat(rows.ask(Integer.class, "select count(*) from pass where takeovers > 0"))
        .as("taken over")
        .isPositive();
    assertThat(monitor.refusedWrites()).as("writes of nodes that were frozen").isPositive();
    // A turn for each open migration, and one for each claim that was under way.
    assertThat(monitor.waitedFor(small))
        .as("claims before a small migration's")
        .isNotEmpty()
        .allMatch(claims -> claims <= 1 + MIDDLE + MOST_SMALL + 4 * nodesAtOnce());
    LOG.info(
        "{}; {} nodes; small ones waited for {} claims",
        monitor,
        started,
        monitor.waitedFor(small));
  }
}
