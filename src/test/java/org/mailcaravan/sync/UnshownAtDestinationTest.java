package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.server.Behaviours.first;
import static org.mailcaravan.server.Behaviours.named;
import static org.mailcaravan.server.Behaviours.rewritingFetch;
import static org.mailcaravan.server.Behaviours.telling;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxVerification;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.HostAccount;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.ImapCommand;

/** Mail that the destination holds and does not show when it is looked at. */
class UnshownAtDestinationTest extends BetweenHosts {
  private static final int MESSAGES = 12;
  private static final List<Long> ALL = LongStream.rangeClosed(1, MESSAGES).boxed().toList();
  private static final OffsetDateTime DATE = OffsetDateTime.parse("2019-08-07T06:05:04+02:00");

  @BeforeEach
  void putMail() {
    for (long number : ALL) {
      at(source, "INBOX").put(message(number), Set.of("\\Seen"), DATE.plusDays(number));
    }
    at(source, "Work").put(message(50), Set.of(), DATE);
    at(destination, "INBOX");
  }

  private static String message(long number) {
    return "Message-ID: <m%d@example.org>\r\nDate: Mon, 5 Aug 2019 10:00:00 +0200\r\nFrom: a@example.org\r\nSubject: letter %d\r\n\r\nbody %d %s\r\n"
        .formatted(number, number, number, "x".repeat((int) number * 7));
  }

  /** What another tool makes of it. */
  private static String marked(String message) {
    return message.replaceFirst("\r\n\r\n", "\r\nX-TUID: q3m8vRTz0ab1\r\n\r\n");
  }

  private void moveBefore(boolean marked) {
    for (long number : ALL) {
      String message = message(number);
      at(destination, "INBOX")
          .put(marked ? marked(message) : message, Set.of("\\Seen"), DATE.plusDays(number));
    }
  }

  private static Verdict verdict(MailboxResult result) {
    return Objects.requireNonNull(result.certificate()).verdict();
  }

  private static boolean inInbox(ImapCommand command) {
    HostAccount account = command.session().account();
    return account != null && Objects.equals(command.selected(), account.find("INBOX"));
  }

  private static Predicate<ImapCommand> contents() {
    return command -> command.text().contains("BODY") && inInbox(command);
  }

  private static Predicate<ImapCommand> onFirstConnection(Predicate<ImapCommand> when) {
    return command -> command.session().number() == 1 && when.test(command);
  }

  private static Answer without(Answer usual, Predicate<String> line) {
    List<String> kept = usual.untagged().stream().filter(line.negate()).toList();
    return usual.withUntagged(kept);
  }

  private static Behaviour leavingOut(Predicate<ImapCommand> when, List<Long> uids) {
    return telling(when, usual -> without(usual, line -> uids.contains(Answer.uid(line))));
  }

  private static Behaviour refusing(List<Long> uids, Answer answer) {
    return (command, usual) ->
        contents().test(command) && command.uids().stream().anyMatch(uids::contains)
            ? answer
            : usual.get();
  }

  private static Behaviour exists(long messages, Predicate<ImapCommand> when) {
    return telling(
        named("SELECT", "EXAMINE").and(command -> command.folder().equals("INBOX")).and(when),
        usual ->
            usual.mapped(
                line -> line != null && line.endsWith(" EXISTS") ? messages + " EXISTS" : line));
  }

  /** Behaviours after which all is shown when it is asked for anew. */
  static Stream<Arguments> passing() {
    return Stream.of(
            Arguments.of(
                "no header on the first connection",
                leavingOut(onFirstConnection(contents()), ALL)),
            Arguments.of(
                "half of the headers at first",
                leavingOut(onFirstConnection(contents()), ALL.subList(0, 6))),
            Arguments.of(
                "one header at first", leavingOut(onFirstConnection(contents()), List.of(5L))),
            Arguments.of("EXISTS 0 at first", exists(0, onFirstConnection(command -> true))),
            Arguments.of("EXISTS 0 at the first two looks", exists(0, first(2, command -> true))),
            Arguments.of("EXISTS 0 always", exists(0, command -> true)),
            Arguments.of("EXISTS 7 always", exists(7, command -> true)),
            Arguments.of(
                "nothing at all on the first connection",
                leavingOut(
                    onFirstConnection(named("UID FETCH").and(UnshownAtDestinationTest::inInbox)),
                    ALL)),
            Arguments.of(
                "the header only, whole messages not, at first",
                leavingOut(
                    onFirstConnection(
                        contents().and(command -> command.text().contains("BODY.PEEK[]"))),
                    ALL)))
        .map(row -> Arguments.of(row.get()[0], row.get()[1], isMarked(row)));
  }

