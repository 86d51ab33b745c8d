package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.server.Behaviours.after;
import static org.mailcaravan.server.Behaviours.appending;
import static org.mailcaravan.server.Behaviours.fetching;
import static org.mailcaravan.server.Behaviours.givingUntil;
import static org.mailcaravan.server.Behaviours.instead;
import static org.mailcaravan.server.Behaviours.login;
import static org.mailcaravan.server.Behaviours.named;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.Messages;
import org.mailcaravan.sync.session.VainWaits;

/**
 * A server that answers and gives nothing ends each wait for it; how many waits there are in a pass
 * is bounded, too, however many messages and folders it has.
 */
@Lengthy
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@Execution(ExecutionMode.CONCURRENT)
class VainWaitsTest extends BetweenHosts {
  private static final Duration SILENCE = Duration.ofMillis(400);
  private static final int FOLDERS = 6;
  private static final int OF_INBOX = 16;

  @Override
  Caravan newCaravan() {
    return new Caravan(folder, destination.port(), 100, 4 << 20, null, SILENCE);
  }

  @BeforeEach
  void fill() {
    Messages mail = new Messages(1);
    for (int i = 0; i < OF_INBOX; i++) {
      from.folder("INBOX").put(mail.next(), Set.of(), mail.date());
    }
    for (int name = 1; name < FOLDERS; name++) {
      for (int i = 0; i < 3; i++) {
        from.folder("Folder " + name).put(mail.next(), Set.of(), mail.date());
      }
    }
  }

  private static Predicate<ImapCommand> contents() {
    return ImapCommand::fetchesContent;
  }

