package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Secret;
import org.mailcaravan.store.Nodes.Node;

/** On H2; {@code PostgresNodesTest} runs all of it on PostgreSQL. */
class NodesTest {
  private Database database;
  private Nodes one;
  private Nodes two;

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    one = new Nodes(database, "one", Duration.ofMinutes(1));
    two = new Nodes(database, "two", Duration.ofMinutes(1));
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private List<String> shown() {
    return two.list().stream()
        .map(
            node ->
                node.name()
                    + " "
                    + node.kind()
                    + " "
                    + node.version()
                    + " "
                    + node.url()
                    + " "
                    + node.alive())
        .toList();
  }

  @Test
  void nodesComeAndGo() {
    two.register("migrate", "1.0");
    one.register("run", "1.0");
    one.listensAt("http://127.0.0.1:8480");
    assertThat(shown())
        .containsExactly("one run 1.0 http://127.0.0.1:8480 true", "two migrate 1.0 null true");
    one.stopped();
    one.stopped();
    assertThat(shown()).containsExactly("one run 1.0 null false", "two migrate 1.0 null true");
    one.register("run", "1.1");
    assertThat(shown()).containsExactly("one run 1.1 null true", "two migrate 1.0 null true");
    assertThat(new Events(database, "one").after(0, 10))
        .extracting(each -> each.event().actor() + " " + each.event().state())
        .containsExactly("two STARTED", "one STARTED", "one STOPPED", "one STARTED");
  }

  @Test
  void aNodeThatIsNotSeenIsNotAlive() {
    one.register("run", "1.0");
    database
        .jdbc()
        .sql("update node set seen_at = current_timestamp - interval '2' minute")
        .update();
    assertThat(two.list()).extracting(Node::alive).containsExactly(false);
    one.seen();
    assertThat(two.list())
        .extracting(Node::alive)
        .as("it was seen just now, as far as it knows")
        .containsExactly(false);
    Nodes hasty = new Nodes(database, "one", Duration.ofMillis(0));
    hasty.seen();
    assertThat(two.list()).extracting(Node::alive).containsExactly(true);
  }
}
