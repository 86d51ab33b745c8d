package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.server.Behaviours.after;
import static org.mailcaravan.server.Behaviours.appending;
import static org.mailcaravan.server.Behaviours.fetching;
import static org.mailcaravan.server.Behaviours.first;
import static org.mailcaravan.server.Behaviours.instead;
import static org.mailcaravan.server.Behaviours.login;
import static org.mailcaravan.server.Behaviours.named;
import static org.mailcaravan.server.Behaviours.refusing;
import static org.mailcaravan.server.Behaviours.telling;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.HostAccount;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.HostMessage;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.Messages;

/** A server that asks for time gets it: no storm of commands and logins, and one problem. */
@Lengthy
class ThrottlingTest extends BetweenHosts {
  private static final String MICROSOFT =
      "Request is throttled. Suggested Backoff Time: 299961 milliseconds";
  private static final OffsetDateTime MIDNIGHT = OffsetDateTime.parse("2020-02-02T00:00:00Z");

  private static final String GMAIL =
      "[OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)";

  @BeforeEach
  void fill() {
    Messages mail = new Messages(1);
    for (String name : new String[] {"INBOX", "Archive", "Sent"}) {
      for (int i = 0; i < 20; i++) {
        from.folder(name).put(mail.next(), Set.of(), mail.date());
      }
    }
  }

  private static Predicate<ImapCommand> contents() {
    return ImapCommand::fetchesContent;
  }

  private static List<String> octets(HostAccount account, String name) {
    return account.folder(name).messages().stream().map(HostMessage::octets).toList();
  }

  private void assertAllIsThereInAnyOrder() {
    for (String name : List.of("INBOX", "Archive", "Sent")) {
      assertThat(octets(to, name)).containsExactlyInAnyOrderElementsOf(octets(from, name));
    }
  }

  private void assertAllIsThere() {
    assertThat(to.snapshot().differencesFrom(from.snapshot())).isEmpty();
  }

