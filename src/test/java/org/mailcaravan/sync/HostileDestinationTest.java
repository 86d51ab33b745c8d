package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.server.Behaviours.appending;
import static org.mailcaravan.server.Behaviours.first;
import static org.mailcaravan.server.Behaviours.instead;
import static org.mailcaravan.server.Behaviours.named;
import static org.mailcaravan.server.Behaviours.pretending;
import static org.mailcaravan.server.Behaviours.refusing;
import static org.mailcaravan.server.Behaviours.rewritingFetch;
import static org.mailcaravan.server.Behaviours.storing;
import static org.mailcaravan.server.Behaviours.telling;

import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.HostMessage;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.Lengthy;

/**
 * What a destination can do to an append: nothing is lost, doubled or told otherwise than it is.
 */
@Lengthy
class HostileDestinationTest extends BetweenHosts {
  private static final OffsetDateTime DATE = OffsetDateTime.parse("2020-02-03T04:05:06+01:00");

  private HostFolder inbox() {
    return inbox(source);
  }

  private HostFolder arrived() {
    return inbox(destination);
  }

  private void fill(int count) {
    for (int i = 1; i <= count; i++) {
      inbox().put(message(i), Set.of("\\Seen"), DATE);
    }
  }

  private static String message(int number) {
    return "From: a@example.org\r\nMessage-ID: <"
        + number
        + "@example.org>\r\nSubject: "
        + number
        + "\r\n\r\nbody ("
        + number
        + ")\r\n";
  }

  private static List<String> words(int... numbers) {
    return IntStream.of(numbers).mapToObj(number -> "body (" + number + ")").toList();
  }

  /** Everything is there once, but for some. */
  private void assertArrived(int count, int... without) {
    List<String> expected =
        new ArrayList<>(IntStream.rangeClosed(1, count).mapToObj(i -> message(i)).toList());
    IntStream.of(without).forEach(number -> expected.remove(message(number)));
    assertThat(arrived().messages().stream().map(HostMessage::octets))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  private static Certificate certificate(MailboxResult result) {
    return Objects.requireNonNull(result.certificate());
  }

  private static void assertWhole(MailboxResult result) {
    assertThat(result.problems()).isEmpty();
    assertThat(result.state()).isEqualTo(MailboxState.COPIED);
    assertThat(certificate(result).verdict()).isEqualTo(Verdict.COMPLETE);
  }

  private static void assertOneProblem(MailboxResult result, ProblemCode code) {
    assertThat(result.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(code));
    assertThat(result.state()).isEqualTo(MailboxState.INCOMPLETE);
    assertThat(certificate(result).verdict()).isEqualTo(Verdict.INCOMPLETE);
  }

  static Stream<Function<String, String>> lies() {
    return Stream.of(
        told -> told.replaceAll("\\[APPENDUID[^\\]]*\\] ", ""),
        told -> told.replaceAll("APPENDUID \\d+ [0-9:]+", "APPENDUID 999 7"),
        told -> told.replaceAll("APPENDUID (\\d+) [0-9:]+", "APPENDUID $1 1"),
        told -> told.replaceAll("APPENDUID (\\d+) (\\d+):(\\d+)", "APPENDUID $1 $2:9999"),
        told -> told.replaceAll("APPENDUID (\\d+) (\\d+)(:\\d+)?", "APPENDUID $1 10$2$3"),
        told -> told.replaceAll("APPENDUID (\\d+) (\\d+)", "APPENDUID 12345678 $2"),
        told -> told.replaceAll("APPENDUID (\\d+) ([0-9:]+)", "APPENDUID $1 3,3,3,3,3,3"));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void whateverAppendUidSaysEachMessageIsFoundWhereItIs(Function<String, String> lie) {
    fill(6);
    destination.behaves(
        telling(
            named("APPEND"), answer -> answer.ending(lie.apply(String.valueOf(answer.tagged())))));

    assertWhole(caravan.pass(source.port()));
    inbox().put(message(7), Set.of(), DATE);
    assertWhole(caravan.pass(source.port()));
    assertWhole(caravan.pass(source.port()));
    assertArrived(7);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void whatIsNotStoredThoughTheServerSaysSoIsToldAndCopiedByTheNextPass(
      boolean uidPlus, boolean together) {
    if (!uidPlus) {
      destination.without("UIDPLUS");
    }
    if (!together) {
      destination.without("MULTIAPPEND");
    }
    fill(6);
    destination.behaves(
        uidPlus
            ? pretending(appending(words(3)))
            : storing(given -> given.octets().contains("body (3)") ? null : given));

    MailboxResult first = caravan.pass(source.port());

    assertOneProblem(first, ProblemCode.MESSAGE_NOT_STORED);
    assertThat(first.copied()).isEqualTo(together && uidPlus ? 0 : 5);
    assertThat(arrived().count()).isEqualTo(first.copied());
    destination.behavesWell();
    assertWhole(caravan.pass(source.port()));
    assertArrived(6);
  }

  /** Stores what it has said it stored only when it is let to: a lazy index, a replica behind. */
  private final class StoringLate implements Behaviour {
    private final List<Runnable> waiting = new ArrayList<>();
    private final boolean tells;
    private boolean late = true;

    StoringLate(boolean tells) {
      this.tells = tells;
    }

    @Override
    public synchronized Answer answer(ImapCommand command, Supplier<Answer> usual) {
      if (!late || !command.is("APPEND")) {
        return usual.get();
      }
      long first = arrived().uidNext() + waiting.size();
      long last = first + command.given().size() - 1;
      for (ImapCommand.Given given : command.given()) {
        waiting.add(
            () ->
                arrived().put(given.octets(), given.flags(), Objects.requireNonNull(given.date())));
      }
      return Answer.ok(
          tells
              ? "[APPENDUID %d %d:%d] stored".formatted(arrived().uidValidity(), first, last)
              : "stored");
    }

    synchronized void store(boolean lateFromNowOn) {
      late = lateFromNowOn;
      waiting.forEach(Runnable::run);
      waiting.clear();
    }
  }

  private long sent() {
    return destination.commands("APPEND").stream().mapToLong(each -> each.given().size()).sum();
  }

  @ParameterizedTest
  @CsvSource({"UIDPLUS, none", "UIDPLUS, MULTIAPPEND", "none, MULTIAPPEND", "none, none"})
  void whatIsStoredLateIsSentOncePerPassAndLookedForBeforeItIsSentAgain(
      String without, String andWithout) {
    destination.without(without);
    destination.without(andWithout);
    fill(6);
    StoringLate late = new StoringLate(destination.can("UIDPLUS"));
    destination.behaves(late);

    assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_NOT_STORED);
    assertThat(sent()).isEqualTo(6);
    late.store(false);
    assertWhole(caravan.pass(source.port()));
    assertThat(sent()).isEqualTo(6);
    assertWhole(caravan.pass(source.port()));
    assertArrived(6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void whatIsStoredLateInThePassItselfIsNoProblemAndThereOnce(int looks) {
    destination.without("UIDPLUS");
    fill(6);
    StoringLate late = new StoringLate(false);
    AtomicInteger left = new AtomicInteger(looks);
    destination.behaves(
        (command, usual) -> {
          if (command.is("SELECT", "UID FETCH") && sent() > 0 && left.decrementAndGet() == 0) {
            late.store(false);
          }
          return usual.get();
        },
        late);

    assertWhole(caravan.pass(source.port()));
    assertThat(sent()).isEqualTo(6);
    assertArrived(6);
  }

  /** What comes to light after it was sent again is taken back, in that pass or in the next. */
  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void whatIsStoredLaterThanTheNextPassIsThereOnceInTheEnd(boolean inThatPass, boolean tells) {
    fill(6);
    StoringLate late = new StoringLate(tells);
    destination.behaves(late);
    assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_NOT_STORED);
    destination.behaves(
        (command, usual) -> {
          Answer answer = usual.get();
          if (inThatPass && command.is("APPEND")) {
            late.store(false);
          }
          return answer;
        });
    caravan.pass(source.port());
    late.store(false);

    caravan.pass(source.port());

    assertArrived(6);
    assertWhole(caravan.pass(source.port()));
    assertArrived(6);
  }

  @Test
  void aServerThatIsLateAllTheTimeGetsOneBatchAfterTheOther() {
    destination.without("UIDPLUS");
    fill(550);
    StoringLate late = new StoringLate(false);
    destination.behaves(
        (command, usual) -> {
          if (command.is("APPEND")) {
            late.store(true);
          }
          return usual.get();
        },
        late);

    assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_NOT_STORED);
    assertThat(sent()).isEqualTo(550);
    late.store(true);
    assertWhole(caravan.pass(source.port()));
    assertThat(sent()).isEqualTo(550);
    assertArrived(550);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UIDPLUS", "none"})
  void whatIsFetchedLateIsSentOncePerPass(String without) {
    destination.without(without);
    fill(6);
    AtomicBoolean shown = new AtomicBoolean();
    destination.behaves(
        (command, usual) ->
            command.is("UID FETCH", "UID SEARCH") && !shown.get()
                ? usual
                    .get()
                    .mapped(line -> line == null || line.contains("FETCH") ? null : "SEARCH")
                : usual.get());

    assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_NOT_STORED);
    shown.set(true);
    assertWhole(caravan.pass(source.port()));
    assertThat(sent()).isEqualTo(6);
    assertArrived(6);
  }

  @Test
  void whatIsNeverStoredIsSentOncePerPassAndToldEachTime() {
    destination.without("UIDPLUS");
    fill(6);
    AtomicInteger given = new AtomicInteger();
    destination.behaves(
        storing(
            each -> {
              boolean lost = each.octets().contains("body (3)");
              given.addAndGet(lost ? 1 : 0);
              return lost ? null : each;
            }));

    for (int pass = 1; pass <= 3; pass++) {
      assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_NOT_STORED);
      assertThat(given).hasValue(pass);
    }
    assertArrived(6, 3);
  }

  private HostFolder junk() {
    return to.folder("Junk");
  }

  /** Files what holds the words in Junk, as Sieve at APPEND does, and tells a UID as is said. */
  private Behaviour filing(String told, int... numbers) {
    List<String> words = words(numbers);
    return (command, usual) -> {
      List<ImapCommand.Given> filed =
          command.given().stream()
              .filter(given -> words.stream().anyMatch(given.octets()::contains))
              .toList();
      if (filed.isEmpty()) {
        return usual.get();
      }
      filed.forEach(
          given -> junk().put(given.octets(), given.flags(), Objects.requireNonNull(given.date())));
      command.given().removeAll(filed);
      Answer stored = command.given().isEmpty() ? Answer.ok("stored") : usual.get();
      return switch (told) {
        case "its UID there" ->
            stored.ending(
                "OK [APPENDUID %d %d] stored"
                    .formatted(junk().uidValidity(), junk().uidNext() - 1));
        case "a UID here" ->
            stored.ending(
                "OK [APPENDUID %d %d] stored"
                    .formatted(arrived().uidValidity(), arrived().uidNext()));
        default -> stored.ending("OK stored");
      };
    };
  }

  @ParameterizedTest
  @CsvSource({
    "nothing, none, true",
    "nothing, none, false",
    "nothing, UIDPLUS, true",
    "its UID there, MULTIAPPEND, true",
    "a UID here, MULTIAPPEND, true",
    "its UID there, none, false"
  })
  void whatItFilesInAnotherFolderHasArrivedThereAndIsNotSentAgain(
      String told, String without, boolean listed) {
    destination.without(without);
    fill(8);
    inbox().put(message(7), Set.of(), DATE);
    if (listed) {
      junk().put(message(999), Set.of(), DATE);
    }
    destination.behaves(filing(told, 3, 7));

    MailboxResult first = caravan.pass(source.port());

    assertWhole(first);
    assertThat(first.notes()).anySatisfy(note -> assertThat(note).contains("Junk (3)", "Sieve"));
    assertThat(certificate(first).folders().get(0).notes())
        .anySatisfy(note -> assertThat(note).contains("Junk (3)"));
    assertThat(certificate(first).folders().get(0).copies().movedByUser()).isEqualTo(3);
    inbox().put(message(10), Set.of(), DATE);
    assertWhole(caravan.pass(source.port()));
    assertThat(arrived().count()).isEqualTo(7);
    assertThat(junk().count()).isEqualTo(listed ? 4 : 3);
  }

  @Test
  void whatTurnsUpInAnotherFolderAfterThePassIsNotSentAgain() {
    destination.without("UIDPLUS");
    fill(6);
    destination.behaves(storing(given -> given.octets().contains("body (3)") ? null : given));
    assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_NOT_STORED);
    junk().put(message(3), Set.of(), DATE);
    destination.behavesWell();

    MailboxResult second = caravan.pass(source.port());

    assertWhole(second);
    assertThat(second.notes()).anySatisfy(note -> assertThat(note).contains("Junk (1)"));
    assertWhole(caravan.pass(source.port()));
    assertArrived(6, 3);
    assertThat(junk().count()).isEqualTo(1);
  }

