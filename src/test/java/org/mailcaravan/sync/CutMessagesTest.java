package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.HostMessage;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Lengthy;

/** What a source gives that is not as large as it announces: what arrives, and what is told. */
@Lengthy
class CutMessagesTest extends BetweenHosts {
  private static final int MESSAGES = 12;
  private static final List<Long> ONE = List.of(7L);
  private static final List<Long> ALL = LongStream.rangeClosed(1, MESSAGES).boxed().toList();

  private final AtomicInteger fetched = new AtomicInteger();

  @BeforeEach
  void start() {
    for (long uid : ALL) {
      inbox(source)
          .put(
              "From: ann@example.org\r\nMessage-ID: <%d@example.org>\r\nSubject: %d\r\n\r\nmessage %d\r\n%s\r\n"
                  .formatted(uid, uid, uid, "x".repeat((int) uid)),
              Set.of("\\Seen"),
              OffsetDateTime.parse("2020-02-03T04:05:06Z"));
    }
  }

  private static List<String> texts(ImapHost host) {
    return inbox(host).messages().stream().map(HostMessage::octets).sorted().toList();
  }

  /** What comes in place of a message. */
  private enum Content {
    CUT_IN_THE_HEADER,
    CUT_IN_THE_BODY,
    HEADER_ONLY,
    EXCUSE,
    EXCUSE_AS_MESSAGE,
    LONG_EXCUSE,
    ANOTHER_MESSAGE,
    APPENDED;

    private String of(String octets) {
      return switch (this) {
        case CUT_IN_THE_HEADER -> octets.substring(0, 20);
        case CUT_IN_THE_BODY -> octets.substring(0, octets.length() - 5);
        case HEADER_ONLY -> octets.substring(0, octets.indexOf("\r\n\r\n") + 4);
        case EXCUSE -> "This message is not available.";
        case EXCUSE_AS_MESSAGE -> "Subject: error\r\n\r\nnot available\r\n";
        case LONG_EXCUSE -> "Subject: error\r\n\r\n" + "not available\r\n".repeat(20);
        case ANOTHER_MESSAGE ->
            "Message-ID: <of-another@example.org>\r\nFrom: bob@example.org\r\n\r\nhello\r\n";
        case APPENDED -> octets + "Scanned by the old provider.\r\n";
      };
    }

    /** Changes some messages in the answers to some commands. */
    Behaviour of(Predicate<ImapCommand> when, List<Long> uids) {
      return giving(when, uids, this::of);
    }
  }

  private static Behaviour giving(
      Predicate<ImapCommand> when, List<Long> uids, UnaryOperator<String> change) {
    return Behaviours.rewritingFetch(
        command -> command.fetchesContent() && when.test(command),
        uids,
        line -> {
          int literal = line.indexOf("BODY[] {");
          int start = line.indexOf("\r\n", literal) + 2;
          int length = Integer.parseInt(line.substring(literal + "BODY[] {".length(), start - 3));
          String octets = change.apply(line.substring(start, start + length));
          return line.substring(0, literal)
              + "BODY[] {"
              + octets.length()
              + "}\r\n"
              + octets
              + line.substring(start + length);
        });
  }

  private void behaves(Behaviour behaviour) {
    source.behaves(
        (command, usual) -> {
          fetched.addAndGet(command.fetchesContent() ? command.uids().size() : 0);
          return usual.get();
        },
        behaviour);
  }

  @Override
  MailboxResult pass() {
    fetched.set(0);
    return caravan.pass(source.port());
  }

  private static Certificate certificate(MailboxResult result) {
    return Objects.requireNonNull(result.certificate());
  }

  private static void assertComplete(MailboxResult result) {
    assertThat(result.problems()).isEmpty();
    assertThat(result.state()).isEqualTo(MailboxState.COPIED);
    assertThat(certificate(result).verdict()).isEqualTo(Verdict.COMPLETE);
  }

