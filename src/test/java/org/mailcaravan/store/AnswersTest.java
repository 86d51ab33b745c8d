package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.Caller;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.model.Where;

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

  /** A look at a mailbox of migration "m"; null where it goes on. */
  private void look(String mailbox, @Nullable Problem found) {
    int unused =
        database
            .jdbc()
            .sql(
                "insert into preflight (migration_id, mailbox_id, state, due_at, until_at, host, created_at)"
                    + " values ('m', ?, 'RUNNING', current_timestamp, current_timestamp, 'h', current_timestamp)")
            .param(mailbox)
            .update();
    if (found != null) {
      ends(mailbox, List.of(found));
    }
  }

  private void ends(String mailbox, List<Problem> found) {
    SideCheck side = new SideCheck(found.isEmpty(), 1, 1, 1);
    int unused =
        database
            .jdbc()
            .sql(
                "update preflight set state = 'ENDED', ended_at = current_timestamp, findings = ?"
                    + " where mailbox_id = ?")
            .params(StoredJson.write(new Preflight(side, side, found, List.of())), mailbox)
            .update();
    // As the last look of a migration does.
    set("update answer set due_at = current_timestamp where attempts = 0 and sent_at is null");
  }

  private static Problem problem(Owner owner) {
    return new Problem(ProblemCode.APP_PASSWORD_NEEDED, Where.words("a@b"), "no", owner, "Do it.");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "CUSTOMER,CUSTOMER,true",
        "-,CUSTOMER,true",
        "CUSTOMER,OLD_HOST,false",
        "CUSTOMER,-,false"
      })
  void whatTheCustomerMustFixIsToldOnceMoreWhenItIsFoundAfterTheAnswer(
      @Nullable Owner before, @Nullable Owner later, boolean isTold) {
    LifeRows rows = new LifeRows(database);
    rows.migration("m");
    String first = rows.mailbox("m", 1, "first", "NEW");
    String second = rows.mailbox("m", 2, "second", "NEW");
    look(second, null);
    look(first, before == null ? null : problem(before));
    String key = "b".repeat(64);
    Answers answers = node("one");
    answers.queue(
        Answers.Answer.of(
            "m", new ReplyTo(key, "a@b.example", "Move", "<1@b>", List.of(), List.of(), null)));
    set("update answer set due_at = current_timestamp");
    Answers.Answer told = answers.take(key).orElseThrow();
    assertThat(told.after()).isNull();
    answers.sent(told);

    assertThat(answers.due(true)).as("a look goes on").isEmpty();
    if (before == null) {
      ends(first, List.of());
    }
    ends(second, later == null ? List.of() : List.of(problem(later)));

    assertThat(answers.due(true)).containsExactly(key + "-501");
    Optional<Answers.Answer> next = answers.take(key + "-501");
    assertThat(next.isPresent()).isEqualTo(isTold);
    if (next.isPresent()) {
      ToldRequests.Found found =
          new ToldRequests(database)
              .foundAfter("m", Objects.requireNonNull(next.get().after()), 10);
      assertThat(found.first()).extracting(Mailbox::id).containsExactly(second);
      assertThat(found.count()).isEqualTo(1);
      answers.sent(next.get());
    }
    assertThat(answers.due(true)).as("there is never a third").isEmpty();
    assertThat(answers.ofRequest("m").orElseThrow().answer().id()).isEqualTo(key);
  }

  @Test
  void whatIsRefusedForGoodIsGivenUpAtOnceAndAnythingElseAfterFourDays() {
    String key = queued();
    Answers answers = node("one");
    answers.notSent(answers.take(key).orElseThrow(), "it cannot be reached", false);
    assertThat(Answers.lost(database, 10)).isEmpty();
    set("update answer set due_at = current_timestamp");
    assertThat(answers.due(true)).containsExactly(key);
    answers.notSent(answers.take(key).orElseThrow(), "550 no such user", true);
    set("update answer set due_at = current_timestamp");
    assertThat(answers.due(true)).isEmpty();
    assertThat(Answers.lost(database, 10))
        .singleElement()
        .satisfies(lost -> assertThat(lost.recipient()).isEqualTo("a@b.example"));
    assertThat(new Events(database, "one").after(0, 10))
        .filteredOn(event -> event.event().kind().equals("answer"))
        .extracting(event -> event.event().reason())
        .containsExactly(
            "the answer to a@b.example could not be given, and is tried again for 4 days in all: it cannot be reached",
            "the answer to a@b.example could not be given, and is given up: 550 no such user");

    set("update answer set given_up = false, queued_at = current_timestamp - interval '5' day");
    answers.notSent(answers.take(key).orElseThrow(), "it cannot be reached", false);
    assertThat(Answers.lost(database, 10)).hasSize(1);
  }
}