  @Test
  void anotherCopyOfALostMessageElsewhereIsNotTakenForIt() {
    destination.without("UIDPLUS");
    from.folder("Junk").put(message(3), Set.of("\\Seen"), DATE);
    fill(6);
    destination.behaves(
        (command, usual) ->
            command.folder().equals("INBOX")
                ? storing(given -> given.octets().contains("body (3)") ? null : given)
                    .answer(command, usual)
                : usual.get());
    assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_NOT_STORED);
    destination.behavesWell();

    assertWhole(caravan.pass(source.port()));
    assertArrived(6);
    assertThat(junk().count()).isEqualTo(1);
  }

  /** Stores what holds the words several times, and tells the UID of the first copy. */
  private Behaviour storingTwice(boolean atTheEnd, int times, int... numbers) {
    List<String> words = words(numbers);
    return (command, usual) -> {
      if (!command.is("APPEND")) {
        return usual.get();
      }
      List<String> told = new ArrayList<>();
      List<ImapCommand.Given> again = new ArrayList<>();
      for (ImapCommand.Given given : command.given()) {
        told.add(String.valueOf(put(given)));
        for (int i = 1; i < times && words.stream().anyMatch(given.octets()::contains); i++) {
          if (atTheEnd) {
            again.add(given);
          } else {
            put(given);
          }
        }
      }
      again.forEach(this::put);
      return Answer.ok(
          destination.can("UIDPLUS")
              ? "[APPENDUID %d %s] stored"
                  .formatted(arrived().uidValidity(), String.join(",", told))
              : "stored");
    };
  }

  @ParameterizedTest
  @CsvSource({"none", "UIDPLUS", "MULTIAPPEND"})
  void aLetterThatComesByItselfWhileItIsCopiedIsNotTakenForOurs(String without) {
    destination.without(without);
    fill(8);
    destination.behaves(
        (command, usual) -> {
          if (appending(words(5)).test(command)) {
            arrived().put(message(5), Set.of(), DATE.plusYears(3));
          }
          return usual.get();
        });

    assertWhole(caravan.pass(source.port()));
    assertWhole(caravan.pass(source.port()));
    assertThat(caravan.verify(source.port(), true).problems()).isEmpty();
    assertThat(arrived().count()).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{0}\r\n", "{2}\r\n\r\n", "\"\"", "{9}\r\nFrom: a@e"})
  void aCopyWhoseHeaderIsGivenWrongIsFoundWithoutItsUid(String header) {
    destination.without("UIDPLUS");
    fill(6);
    destination.behaves(
        rewritingFetch(
            command -> command.text().contains("BODY.PEEK[HEADER]"),
            List.of(3L),
            line ->
                Objects.requireNonNull(line)
                    .replaceFirst(
                        "(?s)\\{\\d+\\}\r\n.*\\)$", Matcher.quoteReplacement(header + ")"))));

    assertWhole(caravan.pass(source.port()));
    assertWhole(caravan.pass(source.port()));
    assertArrived(6);
  }

  private long put(ImapCommand.Given given) {
    return arrived().put(given.octets(), given.flags(), Objects.requireNonNull(given.date()));
  }

  @ParameterizedTest
  @CsvSource({
    "none, false, 2",
    "none, true, 2",
    "none, false, 3",
    "MULTIAPPEND, false, 2",
    "UIDPLUS, true, 2",
    "UIDPLUS, false, 2"
  })
  void whatItStoresMoreThanOnceIsToldUntilSomebodyDeletesIt(
      String without, boolean atTheEnd, int times) {
    destination.without(without);
    fill(6);
    inbox().put(message(4), Set.of(), DATE);
    destination.behaves(storingTwice(atTheEnd, times, 2, 4, 5));

    for (int pass = 1; pass <= 2; pass++) {
      MailboxResult result = caravan.pass(source.port());
      assertOneProblem(result, ProblemCode.MESSAGE_DOUBLED);
      assertThat(result.problems().get(0).cause()).contains(": " + 4 * (times - 1));
    }
    assertThat(arrived().count()).as("nothing is deleted").isEqualTo(7 + 4 * (times - 1));
    assertThat(caravan.verify(source.port(), false).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.MESSAGE_DOUBLED));
    Set<String> seen = new HashSet<>();
    arrived().messages().stream()
        .filter(message -> !seen.add(message.octets()) && !message.octets().contains("body (4)"))
        .toList()
        .forEach(message -> arrived().remove(List.of(message.uid())));
    arrived().messages().stream()
        .filter(message -> message.octets().contains("body (4)"))
        .skip(2)
        .toList()
        .forEach(message -> arrived().remove(List.of(message.uid())));
    destination.behavesWell();
    inbox().put(message(8), Set.of(), DATE);
    assertWhole(caravan.pass(source.port()));
    assertThat(arrived().count()).isEqualTo(8);
  }

  @Test
  void whatOthersPutThereDuringThePassIsNotCountedAsStoredTwice() {
    fill(6);
    AtomicInteger number = new AtomicInteger(20);
    destination.behaves(
        (command, usual) -> {
          if (command.is("APPEND")) {
            arrived().put(message(number.getAndIncrement()), Set.of(), DATE);
            arrived().put(message(1).replace("From:", "Received: x\r\nFrom:"), Set.of(), DATE);
          }
          return usual.get();
        });

    assertWhole(caravan.pass(source.port()));
    HostMessage copy = arrived().messages().get(3);
    arrived().put(copy.octets(), copy.flags(), copy.date());
    inbox().put(message(9), Set.of(), DATE);
    assertWhole(caravan.pass(source.port()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO [UNAVAILABLE] Temporary failure",
        "NO [SERVERBUG] Internal error",
        "NO Please try again later",
        "NO this one is not to my liking",
        "BAD Command Argument Error. 11"
      })
  void refusedMessagesCostThemselvesOnlyInAnyPositionAndNumber(String refusal) {
    fill(20);
    destination.behaves(refusing(appending(words(1, 7, 8, 20)), refusal));

    MailboxResult first = caravan.pass(source.port());

    assertThat(first.copied()).isEqualTo(16);
    assertThat(first.setAside()).isEqualTo(4);
    assertArrived(20, 1, 7, 8, 20);
    assertThat(certificate(first).verdict()).isEqualTo(Verdict.INCOMPLETE);
    inbox().put(message(21), Set.of(), DATE);
    destination.forget();
    MailboxResult second = caravan.pass(source.port());
    assertThat(second.copied()).isEqualTo(1);
    assertThat(destination.commands("APPEND").stream().map(ImapCommand::given).map(List::size))
        .as("what was set aside is tried alone")
        .containsOnly(1);
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).copied()).isEqualTo(4);
    assertArrived(21);
    assertThat(folder.resolve("set-aside").resolve(Caravan.USER).resolve("INBOX"))
        .isEmptyDirectory();
    assertWhole(caravan.pass(source.port()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MULTIAPPEND", "none"})
  void messagesAtWhichItHangsUpCostThemselvesOnly(String without) {
    destination.without(without);
    fill(20);
    destination.behaves(instead(appending(words(2, 11, 19)), Answer.bye("oops")));

    MailboxResult first = caravan.pass(source.port());

    assertThat(first.copied()).isEqualTo(17);
    assertThat(first.setAside()).isEqualTo(3);
    assertArrived(20, 2, 11, 19);
  }

  @ParameterizedTest
  @CsvSource({"MULTIAPPEND, 15", "none, 15", "MULTIAPPEND, 40"})
  void aServerThatHangsUpAfterTenErrorsGetsAllThatItTakes(String without, int bad) {
    destination.without(without);
    fill(60);
    Map<Integer, Integer> errors = new ConcurrentHashMap<>();
    Predicate<ImapCommand> isBad =
        appending(IntStream.rangeClosed(1, bad).mapToObj(i -> "body (" + i + ")").toList());
    destination.behaves(
        (command, usual) -> {
          if (!isBad.test(command)) {
            return usual.get();
          }
          int count = errors.merge(command.session().number(), 1, Integer::sum);
          Answer error = Answer.bad("Command Argument Error. 11");
          return count < 10 ? error : error.after("BYE Connection is closed. 13").thenHangUp();
        });

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.copied()).isEqualTo(60 - bad);
    assertThat(result.setAside()).isEqualTo(bad);
    assertArrived(60, IntStream.rangeClosed(1, bad).toArray());
  }

  @Test
  void aServerThatRefusesEverythingIsOneProblemAndNoStorm() {
    fill(100);
    destination.behaves(refusing(named("APPEND"), "NO [UNAVAILABLE] the disks are away"));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems()).hasSize(1);
    assertThat(result.setAside()).isZero();
    assertThat(destination.commands("APPEND").size()).isLessThan(120);
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).copied()).isEqualTo(100);
    assertArrived(100);
  }

  /** Stores all before the first that holds the words, and answers. */
  private static Behaviour storingBefore(String words, Answer then) {
    return (command, usual) -> {
      int at = 0;
      List<ImapCommand.Given> given = command.given();
      while (at < given.size() && !given.get(at).octets().contains(words)) {
        at++;
      }
      if (at == given.size()) {
        return usual.get();
      }
      given.subList(at, given.size()).clear();
      return at == 0 || usual.get().isOk() ? then : Answer.bad("the part was refused");
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"NO I do not like one of them", "NO [UNAVAILABLE] not now"})
  void aMultiappendThatStoredAPartAndSaidNoDoublesNothing(String refusal) {
    fill(9);
    destination.behaves(storingBefore("body (6)", Answer.tagged(refusal)));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.copied()).isEqualTo(8);
    assertArrived(9, 6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UIDPLUS", "MULTIAPPEND", "none"})
  void whatItStoresAndSaysNoToIsThereOnce(String without) {
    destination.without(without);
    fill(5);
    destination.behaves(
        telling(appending(words(2, 4)), answer -> Answer.no("that went wrong, or so I think")));

    assertWhole(caravan.pass(source.port()));
    assertArrived(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO [OVERQUOTA] Quota exceeded (mailbox for user is full)",
        "NO Over quota",
        "NO You exceeded your mail quota.",
        "NO Mailbox over quota",
        "NO The mailbox is full",
        "NO Disk quota exceeded",
        "NO [LIMIT] Not enough space"
      })
  void inAFullMailboxSmallMessagesFindTheirPlaceAndThereIsOneProblem(String refusal) {
    String large = message(100) + "x".repeat(70).concat("\r\n").repeat(50);
    for (int i = 1; i <= 30; i++) {
      inbox().put(i % 5 == 0 ? large + i : message(i), Set.of(), DATE);
    }
    destination.behaves(
        refusing(
            command ->
                command.is("APPEND")
                    && command.given().stream().mapToInt(given -> given.octets().length()).sum()
                        > 2_000,
            refusal));

    MailboxResult first = caravan.pass(source.port());

    assertOneProblem(first, ProblemCode.QUOTA_FULL);
    assertThat(first.copied()).isEqualTo(24);
    assertThat(first.setAside()).isZero();
    destination.behavesWell();
    MailboxResult second = caravan.pass(source.port());
    assertWhole(second);
    assertThat(second.copied()).isEqualTo(6);
  }

  @Test
  void aMailboxThatIsFullToTheBrimIsOneProblemAfterAFewTries() {
    for (String name : List.of("INBOX", "A", "B", "C")) {
      for (int i = 1; i <= 200; i++) {
        from.folder(name).put(message(i) + "y".repeat(i), Set.of(), DATE);
      }
    }
    destination.behaves(refusing(named("APPEND"), "NO [OVERQUOTA] Quota exceeded"));

    MailboxResult result = caravan.pass(source.port());

    assertOneProblem(result, ProblemCode.QUOTA_FULL);
    assertThat(result.copied()).isZero();
    assertThat(destination.commands("APPEND").size()).isLessThan(150);
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).copied()).isEqualTo(800);
  }

  @Test
  void keywordsThatItRefusesAreLeftOutAndTheOthersStay() {
    inbox().put(message(1), Set.of("\\Seen", "$Good", "$Bad"), DATE);
    inbox().put(message(2), Set.of("$Bad"), DATE);
    inbox().put(message(3), Set.of("$Good"), DATE);
    destination.behaves(
        refusing(
            command ->
                command.given().stream().anyMatch(given -> given.flags().contains("$Bad"))
                    || (command.is("UID STORE") && command.text().contains("$Bad")),
            "NO Too many user flags in mailbox"));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems()).isEmpty();
    assertThat(arrived().messages().stream().map(HostMessage::flags))
        .containsExactly(Set.of("\\Seen", "$Good"), Set.of(), Set.of("$Good"));
    assertThat(result.notes()).anySatisfy(note -> assertThat(note).contains("$Bad (2)"));
    assertThat(certificate(result).folders().get(0).notes())
        .anySatisfy(note -> assertThat(note).contains("$Bad (2)"));
  }

  static Stream<String[]> refusedContents() {
    String header = "From: a@example.org\r\nMessage-ID: <9@example.org>\r\nSubject: nine\r\n";
    return Stream.of(
        new String[] {"NUL", header + "\r\nbo\0dy\r\n", header + "\r\nbody\r\n"},
        new String[] {
          "bare", header + "\r\none\ntwo\rthree\r\n", header + "\r\none\r\ntwo\r\nthree\r\n"
        },
        new String[] {
          "mbox",
          "From a@example.org Thu Jan  1 00:00:00 2015\r\n" + header + "\r\nbody\r\n",
          header + "\r\nbody\r\n"
        },
        new String[] {
          "8bit",
          header.replace("nine", "Gr\u00fc\u00dfe an alle") + "\r\nbody \u00fc\r\n",
          header.replace("nine", "=?iso-8859-1?Q?Gr=FC=DFe?= an alle") + "\r\nbody \u00fc\r\n"
        },
        new String[] {
          "long",
          header + "\r\n" + "a".repeat(600) + " " + "b".repeat(600) + "\r\n",
          header + "\r\n" + "a".repeat(600) + " \r\n" + "b".repeat(600) + "\r\n"
        },
        new String[] {
          "separator", header + "a line of text\r\n", header + "\r\na line of text\r\n"
        },
        new String[] {"NUL bare", header + "\r\none\ntw\0o\r\n", header + "\r\none\r\ntwo\r\n"});
  }

  private static boolean isBad(String kinds, String octets) {
    String head =
        octets.contains("\r\n\r\n") ? octets.substring(0, octets.indexOf("\r\n\r\n")) : octets;
    return Stream.of(kinds.split(" ", -1))
        .anyMatch(
            kind ->
                switch (kind) {
                  case "NUL" -> octets.indexOf('\0') >= 0;
                  case "bare" -> octets.replace("\r\n", "").matches("(?s).*[\r\n].*");
                  case "mbox" -> octets.startsWith("From ");
                  case "8bit" -> head.chars().anyMatch(c -> c > 127);
                  case "long" -> octets.lines().anyMatch(line -> line.length() > 998);
                  default -> !octets.contains("\r\n\r\n");
                });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedContents")
  void whatIsRefusedIsStoredWithTheLeastChangeAndRecorded(
      String kinds, String original, String repaired) {
    fill(3);
    inbox().put(original, Set.of("\\Flagged"), DATE);
    destination.behaves(
        refusing(
            command -> command.given().stream().anyMatch(given -> isBad(kinds, given.octets())),
            "NO Message contains what I do not take"));

    MailboxResult first = caravan.pass(source.port());

    assertWhole(first);
    assertThat(arrived().messages()).hasSize(4);
    HostMessage stored = arrived().messages().get(3);
    assertThat(stored.octets()).isEqualTo(repaired);
    assertThat(stored.flags()).containsExactly("\\Flagged");
    assertThat(stored.date()).isEqualTo(DATE);
    assertThat(certificate(first).folders().get(0).listed())
        .singleElement()
        .satisfies(
            listed -> {
              assertThat(listed.uid()).isEqualTo(4);
              assertThat(listed.reason()).isEqualTo(FolderCertificate.Reason.REPAIRED);
            });
    Path kept = folder.resolve("set-aside").resolve(Caravan.USER).resolve("INBOX");
    assertThat(kept.resolve("4.eml"))
        .hasBinaryContent(original.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    assertThat(kept.resolve("4.reason.txt")).content().contains("stored repaired");
    assertThat(caravan.verify(source.port(), true).certificate())
        .satisfies(
            deep -> {
              assertThat(Objects.requireNonNull(deep).verdict()).isEqualTo(Verdict.COMPLETE);
              assertThat(deep.folders().get(0).listed())
                  .isEqualTo(certificate(first).folders().get(0).listed());
            });
    assertWhole(caravan.pass(source.port()));
    assertThat(arrived().messages()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({"3, NUL", "0, NUL", "3, 8bit", "0, 8bit"})
  void whereItHangsUpOverOctetsTheMessageIsRepairedAsAfterANo(int others, String kind) {
    fill(others);
    String original =
        "From: a@example.org\r\nSubject: Gr\u00fc\u00dfe\r\nMessage-ID: <9@example.org>\r\n\r\nnul \0 line\r\n";
    inbox().put(original, Set.of("\\Flagged"), DATE);
    destination.behaves(
        (command, usual) ->
            command.given().stream().anyMatch(given -> isBad(kind, given.octets()))
                ? Answer.bye("Invalid character in literal")
                : usual.get());

    MailboxResult first = caravan.pass(source.port());

    assertWhole(first);
    assertThat(arrived().messages()).hasSize(others + 1);
    assertThat(arrived().messages())
        .filteredOn(message -> message.octets().contains("nul "))
        .singleElement()
        .satisfies(
            stored -> {
              assertThat(stored.octets().indexOf('\0') < 0).isEqualTo(kind.equals("NUL"));
              assertThat(stored.flags()).containsExactly("\\Flagged");
            });
    assertThat(certificate(first).folders().get(0).listed())
        .singleElement()
        .satisfies(
            listed -> assertThat(listed.reason()).isEqualTo(FolderCertificate.Reason.REPAIRED));
    assertThat(
            folder
                .resolve("set-aside")
                .resolve(Caravan.USER)
                .resolve("INBOX")
                .resolve(others + 1 + ".eml"))
        .hasBinaryContent(original.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    assertWhole(caravan.pass(source.port()));
    assertThat(arrived().messages()).hasSize(others + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"BYE disk failure", "hang-up", "NO [SERVERBUG] internal", "NO [NOPERM] not this"})
  void whatWasSetAsideStaysSoWithItsFileWhileItIsRefused(String answer) {
    fill(6);
    destination.behaves(
        (command, usual) ->
            !octets(command).contains("body (4)")
                ? usual.get()
                : answer.startsWith("NO")
                    ? Answer.tagged(answer)
                    : answer.startsWith("BYE") ? Answer.bye("disk failure") : Answer.hangUp());

    for (int pass = 1; pass <= 3; pass++) {
      MailboxResult result = caravan.pass(source.port());

      assertOneProblem(result, ProblemCode.MESSAGE_REFUSED);
      assertThat(result.problems().get(0).place().toString()).isEqualTo("UID 4 in folder INBOX");
      assertThat(result.problems().get(0).nextStep()).contains("4.eml");
      assertArrived(6, 4);
    }
    destination.behavesWell();
    assertWhole(caravan.pass(source.port()));
    assertArrived(6);
  }

  @Test
  void whatNothingHelpsIsSetAsideAsItIs() {
    inbox().put("From x\r\nA: \u00fc\r\n\r\nbo\0dy\r\n", Set.of("$Mine"), DATE);
    destination.behaves(refusing(named("APPEND"), "NO never"));

    assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_REFUSED);
    assertThat(destination.commands("APPEND").size()).isLessThan(12);
  }

  @ParameterizedTest
  @CsvSource({
    "'Received: from b; Mon, 3 Feb 2020 04:05:06 +0100 (CET)\r\nDate: 1 Jan 2001 00:00:00 +0000', 2020-02-03T04:05:06+01:00",
    "'Received: from b; rubbish\r\nDate: Tue, 4 Feb 20 04:05 EST', 2020-02-04T04:05:00-05:00",
    "'Received: from b; Mon, 3 Feb 2020 04:05:06 +0100 (CET; by clock)', 2020-02-03T04:05:06+01:00",
    "'Received: from b; rubbish\r\nReceived: by c; Mon, 3 Feb 2020 04:05:06 +0100\r\nDate: 1 Jan 2001 00:00:00 +0000', 2020-02-03T04:05:06+01:00",
    "'Date: Tue, 4 Feb 1969 04:05:00 +0000\r\nReceived: by x;\r\n Wed, 5 Feb 2020 01:02:03 -0130', 2020-02-05T01:02:03-01:30",
  })
  void aDateThatCannotBeIsThatOfTheHeader(String header, String expected) {
    inbox()
        .put(header + "\r\n\r\nbody\r\n", Set.of(), OffsetDateTime.parse("1899-12-30T00:00:00Z"));

    MailboxResult result = caravan.pass(source.port());

    assertWhole(result);
    assertThat(arrived().messages().get(0).date()).isEqualTo(OffsetDateTime.parse(expected));
    assertThat(result.notes()).anySatisfy(note -> assertThat(note).contains("gives no date"));
    assertThat(certificate(result).folders().get(0).notes())
        .anySatisfy(note -> assertThat(note).contains("no date", "1"));
    assertWhole(caravan.pass(source.port()));
  }

  @Test
  void theDateOfALongReceivedFieldIsRead() {
    inbox()
        .put(
            "Received: from b ("
                + "x\r\n ".repeat(20_000)
                + "); Mon, 3 Feb 2020 04:05:06 +0100\r\n\r\nb\r\n",
            Set.of(),
            OffsetDateTime.parse("1899-12-30T00:00:00Z"));
    inbox().put("Date: " + "1-".repeat(50_000) + "\r\n\r\nb\r\n", Set.of(), DATE.minusYears(90));
    fill(3);

    assertWhole(caravan.pass(source.port()));
    assertThat(arrived().messages()).hasSize(5);
    assertThat(arrived().messages().get(0).date())
        .isEqualTo(OffsetDateTime.parse("2020-02-03T04:05:06+01:00"));
  }

  /** The answer to a repaired message is lost: the next try finds it, and the original is kept. */
  @Test
  void theOriginalIsKeptBeforeTheRepairedMessageIsSent() {
    String original = "From: a@example.org\r\nMessage-ID: <9@example.org>\r\n\r\nnul \0 line\r\n";
    inbox().put(original, Set.of(), DATE);
    destination.behaves(
        telling(
            first(1, command -> command.is("APPEND") && !isBad("NUL", octets(command))),
            answer -> Answer.hangUp()),
        refusing(command -> isBad("NUL", octets(command)), "NO contains NUL"));

    caravan.pass(source.port());

    assertThat(folder.resolve("set-aside").resolve(Caravan.USER).resolve("INBOX").resolve("1.eml"))
        .hasBinaryContent(original.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    assertThat(arrived().messages()).hasSize(1);
  }

  private static String octets(ImapCommand command) {
    return command.given().stream().map(ImapCommand.Given::octets).collect(Collectors.joining());
  }

  @Test
  void whatNoRepairHelpsIsKeptOnlyWhereItIsSetAside() {
    inbox().put("A: 1\r\n\r\nbo\0dy\r\n", Set.of(), DATE);
    destination.behaves(
        refusing(command -> isBad("NUL", octets(command)), "NO contains NUL"),
        refusing(named("APPEND"), "NO [UNAVAILABLE] not now"));

    caravan.pass(source.port());

    assertThat(folder.resolve("set-aside").resolve(Caravan.USER).resolve("INBOX"))
        .isEmptyDirectory();
  }

  @Test
  void aDateThatItRefusesIsThatOfTheHeader() {
    inbox().put("Date: Tue, 4 Feb 2020 04:05:00 +0000\r\n\r\nbody\r\n", Set.of(), DATE);
    destination.behaves(
        refusing(
            command -> command.given().stream().anyMatch(given -> DATE.equals(given.date())),
            "BAD Invalid date"));

    MailboxResult result = caravan.pass(source.port());

    assertWhole(result);
    assertThat(arrived().messages().get(0).date())
        .isEqualTo(OffsetDateTime.parse("2020-02-04T04:05:00Z"));
    assertThat(certificate(result).folders().get(0).listed()).hasSize(1);
  }

  @Test
  void aFolderThatVanishesAtOnceIsOneProblem() {
    fill(3);
    destination.behaves(refusing(first(99, named("APPEND")), "NO [TRYCREATE] no such folder"));

    assertOneProblem(caravan.pass(source.port()), ProblemCode.FOLDER_GONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MULTIAPPEND", "none"})
  void aServerThatEndsTheConnectionAtEveryAppendIsOneProblemAndNoMessageIsBlamed(String without) {
    destination.without(without);
    fill(5);
    for (int i = 11; i <= 30; i++) {
      from.folder("More").put(message(i), Set.of(), DATE);
    }
    destination.behaves(instead(named("APPEND"), Answer.bye("disk failure")));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.setAside()).isZero();
    assertThat(result.problems())
        .isNotEmpty()
        .allSatisfy(
            problem -> {
              assertThat(problem.code()).isNotEqualTo(ProblemCode.MESSAGE_REFUSED);
              assertThat(problem.cause()).contains("disk failure");
            })
        .hasSizeLessThanOrEqualTo(2);
    destination.behavesWell();
    assertWhole(caravan.pass(source.port()));
    assertArrived(5);
  }

  @ParameterizedTest
  @CsvSource({
    "MULTIAPPEND, BAD log in first",
    "none, NO [AUTHENTICATIONFAILED] Not authenticated",
    "MULTIAPPEND, BAD Please login first"
  })
  void aLoginThatIsForgottenIsMadeAnewAndNoMessageIsBlamed(String without, String words) {
    destination.without(without);
    fill(20);
    Map<Integer, Integer> commands = new ConcurrentHashMap<>();
    Behaviour forgetting =
        (command, usual) ->
            command.is("APPEND", "UID FETCH", "SELECT", "EXAMINE", "STATUS", "UID STORE")
                    && commands.merge(command.session().hashCode(), 1, Integer::sum) > 4
                ? Answer.tagged(words)
                : usual.get();
    destination.behaves(forgetting);
    source.behaves(forgetting);

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.setAside()).isZero();
    assertArrived(20);
    source.behavesWell();
    destination.behavesWell();
    assertWhole(caravan.pass(source.port()));
    assertArrived(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO Message has too many header lines",
        "NO [NOPERM] Message rejected by policy",
        "NO [NOPERM] not this one",
        "NO header field has no space after the colon",
        "NO Message was sent by a throttled sender",
        "NO [OVERQUOTA] too many MIME parts",
        "NO [READ-ONLY] The message was refused"
      })
  void oneMessageWhoseRefusalReadsLikeAnotherCostsItselfOnly(String refusal) {
    for (int i = 1; i <= 20; i++) {
      inbox().put(message(i) + "x".repeat(i * 3), Set.of(), DATE);
    }
    for (int bad : new int[] {7, 1}) {
      destination.behaves(refusing(appending(words(bad)), refusal));
      MailboxResult result = caravan.pass(source.port());
      assertThat(result.setAside()).isEqualTo(bad == 7 ? 1 : 0);
      assertThat(arrived().messages()).hasSize(bad == 7 ? 19 : 20);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MULTIAPPEND", "none"})
  void aFolderThatTakesNothingIsOneProblemAndNoMessageIsBlamed(String without) {
    destination.without(without);
    fill(20);
    destination.behaves(refusing(named("APPEND"), "NO [NOPERM] Permission denied"));

    MailboxResult result = caravan.pass(source.port());

    assertOneProblem(result, ProblemCode.FOLDER_REFUSED);
    assertThat(result.setAside()).isZero();
    assertThat(destination.commands("APPEND").size()).isLessThan(40);
  }

  @Test
  void aLastLineThatTheServerEndsIsNoAlteration() {
    inbox().put(message(1) + "no end", Set.of(), DATE);
    inbox().put(message(2) + "a bare CR at the end\r", Set.of(), DATE);
    inbox().put("From: a@example.org\r\nMessage-ID: <3@example.org>", Set.of(), DATE);
    destination.behaves(
        storing(
            given ->
                given.octets().endsWith("\r\n")
                    ? given
                    : new ImapCommand.Given(
                        given.octets().replaceAll("\r$", "") + "\r\n",
                        given.flags(),
                        given.date())));

    MailboxResult result = caravan.pass(source.port());

    assertWhole(result);
    assertThat(certificate(result).folders().get(0).notes())
        .anySatisfy(note -> assertThat(note).contains("3"));
    assertThat(Objects.requireNonNull(caravan.verify(source.port(), true).certificate()).verdict())
        .isEqualTo(Verdict.COMPLETE);
  }

  private static final String WITH_NUL =
      "From: a@example.org\r\nMessage-ID: <9@example.org>\r\n\r\nnul \0 line\r\n";

  private static Behaviour refusingNul() {
    return refusing(command -> isBad("NUL", octets(command)), "NO contains NUL");
  }

  @Test
  void aRepairedCopyThatTheUserMovedAfterACutOffAppendIsNotCopiedAgain() {
    inbox().put(WITH_NUL, Set.of(), DATE);
    AtomicBoolean dead = new AtomicBoolean();
    destination.behaves(
        (command, usual) -> {
          if (dead.get()) {
            return Answer.hangUp();
          }
          Answer answer = usual.get();
          dead.set(command.is("APPEND") && !isBad("NUL", octets(command)));
          return dead.get() ? Answer.hangUp() : answer;
        },
        refusingNul());
    caravan.pass(source.port());
    assertThat(arrived().messages()).hasSize(1);
    HostMessage copy = arrived().messages().get(0);
    arrived().remove(List.of(copy.uid()));
    HostFolder filed = to.folder("Filed");
    filed.put(copy.octets(), copy.flags(), copy.date());
    destination.behaves(refusingNul());

    caravan.pass(source.port());

    assertThat(arrived().count() + filed.count()).isEqualTo(1);
  }

  /**
   * The answer to the first APPEND that stores something is lost, and what it has stored is shown
   * only to connections that are opened later: it is sent again, and is there twice.
   */
  private void storingInTheDark(AtomicInteger shownFrom, Behaviour... others) {
    Set<Long> hidden = ConcurrentHashMap.newKeySet();
    AtomicBoolean stored = new AtomicBoolean();
    List<Behaviour> all = new ArrayList<>(List.of(others));
    all.add(
        (command, usual) -> {
          if (command.is("APPEND") && !stored.getAndSet(true)) {
            Answer unused = usual.get();
            arrived().messages().forEach(message -> hidden.add(message.uid()));
            return Answer.hangUp();
          }
          return command.is("UID FETCH", "FETCH") && command.session().number() < shownFrom.get()
              ? usual
                  .get()
                  .mapped(line -> line == null || hidden.contains(Answer.uid(line)) ? null : line)
              : usual.get();
        });
    destination.behaves(all.toArray(Behaviour[]::new));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatOnlyLaterConnectionsAreShownIsRemovedWhereItIsThereTwice(boolean repaired) {
    if (repaired) {
      inbox().put(WITH_NUL, Set.of(), DATE);
    } else {
      fill(3);
    }
    int mail = inbox().count();
    AtomicInteger shownFrom = new AtomicInteger(Integer.MAX_VALUE);
    storingInTheDark(shownFrom, refusingNul());
    caravan.pass(source.port());
    assertThat(arrived().count()).as("there twice").isEqualTo(2 * mail);
    // Not yet to the first connection of the next pass.
    shownFrom.set(destination.sessions().size() + 2);

    caravan.pass(source.port());

    assertThat(arrived().count()).isEqualTo(mail);
    assertWhole(caravan.pass(source.port()));
    assertThat(arrived().count()).isEqualTo(mail);
  }

  @Test
  void aRepairedCopyKeepsItsPlaceWhenTheServerDealsNewUids() {
    inbox();
    HostFolder work = from.folder("Work");
    long uid = work.put(WITH_NUL, Set.of(), DATE);
    destination.behaves(refusingNul());
    assertWhole(caravan.pass(source.port()));
    HostMessage copy = to.folder("Work").messages().get(0);
    to.delete("Work");
    to.folder("Work").put(copy.octets(), copy.flags(), copy.date());
    work.put(message(2), Set.of(), DATE);

    caravan.pass(source.port());
    work.replace(
        uid,
        was ->
            new HostMessage(
                uid, was.octets(), Set.of("\\Flagged"), DATE, work.highestModSeq() + 1));
    work.put(message(3), Set.of(), DATE);
    caravan.pass(source.port());

    assertThat(to.folder("Work").messages()).hasSize(3);
    assertThat(to.folder("Work").messages().get(0).flags()).contains("\\Flagged");
  }

  @Test
  void aCopyWithoutARefusedKeywordIsUntouched() {
    caravan.mirrorDeletions(true);
    long uid = inbox().put(message(1), Set.of("$Bad", "\\Seen"), DATE);
    long moved = inbox().put(message(2), Set.of("$Bad"), DATE);
    inbox().put(message(3), Set.of(), DATE);
    destination.behaves(
        refusing(
            command ->
                command.given().stream().anyMatch(given -> given.flags().contains("$Bad"))
                    || (command.is("UID STORE") && command.text().contains("$Bad")),
            "NO Too many user flags in mailbox"));
    MailboxResult first = caravan.pass(source.port());
    assertThat(certificate(first).folders().get(0).notes())
        .anySatisfy(note -> assertThat(note).contains("$Bad"));
    inbox().put(message(4), Set.of(), DATE);
    caravan.pass(source.port());
    inbox().remove(List.of(uid, moved));
    from.folder("Filed").put(message(2), Set.of("$Bad"), DATE);

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.copied()).isZero();
    assertThat(arrived().messages().stream().map(HostMessage::octets))
        .containsExactlyInAnyOrder(message(3), message(4));
    assertThat(to.folder("Filed").messages().stream().map(HostMessage::octets))
        .containsExactly(message(2));
  }

  /** Only one of two that are the same was stored, and the user has moved it since. */
  @ParameterizedTest
  @CsvSource({"true, Filed", "false, Filed", "true, INBOX"})
  void aCopyThatTheUserMovedIsNotTakenForALostOneOfTheSameContent(
      boolean otherFolder, String where) {
    destination.without("UIDPLUS");
    fill(6);
    HostFolder twin = otherFolder ? from.folder("Work") : inbox();
    twin.put(message(3), Set.of("\\Seen"), DATE);
    AtomicBoolean stored = new AtomicBoolean(otherFolder);
    destination.behaves(
        (command, usual) ->
            command.folder().equals("INBOX")
                ? storing(
                        given ->
                            given.octets().contains("body (3)") && stored.getAndSet(true)
                                ? null
                                : given)
                    .answer(command, usual)
                : usual.get());
    assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_NOT_STORED);
    HostFolder taken = otherFolder ? to.folder("Work") : arrived();
    HostMessage copy =
        taken.messages().stream()
            .filter(message -> message.octets().equals(message(3)))
            .findFirst()
            .orElseThrow();
    taken.remove(List.of(copy.uid()));
    to.folder(where).put(copy.octets(), copy.flags(), copy.date());
    destination.behavesWell();

    assertWhole(caravan.pass(source.port()));
    assertWhole(caravan.pass(source.port()));
    assertThat(
            Stream.of("INBOX", "Work", "Filed")
                .flatMap(name -> to.folder(name).messages().stream())
                .filter(message -> message.octets().equals(message(3))))
        .hasSize(2);
    assertThat(arrived().count()).isEqualTo(where.equals("INBOX") ? 7 : 6);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void trueDuplicatesThatAreFiledElsewhereInSeveralBatchesAreThereAsOftenAsBefore(boolean later) {
    destination.without("UIDPLUS");
    fill(250);
    inbox().put(message(3), Set.of("\\Seen"), DATE);
    destination.behaves(filing("nothing", 3));
    if (later) {
      destination.behaves(storing(given -> given.octets().contains("body (3)") ? null : given));
      assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_NOT_STORED);
      junk().put(message(3), Set.of("\\Seen"), DATE);
      junk().put(message(3), Set.of("\\Seen"), DATE);
      destination.behavesWell();
    }

    assertWhole(caravan.pass(source.port()));
    assertWhole(caravan.pass(source.port()));
    assertThat(junk().count()).isEqualTo(2);
    assertThat(arrived().count()).isEqualTo(249);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void whatIsThereTwiceIsToldAlsoWhereTheConnectionIsLostMeanwhile(int at) {
    fill(6);
    Behaviour twice = storingTwice(false, 2, 2, 5);
    AtomicInteger left = new AtomicInteger(at);
    AtomicBoolean other = new AtomicBoolean();
    destination.behaves(
        (command, usual) -> {
          if (command.is("APPEND") && !other.getAndSet(true)) {
            Answer answer = twice.answer(command, usual);
            arrived().put(message(1).replace("body", "b0dy"), Set.of(), DATE);
            return answer;
          }
          return other.get() && command.is("UID FETCH") && left.decrementAndGet() == 0
              ? Answer.hangUp()
              : twice.answer(command, usual);
        });

    assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_DOUBLED);
  }

  /** A lazy index gives it the UID that it got when it was stored. */
  @ParameterizedTest
  @ValueSource(strings = {"UIDPLUS", "none"})
  void whatComesToLightWithALowUidAfterItWasSentAgainIsThereOnceOrTold(String without) {
    destination.without(without);
    fill(6);
    Set<Long> hidden = ConcurrentHashMap.newKeySet();
    AtomicBoolean lazy = new AtomicBoolean(true);
    destination.behaves(
        (command, usual) -> {
          Answer answer = usual.get();
          if (command.is("APPEND") && lazy.get()) {
            arrived().messages().stream()
                .filter(message -> message.octets().contains("body (3)"))
                .forEach(message -> hidden.add(message.uid()));
          }
          return command.is("UID FETCH", "FETCH")
              ? answer.mapped(
                  line -> line == null || hidden.contains(Answer.uid(line)) ? null : line)
              : answer;
        });
    assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_NOT_STORED);
    lazy.set(false);
    caravan.pass(source.port());
    hidden.clear();

    inbox().put(message(8), Set.of(), DATE);
    MailboxResult third = caravan.pass(source.port());

    if (arrived().count() > 7) {
      assertOneProblem(third, ProblemCode.MESSAGE_DOUBLED);
      assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_DOUBLED);
    } else {
      assertThat(arrived().count()).isEqualTo(7);
      assertWhole(caravan.pass(source.port()));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFolderAtWhichItHangsUpKeepsNothingFromArriving(boolean atFetch) {
    destination.without("UIDPLUS");
    fill(250);
    for (String name : List.of("Bad", "Good")) {
      to.folder(name).put(message(999), Set.of(), DATE);
    }
    AtomicInteger hungUp = new AtomicInteger();
    AtomicBoolean inBad = new AtomicBoolean();
    destination.behaves(
        (command, usual) -> {
          if (command.is("EXAMINE", "SELECT")) {
            inBad.set(command.folder().equals("Bad"));
          }
          boolean fails =
              atFetch ? command.is("FETCH", "UID FETCH") : command.is("EXAMINE", "SELECT");
          if (fails && inBad.get() && arrived().messages().size() > 50) {
            hungUp.incrementAndGet();
            return Answer.hangUp();
          }
          return usual.get();
        },
        storing(given -> given.octets().contains("body (3)") ? null : given));

    for (int pass = 1; pass <= 2; pass++) {
      hungUp.set(0);
      to.folder("Bad").put(message(1000 + pass), Set.of(), DATE);
      MailboxResult result = caravan.pass(source.port());
      assertThat(result.setAside()).isZero();
      assertArrived(250, 3);
      List<ProblemCode> codes = result.problems().stream().map(Problem::code).toList();
      // Only a second pass looks into all folders before it sends again.
      assertThat(codes)
          .isEqualTo(
              pass == 1
                  ? List.of(ProblemCode.MESSAGE_NOT_STORED)
                  : List.of(ProblemCode.FOLDER_REFUSED, ProblemCode.MESSAGE_NOT_STORED));
      assertThat(hungUp).hasValueLessThanOrEqualTo(2);
    }
  }

  @Test
  void manyFoldersAtWhichItHangsUpCauseNoStormOfLogins() {
    destination.without("UIDPLUS");
    fill(250);
    for (int i = 1; i <= 30; i++) {
      to.folder("Bad " + i).put(message(999), Set.of(), DATE);
    }
    destination.behaves(
        (command, usual) ->
            command.is("EXAMINE", "SELECT")
                    && command.folder().startsWith("Bad")
                    && arrived().messages().size() > 50
                ? Answer.hangUp()
                : usual.get(),
        storing(given -> given.octets().contains("body (3)") ? null : given));

    caravan.pass(source.port());
    for (int i = 1; i <= 30; i++) {
      to.folder("Bad " + i).put(message(1000 + i), Set.of(), DATE);
    }
    int before = destination.sessions().size();
    MailboxResult result = caravan.pass(source.port());
    assertThat(result.setAside()).isZero();
    assertArrived(250, 3);
    assertThat(destination.sessions().size() - before).isLessThan(20);
  }

  /** What it took first comes to light when nobody waits for it any more. */
  @ParameterizedTest
  @CsvSource({
    "UIDPLUS, INBOX, 3, true",
    "UIDPLUS, INBOX, 5, false",
    "none, INBOX, 4, true",
    "UIDPLUS, Junk, 3, true",
    "UIDPLUS, Junk, 5, true",
    "none, Junk, 4, false"
  })
  void whatComesToLightManyPassesAfterItWasSentAgainIsToldUntilSomebodyDeletesIt(
      String without, String where, int before, boolean otherMail) {
    destination.without(without);
    fill(6);
    junk().put(message(999), Set.of(), DATE);
    destination.behaves(storing(given -> given.octets().contains("body (3)") ? null : given));
    assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_NOT_STORED);
    destination.behavesWell();
    for (int pass = 2; pass < before; pass++) {
      assertWhole(caravan.pass(source.port()));
    }
    assertWhole(caravan.pass(source.port()));
    assertArrived(6);
    HostFolder late = to.folder(where);
    long uid = late.put(message(3), Set.of("\\Seen"), DATE);
    if (otherMail) {
      inbox().put(message(9), Set.of(), DATE);
    }

    for (int again = 0; again < 2; again++) {
      MailboxResult result = caravan.pass(source.port());
      assertOneProblem(result, ProblemCode.MESSAGE_DOUBLED);
      assertThat(result.problems().get(0).cause()).contains("1 (" + where + " UID " + uid + ")");
      assertThat(certificate(result).verdict()).isNotEqualTo(Verdict.COMPLETE);
    }
    assertThat(caravan.verify(source.port(), false).problems())
        .extracting(Problem::code)
        .containsExactly(ProblemCode.MESSAGE_DOUBLED);
    assertThat(sent()).isEqualTo(otherMail ? 7 : 6);
    late.remove(List.of(uid));
    assertWhole(caravan.pass(source.port()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"other content", "other message", "flagged", "moved", "another's copy"})
  void whatTheUserDoesAfterAMessageWasSentAgainIsNotTakenForTheFirstCopy(String change) {
    destination.without("UIDPLUS");
    fill(6);
    if (change.equals("another's copy")) {
      from.folder("Work").put(message(3), Set.of("\\Seen"), DATE);
    }
    destination.behaves(
        (command, usual) ->
            command.folder().equals("INBOX")
                ? storing(given -> given.octets().contains("body (3)") ? null : given)
                    .answer(command, usual)
                : usual.get());
    assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_NOT_STORED);
    destination.behavesWell();
    assertWhole(caravan.pass(source.port()));
    assertWhole(caravan.pass(source.port()));
    HostFolder filed = to.folder("Filed");
    switch (change) {
      case "other content" -> filed.put(message(3) + "more\r\n", Set.of("\\Seen"), DATE);
      case "other message" -> filed.put(message(4), Set.of("\\Seen"), DATE);
      case "flagged" -> filed.put(message(3), Set.of("\\Seen", "\\Flagged"), DATE);
      default -> {
        HostFolder taken = change.equals("moved") ? arrived() : to.folder("Work");
        taken.messages().stream()
            .filter(message -> message.octets().equals(message(3)))
            .toList()
            .forEach(message -> taken.remove(List.of(message.uid())));
        filed.put(message(3), Set.of("\\Seen"), DATE);
      }
    }
    inbox().put(message(9), Set.of(), DATE);

    assertWhole(caravan.pass(source.port()));
    assertWhole(caravan.pass(source.port()));
  }

  /** It was there before the message was sent, so it is not the copy of it that got lost. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anOldMessageOfTheSameContentElsewhereIsNotTakenForALostOne(boolean newer) {
    destination.without("UIDPLUS");
    HostFolder backup = to.folder("Backup");
    inbox().put(message(1), Set.of(), DATE);
    assertWhole(caravan.pass(source.port()));
    backup.put(message(3), Set.of("\\Seen"), DATE);
    fill(6);
    inbox().remove(List.of(1L));
    destination.behaves(storing(given -> given.octets().contains("body (3)") ? null : given));
    assertOneProblem(caravan.pass(source.port()), ProblemCode.MESSAGE_NOT_STORED);
    destination.behavesWell();
    if (newer) {
      backup.put(message(3), Set.of("\\Seen"), DATE);
    }

    caravan.pass(source.port());

    assertThat(arrived().messages().stream().filter(message -> message.octets().equals(message(3))))
        .hasSize(newer ? 0 : 1);
  }

  /** Also where it hung up over a batch before, of which nobody knows what has arrived. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFolderThatCannotBeOpenedAnyMoreKeepsNothingElseFromArriving(boolean cutOff) {
    fill(6);
    HostFolder work = from.folder("Work");
    work.put(message(20), Set.of(), DATE);
    if (cutOff) {
      destination.behaves(
          (given, usual) ->
              given.is("APPEND") && given.folder().equals("Work") ? Answer.hangUp() : usual.get());
    }
    caravan.pass(source.port());
    inbox().put(message(7), Set.of("\\Seen"), DATE);
    work.put(message(21), Set.of(), DATE);
    destination.behaves(
        (given, usual) ->
            given.is("SELECT", "EXAMINE") && given.folder().equals("Work")
                ? Answer.hangUp()
                : usual.get());

    MailboxResult second = caravan.pass(source.port());

    assertArrived(7);
    assertThat(second.state()).isNotEqualTo(MailboxState.COPIED);
    assertThat(certificate(second).folders()).hasSize(2);
    destination.behavesWell();
    assertWhole(caravan.pass(source.port()));
    assertThat(to.folder("Work").count()).isEqualTo(2);
  }
}