  @Test
  void theTimeBeforeAByeThatNamesNoneIsWaitedFor() {
    source.behaves(instead(first(1, contents()), byeAfter(MICROSOFT)));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems()).isEmpty();
    assertThat(result.state()).isEqualTo(MailboxState.COPIED);
    assertAllIsThere();
    assertThat(logins(source)).isEqualTo(2);
    assertThat(caravan.clock().passed())
        .isBetween(Duration.ofSeconds(299), Duration.ofSeconds(301));
  }

  @ParameterizedTest
  @CsvSource({"MULTIAPPEND, false", "MULTIAPPEND, true", "none, false"})
  void whatWasStoredBeforeOurServerAsksForHoursAndHangsUpCountsAsCopied(
      String without, boolean bye) {
    destination.without(without);
    AtomicInteger stored = new AtomicInteger();
    destination.behaves(
        (command, usual) -> {
          if (!command.is("APPEND")) {
            return usual.get();
          }
          if (stored.addAndGet(command.given().size()) <= 27) {
            return usual.get();
          }
          String words = "Request is throttled. Suggested Backoff Time: 36000000 milliseconds";
          return bye ? byeAfter(words) : Answer.no(words).thenHangUp();
        });

    MailboxResult result = caravan.pass(source.port());

    long there =
        Stream.of("INBOX", "Archive", "Sent").mapToLong(name -> octets(to, name).size()).sum();
    assertThat(result.copied()).isEqualTo(there).isGreaterThan(0);
    assertThat(result.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.THROTTLED));
    destination.behavesWell();
    caravan.obeyWaits(false);
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    assertAllIsThereInAnyOrder();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoWatchesIsToldOnceOfEachWaitAndWhenItGoesOn(boolean ours) {
    (ours ? destination : source)
        .behaves(
            refusing(
                first(1, ours ? named("APPEND") : contents()),
                "NO [THROTTLED] wait 2 minutes, please"));

    caravan.pass(source.port());

    assertThat(caravan.told())
        .containsExactly(
            "waits: 127.0.0.1 asks for time: NO [THROTTLED] wait 2 minutes, please", "goes on");
  }

  /** A warning without the answer, and an alert before a refusal that gives no reason. */
  @ParameterizedTest
  @CsvSource({
    "source, LIST",
    "source, EXAMINE",
    "source, UID FETCH",
    "destination, LIST",
    "destination, SELECT",
    "destination, CREATE",
    "destination, APPEND",
  })
  void aTimeThatIsToldBesideTheAnswerIsObeyed(String side, String command) {
    ImapHost host = side.equals("source") ? source : destination;
    String said = "Request is throttled. Suggested Backoff Time: 120000 milliseconds";
    List<Answer> answers =
        List.of(
            Answer.no("failed").after("OK [ALERT] " + said),
            Answer.no("failed").after("NO " + said),
            Answer.ok("done").after("NO " + said));
    // What makes no answer of its own is not believed to have failed.
    for (Answer answer : command.equals("CREATE") ? answers.subList(0, 2) : answers) {
      Duration before = caravan.clock().passed();
      from.folder("New " + answers.indexOf(answer))
          .put(from.folder("INBOX").messages().get(0).octets(), Set.of(), MIDNIGHT);
      host.behaves(instead(first(2, named(command)), answer));

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems()).as("%s", answer).isEmpty();
      assertThat(result.state()).as("%s", answer).isEqualTo(MailboxState.COPIED);
      assertThat(caravan.clock().passed().minus(before))
          .as("%s", answer)
          .isBetween(Duration.ofSeconds(119), Duration.ofSeconds(242));
    }
    assertAllIsThereInAnyOrder();
  }

  @Test
  void theWordsOfAWarningAreToldWithTheMessageThatDoesNotCome() {
    source.behaves(
        telling(
            fetching(List.of(3L)),
            answer ->
                answer
                    .mapped(response -> Answer.uid(response) == 3 ? null : response)
                    .after("NO mail file is corrupt")));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.copied()).isEqualTo(57);
    assertThat(result.problems())
        .anySatisfy(told -> assertThat(told.cause()).contains("mail file is corrupt"));
  }

  /** Wherever it is said, and whether or not a BYE that says nothing comes after it. */
  @ParameterizedTest
  @CsvSource({
    "source, GREETING",
    "source, LOGIN AUTHENTICATE",
    "source, LIST",
    "source, EXAMINE",
    "source, UID FETCH",
    "destination, GREETING",
    "destination, LOGIN AUTHENTICATE",
    "destination, LIST",
    "destination, SELECT",
    "destination, CREATE",
    "destination, APPEND",
    "destination, UID FETCH",
  })
  void aTimeThatIsToldWithAHangUpIsObeyedWhereverItIsTold(String side, String commands) {
    String[] names = commands.equals("UID FETCH") ? new String[] {commands} : commands.split(" ");
    ImapHost host = side.equals("source") ? source : destination;
    String said = "Request is throttled. Suggested Backoff Time: 120000 milliseconds";
    for (String answer : List.of("BYE " + said, "BAD " + said + " | BYE closed")) {
      Duration before = caravan.clock().passed();
      from.folder("New " + answer.length())
          .put(from.folder("INBOX").messages().get(0).octets(), Set.of(), MIDNIGHT);
      host.behaves(instead(first(1, named(names)), hangingUp(answer)));

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems()).as(answer).isEmpty();
      assertThat(result.state()).as(answer).isEqualTo(MailboxState.COPIED);
      assertThat(caravan.clock().passed().minus(before))
          .as(answer)
          .isBetween(Duration.ofSeconds(119), Duration.ofSeconds(241));
    }

    from.folder("New").put(from.folder("INBOX").messages().get(1).octets(), Set.of(), MIDNIGHT);
    host.behaves(instead(named(names), hangingUp("BYE " + said)));
    assertThat(caravan.pass(source.port()).problems())
        .singleElement()
        .satisfies(told -> assertThat(told.code()).isEqualTo(ProblemCode.THROTTLED))
        .satisfies(told -> assertThat(told.cause()).contains(said))
        .satisfies(
            told ->
                assertThat(told.owner())
                    .isEqualTo(side.equals("source") ? Owner.OLD_HOST : Owner.US));
    assertThat(to.folders().keySet()).allMatch(from.folders()::containsKey);
  }

  /** The refusal, and at once a BYE that says nothing of the time. */
  private static Answer byeAfter(String refusal) {
    return Answer.bye("Connection closed. 14").after("BAD " + refusal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO " + GMAIL,
        "NO [ALERT] Wait 3 hours",
        "BAD " + GMAIL,
        "NO Zu viele Anfragen. Bitte versuchen Sie es in 45 Minuten erneut",
        "NO Too many bad requests; banned for 30 minutes",
      })
  void aLongWaitEndsThePassWithOneProblemAndNobodyLogsInBefore(String answer) {
    source.behaves(refusing(contents(), answer));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems()).hasSize(1);
    Problem problem = result.problems().get(0);
    assertThat(problem.code()).isEqualTo(ProblemCode.THROTTLED);
    assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST);
    assertThat(problem.cause()).contains(answer.substring(4)).containsPattern("\\d\\d:\\d\\d UTC");
    assertThat(source.commands().stream().filter(contents()).count()).isLessThanOrEqualTo(3);
    assertThat(logins(source)).isEqualTo(1);

    MailboxResult again = caravan.pass(source.port());

    assertThat(again.state()).isEqualTo(MailboxState.BLOCKED);
    assertThat(again.problems())
        .singleElement()
        .satisfies(told -> assertThat(told.code()).isEqualTo(ProblemCode.THROTTLED))
        .satisfies(told -> assertThat(told.nextStep()).contains("retry.obey-waits=false"))
        .satisfies(told -> assertThat(told.notBefore()).isNotNull());
    assertThat(logins(source)).isEqualTo(1);

    source.behavesWell();
    caravan.clock().pass(Duration.ofHours(7));
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
    assertAllIsThere();
  }

  @Test
  void aLimitOfADayIsToldByABye() {
    source.behaves(instead(contents(), Answer.bye(GMAIL)));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems())
        .singleElement()
        .satisfies(told -> assertThat(told.code()).isEqualTo(ProblemCode.THROTTLED));
    assertThat(logins(source)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO " + GMAIL,
        "NO [ALERT] Too many login attempts. Try again in 15 minutes.",
        "NO [AUTHENTICATIONFAILED] Too many authentication failures",
        "NO [INUSE] Your account is temporarily locked for 2 hours",
      })
  void aBanAtTheLoginIsSatOut(String answer) {
    source.behaves(refusing(login(), answer));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.state()).isEqualTo(MailboxState.BLOCKED);
    assertThat(result.problems())
        .singleElement()
        .satisfies(
            told ->
                assertThat(told.code()).isIn(ProblemCode.THROTTLED, ProblemCode.TOO_MANY_LOGINS));
    caravan.pass(source.port());
    assertThat(logins(source)).isEqualTo(1);

    source.behavesWell();
    caravan.clock().pass(Duration.ofHours(7));
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
  }

  @Test
  void aShortWaitAtTheLoginIsWaitedForWithinThePass() {
    source.behaves(refusing(first(1, login()), "NO [LIMIT] Please wait 60 seconds"));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems()).isEmpty();
    assertThat(result.state()).isEqualTo(MailboxState.COPIED);
    assertThat(logins(source)).isEqualTo(2);
    assertThat(caravan.clock().passed()).isGreaterThanOrEqualTo(Duration.ofSeconds(59));
  }

  @Test
  void aRefusedPasswordIsTriedOnce() {
    source.behaves(refusing(login(), "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems())
        .singleElement()
        .satisfies(told -> assertThat(told.code()).isEqualTo(ProblemCode.WRONG_PASSWORD));
    assertThat(logins(source)).isEqualTo(1);
  }

  @Test
  void refusedPasswordsAreCountedOverPassesUntilOneIsAccepted() {
    source.behaves(refusing(login(), "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"));

    assertThat(caravan.pass(source.port()).problems().get(0).cause()).doesNotContain("passes");
    caravan.pass(source.port());
    assertThat(caravan.pass(source.port()).problems().get(0).cause())
        .contains("Invalid credentials", " (refused in 3 runs since 20")
        .endsWith("UTC)");
    assertThat(logins(source)).isEqualTo(3);

    source.behavesWell();
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
    source.behaves(refusing(login(), "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"));
    assertThat(caravan.pass(source.port()).problems().get(0).cause()).doesNotContain("passes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO " + GMAIL,
        "NO [ALERT] Too many simultaneous connections, try again in 3 hours",
        "NO [LIMIT] Rate limit hit, try again in 3 hours",
        "NO Too many failed logins. Try again in 3 hours.",
        "NO Server is undergoing maintenance, try again in 3 hours",
      })
  void theNextStepSaysOnceWhenToRunTheRequestAgain(String answer) {
    source.behaves(refusing(login(), answer));

    assertThat(caravan.pass(source.port()).problems().get(0).nextStep().toLowerCase(Locale.ROOT))
        .containsOnlyOnce("the request again");
    assertThat(caravan.pass(source.port()).problems().get(0).nextStep().toLowerCase(Locale.ROOT))
        .containsOnlyOnce("the request again");
  }

  @Test
  void whoDoesNotWantToWaitLogsInAllTheSame() {
    source.behaves(refusing(first(1, login()), "NO " + GMAIL));
    caravan.pass(source.port());

    caravan.obeyWaits(false);

    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
  }

  @Test
  void ourOwnServerIsGivenTimeToo() {
    destination.behaves(
        refusing(first(1, named("APPEND")), "NO [THROTTLED] wait 2 minutes, please"));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems()).isEmpty();
    assertThat(result.state()).isEqualTo(MailboxState.COPIED);
    assertAllIsThere();
    assertThat(caravan.clock().passed()).isGreaterThanOrEqualTo(Duration.ofSeconds(119));
  }

  /** Whatever is said of one message, the others come, and the account is not left alone for it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO Message is locked since 3 days",
        "NO [SERVERBUG] Timeout while waiting for lock (180 secs)",
        "NO Please try again in 24 hours",
        "NO Message 7 of this mailbox was deleted",
        "NO user data expired",
        "NO message quarantined, storage full of viruses",
        "NO your account is suspended"
      })
  void wordsThatAreSaidOfOneMessageOnlyCostThatMessage(String answer) {
    source.behaves(refusing(fetching(List.of(7L)), answer));

    MailboxResult result = caravan.pass(source.port());

    assertThat(to.folder("INBOX").count()).isEqualTo(19);
    assertThat(to.folder("Archive").count()).isEqualTo(19);
    assertThat(to.folder("Sent").count()).isEqualTo(19);
    assertThat(result.state()).isEqualTo(MailboxState.INCOMPLETE);
    assertThat(result.problems())
        .extracting(Problem::code)
        .containsOnly(ProblemCode.MESSAGE_UNREADABLE);

    source.behavesWell();
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
    assertThat(to.count()).isEqualTo(60);
  }

  /** Real throttling gives no other message either; this does, each time. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO Too many requests for message 7",
        "NO [THROTTLED] slow down",
        "BAD Request is throttled. Suggested Backoff Time: 60000 milliseconds",
      })
  void throttlingThatIsAlwaysSaidOfOneMessageOnlyCostsThatMessage(String answer) {
    source.behaves(refusing(fetching(List.of(7L)), answer));

    MailboxResult result = caravan.pass(source.port());

    for (String name : List.of("INBOX", "Archive", "Sent")) {
      assertThat(to.folder(name).count()).as(name).isEqualTo(19);
    }
    assertThat(result.problems())
        .extracting(Problem::code)
        .containsOnly(ProblemCode.MESSAGE_UNREADABLE);
    assertThat(source.commands().stream().filter(contents()).count()).isLessThan(90);
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.INCOMPLETE);

    source.behavesWell();
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
    assertThat(to.count()).isEqualTo(60);
  }

  /** An answer and then the end of the connection: {@code BAD slow down | BYE closed}. */
  private static Answer hangingUp(String said) {
    return said.startsWith("BYE ")
        ? Answer.bye(said.substring(4))
        : Answer.tagged(said.replace(" | ", "\r\n* ")).thenHangUp();
  }

  /** Real throttling gives no other message either; this does, each time, on a new connection. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "7; BAD Request is throttled. Suggested Backoff Time: 5000 milliseconds | BYE Connection closed. 14",
        "1; BAD Request is throttled. Suggested Backoff Time: 5000 milliseconds | BYE Connection closed. 14",
        "3 7 8 15; BAD Request is throttled. Suggested Backoff Time: 5000 milliseconds | BYE closed",
        "7; BAD Request is throttled. Suggested Backoff Time: 20000 milliseconds",
        "20; BYE Request is throttled. Suggested Backoff Time: 5000 milliseconds",
        "1 2 20; BYE Request is throttled. Suggested Backoff Time: 5000 milliseconds",
        "7; BYE [UNAVAILABLE] Server is busy, try again later",
        "7; BYE [UNAVAILABLE] Request is throttled",
        "1; BAD Request is throttled. | BYE Connection closed. 14",
        "7; NO [THROTTLED] slow down | BYE see you",
        "1; NO [LIMIT] Rate limit hit, try again in 30 seconds",
      })
  void throttlingWithAHangUpThatIsAlwaysSaidOfSomeMessagesOnlyCostsThese(
      String which, String said) {
    List<Long> bad = Stream.of(which.split(" ")).map(Long::valueOf).toList();
    HostFolder alone = from.folder("Alone");
    Messages mail = new Messages(2);
    alone.put(mail.next(), Set.of(), mail.date());
    // There it is the only message.
    source.behaves(
        instead(
            command ->
                command.fetchesContent()
                    && (alone.equals(command.selected())
                        || command.uids().stream().anyMatch(bad::contains)),
            hangingUp(said)));

    MailboxResult result = caravan.pass(source.port());

    for (String name : List.of("INBOX", "Archive", "Sent")) {
      assertThat(to.folder(name).count()).as(name).isEqualTo(20 - bad.size());
    }
    assertThat(result.state()).isEqualTo(MailboxState.INCOMPLETE);
    assertThat(result.problems())
        .extracting(Problem::code)
        .containsOnly(ProblemCode.MESSAGE_UNREADABLE);
    assertThat(logins(source)).isLessThan(10 + 9 * (3 * bad.size() + 1));
    int asked = source.commands().size();
    assertThat(caravan.pass(source.port()).problems())
        .extracting(Problem::code)
        .containsOnly(ProblemCode.MESSAGE_UNREADABLE);
    // They are known, and asked for last and alone.
    assertThat(source.commands().size() - asked).isLessThan(asked);

    source.behavesWell();
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
    assertThat(to.count()).isEqualTo(61);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BAD Request is throttled. Suggested Backoff Time: 60000 milliseconds | BYE Connection closed. 14",
        "BYE Request is throttled. Suggested Backoff Time: 60000 milliseconds",
        "BAD Request is throttled. | BYE Connection closed. 14",
      })
  void realThrottlingWithAHangUpBlamesNoMessage(String said) {
    AtomicInteger asked = new AtomicInteger();
    // Of five fetches two come through.
    source.behaves(
        instead(
            command -> command.fetchesContent() && asked.getAndIncrement() % 5 > 1,
            hangingUp(said)));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems())
        .allSatisfy(told -> assertThat(told.code()).isEqualTo(ProblemCode.THROTTLED));
    source.behavesWell();
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
    assertAllIsThereInAnyOrder();
  }

  @Test
  void aServerThatHangsUpAtEachMessageAndAsksForTimeBlamesNone() {
    source.behaves(
        instead(contents(), hangingUp("BAD " + MICROSOFT + " | BYE Connection closed. 14")));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems())
        .singleElement()
        .satisfies(told -> assertThat(told.code()).isEqualTo(ProblemCode.THROTTLED));
    assertThat(source.commands().stream().filter(contents()).count()).isLessThan(24);
  }

  private void assertThatMessageAndOneWaitAreTheCost() {
    assertThat(caravan.pass(source.port()).problems())
        .extracting(Problem::code)
        .containsOnly(ProblemCode.THROTTLED);

    caravan.clock().pass(Duration.ofHours(7));
    MailboxResult result = caravan.pass(source.port());

    for (String name : List.of("INBOX", "Archive", "Sent")) {
      assertThat(to.folder(name).count()).as(name).isEqualTo(19);
    }
    assertThat(result.problems())
        .extracting(Problem::code)
        .containsOnly(ProblemCode.MESSAGE_UNREADABLE);

    source.behavesWell();
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
  }

  /** The account is left alone for it once; then others show what is meant. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "BYE [THROTTLED] come back in 3 hours",
        "BAD " + GMAIL + " | BYE Session expired",
      })
  void hoursThatAreAlwaysWantedWithAHangUpForOneMessageCostThatMessageAndOneWait(String said) {
    source.behaves(instead(fetching(List.of(7L)), hangingUp(said)));
    assertThatMessageAndOneWaitAreTheCost();
    assertAllIsThereInAnyOrder();
  }

  /** The account is left alone for it once; then it shows that others are given. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO [THROTTLED] come back in 3 hours",
        "NO " + GMAIL,
        "BAD Request is throttled. Suggested Backoff Time: 7200000 milliseconds",
      })
  void hoursThatAreAlwaysWantedForOneMessageCostThatMessageAndOneWait(String answer) {
    source.behaves(refusing(fetching(List.of(7L)), answer));
    assertThatMessageAndOneWaitAreTheCost();
    assertThat(to.count()).isEqualTo(60);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void throttlingThatOurServerAlwaysSaysOfOneMessageOnlyCostsThatMessage(boolean together) {
    if (!together) {
      destination.without("MULTIAPPEND");
    }
    String words = from.folder("INBOX").messages().get(6).octets();
    destination.behaves(
        refusing(appending(List.of(words)), "NO [THROTTLED] Too many requests, wait 60 seconds"));

    MailboxResult result = caravan.pass(source.port());

    assertThat(to.count()).isEqualTo(59);
    assertThat(result.problems())
        .singleElement()
        .satisfies(told -> assertThat(told.code()).isEqualTo(ProblemCode.MESSAGE_REFUSED));
    assertThat(caravan.clock().passed()).isGreaterThanOrEqualTo(Duration.ofMinutes(2));
    assertThat(caravan.pass(source.port()).problems())
        .singleElement()
        .satisfies(told -> assertThat(told.code()).isEqualTo(ProblemCode.MESSAGE_REFUSED));
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
  }

  /** As a source does it, at an APPEND: with MULTIAPPEND, with many APPENDs under way, or one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "MULTIAPPEND; 7; BAD Request is throttled. Suggested Backoff Time: 5000 milliseconds | BYE Connection closed. 14",
        "MULTIAPPEND; 1; BYE Request is throttled. Suggested Backoff Time: 5000 milliseconds",
        "MULTIAPPEND; 1 2 11; BYE [UNAVAILABLE] Request is throttled",
        "APPEND; 7; BAD Request is throttled. Suggested Backoff Time: 5000 milliseconds | BYE Connection closed. 14",
        "APPEND; 1 13; BYE Request is throttled. Suggested Backoff Time: 5000 milliseconds",
        "APPEND; 1; NO [THROTTLED] slow down | BYE see you",
        "APPEND; 20; BAD Request is throttled. Suggested Backoff Time: 5000 milliseconds",
      })
  void throttlingWithAHangUpThatOurServerAlwaysSaysOfSomeMessagesOnlyCostsThese(
      String with, String which, String said) {
    if (with.equals("APPEND")) {
      destination.without("MULTIAPPEND");
    }
    List<String> bad =
        Stream.of(which.split(" "))
            .map(place -> from.folder("INBOX").messages().get(Integer.parseInt(place) - 1).octets())
            .toList();
    destination.behaves(instead(appending(bad), hangingUp(said)));

    MailboxResult result = caravan.pass(source.port());

    assertThat(to.count()).isEqualTo(60 - bad.size());
    assertThat(result.problems())
        .extracting(Problem::code)
        .containsOnly(ProblemCode.MESSAGE_REFUSED);
    assertThat(result.setAside()).isEqualTo(bad.size());
    int logins = logins(destination);
    assertThat(logins).isLessThan(10 + 9 * bad.size());
    // They are known, though nothing else is left that the new server could take.
    assertThat(caravan.pass(source.port()).problems())
        .extracting(Problem::code)
        .containsOnly(ProblemCode.MESSAGE_REFUSED);
    assertThat(logins(destination) - logins).isLessThan(4 + 3 * bad.size());
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
    assertAllIsThereInAnyOrder();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BAD Request is throttled. Suggested Backoff Time: 60000 milliseconds | BYE closed",
        "BYE Request is throttled. Suggested Backoff Time: 60000 milliseconds",
      })
  void realThrottlingOfOurServerWithAHangUpBlamesNoMessage(String said) {
    AtomicInteger asked = new AtomicInteger();
    // Of six messages four are taken.
    destination.behaves(
        instead(
            command -> command.is("APPEND") && asked.getAndIncrement() % 6 > 3, hangingUp(said)));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems())
        .allSatisfy(told -> assertThat(told.code()).isEqualTo(ProblemCode.THROTTLED));
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
    assertAllIsThereInAnyOrder();
  }

  /** As the source is: what is told in an answer to an APPEND ends the pass until then. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "MULTIAPPEND; NO [LIMIT] Too many messages, try again in 2 hours",
        "APPEND; NO [LIMIT] Too many messages, try again in 2 hours",
        "MULTIAPPEND; NO Rate exceeded, try again in 30 minutes",
        "APPEND; NO Rate exceeded, try again in 30 minutes",
        "APPEND; NO Zu viele Anfragen. Bitte versuchen Sie es in 45 Minuten erneut",
        "APPEND; BYE Request is throttled. Suggested Backoff Time: 7200000 milliseconds",
      })
  void aLongWaitOfOurServerEndsThePassWithOneProblemAndNobodyLogsInBefore(
      String with, String said) {
    if (with.equals("APPEND")) {
      destination.without("MULTIAPPEND");
    }
    destination.behaves(instead(after(1, named("APPEND")), hangingUp(said)));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems())
        .singleElement()
        .satisfies(
            told -> assertThat(told.code()).isIn(ProblemCode.THROTTLED, ProblemCode.SERVER_DOWN))
        .satisfies(told -> assertThat(told.owner()).isEqualTo(Owner.US))
        .satisfies(told -> assertThat(told.cause()).containsPattern("\\d\\d:\\d\\d UTC"));
    assertThat(caravan.clock().passed()).isLessThan(Duration.ofMinutes(1));
    int logins = logins(destination);
    assertThat(caravan.pass(source.port()).problems())
        .singleElement()
        .satisfies(
            told -> assertThat(told.code()).isIn(ProblemCode.THROTTLED, ProblemCode.SERVER_DOWN));
    assertThat(logins(destination)).isEqualTo(logins);

    destination.behavesWell();
    caravan.clock().pass(Duration.ofHours(3));
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
    assertAllIsThereInAnyOrder();
  }

  /** The account is left alone for it once; then others show what is meant. */
  @Test
  void hoursThatOurServerAlwaysWantsForOneMessageCostThatMessageAndOneWait() {
    String words = from.folder("INBOX").messages().get(6).octets();
    destination.behaves(
        refusing(appending(List.of(words)), "NO [LIMIT] Rate limit hit, try again in 2 hours"));
    caravan.pass(source.port());
    caravan.clock().pass(Duration.ofHours(3));

    MailboxResult result = caravan.pass(source.port());

    assertThat(to.count()).isEqualTo(59);
    assertThat(result.problems())
        .singleElement()
        .satisfies(told -> assertThat(told.code()).isEqualTo(ProblemCode.MESSAGE_REFUSED));
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
  }

  /** Nothing else of its folder is left that shows what is meant; the other folders go on. */
  @Test
  void hoursThatOurServerAlwaysWantsForTheLastMessageOfAFolderCostThatFolderAndOneWait() {
    destination.without("MULTIAPPEND");
    String words = from.folder("INBOX").messages().get(6).octets();
    destination.behaves(
        refusing(appending(List.of(words)), "NO [LIMIT] Rate limit hit, try again in 2 hours"));
    assertThat(caravan.pass(source.port()).problems())
        .singleElement()
        .satisfies(told -> assertThat(told.code()).isEqualTo(ProblemCode.THROTTLED));
    caravan.clock().pass(Duration.ofHours(3));

    MailboxResult result = caravan.pass(source.port());

    assertThat(to.count()).isEqualTo(59);
    assertThat(result.problems())
        .singleElement()
        .satisfies(told -> assertThat(told.place().toString()).isEqualTo("folder INBOX"));
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
  }

  @Test
  void realThrottlingOfOurServerBlamesNoMessage() {
    AtomicInteger asked = new AtomicInteger();
    // Of six messages two are taken.
    destination.behaves(
        refusing(
            command -> command.is("APPEND") && asked.getAndIncrement() % 6 > 1,
            "NO [THROTTLED] Too many requests, wait 60 seconds"));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems())
        .allSatisfy(told -> assertThat(told.code()).isEqualTo(ProblemCode.THROTTLED));
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
  }

  /** Nothing was copied by the time at which the account is to be left alone. */
  @Test
  void aCertificateOfAPassThatWasCutOffSaysSo() {
    source.behaves(
        refusing(
            after(1, named("EXAMINE", "SELECT")),
            "NO [LIMIT] Rate limit hit, try again in 3 hours"));

    Certificate certificate = Objects.requireNonNull(caravan.pass(source.port()).certificate());

    assertThat(certificate.obstacles())
        .singleElement()
        .satisfies(each -> assertThat(each).contains("this one ended before it could"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO [THROTTLED] slow down",
        "NO [LIMIT] UID FETCH Rate limit hit.",
        "BAD Request is throttled. Suggested Backoff Time: 60000 milliseconds",
      })
  void realThrottlingBlamesNoMessageHoweverOftenItComes(String answer) {
    AtomicInteger asked = new AtomicInteger();
    // Of five fetches two come through.
    source.behaves(
        refusing(command -> command.fetchesContent() && asked.getAndIncrement() % 5 > 1, answer));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems())
        .allSatisfy(told -> assertThat(told.code()).isEqualTo(ProblemCode.THROTTLED));
    source.behavesWell();
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
    assertAllIsThereInAnyOrder();
  }

  @Test
  void aTimeOfDayIsWaitedFor() {
    String time =
        DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT)
            .format(caravan.clock().instant().plus(Duration.ofMinutes(4)).atOffset(ZoneOffset.UTC));
    source.behaves(
        refusing(
            first(1, contents()), "NO [LIMIT] Too many requests, try again at " + time + " UTC"));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems()).isEmpty();
    assertThat(caravan.clock().passed()).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(4));
    assertAllIsThere();
  }

  @Test
  void aServerThatAsksForTimeAtEachMessageHoldsNoPassForMonths() {
    source.behaves(
        (command, usual) -> {
          Answer answer = usual.get();
          return command.fetchesContent() && answer.untagged().size() > 1
              ? answer
                  .withUntagged(answer.untagged().subList(0, 1))
                  .ending("NO [LIMIT] Slow down, try again in 9 minutes")
              : answer;
        });

    MailboxResult result = caravan.pass(source.port());

    assertThat(caravan.clock().passed()).isLessThan(Duration.ofHours(2));
    assertThat(result.problems())
        .singleElement()
        .satisfies(told -> assertThat(told.code()).isEqualTo(ProblemCode.THROTTLED));

    source.behavesWell();
    caravan.clock().pass(Duration.ofMinutes(10));
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
    assertAllIsThere();
  }

  @Test
  void whatIsSaidInEachFolderIsOneProblemWithACount() {
    source.behaves(refusing(contents(), "NO [LIMIT] UID FETCH Rate limit hit."));

    assertThat(caravan.pass(source.port()).problems())
        .singleElement()
        .satisfies(told -> assertThat(told.code()).isEqualTo(ProblemCode.THROTTLED))
        .satisfies(told -> assertThat(told.place().toString()).startsWith("3 folders: "));
  }

  @Test
  void hoursThatOurServerWantsOnceAllIsCopiedAreToldAsThrottling() {
    destination.behaves(
        refusing(
            command -> command.is("UID FETCH") && to.count() == 60,
            "NO Too many requests, try again in 3 hours"));

    MailboxResult result = caravan.pass(source.port());

    assertThat(to.count()).isEqualTo(60);
    assertThat(result.copied()).isEqualTo(60);
    assertThat(result.problems())
        .singleElement()
        .satisfies(told -> assertThat(told.code()).isEqualTo(ProblemCode.THROTTLED))
        .satisfies(told -> assertThat(told.cause()).contains("try again in 3 hours"))
        .satisfies(told -> assertThat(told.nextStep()).contains("Run the request again after"))
        .satisfies(told -> assertThat(told.notBefore()).isNotNull());
    assertThat(Objects.requireNonNull(result.certificate()).folders())
        .allSatisfy(
            each -> assertThat(each.notes()).anyMatch(note -> note.endsWith("compared: 20.")));
  }
}
