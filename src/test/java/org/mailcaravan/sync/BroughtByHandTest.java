package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.FolderCertificate.Reason;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.HostMessage;

/** What a person has brought to the new server, since no pass could, ends the problem. */
class BroughtByHandTest extends BetweenHosts {
  private static final OffsetDateTime DATE = OffsetDateTime.parse("2020-02-03T04:05:06Z");

  @BeforeEach
  void start() {
    for (int i = 1; i <= 6; i++) {
      inbox(source)
          .put(
              "Message-ID: <%d@example.org>\r\nSubject: %d\r\n\r\ntext %d\r\n".formatted(i, i, i),
              Set.of("\\Seen"),
              DATE);
    }
  }

  private static FolderCertificate account(MailboxResult result) {
    return Objects.requireNonNull(result.certificate()).folders().get(0);
  }

  private void bring(int number, UnaryOperator<String> change) {
    HostMessage original = inbox(source).messages().get(number - 1);
    inbox(destination).put(change.apply(original.octets()), Set.of(), DATE.plusYears(1));
  }

  private void refuses(String words) {
    destination.behaves(
        Behaviours.refusing(Behaviours.appending(List.of(words)), "NO I do not like it"));
  }

  private static void assertProblem(MailboxResult result, ProblemCode code) {
    assertThat(result.problems()).extracting(Problem::code).containsExactly(code);
    assertThat(account(result).verdict()).isEqualTo(Verdict.INCOMPLETE);
  }