  private void assertAWholePassFollows() {
    source.behavesWell();
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).state()).isEqualTo(MailboxState.COPIED);
    // What came late stands behind the others.
    from.folders()
        .forEach(
            (name, each) ->
                assertThat(octets(to.folder(name)))
                    .containsExactlyInAnyOrderElementsOf(octets(each)));
  }

  private static Problem single(MailboxResult result) {
    assertThat(result.problems()).hasSize(1);
    return result.problems().get(0);
  }

  @Test
  void aSourceThatGivesNoMessageEndsThePassAfterAFewWaitsWithOneProblem() {
    caravan.lanes(4);
    source.behaves(instead(contents(), Answer.silence()));

    MailboxResult result = caravan.pass(source.port());

    Problem problem = single(result);
    assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_DOWN);
    assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST);
    assertThat(problem.cause())
        .contains("gives nothing: " + VainWaits.MOST_OF_PASS + " waits in a row were in vain");
    // Two connections end at once: the host answers what came after the command that it swallows.
    assertThat(logins(source)).isLessThanOrEqualTo(VainWaits.MOST_OF_PASS + 2);
    assertAWholePassFollows();
  }

  static Stream<List<Long>> hanging() {
    return Stream.of(List.of(1L), List.of(3L, 9L, 14L));
  }

  /** Whether it says nothing of a set that holds one, or gives those before it. */
  @ParameterizedTest
  @MethodSource("hanging")
  void messagesAtWhichASourceFallsSilentCostOnlyThemselves(List<Long> bad) {
    Predicate<ImapCommand> ofInbox =
        command -> command.selected() != null && command.selected() == from.folder("INBOX");
    source.behaves(instead(ofInbox.and(fetching(bad)), Answer.silence()));

    MailboxResult result = caravan.pass(source.port());

    assertThat(to.folder("INBOX").count()).isEqualTo(OF_INBOX - bad.size());
    assertThat(to.count()).isEqualTo(from.count() - bad.size());
    assertThat(single(result).code()).isEqualTo(ProblemCode.MESSAGE_UNREADABLE);

    assertThat(single(caravan.pass(source.port())).code())
        .as("in a pass that knows them")
        .isEqualTo(ProblemCode.MESSAGE_UNREADABLE);
    assertAWholePassFollows();
  }

  @Test
  void whatCameBeforeAServerFellSilentForGoodIsStored() {
    Predicate<ImapCommand> again =
        after(1, command -> command.fetchesContent() && command.selected() == from.folder("INBOX"));
    source.behaves(
        instead(again, Answer.silence()),
        (command, usual) ->
            command.selected() == from.folder("INBOX")
                ? givingUntil(List.of(9L), answer -> answer).answer(command, usual)
                : usual.get());

    MailboxResult result = caravan.pass(source.port());

    assertThat(to.folder("INBOX").count()).isEqualTo(8);
    assertThat(to.count()).isEqualTo(from.count() - 8);
    assertThat(single(result).code()).isEqualTo(ProblemCode.SERVER_DOWN);
    assertThat(logins(source)).isLessThanOrEqualTo(VainWaits.MOST_OF_PASS);
    assertAWholePassFollows();
  }

  @Test
  void aDestinationThatTakesNoMessageEndsThePassAfterAFewWaits() {
    destination.behaves(instead(named("APPEND"), Answer.silence()));

    MailboxResult result = caravan.pass(source.port());

    Problem problem = single(result);
    assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_DOWN);
    assertThat(problem.owner()).isEqualTo(Owner.US);
    assertThat(logins(destination)).isLessThanOrEqualTo(VainWaits.MOST_OF_PASS);
    assertAWholePassFollows();
  }

  @Test
  void aMessageAtWhichTheDestinationFallsSilentCostsOnlyItself() {
    String words = from.folder("INBOX").messages().get(0).octets();
    destination.behaves(instead(appending(List.of(words)), Answer.silence()));

    MailboxResult result = caravan.pass(source.port());

    assertThat(to.count()).isEqualTo(from.count() - 1);
    assertThat(single(result).code()).isEqualTo(ProblemCode.MESSAGE_REFUSED);
    assertAWholePassFollows();
  }

  @ParameterizedTest
  @CsvSource({
    "source, LOGIN, 0",
    "source, LIST, 0",
    "source, EXAMINE, 3",
    "destination, SELECT, 2",
    "destination, CREATE, 0",
  })
  void whateverAServerDoesNotAnswerThePassEndsAfterAFewWaits(String side, String name, int good) {
    ImapHost host = side.equals("source") ? source : destination;
    String[] names =
        name.equals("LOGIN") ? new String[] {"LOGIN", "AUTHENTICATE"} : new String[] {name};
    host.behaves(
        instead(after(good, named(names)), Answer.silence()),
        (command, usual) ->
            good > 0 && command.fetchesContent() && command.uids().contains(2L)
                ? Answer.hangUp()
                : usual.get());

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems()).isNotEmpty();
    assertThat(logins(host)).isLessThanOrEqualTo(VainWaits.MOST_OF_PASS + good + 4);
    assertThat(result.problems()).hasSizeLessThanOrEqualTo(3);
    assertAWholePassFollows();
  }

  @Test
  void loginsThatAreNotAnsweredInTheMiddleOfAPassEndIt() {
    source.behaves(
        instead(after(1, login()), Answer.silence()), instead(contents(), Answer.hangUp()));

    MailboxResult result = caravan.pass(source.port());

    assertThat(single(result).code()).isEqualTo(ProblemCode.SERVER_DOWN);
    assertThat(logins(source)).isLessThanOrEqualTo(VainWaits.MOST_OF_PASS + 1);
    assertAWholePassFollows();
  }

  @Test
  void aComparisonThatIsNotAnsweredEndsAfterAFewWaits() {
    caravan.pass(source.port());
    int before = logins(source);
    source.behaves(instead(named("UID FETCH", "FETCH"), Answer.silence()));

    assertThat(caravan.verify(source.port(), false).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_DOWN));
    assertThat(logins(source) - before).isLessThanOrEqualTo(VainWaits.MOST_OF_PASS + 2);
  }
}
