package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.Notice;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Side;
import org.mailcaravan.policies.Policies;
import org.mailcaravan.store.AnswerThreads;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Controls;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.NamedBefore;
import org.mailcaravan.store.PasswordTrials;

class OrdersTest {
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private Database database;

  @BeforeEach
  void openDatabase() {
    database =
        Database.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", Secret.of(""));
    set("set referential_integrity false");
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private void set(String change) {
    int unused = database.jdbc().sql(change).update();
  }

  /** What an answer has told of the mailbox. */
  private void told(String code, String owner) {
    set(
        """
        insert into customer_step (mailbox_id, migration_id, code, by_pass, told_by, problem)
        values ('m.1', 'm', '%1$s', false, 'a', '{"code":"%1$s","place":{"kind":"words","words":"it"},
          "cause":"no","owner":"%2$s","nextStep":"Do it."}')
        """
            .formatted(code, owner));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Refused at: old, new; the password sent; own ones at the new server; tried at; told
        "false | true  | old | true  |             | lets us in to a@b.example, so the password was not tried there. If it is",
        "false | true  | old | false |             | lets us in to a@b.example, so the password was not tried there. You need not",
        "false | true  | new | true  | DESTINATION | works, and its mailbox goes on.",
        "true  | true  | old | true  | SOURCE      | works. At the new server we still cannot",
        "true  | true  | new | true  | DESTINATION | works. We still need the right one at the old provider.",
        "true  | false | new | true  |             | We wait for the password of a@b.example at the old provider, so this one was",
        "true  | false | old | true  | SOURCE      | works, and its mailbox goes on.",
        "false | false | old | true  | SOURCE      | works, and its mailbox goes on.",
      })
  void aPasswordGoesOnlyWhereOneWasAskedFor(
      boolean atOld, boolean atNew, String which, boolean own, String tried, String expected) {
    if (atOld) {
      told("WRONG_PASSWORD", "CUSTOMER");
    }
    if (atNew) {
      told("NO_MAILBOX", "US");
    }
    List<String> sides = new ArrayList<>();
    Events events = new Events(database, "one");
    Orders orders =
        new Orders(
            database,
            new Answers(
                database, events, "one", Duration.ofMinutes(1), CLOCK, 10, Duration.ofMinutes(1)),
            new AnswerThreads(database),
            new Controls(database, events),
            (id, side, password, actor) -> {
              sides.add(side.name());
              return true;
            },
            new PasswordTrials(database, events),
            own,
            () -> {},
            CLOCK,
            new Schedule(
                ZoneOffset.UTC,
                new Notice(Duration.ZERO, Duration.ZERO),
                null,
                Policies.NONE,
                false,
                new NamedBefore(database),
                CLOCK));
    Order order =
        new Order(
            new AnswerThreads.Known(
                "m",
                Instant.EPOCH,
                List.of(new AnswerThreads.Named("m.1", "a@b.example", "a@b.example")),
                null),
            false,
            "",
            List.of(new Order.NewPassword("", which.equals("old"), Secret.of("pw"))),
            false);
    String key = "a".repeat(64);
    ReplyTo to = new ReplyTo(key, "a@b.example", "Re", "<1@b>", List.of(), List.of(), null);

    orders.carryOut(new MailRequests.Part(null, to, List.of(), order));

    assertThat(sides).isEqualTo(tried == null ? List.of() : List.of(Side.valueOf(tried).name()));
    assertThat(
            database
                .jdbc()
                .sql("select notes from answer where id = ?")
                .param(key)
                .query(String.class)
                .single())
        .contains(expected);
  }
}
