package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;

/** Which program may have a name; here on H2. */
class NodeNamesTest {
  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final String FOLDER = UUID.randomUUID().toString();
  private static final String OTHER = UUID.randomUUID().toString();

  private Database database;
  private NodeNames one;
  private NodeNames two;

  Database open() {
    return Database.open(
        "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", Secret.of(""));
  }

  @BeforeEach
  void programs() {
    database = open();
    one = new NodeNames(database, LEASE);
    two = new NodeNames(database, LEASE);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private boolean has(NodeNames program, String name) {
    return new Nodes(database, name, LEASE, program.run()).seen();
  }

  @Test
  void twoProgramsThatRunHaveDifferentNames() {
    one.take("mover", FOLDER);
    assertThatThrownBy(() -> two.take("mover", OTHER))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("node.name = mover")
        .hasMessageContaining("another program with this name")
        .hasMessageContaining("Set node.name to a name that no other node has.");
    two.take("mover-2", OTHER);
    assertThat(has(one, "mover")).isTrue();
    assertThat(has(two, "mover-2")).isTrue();
  }

  @Test
  void aProgramThatWasKilledHasItsNameAgainAtOnce() {
    one.take("mover", FOLDER);
    two.take("mover", FOLDER);
    assertThat(has(two, "mover")).isTrue();
    assertThat(has(one, "mover")).as("the other one, if it runs nevertheless").isFalse();
  }

  @Test
  void aNameIsFreeOnceItsProgramHasStoppedOrWasNotSeenForALease() {
    one.take("mover", FOLDER);
    database.jdbc().sql("update node set stopped_at = current_timestamp").update();
    two.take("mover", OTHER);
    assertThatThrownBy(() -> one.take("mover", FOLDER)).isInstanceOf(RequestRejected.class);
    database.jdbc().sql("update node set seen_at = seen_at - 61 * interval '1' second").update();
    one.take("mover", FOLDER);
    assertThat(has(one, "mover")).isTrue();
  }
}
