package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Caller;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.model.Secret;

/** On H2; {@code PostgresAnswersTest} runs all of it on PostgreSQL. */
class AnswersTest {
  private static final Duration LEASE = Duration.ofSeconds(60);

  private Database database;

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    for (String node : List.of("one", "two")) {
      new Nodes(database, node, LEASE).register("run", "1");
    }
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private Answers node(String name) {
    return new Answers(
        database,
        new Events(database, name),
        name,
        LEASE,
        Clock.systemUTC(),
        10,
        Duration.ofMinutes(5));
  }

  private String queued() {
    String key = "a".repeat(64);
    node("one")
        .queue(
            Answers.Answer.ofUnread(
                new ReplyTo(
                    key, "a@b.example", "Move", "<1@b>", List.of(), List.of(), Language.GERMAN),
                List.of()));
    return key;
  }

  private void set(String change) {
    int unused = database.jdbc().sql(change).update();
  }

  @Test
  void anAnswerThatAProgramWasGivingWhenItDiedIsGivenByAnotherWhenItsLeaseIsOver() {
    String key = queued();
    assertThat(node("one").take(key)).isPresent();
    assertThat(node("two").due(true)).as("the first one lives").isEmpty();
    assertThat(node("two").take(key)).isEmpty();

    set("update node set seen_at = current_timestamp - interval '61' second where name = 'one'");

    assertThat(node("two").due(true)).containsExactly(key);
    assertThat(node("two").take(key)).isPresent();
    assertThat(node("one").take(key)).as("the second one has it").isEmpty();
  }

  @Test
  void aProgramThatStartsAgainGivesWhatItWasGivingAtOnce() {
    String key = queued();
    assertThat(node("one").take(key)).isPresent();
    assertThat(node("one").due(true)).isEmpty();

    node("two").recover();
    assertThat(node("one").due(true)).as("it is not of the other").isEmpty();
    node("one").recover();

    assertThat(node("one").due(true)).containsExactly(key);
    Answers.Answer again = node("one").take(key).orElseThrow();
    node("one").sent(again);
    node("one").recover();
    assertThat(node("one").due(true)).isEmpty();
  }

  @Test
  void anAnswerKeepsTheLanguageOfItsRequest() {
    assertThat(node("one").take(queued()).orElseThrow().to().language()).isEqualTo(Language.GERMAN);
    new LifeRows(database).migration("m");
    node("one").queue(Answers.Answer.of("m", new Caller(null, List.of(), null)));
    assertThat(node("one").ofRequest("m").orElseThrow().answer().to().language()).isNull();
  }
}
