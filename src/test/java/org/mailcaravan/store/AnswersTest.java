package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.Caller;
import org.mailcaravan.model.DroppedFile;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Sender;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.status.Steered;
import org.mailcaravan.model.status.Target;

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

  private static final Duration ANY = Duration.ofMinutes(15);
  private static final String KEY = "b".repeat(64);

  private PreflightRows looks(boolean createsMailboxes) {
    Hosts hosts = new Hosts(database, "one", new HostLimits(8));
    return new PreflightRows(
        database, "one", hosts, new Events(database, "one"), ANY, ANY, createsMailboxes);
  }

  private static final Problem AT_CUSTOMER =
      problem(ProblemCode.APP_PASSWORD_NEEDED, Owner.CUSTOMER);
  private static final Problem MISSING = problem(ProblemCode.NO_MAILBOX, Owner.US);
  private static final Problem AT_PROVIDER = problem(ProblemCode.SERVER_DOWN, Owner.OLD_HOST);
  private static final Problem WRONG = problem(ProblemCode.WRONG_PASSWORD, Owner.CUSTOMER);
  private static final Problem NEW_WRONG = problem(ProblemCode.WRONG_PASSWORD, Owner.US);

  private static final Problem BROKEN_FILE = problem(ProblemCode.OTHER, Owner.CUSTOMER);

  private static Problem problem(ProblemCode code, Owner owner) {
    return new Problem(code, Where.words("a@b"), "no", owner, "Do it.");
  }

  /** A request with a look at each of its mailboxes, and its answer, due now. */
  private List<PreflightRows.Taken> request(int mailboxes, Sender to) {
    LifeRows rows = new LifeRows(database);
    rows.migration("m");
    for (int row = 1; row <= mailboxes; row++) {
      long unused = rows.pass(rows.mailbox("m", row, "user" + row, "QUEUED"), "m", "WAITING", null);
    }
    // Else not all of them are looked at at once.
    set("update pass set host = mailbox_id");
    PreflightRows looks = looks(false);
    database.inTransaction(() -> looks.open("m"));
    node("one").queue(Answers.Answer.of("m", to));
    set("update answer set due_at = current_timestamp");
    return Stream.generate(looks::next).limit(mailboxes).map(Optional::orElseThrow).toList();
  }

  private static Sender mail() {
    return new ReplyTo(KEY, "a@b.example", "Move", "<1@b>", List.of(), List.of(), null);
  }

  private void ends(PreflightRows.Taken look, boolean createsMailboxes, Problem... found) {
    SideCheck old = new SideCheck(true, 1, 1, 1);
    SideCheck other = new SideCheck(found.length == 0, 1, 1, 1);
    Preflight all = new Preflight(old, other, List.of(found), List.of());
    assertThat(looks(createsMailboxes).end(look, all, true, "words")).isTrue();
  }

  private void give(String id) {
    Answers answers = node("one");
    assertThat(answers.due(true)).containsExactly(id);
    answers.sent(answers.take(id).orElseThrow());
  }

  private List<String> toldBy(String id) {
    return new ToldRequests(database)
        .stepsOf("m", id, 10).first().stream().map(Mailbox::id).toList();
  }

  private void passEnds(String mailbox, boolean worked, Problem... problems) {
    Mailbox of =
        new ToldRequests(database)
            .of("m", 10).first().stream()
                .filter(each -> each.id().equals(mailbox))
                .findFirst()
                .orElseThrow();
    database.inTransaction(
        () ->
            new CustomerSteps(database, new Events(database, "one"))
                .foundByPass(of, List.of(problems), worked));
    set("update answer set due_at = current_timestamp where sent_at is null");
  }

  static List<Arguments> findings() {
    return List.of(
        Arguments.of(false, List.of(AT_CUSTOMER), true),
        Arguments.of(false, List.of(AT_PROVIDER), false),
        Arguments.of(false, List.of(), false),
        Arguments.of(false, List.of(MISSING), true),
        Arguments.of(true, List.of(MISSING), false),
        Arguments.of(true, List.of(MISSING, AT_CUSTOMER), true));
  }

  @ParameterizedTest
  @MethodSource("findings")
  void whatLooksFindAfterTheAnswerIsToldInAnotherIfTheCustomerHasToDoSomething(
      boolean createsMailboxes, List<Problem> found, boolean isTold) {
    List<PreflightRows.Taken> looks = request(3, mail());
    ends(looks.get(0), createsMailboxes, AT_CUSTOMER);
    give(KEY);
    assertThat(node("one").due(true)).as("looks go on").isEmpty();

    ends(looks.get(1), createsMailboxes, found.toArray(Problem[]::new));
    assertThat(node("one").due(true)).as("a look goes on").isEmpty();
    ends(looks.get(2), createsMailboxes);

    if (isTold) {
      assertThat(toldBy(KEY + "-501")).as("nobody has written it yet").isEmpty();
      give(KEY + "-501");
      assertThat(toldBy(KEY + "-501")).containsExactly("m.2");
    }
    assertThat(node("one").due(true)).isEmpty();
    assertThat(node("one").ofRequest("m").orElseThrow().answer().id()).isEqualTo(KEY);
  }

  @Test
  void whatIsFoundWhileAnAnswerIsWrittenIsInTheNextOne() {
    List<PreflightRows.Taken> looks = request(1, mail());
    Answers.Answer written = node("one").take(KEY).orElseThrow();
    ends(looks.get(0), false, WRONG);
    node("one").sent(written);
    give(KEY + "-501");
    assertThat(toldBy(KEY + "-501")).containsExactly("m.1");
    assertThat(node("one").due(true)).isEmpty();
  }

  @Test
  void anAnswerThatIsTriedAgainTellsWhatItToldBefore() {
    List<PreflightRows.Taken> looks = request(2, mail());
    give(KEY);
    ends(looks.get(0), false, WRONG);
    ends(looks.get(1), false, WRONG);
    Answers answers = node("one");
    answers.notSent(answers.take(KEY + "-501").orElseThrow(), "it cannot be reached", false);
    passEnds("m.2", true);
    give(KEY + "-501");
    assertThat(toldBy(KEY + "-501")).as("the second one was fixed").containsExactly("m.1");
  }

  @Test
  void whatIsFixedOrCancelledBeforeAnAnswerTellsItIsToldByNone() {
    List<PreflightRows.Taken> looks = request(4, mail());
    give(KEY);
    looks.forEach(look -> ends(look, false, WRONG));
    Controls controls = new Controls(database, new Events(database, "one"));
    assertThat(node("one").due(true)).containsExactly(KEY + "-501");

    passEnds("m.1", true);
    Steered unused = controls.passwordCame("m.2", Side.SOURCE, "a@b.example", () -> {});
    unused = controls.cancel(Target.mailbox("m.3"), "test");
    assertThat(node("one").take(KEY + "-501")).isPresent();
    assertThat(toldBy(KEY + "-501")).containsExactly("m.4");
    set("update answer set due_at = current_timestamp, taken_by = null where sent_at is null");
    unused = controls.cancel(Target.migration("m"), "test");
    assertThat(node("one").take(KEY + "-501")).isEmpty();
    assertThat(node("one").due(true)).isEmpty();
  }

  @Test
  void nobodyIsAskedForAnythingAfterTheClosing() {
    List<PreflightRows.Taken> looks = request(2, mail());
    give(KEY);
    ends(looks.get(0), false, WRONG);
    Steered unused = new Controls(database, new Events(database, "one")).close("m", "test");
    ends(looks.get(1), false, WRONG);
    set("update answer set due_at = current_timestamp, taken_by = null where sent_at is null");
    assertThat(node("one").take(KEY + "-501")).isEmpty();
    assertThat(node("one").due(true)).isEmpty();
  }

  @Test
  void anAnswerWhoseStepsAreDoneWhileItIsWrittenIsDeleted() {
    List<PreflightRows.Taken> looks = request(2, mail());
    give(KEY);
    looks.forEach(look -> ends(look, false, WRONG));
    Controls controls = new Controls(database, new Events(database, "one"));
    set("update answer set due_at = current_timestamp where sent_at is null");
    Answers answers = node("one");
    Answers.Answer written = answers.take(KEY + "-501").orElseThrow();

    Steered unused = controls.passwordCame("m.1", Side.SOURCE, "a@b.example", () -> {});
    assertThat(answers.isNeedless(written)).as("it tells of the other").isFalse();
    unused = controls.passwordCame("m.2", Side.SOURCE, "a@b.example", () -> {});
    assertThat(answers.isNeedless(written)).isTrue();
    set("update answer set due_at = current_timestamp, taken_by = null where sent_at is null");
    assertThat(answers.due(true)).isEmpty();
    assertThat(answers.isNeedless(Answers.Answer.of("m", mail()))).as("the first one").isFalse();
  }

  @Test
  void aPasswordIsOfOneSideAndWhatTheOtherRefusesStays() {
    List<PreflightRows.Taken> looks = request(2, mail());
    give(KEY);
    looks.forEach(look -> ends(look, false, WRONG, NEW_WRONG));
    set("update answer set due_at = current_timestamp where sent_at is null");
    give(KEY + "-501");
    AnswerThreads threads = new AnswerThreads(database);
    AnswerThreads.Refused both = new AnswerThreads.Refused(true, true);
    assertThat(List.of(threads.refused("m.1"), threads.refused("m.2"))).containsOnly(both);
    set(
        "update pass set attempts = 3, reason = 'refused', due_at = timestamp '2100-01-01 00:00:00'");
    Controls controls = new Controls(database, new Events(database, "one"));

    Steered unused = controls.passwordCame("m.1", Side.SOURCE, "a@b.example", () -> {});
    assertThat(threads.refused("m.1")).isEqualTo(new AnswerThreads.Refused(false, true));
    assertThat(attempts("m.1")).isZero();

    unused = controls.passwordCame("m.2", Side.DESTINATION, "a@b.example", () -> {});
    assertThat(threads.refused("m.2")).isEqualTo(new AnswerThreads.Refused(true, false));
    assertThat(attempts("m.2")).as("the refused one is not tried again").isEqualTo(3);
    unused = controls.passwordCame("m.2", Side.SOURCE, "a@b.example", () -> {});
    assertThat(attempts("m.2")).isZero();
  }

  private int attempts(String mailbox) {
    return database
        .jdbc()
        .sql("select attempts from pass where mailbox_id = ?")
        .param(mailbox)
        .query(Integer.class)
        .single();
  }

  @Test
  void aLoginThatIsRefusedInALaterPassIsToldOnceUntilOneWorks() {
    request(2, mail()).forEach(look -> ends(look, false));
    give(KEY);
    passEnds("m.1", true);
    assertThat(node("one").due(true)).isEmpty();

    passEnds("m.1", false, WRONG);
    give(KEY + "-501");
    assertThat(toldBy(KEY + "-501")).containsExactly("m.1");
    for (int pass = 0; pass < 3; pass++) {
      passEnds("m.1", false, WRONG);
    }
    passEnds("m.2", false, AT_PROVIDER);
    assertThat(node("one").due(true)).as("the same is not told again").isEmpty();

    passEnds("m.1", true);
    passEnds("m.1", false, WRONG);
    give(KEY + "-1001");
    assertThat(toldBy(KEY + "-1001")).containsExactly("m.1");
    assertThat(new AnswerThreads(database).messageId(KEY + "-1001", "our.example"))
        .matches("<answer\\.b{16}-1001\\.\\p{XDigit}{20}@our\\.example>");
  }

  @Test
  void allThatALookFindsIsToldThoughItIsOfOneKind() {
    List<PreflightRows.Taken> looks = request(1, mail());
    give(KEY);
    ends(looks.get(0), false, AT_CUSTOMER, AT_CUSTOMER, WRONG);
    give(KEY + "-501");
    assertThat(new ToldRequests(database).stepsOf("m", KEY + "-501", 10).steps().get("m.1"))
        .extracting(Problem::code)
        .containsExactly(AT_CUSTOMER.code(), AT_CUSTOMER.code(), WRONG.code());
  }

  @Test
  void whatALookHasToldIsNotToldAgainByThePassThatFollows() {
    List<PreflightRows.Taken> looks = request(1, mail());
    ends(looks.get(0), false, WRONG);
    give(KEY);
    passEnds("m.1", false, WRONG);
    assertThat(node("one").due(true)).isEmpty();
  }

  @Test
  void whichPasswordWasAskedForIsKnown() {
    List<PreflightRows.Taken> looks = request(3, mail());
    ends(looks.get(0), false, MISSING);
    ends(looks.get(1), false, MISSING, WRONG);
    AnswerThreads threads = new AnswerThreads(database);
    assertThat(threads.refused("m.1")).as("not told").isEqualTo(refused(false, false));
    give(KEY);
    assertThat(threads.refused("m.1")).isEqualTo(refused(false, true));
    assertThat(threads.refused("m.2")).isEqualTo(refused(true, true));
    assertThat(threads.refused("m.3")).isEqualTo(refused(false, false));
    set("update pass set waits_for = 'PASSWORD' where mailbox_id = 'm.1'");
    assertThat(threads.refused("m.1")).isEqualTo(refused(true, true));
  }

  private static AnswerThreads.Refused refused(boolean atOld, boolean atNew) {
    return new AnswerThreads.Refused(atOld, atNew);
  }

  @Test
  void whatAPassCannotFixIsToldThoughItHasCopied() {
    List<PreflightRows.Taken> looks = request(2, mail());
    give(KEY);
    ends(looks.get(0), false, BROKEN_FILE, WRONG);
    passEnds("m.1", true, BROKEN_FILE);

    ends(looks.get(1), false);
    give(KEY + "-501");
    ToldRequests.Steps told = new ToldRequests(database).stepsOf("m", KEY + "-501", 10);
    assertThat(told.steps().get("m.1")).containsExactly(BROKEN_FILE);
    assertThat(told.count()).isEqualTo(1);
    assertThat(told.ofMigration()).as("its answer has to name the mailbox").isEqualTo(2);
  }

  @Test
  void theFirstAnswerTellsWhatTheLookAndThePassHaveFound() {
    List<PreflightRows.Taken> looks = request(2, mail());
    ends(looks.get(0), false, BROKEN_FILE);
    ends(looks.get(1), false, BROKEN_FILE);
    passEnds("m.1", false, WRONG);

    ToldRequests requests = new ToldRequests(database);
    assertThat(requests.foundByPasses("m", requests.of("m", 10).first()))
        .isEqualTo(Map.of("m.1", List.of(BROKEN_FILE, WRONG)));
  }

  @Test
  void laterAnswersOfOneRequestComeToAnEnd() {
    request(1, mail()).forEach(look -> ends(look, false));
    give(KEY);
    for (int time = 1; time <= 30; time++) {
      passEnds("m.1", true);
      passEnds("m.1", false, WRONG);
      List<String> due = node("one").due(true);
      assertThat(due).hasSize(time <= 15 ? 1 : 0);
      due.forEach(this::give);
    }
  }

  @Test
  void onTheApiNoAnswerFollowsAndBesideAFileEachHasItsNumber() {
    request(1, new Caller(null, List.of(), null)).forEach(look -> ends(look, false));
    give("api:m");
    passEnds("m.1", false, WRONG);
    assertThat(node("one").due(true)).isEmpty();

    set("update answer set channel = 'drop', place = 'done/a.csv.answer.txt'");
    passEnds("m.1", true);
    passEnds("m.1", false, WRONG);
    give("api:m:2");
    passEnds("m.1", true);
    passEnds("m.1", false, WRONG);
    assertThat(node("one").take("api:m:3").orElseThrow().to())
        .isEqualTo(new DroppedFile("done/a.csv.answer.3.txt", null));
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
