package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.FolderCertificate.Reason;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxVerification;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.ImapCommand.Given;
import org.mailcaravan.server.ImapHost;

/** Copies that the destination changes to the same size, and what only a deep comparison finds. */
class AlteredCopiesTest extends BetweenHosts {
  private static final String NUL = "Message-ID: <n@example.org>\r\n\r\nbefore\0after\r\n";
  private static final String EIGHT_BIT =
      "Message-ID: <e@example.org>\r\nSubject: Gr\u00fc\u00dfe\r\n\r\ntext \u00fc\r\n";

  private void put(String octets) {
    inbox(source).put(octets, Set.of(), OffsetDateTime.parse("2020-02-03T04:05:06Z"));
  }

  private void putSome(int count) {
    for (int i = 1; i <= count; i++) {
      put("Message-ID: <%d@example.org>\r\nSubject: %d\r\n\r\ntext %d\r\n".formatted(i, i, i));
    }
  }

  private void destinationStores(UnaryOperator<String> change) {
    destination.behaves(
        Behaviours.storing(
            given -> new Given(change.apply(given.octets()), given.flags(), given.date())));
  }

  private Certificate verify(boolean deep) {
    return Objects.requireNonNull(caravan.verify(source.port(), deep).certificate());
  }

  private static FolderCertificate account(MailboxResult result) {
    return Objects.requireNonNull(result.certificate()).folders().get(0);
  }

  private static UnaryOperator<String> inHeader(UnaryOperator<String> change) {
    return octets -> {
      int end = octets.indexOf("\r\n\r\n");
      return change.apply(octets.substring(0, end)) + octets.substring(end);
    };
  }