  /** Whether a tool has marked the mail, in about every other row. */
  private static boolean isMarked(Arguments row) {
    return ((String) row.get()[0]).length() % 2 == 0;
  }

  @ParameterizedTest(name = "{0}, marked {2}")
  @MethodSource("passing")
  void whatIsShownAtTheSecondLookIsNotCopiedAgain(
      String name, Behaviour behaviour, boolean marked) {
    moveBefore(marked);
    destination.behaves(behaviour);
    MailboxResult result = caravan.pass(source.port());

    assertThat(at(destination, "INBOX").count()).isEqualTo(MESSAGES);
    assertThat(at(destination, "Work").count()).isEqualTo(1);
    assertThat(result.problems()).isEmpty();
    assertThat(verdict(result)).isEqualTo(Verdict.COMPLETE);
  }

  /** What may come in place of a literal that holds a header, or a message. */
  private static final Map<String, UnaryOperator<String>> ODD_LITERALS =
      Map.of(
          "{0}", octets -> "{0}\r\n",
          "an empty string", octets -> "\"\"",
          "NIL", octets -> "NIL",
          "an empty line", octets -> "{2}\r\n\r\n",
          "the first half of the header",
              octets -> literal(octets.substring(0, octets.indexOf("\r\n\r\n") / 2)),
          "the first line", octets -> literal(octets.substring(0, octets.indexOf("\r\n") + 2)),
          "one octet less than announced",
              octets -> "{" + (octets.length() + 1) + "}\r\n" + octets);

  private static String literal(String octets) {
    return "{" + octets.length() + "}\r\n" + octets;
  }

  /** Gives something else in place of the content of a message. */
  private static Behaviour giving(
      Predicate<ImapCommand> when, long uid, UnaryOperator<String> change) {
    Pattern content = Pattern.compile("(?s)\\{\\d+\\}\r\n(.*)\\)$");
    return rewritingFetch(
        when,
        List.of(uid),
        line ->
            content
                .matcher(Objects.requireNonNull(line))
                .replaceFirst(
                    found -> Matcher.quoteReplacement(change.apply(found.group(1)) + ")")));
  }

  private static boolean asksForHeaders(ImapCommand command) {
    return command.text().contains("BODY.PEEK[HEADER]") && inInbox(command);
  }

  /** Headers that the destination gives of a message, which it gives right when that is whole. */
  static Stream<Arguments> oddHeaders() {
    Map<String, UnaryOperator<String>> odd = new TreeMap<>(ODD_LITERALS);
    odd.put("the header of a neighbour", octets -> literal(header(message(6))));
    odd.put("the header of no message", octets -> literal("Subject: none\r\n\r\n"));
    odd.put(
        "half a header with an empty line",
        octets -> literal(octets.substring(0, octets.indexOf("Date:")) + "\r\n"));
    return odd.entrySet().stream()
        .flatMap(
            row ->
                Stream.of(false, true)
                    .map(marked -> Arguments.of(row.getKey(), row.getValue(), marked)));
  }

  private static String header(String message) {
    return message.substring(0, message.indexOf("\r\n\r\n") + 4);
  }

  @ParameterizedTest(name = "{0}, marked {2}")
  @MethodSource("oddHeaders")
  void aMessageIsKnownThoughItsHeaderIsGivenWrong(
      String name, UnaryOperator<String> odd, boolean marked) {
    moveBefore(marked);
    destination.behaves(giving(UnshownAtDestinationTest::asksForHeaders, 5, odd));
    MailboxResult result = caravan.pass(source.port());

    assertThat(at(destination, "INBOX").count()).isEqualTo(MESSAGES);
    assertThat(result.problems()).isEmpty();
    assertThat(verdict(result)).isEqualTo(Verdict.COMPLETE);
  }

  @Test
  void whatBeginsWithAnEmptyLineOrEndsWithItsHeaderIsKnown() {
    moveBefore(false);
    for (String text : List.of("\r\nno header\r\n", "\r\n", "Subject: no body\r\n")) {
      at(source, "INBOX").put(text, Set.of("\\Seen"), DATE.plusYears(1));
      at(destination, "INBOX").put(text, Set.of("\\Seen"), DATE.plusYears(1));
    }
    MailboxResult result = caravan.pass(source.port());

    assertThat(at(destination, "INBOX").count()).isEqualTo(MESSAGES + 3);
    assertThat(result.problems()).isEmpty();
  }