  private void assertEnded(MailboxResult result) {
    assertThat(result.problems()).isEmpty();
    assertThat(result.copied()).isZero();
    assertThat(account(result).verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(account(result).messages().alreadyThere()).isEqualTo(1);
    assertThat(inbox(destination).messages()).hasSize(6);
    assertThat(pass().problems()).isEmpty();
    assertThat(Objects.requireNonNull(caravan.verify(source.port(), false).certificate()).verdict())
        .isEqualTo(Verdict.COMPLETE);
    assertThat(inbox(destination).messages()).hasSize(6);
  }

  @Test
  void aRefusedMessageThatWasImportedWithMoreHeaderLinesIsCopiedNoMore() {
    refuses("text 3");
    assertProblem(pass(), ProblemCode.MESSAGE_REFUSED);

    bring(3, octets -> "X-Mozilla-Status: 0001\r\n" + octets);
    MailboxResult after = pass();

    assertThat(after.notes())
        .anyMatch(note -> note.contains("imported by hand: 1 (such as UID 3)"));
    assertEnded(after);
    assertThat(deep().verdict()).isEqualTo(Verdict.COMPLETE);
  }

  @Test
  void aRefusedMessageThatWasRepairedByHandIsListedAsThat() {
    refuses("text 3");
    assertProblem(pass(), ProblemCode.MESSAGE_REFUSED);

    bring(3, octets -> octets.replace("text 3", "repaired"));
    MailboxResult after = pass();

    assertEnded(after);
    for (FolderCertificate each : List.of(account(after), deep().folders().get(0))) {
      assertThat(each.verdict()).isEqualTo(Verdict.COMPLETE);
      assertThat(each.listed())
          .singleElement()
          .satisfies(
              listed -> {
                assertThat(listed.uid()).isEqualTo(3);
                assertThat(listed.reason()).isEqualTo(Reason.REPAIRED);
                assertThat(listed.detail()).contains("imported by hand");
              });
    }
  }

  private Certificate deep() {
    return Objects.requireNonNull(caravan.verify(source.port(), true).certificate());
  }

  @Test
  void anUnreadableMessageThatWasMovedInTheWebmailIsKnownByItsHeader() {
    source.behaves(Behaviours.refusing(Behaviours.fetching(List.of(3L)), "NO it is broken"));
    assertProblem(pass(), ProblemCode.MESSAGE_UNREADABLE);

    bring(3, octets -> "X-Moved: yes\r\n" + octets);
    MailboxResult after = pass();

    assertThat(after.notes()).anyMatch(note -> note.contains("brought by hand: 1 (such as UID 3)"));
    assertEnded(after);
  }

  @Test
  void whatWasBroughtIsFoundWhereOurServerRefusesToListManyMessagesAtATime() {
    refuses("text 3");
    assertProblem(pass(), ProblemCode.MESSAGE_REFUSED);

    bring(3, octets -> octets);
    destination.behaves(Behaviours.limiting(2, Behaviours.Limit.REFUSED));

    assertEnded(pass());
  }

  /** Their digests (SHA-256) begin with the same 32 bits. */
  @Test
  void aMessageIsNotTakenForAnotherBecauseTheirMessageIdsResembleEachOther() {
    String octets = "Message-ID: <92407@example.org>\r\n\r\ntext 7\r\n";
    inbox(source).put(octets, Set.of(), DATE);
    source.behaves(Behaviours.refusing(Behaviours.fetching(List.of(7L)), "NO it is broken"));
    assertProblem(pass(), ProblemCode.MESSAGE_UNREADABLE);

    bring(7, original -> original.replace("<92407@", "<92444@"));

    assertProblem(pass(), ProblemCode.MESSAGE_UNREADABLE);
  }

  @Test
  void aMessageWhoseHeaderCannotBeReadEitherCostsNothingElse() {
    source.behaves(
        (command, usual) ->
            command.is("UID FETCH")
                    && command.uids().contains(3L)
                    && command.text().contains("BODY.PEEK[")
                ? Answer.hangUp()
                : usual.get());
    assertProblem(pass(), ProblemCode.MESSAGE_UNREADABLE);

    bring(3, octets -> octets);
    inbox(source).put("Message-ID: <7@example.org>\r\n\r\ntext 7\r\n", Set.of(), DATE);
    MailboxResult after = pass();

    assertProblem(after, ProblemCode.MESSAGE_UNREADABLE);
    assertThat(after.copied()).isEqualTo(1);
  }

  @Test
  void newMailAndOtherCopiesAreNotTakenForARefusedMessage() {
    refuses("text 3");
    assertProblem(pass(), ProblemCode.MESSAGE_REFUSED);

    bring(3, octets -> octets.replace("<3@", "<other@"));
    bring(4, octets -> octets);

    assertProblem(pass(), ProblemCode.MESSAGE_REFUSED);
    destination.behavesWell();
    assertThat(pass().copied()).isEqualTo(1);
  }

  @Test
  void aCopyOfAnotherMessageThatTheUserMovedIsNotTakenForARefusedOneOfTheSameMessageId() {
    inbox(source)
        .put(
            "Message-ID: <3@example.org>\r\nSubject: later draft\r\n\r\nother words\r\n",
            Set.of(),
            DATE);
    refuses("text 3");
    assertProblem(pass(), ProblemCode.MESSAGE_REFUSED);

    HostMessage other =
        inbox(destination).messages().stream()
            .filter(message -> message.octets().contains("other words"))
            .findFirst()
            .orElseThrow();
    inbox(destination).remove(List.of(other.uid()));
    inbox(destination).put(other.octets(), Set.of(), DATE);
    MailboxResult after = pass();

    assertProblem(after, ProblemCode.MESSAGE_REFUSED);
    assertThat(account(after).copies().gone()).isZero();
  }

  @Test
  void aCopyOfAnotherFolderThatTheUserMovedIsNotTakenForAnUnreadableOneOfTheSameMessageId() {
    HostFolder archive = from.folder("Archive");
    archive.put(
        "Message-ID: <3@example.org>\r\nSubject: of the list\r\n\r\nwith a footer\r\n",
        Set.of(),
        DATE);
    source.behaves(
        Behaviours.refusing(
            command ->
                Behaviours.fetching(List.of(3L)).test(command)
                    && inbox(source).equals(command.selected()),
            "NO it is broken"));
    assertThat(pass().problems())
        .extracting(Problem::code)
        .containsExactly(ProblemCode.MESSAGE_UNREADABLE);

    HostFolder there = to.folder("Archive");
    HostMessage other = there.messages().get(0);
    there.remove(List.of(other.uid()));
    inbox(destination).put(other.octets(), Set.of(), DATE);

    assertThat(pass().problems())
        .extracting(Problem::code)
        .containsExactly(ProblemCode.MESSAGE_UNREADABLE);
  }
}