  @Test
  void copiesThatAServerIsKnownToChangeAreListedWithWhatWasDone() {
    putSome(3);
    put(NUL);
    put(EIGHT_BIT);
    UnaryOperator<String> cyrus = inHeader(header -> header.replaceAll("[\u0080-\u00ff]", "X"));
    destinationStores(octets -> cyrus.apply(octets.replace('\0', '\u0080')));

    FolderCertificate first = account(pass());

    for (FolderCertificate each :
        new FolderCertificate[] {
          first, verify(false).folders().get(0), verify(true).folders().get(0)
        }) {
      assertThat(each.verdict()).isEqualTo(Verdict.COMPLETE);
      assertThat(each.listed()).extracting(FolderCertificate.Listed::uid).containsExactly(4L, 5L);
      assertThat(each.listed())
          .allMatch(listed -> listed.reason() == Reason.REPAIRED)
          .extracting(FolderCertificate.Listed::detail)
          .satisfiesExactly(
              nul -> assertThat(nul).contains("stored it otherwise", "0x80"),
              header -> assertThat(header).contains("stored it otherwise", "became X"));
      assertThat(each.notes()).anyMatch(note -> note.endsWith("as is listed: 2."));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bye, 1, false", "close, 1, false", "no, 1, false", "close, 2, false",
    "bye, 1, true", "close, 1, true", "no, 1, true", "close, 2, true"
  })
  void aCopyThatIsNotGivenAtOnceIsAskedForAgain(String how, int times, boolean deep) {
    putSome(3);
    put(NUL);
    put(EIGHT_BIT);
    if (deep) {
      pass();
    }
    destination.behaves(notGiving(how, Behaviours.first(times, AlteredCopiesTest::isOfNul)));

    List<Problem> problems =
        deep ? caravan.verify(source.port(), true).problems() : pass().problems();

    assertThat(problems).isEmpty();
    assertThat(pass().problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"bye, false", "close, false", "no, false", "bye, true", "close, true", "no, true"})
  void aCopyThatIsNeverGivenIsNotCalledAltered(String how, boolean deep) {
    putSome(3);
    put(NUL);
    put(EIGHT_BIT);
    if (deep) {
      pass();
    }
    destination.behaves(notGiving(how, AlteredCopiesTest::isOfNul));

    List<Problem> problems =
        deep ? caravan.verify(source.port(), true).problems() : pass().problems();

    assertThat(problems)
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(ProblemCode.NOT_COMPARED);
              assertThat(problem.owner()).isEqualTo(Owner.US);
              assertThat(problem.cause()).contains("UID 4");
            });
    assertThat(verify(deep).verdict()).isEqualTo(Verdict.INCOMPLETE);
    destination.behavesWell();
    assertThat(caravan.verify(source.port(), deep).problems()).isEmpty();
    assertThat(verify(deep).verdict()).isEqualTo(Verdict.COMPLETE);
  }

  private static boolean isOfNul(ImapCommand command) {
    return command.is("UID FETCH")
        && command.text().contains("BODY")
        && command.uids().contains(4L);
  }

  private static Behaviour notGiving(String how, Predicate<ImapCommand> when) {
    Answer answer =
        switch (how) {
          case "bye" -> Answer.bye("Internal error");
          case "close" -> Answer.hangUp();
          default -> Answer.no("[SERVERBUG] Internal error");
        };
    return Behaviours.instead(when, answer);
  }

  @Test
  void copiesThatWereChangedInAnotherWayAreAlteredThoughTheirSizeIsTheSame() {
    putSome(3);
    put(NUL);
    put(EIGHT_BIT);
    UnaryOperator<String> unknown = inHeader(header -> header.replaceAll("[\u0080-\u00ff]", "~"));
    destinationStores(octets -> unknown.apply(octets.replace('\0', ' ')));

    MailboxResult result = pass();

    assertThat(result.problems())
        .extracting(Problem::code)
        .containsExactly(ProblemCode.MESSAGE_ALTERED);
    assertThat(account(result).copies().altered()).isEqualTo(2);
    assertThat(verify(false).folders().get(0).copies().altered()).isEqualTo(2);
    assertThat(account(result).listed())
        .extracting(FolderCertificate.Listed::detail)
        .satisfiesExactlyInAnyOrder(
            nul -> assertThat(nul).contains("its body differs"),
            header -> assertThat(header).contains("its header differs"));
    assertThat(result.problems().get(0).cause()).contains("such as UID");
    put("Message-ID: <later@example.org>\r\n\r\nlater\r\n");
    assertThat(account(pass()).copies().altered()).isEqualTo(2);
  }

  @Test
  void copiesThatMightHaveBeenChangedAndWereNotAreReadOnce() {
    putSome(3);
    put(NUL);
    put(EIGHT_BIT);

    MailboxResult result = pass();

    assertThat(result.problems()).isEmpty();
    assertThat(account(result).listed()).isEmpty();
    assertThat(contentsRead(destination)).isEqualTo(2);
    destination.forget();
    assertThat(verify(false).verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(contentsRead(destination)).isZero();
  }

  private static int contentsRead(ImapHost host) {
    return host.commands("UID FETCH").stream()
        .filter(ImapCommand::fetchesContent)
        .mapToInt(command -> command.uids().size())
        .sum();
  }

  @Test
  void allThatADeepComparisonFoundStandsUntilTheNextOne() {
    int messages = 130;
    putSome(messages);
    destinationStores(octets -> octets.replace("text", "tent"));

    assertThat(account(pass()).verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(verify(true).folders().get(0).copies().altered()).isEqualTo(messages);

    assertThat(verify(false).folders().get(0).copies().altered()).isEqualTo(messages);
    destination.behavesWell();
    put("Message-ID: <later@example.org>\r\n\r\nlater\r\n");
    for (int pass = 1; pass <= 2; pass++) {
      MailboxResult later = pass();
      assertThat(account(later).copies().altered()).isEqualTo(messages);
      assertThat(later.problems())
          .extracting(Problem::code)
          .containsExactly(ProblemCode.MESSAGE_ALTERED);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatADeepComparisonFoundStandsAlsoWhereSizesDiffer(boolean healed) {
    putSome(20);
    UnaryOperator<String> wrongSizes = line -> line.replaceFirst("RFC822.SIZE ", "$0" + "3");
    source.behaves(
        Behaviours.telling(
            Behaviours.named("UID FETCH"),
            answer -> answer.mapped(line -> line == null ? null : wrongSizes.apply(line))),
        Behaviours.rewritingFetch(
            ImapCommand::fetchesContent, Set.of(7L), line -> line.replace("text 7", "tent 7")));
    assertThat(account(pass()).verdict()).isEqualTo(Verdict.COMPLETE);
    source.behaves(
        Behaviours.telling(
            Behaviours.named("UID FETCH"),
            answer -> answer.mapped(line -> line == null ? null : wrongSizes.apply(line))));

    assertThat(verify(true).folders().get(0).copies().altered()).isEqualTo(1);

    assertThat(verify(false).folders().get(0).copies().altered()).isEqualTo(1);
    put("Message-ID: <later@example.org>\r\n\r\nlater\r\n");
    assertThat(account(pass()).copies().altered()).isEqualTo(1);
    if (healed) {
      source.behaves(
          Behaviours.rewritingFetch(
              ImapCommand::fetchesContent, Set.of(7L), line -> line.replace("text 7", "tent 7")));
      assertThat(verify(true).verdict()).isEqualTo(Verdict.COMPLETE);
      assertThat(verify(false).verdict()).isEqualTo(Verdict.COMPLETE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"List-Id", "X-Priority"})
  void aFieldThatOurServerDropsIsNoKnownChange(String field) {
    put(
        "From: ann@example.org\r\nMessage-ID: <f@example.org>\r\nDate: Mon, 3 Feb 2020 04:05:06 +0000\r\n"
            + field
            + ": some words\r\nSubject: field\r\n\r\ntext\r\n");
    destinationStores(octets -> octets.replaceFirst(field + ": [^\r]*\r\n", ""));

    assertThat(account(pass()).copies().altered()).isEqualTo(1);
    assertThat(verify(false).folders().get(0).copies().altered()).isEqualTo(1);
    assertThat(verify(true).folders().get(0).copies().altered()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"BYE not that one", "NO it is broken"})
  void aSourceThatDoesNotBearTheQuestionWhatWasChangedKeepsNothingFromBeingCompared(String words) {
    putSome(3);
    put(NUL);
    put(EIGHT_BIT);
    HostFolder other = from.folder("Other");
    other.put(
        "Message-ID: <o@example.org>\r\n\r\nother\r\n",
        Set.of(),
        OffsetDateTime.parse("2020-02-03T04:05:06Z"));
    destinationStores(octets -> octets.replace('\0', ' '));
    source.behaves(
        (command, usual) ->
            command.fetchesContent() && command.uids().equals(List.of(4L))
                ? words.startsWith("BYE") ? Answer.bye("not that one") : Answer.tagged(words)
                : usual.get());

    MailboxResult result = pass();

    Certificate certificate = Objects.requireNonNull(result.certificate());
    assertThat(certificate.folders()).hasSize(2).allMatch(each -> each.obstacle() == null);
    assertThat(result.problems())
        .extracting(Problem::code)
        .containsExactly(ProblemCode.MESSAGE_ALTERED);
  }

  /** Gives the texts of UIDs 3 and 4 for one another. */
  private static Behaviour swapping(Predicate<ImapCommand> when) {
    return Behaviours.telling(
        command -> command.fetchesContent() && when.test(command),
        answer ->
            answer.mapped(
                line ->
                    line == null
                        ? null
                        : line.replaceFirst("text [34]", "text " + (7 - Answer.uid(line)))));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatTheSourceGivesRightWhenItIsAskedForOneAloneIsNotBlamed(boolean deep) {
    putSome(5);
    assertThat(pass().problems()).isEmpty();
    source.behaves(swapping(command -> command.uids().size() > 1));

    MailboxVerification result = caravan.verify(source.port(), deep);

    assertThat(result.problems()).isEmpty();
    assertThat(Objects.requireNonNull(result.certificate()).verdict()).isEqualTo(Verdict.COMPLETE);
  }

  @Test
  void whatTheSourceGivesOtherwiseWhenItIsAskedAgainIsNoChangeOfOurs() {
    putSome(5);
    source.behaves(swapping(command -> true));
    assertThat(pass().problems()).isEmpty();
    source.behavesWell();

    MailboxVerification result = caravan.verify(source.port(), true);

    assertThat(result.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(ProblemCode.MESSAGE_ALTERED);
              assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST);
              assertThat(problem.cause()).contains("asked again: 2; such as UID 3");
            });
    FolderCertificate account = Objects.requireNonNull(result.certificate()).folders().get(0);
    assertThat(account.listed())
        .extracting(FolderCertificate.Listed::reason)
        .containsExactly(Reason.ALTERED, Reason.ALTERED);
    assertThat(account.copies().altered()).isEqualTo(2);
  }

  @Test
  void whatTheSourceDidNotGiveIsToldAlikeByAPassAndByAComparisonAlone() {
    putSome(6);
    source.behaves(
        Behaviours.refusing(Behaviours.fetching(Set.of(2L, 5L)), "NO [UNAVAILABLE] Server error"));

    MailboxResult passed = pass();

    assertThat(passed.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(ProblemCode.MESSAGE_UNREADABLE);
              assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST);
            });
    assertThat(caravan.verify(source.port(), false).problems()).isEqualTo(passed.problems());
  }
}