  @Test
  void aServerThatLeavesOutTheEmptyLineAfterAllHeadersIsBelieved() {
    moveBefore(false);
    destination.behaves(
        telling(
            UnshownAtDestinationTest::asksForHeaders,
            usual ->
                usual.mapped(
                    line -> {
                      String text = Objects.requireNonNull(line);
                      int at = text.indexOf("{");
                      String header = text.substring(text.indexOf("\r\n", at) + 2);
                      return at < 0
                          ? text
                          : text.substring(0, at)
                              + literal(header.substring(0, header.length() - 3))
                              + ")";
                    })));
    MailboxResult result = caravan.pass(source.port());

    assertThat(at(destination, "INBOX").count()).isEqualTo(MESSAGES);
    assertThat(result.problems()).isEmpty();
  }

  /** Behaviours that last. */
  static Stream<Arguments> lasting() {
    List<Long> five = List.of(5L);
    List<Arguments> rows = new ArrayList<>();
    rows.add(Arguments.of("no content of one", leavingOut(contents(), five)));
    rows.add(Arguments.of("no content of most", leavingOut(contents(), ALL.subList(1, 12))));
    rows.add(Arguments.of("no content of any", leavingOut(contents(), ALL)));
    new TreeMap<>(ODD_LITERALS)
        .forEach(
            (odd, change) ->
                rows.add(Arguments.of(odd + " for one", giving(contents(), 5, change))));
    rows.add(
        Arguments.of(
            "a line of NO in its place",
            telling(
                contents(),
                usual ->
                    usual.mapped(
                        line ->
                            line != null && Answer.uid(line) == 5
                                ? "NO message 5 is corrupt"
                                : line))));
    rows.add(Arguments.of("NO for one", refusing(five, Answer.no("[SERVERBUG] Internal error"))));
    rows.add(Arguments.of("BAD for one", refusing(five, Answer.bad("corrupt"))));
    rows.add(Arguments.of("BYE for one", refusing(five, Answer.bye("Internal error"))));
    rows.add(Arguments.of("a hang-up for one", refusing(five, Answer.hangUp())));
    return rows.stream().map(row -> Arguments.of(row.get()[0], row.get()[1], isMarked(row)));
  }