  private static void assertCut(MailboxResult result, int count) {
    assertThat(result.state()).isEqualTo(MailboxState.INCOMPLETE);
    Certificate certificate = certificate(result);
    assertThat(certificate.verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(certificate.sum(account -> account.copies().cut())).isEqualTo(count);
    assertThat(certificate.sum(account -> account.copies().altered())).isZero();
    assertThat(result.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(ProblemCode.MESSAGE_CUT);
              assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST);
              assertThat(problem.cause())
                  .containsPattern("announces .* and gives |gives a text in place");
            });
  }

  @ParameterizedTest
  @EnumSource(Content.class)
  void whatComesOtherwiseOnceIsAskedForAgainAndComesWhole(Content content) {
    behaves(content.of(Behaviours.first(1, ImapCommand::fetchesContent), ONE));

    MailboxResult result = pass();

    assertComplete(result);
    assertThat(texts(destination)).isEqualTo(texts(source));
    assertThat(fetched).hasValue(MESSAGES + 1);
  }

  private void putOfManySizes() {
    inbox(source).remove(ALL);
    for (int i = 0; i < MESSAGES; i++) {
      inbox(source)
          .put(
              "From: ann@example.org\r\nMessage-ID: <of-size%d@example.org>\r\n\r\n%s\r\n"
                  .formatted(i, "text\r\n".repeat(5 * i % MESSAGES)),
              Set.of(i % 2 == 0 ? "\\Seen" : "\\Flagged"),
              OffsetDateTime.parse("2020-02-03T04:05:06Z").plusDays(i));
    }
  }

  /** Content comes under the UID of the message before it or after it. */
  private static Behaviour shifting(Predicate<ImapCommand> when, int by) {
    return Behaviours.telling(
        command -> command.fetchesContent() && when.test(command),
        answer ->
            answer.mapped(
                line ->
                    line == null
                        ? null
                        : line.replaceFirst("UID \\d+", "UID " + (Answer.uid(line) + by))));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void whatComesUnderTheUidOfAnotherOnceIsAskedForAgain(int by) {
    putOfManySizes();
    behaves(shifting(Behaviours.first(1, ImapCommand::fetchesContent), by));

    assertComplete(pass());
    assertThat(texts(destination)).isEqualTo(texts(source));
    assertThat(flags(destination)).isEqualTo(flags(source));
  }

  private static List<String> flags(ImapHost host) {
    return inbox(host).messages().stream()
        .map(each -> each.octets() + each.flags() + each.date().toInstant())
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void whatAlwaysComesUnderTheUidOfAnotherIsTheOldProvidersFault(int by) {
    putOfManySizes();
    behaves(shifting(command -> true, by));

    MailboxResult result = pass();

    assertThat(result.state()).isEqualTo(MailboxState.INCOMPLETE);
    assertThat(certificate(result).verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(result.problems())
        .isNotEmpty()
        .allSatisfy(problem -> assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST));

    source.behavesWell();
    assertComplete(pass());
    assertThat(flags(destination)).isEqualTo(flags(source));
  }

  @Test
  void whatNobodyAskedForIsPassedOverThoughItIsNotClosed() {
    behaves(
        (command, usual) -> {
          if (command.fetchesContent()) {
            command.session().send("* 99 FETCH (UID 999 RFC822.SIZE 30 BODY[] {5}\r\nghost");
          }
          return usual.get();
        });

    assertComplete(pass());
    assertThat(texts(destination)).isEqualTo(texts(source));
    assertThat(source.commands("LOGIN", "AUTHENTICATE")).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Content.class)
  void whatComesOtherwiseAlwaysIsCopiedAsItComesAndToldUntilItComesWhole(Content content) {
    behaves(content.of(command -> true, ONE));

    MailboxResult first = pass();
    final List<String> there = texts(destination);

    assertThat(first.copied()).isEqualTo(MESSAGES);
    assertThat(fetched).hasValue(MESSAGES + 1);
    if (content == Content.APPENDED) {
      assertComplete(first);
      assertThat(first.notes())
          .anyMatch(note -> note.contains("less than it gives") && note.contains("UID 7"));
      return;
    }
    assertCut(first, 1);
    assertThat(first.problems())
        .extracting(problem -> problem.place().toString())
        .containsExactly("UID 7 in folder INBOX");
    assertThat(certificate(first).folders().get(0).listed())
        .singleElement()
        .satisfies(
            listed -> {
              assertThat(listed.uid()).isEqualTo(7);
              assertThat(listed.reason()).isEqualTo(FolderCertificate.Reason.CUT);
            });
    assertThat(caravan.verify(source.port(), false).certificate())
        .extracting(Certificate::verdict)
        .isEqualTo(Verdict.INCOMPLETE);
    assertThat(caravan.verify(source.port(), true).certificate())
        .extracting(Certificate::verdict)
        .isEqualTo(Verdict.INCOMPLETE);

    for (int pass = 2; pass <= 3; pass++) {
      assertCut(pass(), 1);
      assertThat(fetched).hasValue(1);
      assertThat(texts(destination)).isEqualTo(there);
    }

    source.behavesWell();
    MailboxResult whole = pass();

    assertComplete(whole);
    assertThat(whole.copied()).isEqualTo(1);
    assertThat(whole.notes()).anyMatch(note -> note.contains("now gives more"));
    assertThat(texts(destination)).containsAll(texts(source)).hasSize(MESSAGES + 1);
    assertComplete(pass());
    assertThat(caravan.verify(source.port(), true).certificate())
        .extracting(Certificate::verdict)
        .isEqualTo(Verdict.COMPLETE);
  }

  @ParameterizedTest
  @EnumSource(
      value = Content.class,
      names = {"CUT_IN_THE_BODY", "APPENDED"},
      mode = EnumSource.Mode.EXCLUDE)
  void messagesWithoutABodyAndExcusesAreCutWhateverTheServerAnnounces(Content content) {
    behaves(content.of(command -> true, ALL));

    assertCut(pass(), MESSAGES);
    assertThat(fetched.get()).isLessThanOrEqualTo(MESSAGES + 8);
  }

  /** What a server gives in place of messages, of a size that fits what it announces. */
  private static Stream<String> textsOfFittingSize() {
    return Stream.of(
        "This message could not be retrieved.\r\n",
        "<html><body><h1>500 Internal Server Error</h1></body></html>\r\n",
        "Subject: error\r\n\r\nnot available\r\n",
        """
        From: postmaster@example.org
        Date: Mon, 3 Feb 2020 04:05:06 +0100
        Message-ID: <error@example.org>

        mailbox error
        """
            .replace("\n", "\r\n"));
  }

  /** Announces the size of the text with which some messages are answered. */
  private void givesInPlace(List<Long> uids, String text) {
    behaves(
        (command, usual) ->
            giving(Behaviours.named("UID FETCH"), uids, octets -> text)
                .answer(
                    command,
                    () ->
                        Behaviours.rewritingFetch(
                                Behaviours.named("UID FETCH"),
                                uids,
                                line ->
                                    line.replaceFirst(
                                        "RFC822.SIZE [0-9]+", "RFC822.SIZE " + text.length()))
                            .answer(command, usual)));
  }

  @ParameterizedTest
  @MethodSource("textsOfFittingSize")
  void oneTextInPlaceOfAllMessagesIsNoMailThoughItsSizeFits(String text) {
    givesInPlace(ALL, text);

    assertCut(pass(), MESSAGES);
    assertCut(pass(), MESSAGES);
    assertThat(inbox(destination).messages()).hasSize(MESSAGES);
    assertThat(caravan.verify(source.port(), true).certificate())
        .extracting(Certificate::verdict)
        .isEqualTo(Verdict.INCOMPLETE);

    source.behavesWell();
    MailboxResult whole = pass();

    assertComplete(whole);
    assertThat(texts(destination)).containsAll(texts(source));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aTextOfFittingSizeInPlaceOfOneMessageIsNoMailEither(int which) {
    givesInPlace(ONE, textsOfFittingSize().toList().get(which));

    assertCut(pass(), 1);
    source.behavesWell();
    assertComplete(pass());
    assertThat(texts(destination)).containsAll(texts(source)).hasSize(MESSAGES + 1);
  }

  @Test
  void messagesThatAreThereSeveralTimesStayWhatTheyAre() {
    HostFolder inbox = inbox(source);
    for (int i = 0; i < 3; i++) {
      for (String header : List.of("Message-ID: <same@example.org>\r\n", "", "Subject: job\r\n")) {
        inbox.put(
            header + "\r\nThis message could not be retrieved\r\n",
            Set.of(),
            OffsetDateTime.parse("2020-02-03T04:05:06Z").plusDays(i));
      }
    }
    behaves((command, usual) -> usual.get());

    assertComplete(pass());

    assertThat(fetched).hasValue(MESSAGES + 9);
    assertThat(texts(destination)).isEqualTo(texts(source));
    assertComplete(pass());
    assertThat(texts(destination)).isEqualTo(texts(source));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void atExchangeATextInPlaceOfSomeMessagesOrHalfOfThemIsNotItsWay(boolean text) {
    source.greeting("The Microsoft Exchange IMAP4 service is ready.");
    List<Long> some = List.of(2L, 5L, 8L, 11L);
    behaves(
        giving(
            Behaviours.named("UID FETCH"),
            some,
            octets ->
                text
                    ? "From: Microsoft Exchange Server\r\nMessage-ID: <%d@exchange>\r\n"
                            .formatted(octets.length())
                        + "\r\nThe server couldn't retrieve the following message:\r\n\r\n"
                    : octets.substring(0, octets.length() - 5)));

    assertCut(pass(), some.size());
  }

  @Test
  void nothingWhereASizeOfNothingIsAnnouncedIsNotTheMessage() {
    givesInPlace(ONE, "");

    MailboxResult result = pass();

    assertThat(result.state()).isEqualTo(MailboxState.INCOMPLETE);
    assertThat(result.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(ProblemCode.MESSAGE_UNREADABLE);
              assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST);
              assertThat(problem.place().toString()).isEqualTo("UID 7 in folder INBOX");
            });
    assertThat(result.copied()).isEqualTo(MESSAGES - 1);
    source.behavesWell();
    assertComplete(pass());
    assertThat(texts(destination)).isEqualTo(texts(source));
  }

  @Test
  void wrongSizesOfAWholeMailboxAreOneNoteAndCostAFewFetchesMore() {
    HostFolder inbox = inbox(source);
    for (int i = 0; i < 300; i++) {
      inbox.put(
          "Message-ID: <more-%d@example.org>\r\nSubject: more\r\n\r\ntext\r\n".formatted(i),
          Set.of(),
          OffsetDateTime.parse("2020-02-03T04:05:06Z"));
    }
    behaves(
        Behaviours.telling(
            Behaviours.named("UID FETCH"),
            answer ->
                answer.mapped(
                    line -> line == null ? null : line.replaceFirst("RFC822.SIZE ", "$0" + "3"))));

    MailboxResult result = pass();

    assertComplete(result);
    assertThat(texts(destination)).isEqualTo(texts(source));
    assertThat(fetched).hasValue(MESSAGES + 300 + 8);
    assertThat(result.notes())
        .anyMatch(
            note -> note.contains("other sizes than it gives") && note.contains("UID 1, 2, 3"));
    assertThat(certificate(result).folders().get(0).notes())
        .anyMatch(note -> note.contains("such as UID 1, 2, 3"));
    assertComplete(pass());
    assertThat(fetched).hasValue(0);
  }

  @Test
  void atExchangeWrongSizesOfSomeMessagesAreItsWay() {
    source.greeting("The Microsoft Exchange IMAP4 service is ready.");
    List<Long> third = ALL.stream().filter(uid -> uid % 3 == 0).toList();
    behaves(
        Behaviours.rewritingFetch(
            Behaviours.named("UID FETCH"),
            third,
            line -> line.replaceFirst("RFC822.SIZE ", "$0" + "3")));

    MailboxResult result = pass();

    assertComplete(result);
    assertThat(result.notes()).anyMatch(note -> note.contains("other sizes than it gives"));
  }

  private void put(String name, String octets) {
    from.folder(name).put(octets, Set.of(), OffsetDateTime.parse("2020-02-03T04:05:06Z"));
  }

  private static Behaviour announcing(UnaryOperator<String> size) {
    Pattern told = Pattern.compile("(?<=RFC822\\.SIZE )[0-9]+");
    return Behaviours.telling(
        Behaviours.named("UID FETCH"),
        answer ->
            answer.mapped(
                line ->
                    line == null
                        ? null
                        : told.matcher(line).replaceAll(found -> size.apply(found.group()))));
  }

  private static Behaviour announcing(int more) {
    return announcing(size -> Integer.toString(Integer.parseInt(size) + more));
  }

  @Test
  void aMessageWithoutBodyThatIsLongerThanAnnouncedIsWhole() {
    put("INBOX", "From: a@example.org\r\nMessage-ID: <empty@example.org>\r\nSubject: eom\r\n\r\n");
    behaves(announcing(-45));

    assertComplete(pass());
  }

  /** Messages that seem to lack their end, and have none. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\r\n", "no line end", "two lines\r\nand no end"})
  void whatIsShorterThanAnnouncedIsWholeWhereItsTextAloneIsTheSame(String text) {
    source.greeting("The Microsoft Exchange IMAP4 service is ready.");
    put(
        "INBOX",
        "From: a@example.org\r\nMessage-ID: <eom@example.org>\r\nSubject: eom\r\n\r\n" + text);
    behaves(
        Behaviours.rewritingFetch(
            Behaviours.named("UID FETCH"),
            List.of(1L, 5L, MESSAGES + 1L),
            line -> line.replaceFirst("RFC822.SIZE ", "$0" + "3")));

    assertComplete(pass());
    assertThat(texts(destination)).isEqualTo(texts(source));
  }

  private static Behaviour cuttingEachLiteral(int most) {
    Pattern body = Pattern.compile("(BODY\\[(?:TEXT)?\\]) \\{([0-9]+)\\}\r\n");
    return Behaviours.telling(
        Behaviours.named("UID FETCH"),
        answer ->
            answer.mapped(
                line -> {
                  Matcher found = body.matcher(line == null ? "" : line);
                  if (line == null || !found.find()) {
                    return line;
                  }
                  int end = found.end() + Integer.parseInt(found.group(2));
                  String octets = line.substring(found.end(), end);
                  String cut = octets.substring(0, Math.min(most, octets.length()));
                  return line.substring(0, found.start())
                      + found.group(1)
                      + " {"
                      + cut.length()
                      + "}\r\n"
                      + cut
                      + line.substring(end);
                }));
  }

  @Test
  void whatAServerCutsAfterSoManyOctetsIsCutAtExchangeToo() {
    source.greeting("The Microsoft Exchange IMAP4 service is ready.");
    put(
        "INBOX",
        "Message-ID: <long@example.org>\r\nSubject: long\r\n\r\n" + "word ".repeat(100) + "\r\n");
    behaves(cuttingEachLiteral(200));

    assertCut(pass(), 1);
  }

  @Test
  void copiesOfAMessageOfWhichAnotherSizeIsAnnouncedEachTimeAreWhole() {
    source.greeting("The Microsoft Exchange IMAP4 service is ready.");
    inbox(source).messages().subList(0, 5).forEach(message -> put("Kept", message.octets()));
    AtomicInteger answers = new AtomicInteger(900);
    behaves(
        announcing(size -> Integer.toString(Integer.parseInt(size) + answers.incrementAndGet())));

    assertComplete(pass());
  }

  @Test
  void aMessageThatQuotesAnErrorIsWholeWhereSizesMeanNothing() {
    source.greeting("The Microsoft Exchange IMAP4 service is ready.");
    put(
        "INBOX",
        "Message-ID: <q@example.org>\r\nSubject: Re: help\r\n\r\n> Unable to retrieve message\r\nTry again.\r\n");
    behaves(announcing(900));

    assertComplete(pass());
  }

  @Test
  void sizesThatAreOffByALastLineEndCostAFewFetchesMore() {
    behaves(announcing(2));

    assertComplete(pass());
    assertThat(fetched).hasValue(MESSAGES + 8);
  }

  @Test
  void copiesWhoseHeaderEndsAtABadLineForTheServerAreWhole() {
    String header = "Return-Path: <a@example.org>\r\n\r\n";
    for (int i = 0; i < 2; i++) {
      put("INBOX", header.trim() + "\r\n>From bob\r\nMessage-ID: <m@example.org>\r\n\r\ntext\r\n");
    }
    behaves(
        Behaviours.rewritingFetch(
            command -> !command.fetchesContent(),
            List.of(MESSAGES + 1L, MESSAGES + 2L),
            line -> {
              int literal = line.indexOf("BODY[HEADER] {");
              if (literal < 0) {
                return line;
              }
              int start = line.indexOf("\r\n", literal) + 2;
              int length = Integer.parseInt(line.substring(literal + 14, start - 3));
              return line.substring(0, literal + 14)
                  + header.length()
                  + "}\r\n"
                  + header
                  + line.substring(start + length);
            }));

    assertComplete(pass());
  }

  @Test
  void whatWasCutStaysSoWhereverTheUserMovesIt() {
    behaves(Content.CUT_IN_THE_BODY.of(command -> true, ONE));
    assertCut(pass(), 1);

    HostMessage copy = inbox(destination).messages().get(6);
    inbox(destination).remove(List.of(copy.uid()));
    to.folder("Kept").put(copy.octets(), copy.flags(), copy.date());

    assertCut(pass(), 1);
  }

  @Test
  void aLargeMailboxWhoseFoldersAreCopiedAtOnceIsJudgedAsAWhole() {
    for (int i = 1; i <= 6; i++) {
      HostFolder more = from.folder("Folder " + i);
      inbox(source)
          .messages()
          .forEach(message -> more.put(message.octets(), message.flags(), message.date()));
    }
    caravan.lanes(3);
    behaves(
        giving(
            command -> command.uids().contains(7L),
            ONE,
            octets -> octets.substring(0, octets.length() - 5)));

    MailboxResult result = pass();

    assertThat(Objects.requireNonNull(result.certificate()).sum(each -> each.copies().cut()))
        .isEqualTo(7);
    assertThat(result.problems())
        .hasSize(7)
        .allMatch(problem -> problem.code() == ProblemCode.MESSAGE_CUT);
  }

  @Test
  void lineEndsThatCountOtherwiseExplainAnotherSize() {
    behaves(giving(command -> true, ALL, octets -> octets.replace("\r\n", "\n")));

    MailboxResult result = pass();

    assertThat(result.problems()).isEmpty();
    assertThat(fetched).hasValue(MESSAGES);
  }

  @Test
  void whatComesOtherwiseEachTimeIsNeverComplete() {
    AtomicInteger answer = new AtomicInteger();
    behaves(
        giving(
            command -> true,
            ONE,
            octets -> octets.substring(0, octets.length() - 5 * answer.incrementAndGet())));

    MailboxResult result = pass();

    assertCut(result, 1);
    assertThat(fetched).hasValue(MESSAGES + 2);
    // The longest of what came.
    assertThat(texts(destination).stream().mapToInt(String::length).sum())
        .isEqualTo(texts(source).stream().mapToInt(String::length).sum() - 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"BYE", "NO it is broken", "NO [THROTTLED] slow down"})
  void aServerThatDoesNotBearTheSecondQuestionCostsNoMessage(String words) {
    source.behaves(
        Content.CUT_IN_THE_BODY.of(command -> true, ALL.subList(0, 6)),
        (command, usual) ->
            command.fetchesContent() && command.uids().size() == 1
                ? words.equals("BYE") ? Answer.bye("not that one") : Answer.tagged(words)
                : usual.get());

    MailboxResult result = pass();

    assertThat(result.copied()).isEqualTo(MESSAGES);
    assertCut(result, 6);
  }

  @Test
  void aLargeMessageForWhichTheDiskHasRoomOnceOnlyIsCopiedAsItCame() {
    inbox(source)
        .put(
            "Message-ID: <large@example.org>\r\n\r\n" + "0123456789abcdef\r\n".repeat(20_000),
            Set.of(),
            OffsetDateTime.parse("2020-02-03T04:05:06Z"));
    try (Caravan small = new Caravan(folder.resolve("small"), destination.port(), 100, 100_000)) {
      small.disk(400_000, 1 << 20);
      source.behaves(Content.CUT_IN_THE_BODY.of(command -> true, List.of(MESSAGES + 1L)));

      MailboxResult result = small.pass(source.port());

      assertThat(result.copied()).isEqualTo(MESSAGES + 1);
      assertCut(result, 1);
    }
  }

  @Test
  void whatComesWholeLaterIsStoredOnceThoughTheAnswerIsLost() {
    behaves(Content.CUT_IN_THE_BODY.of(command -> true, ONE));
    pass();
    source.behavesWell();
    List<String> commands = new ArrayList<>();
    destination.behaves(
        (command, usual) -> {
          if (command.is("APPEND") && commands.isEmpty()) {
            commands.add(command.toString().toUpperCase(Locale.ROOT));
            Answer stored = usual.get();
            return stored.isOk() ? Answer.hangUp() : stored;
          }
          return usual.get();
        });

    assertComplete(pass());

    assertThat(texts(destination)).containsAll(texts(source)).hasSize(MESSAGES + 1);
    assertComplete(pass());
    assertThat(inbox(destination).messages()).hasSize(MESSAGES + 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Content.class,
      names = {"CUT_IN_THE_BODY", "HEADER_ONLY", "EXCUSE_AS_MESSAGE"})
  void whatAPersonBringsWholeEndsTheProblemThoughTheServerStillCutsIt(Content content) {
    behaves(content.of(command -> true, ONE));
    assertCut(pass(), 1);
    HostMessage whole = inbox(source).messages().get(6);
    inbox(destination).put(whole.octets(), whole.flags(), whole.date());

    MailboxResult result = pass();

    assertComplete(result);
    assertThat(result.notes()).anyMatch(note -> note.contains("brought by hand: 1"));
    assertComplete(pass());
    assertThat(inbox(destination).messages()).hasSize(MESSAGES + 1);
    assertThat(caravan.verify(source.port(), false).certificate())
        .extracting(Certificate::verdict)
        .isEqualTo(Verdict.COMPLETE);
  }

  @Test
  void aShortCopyThatTheUserDeletedIsNotBroughtBackWhole() {
    behaves(Content.CUT_IN_THE_BODY.of(command -> true, ONE));
    pass();
    List<HostMessage> there = inbox(destination).messages();
    HostMessage cut =
        there.stream()
            .filter(m -> m.octets().contains("<7@example.org>"))
            .findFirst()
            .orElseThrow();
    inbox(destination).remove(List.of(cut.uid()));
    source.behavesWell();

    pass();
    pass();

    assertThat(texts(destination)).noneMatch(octets -> octets.contains("<7@example.org>"));
  }

  @Test
  void whatCameShortBeforeTheServerFellSilentIsToldByLaterPasses() {
    caravan.close();
    caravan = new Caravan(folder, destination.port(), 100, 4 << 20, null, Duration.ofMillis(400));
    Behaviour cut = Content.CUT_IN_THE_BODY.of(command -> true, ONE);
    AtomicInteger fetches = new AtomicInteger();
    source.behaves(
        (command, usual) ->
            command.fetchesContent() && fetches.incrementAndGet() > 1
                ? Answer.silence()
                : usual.get(),
        cut,
        Behaviours.givingUntil(Set.of(10L), silence -> silence));
    assertThat(pass().state()).isNotEqualTo(MailboxState.COPIED);
    source.behaves(cut);

    MailboxResult later = pass();

    assertThat(texts(destination)).hasSize(MESSAGES);
    assertCut(later, 1);
  }

  @Test
  void whatComesShortAgainIsNotStoredAgainWhereTheFolderEndsInTheSameBatch() {
    List<Long> some = ALL.subList(6, MESSAGES);
    Behaviour cut = Content.CUT_IN_THE_BODY.of(command -> true, some);
    behaves(cut);
    pass();
    caravan.close();
    caravan = new Caravan(folder, destination.port(), 100, 4 << 20, null, Duration.ofMillis(400));
    AtomicInteger fetches = new AtomicInteger();
    source.behaves(
        (command, usual) ->
            command.fetchesContent() && fetches.incrementAndGet() > 1
                ? Answer.silence()
                : usual.get(),
        cut);

    assertThat(pass().copied()).isZero();

    assertThat(texts(destination)).hasSize(MESSAGES);
  }
}
