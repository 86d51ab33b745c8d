package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.DroppedFile;
import org.mailcaravan.model.Event;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.status.LostAnswer;
import org.mailcaravan.server.TestClock;
import org.mailcaravan.store.Tellings.Telling;

/** On H2; {@code PostgresTellingsTest} runs all of it on PostgreSQL. */
class TellingsTest {
  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final Set<MigrationMessage> ALL = EnumSet.allOf(MigrationMessage.class);
  private static final Receiver HOOK = new Receiver("webhook", ALL, Receiver.Reach.ALL);
  private static final Receiver DESK = new Receiver("zammad", ALL, Receiver.Reach.WITH_TICKET);
  private static final Receiver MAIL =
      new Receiver("mail", EnumSet.of(MigrationMessage.COMPLETE), Receiver.Reach.BY_MAIL);
  private static final TellingFailure DOWN =
      new TellingFailure("it cannot be reached", false, true, null);

  private Database database;
  private String address = "";

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  @BeforeEach
  void openDatabase() {
    address = newDatabase();
    database = Database.open(address, user(), Secret.of(""));
    for (String node : List.of("one", "two")) {
      new Nodes(database, node, LEASE).register("run", "1");
    }
    for (String id : List.of("m", "n")) {
      new LifeRows(database).migration(id);
    }
    int unused = set("update migration set stage = 'WAITING_FOR_CUTOVER'");
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private Events events() {
    return new Events(database, "one");
  }

  private Tellings node(String name, Receiver... receivers) {
    return new Tellings(
        database,
        new Events(database, name),
        name,
        LEASE,
        List.of(receivers),
        2,
        Clock.systemUTC());
  }

  private void happens(String migration, String... states) {
    for (String state : states) {
      events().add("migration", "test", migration, null, null, null, state, "as " + state);
    }
  }

  private int set(String change) {
    return database.jdbc().sql(change).update();
  }

  private List<String> queued() {
    return database
        .jdbc()
        .sql("select receiver, migration_id, message from telling order by receiver, event_number")
        .query((row, number) -> row.getString(1) + " " + row.getString(2) + " " + row.getString(3))
        .list();
  }

  private @Nullable Telling next(Tellings tellings, String receiver) {
    return tellings.due(receiver).stream()
        .flatMap(id -> tellings.take(id).stream())
        .findFirst()
        .orElse(null);
  }

  private static Telling must(@Nullable Telling telling) {
    return Objects.requireNonNull(telling, "nothing is due");
  }

  /** What a receiver is given until nothing is due. */
  private List<String> given(Tellings tellings, String receiver) {
    return Stream.iterate(
            next(tellings, receiver), each -> each != null, each -> next(tellings, receiver))
        .peek(tellings::sent)
        .map(each -> each.migration() + " " + each.message().id())
        .toList();
  }

  @Test
  void everyReceiverIsQueuedWhatItWantsOfWhatItKnowsOnce() {
    set("update request set ticket = '17' where id = 'n'");
    Answers answers =
        new Answers(database, events(), "one", LEASE, Clock.systemUTC(), 10, Duration.ZERO);
    answers.queue(
        Answers.Answer.of(
            "m",
            new ReplyTo(
                "a".repeat(64), "a@b.example", "Move", "<1@b>", List.of(), List.of(), null)));
    happens("m", "OPENED", "COPYING", "ENDED", "COPYING", "COMPLETE", "CUTOVER", "CUTOVER");
    happens("n", "COPYING", "COMPLETE");
    Tellings tellings = node("one", HOOK, DESK, MAIL);
    tellings.turn();
    List<String> expected =
        List.of(
            "mail m COMPLETE",
            "webhook m ACCEPTED",
            "webhook m STARTED",
            "webhook m COMPLETE",
            "webhook m CUTOVER",
            "webhook m CUTOVER",
            "webhook n STARTED",
            "webhook n COMPLETE",
            "zammad n STARTED",
            "zammad n COMPLETE");
    assertThat(queued()).isEqualTo(expected);
    tellings.turn();
    node("two", HOOK, DESK, MAIL).turn();
    happens("m", "COPYING");
    tellings.turn();
    assertThat(queued()).as("read again, and started again").isEqualTo(expected);
  }

  @Test
  void nobodyIsToldOfTheMigrationOfACommandNorOfWhatHappenedBeforeItWasAReceiver() {
    set("update migration set only_node = 'command-1' where id = 'n'");
    happens("m", "OPENED");
    node("one").turn();
    happens("n", "OPENED");
    happens("m", "COMPLETE");
    node("one", HOOK).turn();
    assertThat(queued()).containsExactly("webhook m COMPLETE");
  }

  @Test
  void aCutoverThatIsSeenWhileItIsCopiedIsToldWhenAllIsHere() {
    Tellings tellings = node("one", HOOK);
    set("update migration set stage = 'COPYING'");
    happens("m", "OPENED", "COPYING", "CUTOVER", "LAPSED", "CUTOVER");
    tellings.turn();
    assertThat(queued()).containsExactly("webhook m ACCEPTED", "webhook m STARTED");
    set("update migration set stage = 'FINAL_PASSES'");
    happens("m", "FINAL_PASSES", "NEEDS_ATTENTION", "FINAL_PASSES");
    tellings.turn();
    happens("m", "FINAL_PASSES");
    tellings.turn();
    assertThat(queued())
        .containsExactly(
            "webhook m ACCEPTED",
            "webhook m STARTED",
            "webhook m CUTOVER",
            "webhook m NEEDS_ATTENTION");
    happens("m", "LAPSED", "CUTOVER", "FINAL_PASSES");
    tellings.turn();
    assertThat(queued()).hasSize(6).endsWith("webhook m LAPSED", "webhook m CUTOVER");
  }

  @Test
  void manyEventsAreReadInTurnsAndTwoNodesQueueEachOnce() {
    events()
        .addAll(
            IntStream.range(0, 3000)
                .mapToObj(
                    i ->
                        new Event(
                            "migration",
                            "test",
                            "m",
                            null,
                            null,
                            null,
                            i % 3 == 0 ? "CUTOVER" : "ENDED",
                            "why"))
                .toList());
    CompletableFuture.allOf(
            CompletableFuture.runAsync(node("one", HOOK)::turn),
            CompletableFuture.runAsync(node("two", HOOK)::turn))
        .join();
    assertThat(queued()).hasSize(1000);
  }

  @Test
  void theMessagesOfAMigrationGoInTheirOrderAndOthersDoNotWaitForThem() {
    happens("m", "OPENED", "COPYING");
    happens("n", "OPENED");
    Tellings tellings = node("one", HOOK);
    tellings.turn();
    Telling first = must(next(tellings, "webhook"));
    assertThat(first.message()).isEqualTo(MigrationMessage.ACCEPTED);
    tellings.notSent(first, new TellingFailure("no", false, false, null));
    assertThat(given(tellings, "webhook")).containsExactly("n accepted");

    int unused = set("update telling set due_at = current_timestamp where sent_at is null");
    Telling again = must(next(tellings, "webhook"));
    assertThat(again).isEqualTo(first);
    tellings.notSent(again, new TellingFailure("no such ticket", true, false, null));
    assertThat(given(tellings, "webhook")).as("that was given up").containsExactly("m started");
    assertThat(TellingFailures.lost(database, 9))
        .extracting(LostAnswer::recipient, LostAnswer::migration)
        .containsExactly(tuple("webhook", "m"));
  }

  @Test
  void aReceiverThatIsDownIsTriedOnceInAWhileAndNotOnceForEachMigration() {
    happens("m", "OPENED");
    happens("n", "OPENED");
    set("update request set ticket = '17'");
    Tellings tellings = node("one", HOOK, DESK);
    tellings.turn();
    for (int minutes : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
      Telling tried = must(next(tellings, "webhook"));
      tellings.notSent(tried, DOWN);
      assertThat(tellings.due("webhook")).isEmpty();
      happens("m", "CUTOVER");
      tellings.turn();
      assertThat(tellings.due("webhook")).as("what is new waits, too").isEmpty();
      for (int second : List.of(minutes * 60 - 5, 5)) {
        assertThat(tellings.due("webhook")).as(minutes + " minutes").isEmpty();
        int unused =
            set(
                "update telling set due_at = due_at - interval '"
                    + second
                    + "' second where receiver = 'webhook'");
      }
    }
    assertThat(tellings.due("zammad")).as("another one").hasSize(2);
    assertThat(given(tellings, "webhook")).as("all, as soon as it is back").hasSize(10);
  }

  @Test
  void aReceiverIsLeftAloneAsLongAsItAsks() {
    happens("m", "OPENED");
    Tellings tellings = node("one", HOOK);
    tellings.turn();
    Telling first = must(next(tellings, "webhook"));
    tellings.notSent(first, new TellingFailure("too many", false, true, Duration.ofMinutes(20)));
    int unused = set("update telling set due_at = due_at - interval '19' minute");
    assertThat(tellings.due("webhook")).isEmpty();
    unused = set("update telling set due_at = due_at - interval '1' minute");
    assertThat(tellings.due("webhook")).hasSize(1);
  }

  @Test
  void whatFailsForFourDaysIsGivenUpAndTold() {
    happens("m", "OPENED");
    Tellings tellings = node("one", HOOK);
    tellings.turn();
    int unused = set("update telling set queued_at = queued_at - interval '97' hour");
    tellings.notSent(must(next(tellings, "webhook")), DOWN);
    unused = set("update telling set due_at = current_timestamp, attempts = 9");
    Telling first = must(next(tellings, "webhook"));
    tellings.notSent(first, DOWN);
    assertThat(tellings.due("webhook")).isEmpty();
    assertThat(
            database
                .jdbc()
                .sql("select reason from event where kind = 'telling' and state = 'GIVEN_UP'")
                .query(String.class)
                .list())
        .containsExactly(
            "the message \"accepted\" of event %d could not be told to webhook, and is given up: it cannot be reached"
                .formatted(first.event()));
  }

  @Test
  void whatAProgramWasTellingWhenItDiedIsToldByAnother() {
    happens("m", "OPENED");
    Tellings one = node("one", HOOK);
    Tellings two = node("two", HOOK);
    one.turn();
    Telling taken = next(one, "webhook");
    assertThat(next(two, "webhook")).as("the first one lives").isNull();
    int unused =
        set(
            "update node set seen_at = current_timestamp - interval '61' second where name = 'one'");
    assertThat(next(two, "webhook")).isEqualTo(taken);
    assertThat(next(one, "webhook")).as("the other has it").isNull();
    two.recover();
    assertThat(next(two, "webhook")).as("it starts again").isEqualTo(taken);
  }

  @Test
  void whatADeadProgramWasTellingIsToldOnceByTheOneThatSharesItsDatabase() {
    TestClock now = TestClock.at(Instant.parse("2026-11-30T03:00:00Z"));
    Tellings one = node("one", HOOK);
    try (Database other = Database.open(address, user(), Secret.of(""))) {
      Tellings two =
          new Tellings(other, new Events(other, "two"), "two", LEASE, List.of(HOOK), 2, now);
      two.turn();
      happens("m", "OPENED", "COPYING");
      one.turn();
      Telling taken = must(next(one, "webhook"));

      now.pass(Duration.ofMinutes(2));
      two.turn();
      assertThat(two.receivers()).containsExactly("webhook");
      assertThat(given(two, "webhook")).as("within the lease").isEmpty();
      int unused =
          set(
              "update node set seen_at = current_timestamp - interval '61' second where name = 'one'");
      Telling again = must(next(two, "webhook"));
      assertThat(again).isEqualTo(taken);
      one.recover();
      assertThat(next(one, "webhook")).as("it has started again").isNull();
      two.sent(again);
      assertThat(given(two, "webhook")).containsExactly("m started");
      assertThat(given(one, "webhook")).isEmpty();
    }
  }

  @Test
  void whatAProgramHasLeftUnreadIsToldByAnotherWithinTwoMinutes() {
    TestClock now = TestClock.at(Instant.parse("2026-11-30T03:00:00Z"));
    Tellings two =
        new Tellings(database, new Events(database, "two"), "two", LEASE, List.of(HOOK), 2, now);
    two.turn();
    assertThat(two.receivers()).isEmpty();
    // Another program has its own count of what it has written.
    try (Database other = Database.open(address, user(), Secret.of(""))) {
      new Events(other, "one")
          .add("migration", "test", "m", null, null, null, "OPENED", "as OPENED");
    }
    now.pass(Duration.ofSeconds(119));
    two.turn();
    assertThat(queued()).isEmpty();
    now.pass(Duration.ofSeconds(1));
    two.turn();
    assertThat(two.receivers()).containsExactly("webhook");
    assertThat(given(two, "webhook")).containsExactly("m accepted");
    assertThat(two.receivers()).isEmpty();
  }

  @Test
  void aDroppedFileIsToldByTheProgramOfItsFolder() {
    Receiver drop = new Receiver("drop", ALL, Receiver.Reach.BY_FILE);
    new Answers(database, events(), "one", LEASE, Clock.systemUTC(), 10, Duration.ZERO)
        .queue(Answers.Answer.of("m", new DroppedFile("done/a.csv.answer.txt", null)));
    happens("m", "COMPLETE");
    happens("n", "COMPLETE");
    Tellings two = node("two", drop);
    two.turn();
    assertThat(given(two, "drop")).as("the folder of another").isEmpty();
    assertThat(given(node("one", drop), "drop")).as("its answer comes first").isEmpty();
    int unused = set("update answer set sent_at = current_timestamp");
    unused = set("update telling set due_at = current_timestamp");
    assertThat(given(node("one", drop), "drop")).containsExactly("m complete");
  }

  @Test
  void anAddressGetsSoManyMailsInAnHourAndTheOthersLater() {
    for (String id : List.of("m", "n")) {
      database
          .jdbc()
          .sql(
              "insert into answer (id, request_id, channel, recipient, subject, replies_to, thread, place,"
                  + " notes, language, queued_at, due_at, given_up) values (?, ?, 'mail', 'a@b.example', '',"
                  + " '', '', '', '', '', current_timestamp, current_timestamp, false)")
          .params(id.repeat(64), id)
          .update();
    }
    int unused = set("update answer set sent_at = current_timestamp");
    happens("m", "COMPLETE", "COMPLETE");
    happens("n", "COMPLETE");
    Tellings tellings = node("one", MAIL);
    tellings.turn();
    assertThat(given(tellings, "mail")).hasSize(2);
    assertThat(tellings.due("mail")).as("put off").isEmpty();
    unused = set("update telling set due_at = current_timestamp where sent_at is null");
    assertThat(given(tellings, "mail")).as("still too early").isEmpty();
    unused =
        set(
            "update telling set due_at = current_timestamp, sent_at = sent_at - interval '61' minute");
    assertThat(given(tellings, "mail")).hasSize(1);
  }

  /** Its customer is asked to send it again, in the same ticket. */
  @Test
  void aRequestOfWhichNothingCouldBeUsedIsNotTheEnd() {
    Tellings tellings = node("one", HOOK);
    happens("m", "CLOSED");
    tellings.turn();
    assertThat(queued()).isEmpty();
    String unused = new LifeRows(database).mailbox("m", 1, "anna", "COPIED");
    happens("m", "CLOSED");
    tellings.turn();
    assertThat(queued()).containsExactly("webhook m CLOSED");
  }

  @Test
  void whatManyMailboxesNeedOfTheCustomerIsOneMessage() {
    LifeRows rows = new LifeRows(database);
    for (int row = 1; row <= 40; row++) {
      rows.mailbox("m", row, "user" + row, "QUEUED");
      passFindsAWrongPassword(row);
    }
    Tellings tellings = node("one", HOOK);
    tellings.turn();
    assertThat(queued()).containsExactly("webhook m NEEDS_CUSTOMER");
    assertThat(tellings.due("webhook")).as("more may be found").isEmpty();

    // What is found later is told later, unless what waits tells it, too.
    int unused =
        set("update migration set needs_customer_at = current_timestamp - interval '26' minute");
    rows.mailbox("m", 41, "user41", "QUEUED");
    passFindsAWrongPassword(41);
    tellings.turn();
    assertThat(queued()).hasSize(2);
    unused = set("update telling set due_at = current_timestamp");
    assertThat(given(tellings, "webhook")).containsExactly("m needs-customer");
  }

  private void passFindsAWrongPassword(int row) {
    Problem wrong =
        new Problem(
            ProblemCode.WRONG_PASSWORD,
            Where.words("imap.old.example"),
            "the password is wrong",
            Owner.CUSTOMER,
            "Send it.");
    database.inTransaction(
        () ->
            new CustomerSteps(database, events())
                .foundByPass(
                    new ToldRequests(database)
                        .of("m", 100).first().stream()
                            .filter(each -> each.row() == row)
                            .findFirst()
                            .orElseThrow(),
                    List.of(wrong),
                    false));
  }
}