  @ParameterizedTest(name = "{0}, marked {2}")
  @MethodSource("lasting")
  void whatIsNotShownIsNotCopiedAgainButTold(String name, Behaviour behaviour, boolean marked) {
    moveBefore(marked);
    destination.behaves(behaviour);
    MailboxResult first = caravan.pass(source.port());
    MailboxResult second = caravan.pass(source.port(), Pass.CATCH_UP);

    for (MailboxResult result : List.of(first, second)) {
      assertThat(result.problems())
          .as("%s", result.notes())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.PARTIAL_VIEW);
                assertThat(problem.owner()).isEqualTo(Owner.US);
                assertThat(problem.place().toString()).isEqualTo("folder INBOX");
              });
      assertThat(verdict(result)).isEqualTo(Verdict.INCOMPLETE);
    }
    assertThat(caravan.verify(source.port(), false).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(ProblemCode.PARTIAL_VIEW);
              assertThat(problem.owner()).isEqualTo(Owner.US);
            });
    assertThat(at(destination, "INBOX").count()).isEqualTo(MESSAGES);
    assertThat(at(destination, "Work").count()).isEqualTo(1);

    destination.behavesWell();
    MailboxResult third = caravan.pass(source.port(), Pass.CATCH_UP);

    assertThat(at(destination, "INBOX").count()).isEqualTo(MESSAGES);
    assertThat(third.problems()).isEmpty();
    assertThat(verdict(third)).isEqualTo(Verdict.COMPLETE);
  }

  @Test
  void anUnreadableMessageOfOthersKeepsNothingFromBeingCopied() {
    IntStream.rangeClosed(100, 107)
        .forEach(
            number -> at(destination, "INBOX").put(message(number), Set.of(), DATE.plusYears(1)));
    destination.behaves(refusing(List.of(5L), Answer.no("[SERVERBUG] Internal error")));
    MailboxResult result = caravan.pass(source.port());

    assertThat(at(destination, "INBOX").count()).isEqualTo(8 + MESSAGES);
    assertThat(at(destination, "Work").count()).isEqualTo(1);
    assertThat(result.problems()).isEmpty();
    assertThat(result.notes())
        .filteredOn(note -> note.contains("does not show all"))
        .singleElement()
        .satisfies(note -> assertThat(note).contains("folder INBOX held before"));
    assertThat(verdict(result)).isEqualTo(Verdict.COMPLETE);
  }

  @Test
  void newMailIsCopiedBesideWhatIsNotShown() {
    moveBefore(false);
    destination.behaves(leavingOut(contents(), List.of(5L)));
    at(source, "INBOX").put(message(900), Set.of(), DATE.plusYears(1));
    MailboxResult result = caravan.pass(source.port());

    assertThat(at(destination, "INBOX").count()).isEqualTo(MESSAGES + 1);
    assertThat(result.copied()).isEqualTo(2);
    assertThat(result.problems()).hasSize(1);
  }

  private static boolean lists(ImapCommand command) {
    return command.is("UID FETCH") && !command.text().contains("BODY") && inInbox(command);
  }

  private static Behaviour findingNothing() {
    return telling(
        command -> command.is("UID SEARCH") && inInbox(command),
        usual -> usual.mapped(line -> "SEARCH"));
  }

  /** What the new server shows of a folder that it has taken whole. */
  static Stream<Arguments> listings() {
    return Stream.of(
        Arguments.of("nothing", leavingOut(UnshownAtDestinationTest::lists, ALL)),
        Arguments.of("half of it", leavingOut(UnshownAtDestinationTest::lists, ALL.subList(0, 6))),
        Arguments.of("all but one", leavingOut(UnshownAtDestinationTest::lists, List.of(5L))),
        Arguments.of(
            "a warning",
            telling(
                UnshownAtDestinationTest::lists,
                usual -> Answer.ok("done").after("NO mailbox is corrupt"))),
        Arguments.of(
            "nothing, and EXISTS 0",
            (Behaviour)
                (command, usual) ->
                    leavingOut(UnshownAtDestinationTest::lists, ALL)
                        .answer(command, () -> exists(0, any -> true).answer(command, usual))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("listings")
  void whatIsNotListedAfterwardsIsNotCompared(String name, Behaviour behaviour) {
    MailboxResult honest = caravan.pass(source.port());
    destination.behaves(behaviour, findingNothing());
    MailboxVerification verified = caravan.verify(source.port(), false);
    at(source, "INBOX").put(message(900), Set.of(), DATE.plusYears(1));
    MailboxResult second = caravan.pass(source.port(), Pass.CATCH_UP);

    assertThat(verdict(honest)).isEqualTo(Verdict.COMPLETE);
    isNotKnown(verified.certificate(), verified.problems());
    isNotKnown(second.certificate(), second.problems());
    destination.behavesWell();
    MailboxResult third = caravan.pass(source.port(), Pass.CATCH_UP);

    assertThat(at(destination, "INBOX").count()).isEqualTo(MESSAGES + 1);
    assertThat(third.problems()).isEmpty();
    assertThat(verdict(third)).isEqualTo(Verdict.COMPLETE);
  }

  private static void isNotKnown(@Nullable Certificate certificate, List<Problem> problems) {
    Certificate given = Objects.requireNonNull(certificate);
    assertThat(given.verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(given.folders()).allSatisfy(account -> assertThat(account.copies().gone()).isZero());
    assertThat(problems)
        .isNotEmpty()
        .allSatisfy(problem -> assertThat(problem.owner()).isEqualTo(Owner.US));
  }

  @Test
  void whatTheUserDeletedIsGoneThough() {
    MailboxResult first = caravan.pass(source.port());
    at(destination, "INBOX").remove(List.of(3L, 4L));
    MailboxVerification verified = caravan.verify(source.port(), false);

    assertThat(verdict(first)).isEqualTo(Verdict.COMPLETE);
    assertThat(Objects.requireNonNull(verified.certificate()).verdict())
        .isEqualTo(Verdict.DELIVERED);
  }

  @Test
  void whatTheUserDeletesWhileItIsLookedAtIsNotHidden() {
    caravan.pass(source.port());
    HostFolder trash = at(destination, "Trash");
    trash.put(message(90), Set.of(), DATE);
    trash.put(message(91), Set.of(), DATE);
    at(destination, "INBOX").remove(List.of(3L, 4L));
    destination.behaves(
        telling(
            first(1, named("SELECT", "EXAMINE").and(command -> command.folder().equals("Trash"))),
            usual -> {
              trash.remove(List.of(1L));
              return usual;
            }));
    MailboxVerification verified = caravan.verify(source.port(), false);

    assertThat(trash.count()).isEqualTo(1);
    assertThat(verified.problems())
        .allSatisfy(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.MESSAGE_GONE));
    assertThat(Objects.requireNonNull(verified.certificate()).verdict())
        .isEqualTo(Verdict.DELIVERED);
  }
}
