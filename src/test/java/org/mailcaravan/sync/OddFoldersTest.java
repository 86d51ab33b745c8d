package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.server.Behaviours.listing;
import static org.mailcaravan.server.Behaviours.named;
import static org.mailcaravan.server.Behaviours.refusing;
import static org.mailcaravan.server.Behaviours.telling;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MailboxVerification;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.sync.folders.FolderCaps;
import org.mailcaravan.sync.folders.SourceKind;

/** Servers whose folders are not what they list, or not where they say. */
class OddFoldersTest extends BetweenHosts {
  @BeforeEach
  void fill() {
    put("INBOX", "m1", "m2");
    put("Work", "m3");
    put("Work/Sub", "m4");
  }

  private void put(String name, String... mails) {
    for (String mail : mails) {
      from.folder(name).put(NamedMail.octets(mail), Set.of(), NamedMail.date(mail));
    }
  }

  private Map<String, Integer> arrived() {
    return to.folders().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().count()));
  }

  private void assertAllArrived() {
    assertThat(arrived()).isEqualTo(Map.of("INBOX", 2, "Work", 1, "Work/Sub", 1));
  }

  /** Two passes, of which the second changes nothing. */
  private MailboxResult passTwice() {
    MailboxResult first = caravan.pass(source.port());
    Map<String, Integer> copied = arrived();
    MailboxResult second = caravan.pass(source.port());
    assertThat(second.copied()).isZero();
    assertThat(arrived()).isEqualTo(copied);
    return first;
  }

  @Test
  void anInboxThatTheSourceDoesNotListIsCopied() {
    source.behaves(listing(line -> line.contains("INBOX") ? null : line));
    MailboxResult result = passTwice();
    assertThat(result.problems()).isEmpty();
    assertThat(result.notes()).anyMatch(note -> note.contains("does not list INBOX"));
    assertAllArrived();
  }

  @Test
  void aCheckOfASourceThatListsNoFolderIsNotReady() {
    source.behaves(listing(line -> null));
    assertThat(caravan.problemsOfCheck(source.port()))
        .extracting(Problem::code)
        .containsExactly(ProblemCode.NO_FOLDERS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NO STATUS is not available", "BAD unknown command"})
  void aCheckOpensFoldersWhoseStatusIsRefused(String words) {
    source.without("LIST-STATUS").behaves(Behaviours.refusing(Behaviours.named("STATUS"), words));
    assertThat(caravan.problemsOfCheck(source.port())).isEmpty();
  }

  @Test
  void aCheckNamesTheFolderOverWhichTheServerHangsUp() {
    source
        .without("LIST-STATUS", "STATUS=SIZE")
        .behaves(
            Behaviours.instead(
                command -> command.is("EXAMINE", "STATUS") && command.folder().equals("Work"),
                Answer.bye("disk failure")));
    assertThat(caravan.problemsOfCheck(source.port()))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.place().toString()).isEqualTo("folder Work");
              assertThat(problem.cause()).contains("disk failure");
            });
  }

  @Test
  void aCheckCountsMessagesAndNotMessageIds() {
    for (int i = 0; i < 3; i++) {
      put("INBOX", "m1");
    }
    to.folder("INBOX").put(NamedMail.octets("m1"), Set.of(), NamedMail.date("m1"));
    assertThat(caravan.check(source.port()))
        .anyMatch(
            note ->
                note.contains("Of 5 messages of INBOX")
                    && note.contains("4 are at the new server"));
  }

  /** What a source does to its list of folders, of which each is copied once all the same. */
  static Stream<Arguments> oddLists() {
    return Stream.of(
        odd("INBOX in two spellings", source -> listingTwice(source, "INBOX", "Inbox")),
        odd("a folder twice", source -> source.behaves(twice("Work", "Work"))),
        odd("a folder without a name", saying("LIST () \"/\" \"\"")),
        odd("one MAILBOXID for all folders", OddFoldersTest::withOneMailboxId),
        // Dovecot warns so when it fails at the status of a folder that it lists.
        odd(
            "a warning in place of a status",
            source ->
                source.behaves(
                    telling(
                        command -> command.is("LIST") && command.text().contains("STATUS"),
                        replacing(
                            "STATUS \"?Work\"? .*", "NO [SERVERBUG] Internal error occurred.")))),
        // The example of RFC 3501 section 7.1.2, and others about no folder.
        odd("a full disk", saying("NO Disk is 98% full, please delete unnecessary data")),
        odd("a mailbox that is almost full", saying("NO Mailbox is at 95% of its limit")),
        odd("an announcement", saying("NO System will shut down tonight at 10 pm")),
        odd("an alert", saying("NO [ALERT] Something unknown")));
  }

  private static Arguments odd(String what, Consumer<ImapHost> behaviour) {
    return Arguments.of(what, behaviour);
  }

  private static Consumer<ImapHost> saying(String line) {
    return source -> source.behaves(telling(named("LIST"), answer -> answer.after(line)));
  }

  private static void listingTwice(ImapHost source, String name, String again) {
    source.without("LIST-STATUS").behaves(twice(name, again));
  }

  private static void withOneMailboxId(ImapHost source) {
    source
        .with("OBJECTID")
        .behaves(telling(command -> true, replacing("MAILBOXID \\([^)]*\\)", "MAILBOXID (M0)")));
  }

  private static UnaryOperator<Answer> replacing(String pattern, String words) {
    return answer -> answer.mapped(line -> line == null ? null : line.replaceAll(pattern, words));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("oddLists")
  void anOddListHidesNoFolderAndDoublesNone(String what, Consumer<ImapHost> behaviour) {
    behaviour.accept(source);
    assertThat(passTwice().problems()).isEmpty();
    assertAllArrived();
  }

  @ParameterizedTest
  @CsvSource({"Inbox,INBOX", "INBOX,inbox", "inbox,Inbox"})
  void anInboxThatIsSpelledOtherwiseInTheNextPassIsTheSame(String first, String then) {
    source.behaves(listing(line -> line.replaceAll("\\bINBOX\\b", first)));
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    put("INBOX", "m5");
    source.behaves(listing(line -> line.replaceAll("\\bINBOX\\b", then)));
    MailboxResult second = caravan.pass(source.port());
    assertThat(second.problems()).isEmpty();
    assertThat(second.copied()).isEqualTo(1);
    assertThat(arrived()).isEqualTo(Map.of("INBOX", 3, "Work", 1, "Work/Sub", 1));
  }

  private static Behaviour twice(String name, String again) {
    return telling(
        named("LIST"),
        answer ->
            answer.after(
                answer.untagged().stream()
                    .filter(
                        line -> line.startsWith("LIST") && line.matches(".*\\b" + name + "\"?$"))
                    .map(line -> line.replace(name, again))
                    .toArray(String[]::new)));
  }

  @Test
  void aListWithoutAnyFolderIsAProblem() {
    source.behaves(listing(line -> null));
    MailboxResult result = caravan.pass(source.port());
    assertThat(result.problems()).extracting(Problem::code).containsExactly(ProblemCode.NO_FOLDERS);
    assertThat(result.copied()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO Cannot create this folder.",
        "NO [ALREADYEXISTS] there",
        "NO [OVERQUOTA] full",
        "NO [SERVERBUG] internal error",
        "BAD command failed"
      })
  void aFolderThatIsThereAfterARefusalIsUsed(String words) {
    destination.behaves(telling(named("CREATE"), answer -> answer.ending(words)));
    assertThat(passTwice().problems()).isEmpty();
    assertAllArrived();
  }

  @ParameterizedTest
  @ValueSource(strings = {"LIST-EXTENDED", "SPECIAL-USE", "LIST-STATUS"})
  void aServerThatRefusesTheListThatItAdvertisesIsAskedPlainly(String capability) {
    source
        .with("LIST-EXTENDED", "SPECIAL-USE", "LIST-STATUS")
        .behaves(
            refusing(
                command ->
                    command.is("LIST")
                        && command
                            .text()
                            .contains(
                                switch (capability) {
                                  case "SPECIAL-USE" -> "SPECIAL-USE";
                                  case "LIST-STATUS" -> "STATUS (";
                                  default -> "RETURN";
                                }),
                "BAD Command Argument Error"));
    assertThat(passTwice().problems()).isEmpty();
    assertAllArrived();
  }

  @Test
  void aNameAtWhichTheServerHangsUpIsChangedOnce() {
    put("Post ", "m5");
    destination.behaves(
        Behaviours.instead(
            command -> command.is("CREATE") && command.folder().endsWith(" "), Answer.hangUp()));
    MailboxResult result = passTwice();
    assertThat(result.problems()).isEmpty();
    assertThat(result.notes())
        .anyMatch(note -> note.contains("'Post '") && note.contains("'Post'"));
    assertThat(arrived()).isEqualTo(Map.of("INBOX", 2, "Work", 1, "Work/Sub", 1, "Post", 1));
  }

  /** What a source says in place of the line that lists a folder. */
  @ParameterizedTest
  @CsvSource({
    "NO Could not read folder Work, NO Could not read folder Work",
    "BAD [SERVERBUG] mailbox list corrupt, BAD [SERVERBUG] mailbox list corrupt",
    "LIST garbage without sense, * LIST garbage without sense",
    "LIST (\\HasNoChildren) \"/\", * LIST (\\HasNoChildren) \"/\"",
    "LIST () \"/\" \"Work, * LIST () \"/\" \"Work",
    "'LIST () {1}\r\n/', * LIST () {1}"
  })
  void aFolderThatTheSourceFailsToListIsToldAndCopiedWhenItIsListed(String line, String shown) {
    Predicate<ImapCommand> list = named("LIST");
    source.behaves(
        telling(
            list,
            answer ->
                answer.mapped(
                    told ->
                        told != null && told.matches("LIST .* \"?Work\"?")
                            ? line
                            : told != null && told.matches("STATUS \"?Work\"? .*") ? null : told)));

    MailboxResult first = caravan.pass(source.port());

    assertThat(first.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.PARTIAL_VIEW))
        .satisfies(problem -> assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST))
        .satisfies(problem -> assertThat(problem.cause()).contains(shown));
    assertThat(first.state()).isEqualTo(MailboxState.INCOMPLETE);
    assertThat(source.commands("LOGIN", "AUTHENTICATE")).hasSize(1);
    assertThat(arrived()).isEqualTo(Map.of("INBOX", 2, "Work/Sub", 1));
    assertThat(caravan.problemsOfCheck(source.port()))
        .extracting(Problem::code)
        .containsExactly(ProblemCode.PARTIAL_VIEW);

    source.behavesWell();
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    assertAllArrived();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NAMESPACE", "STATUS", "FLAGS", "LSUB"})
  void aLineThatIsNotImapCostsNoLogin(String name) {
    source
        .without("LIST-STATUS", "LIST-EXTENDED")
        .behaves(
            telling(
                command -> true,
                answer ->
                    answer.mapped(
                        told -> told != null && told.startsWith(name) ? name + " ((\"" : told)));
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    assertThat(source.commands("LOGIN", "AUTHENTICATE")).hasSize(1);
    assertAllArrived();
  }

  @Test
  void whatIsNotImapAtAllIsShown() {
    source.behaves(listing(line -> line + "\r\n<html>504 Gateway</html>"));
    assertThat(caravan.pass(source.port()).problems())
        .anyMatch(problem -> problem.cause().contains("<html>504 Gateway"));
  }

  /** It opens INBOX in place of another folder. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFolderThatIsOpenedInPlaceOfAnotherIsNotTakenForIt(boolean always) {
    String inbox = "[UIDVALIDITY " + from.folder("INBOX").uidValidity() + "]";
    Predicate<ImapCommand> work =
        command -> command.is("EXAMINE") && command.folder().equals("Work");
    source.behaves(
        telling(
            always ? work : Behaviours.first(1, work),
            answer ->
                answer.mapped(
                    line -> line == null ? null : line.replaceAll("\\[UIDVALIDITY \\d+]", inbox))));

    MailboxResult first = caravan.pass(source.port());

    assertThat(first.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.FOLDER_REFUSED))
        .satisfies(problem -> assertThat(problem.cause()).contains("'INBOX'"));
    assertThat(arrived()).containsEntry("INBOX", 2).containsEntry("Work/Sub", 1);
    assertThat(arrived().getOrDefault("Work", 0)).isZero();

    source.behaves((command, usual) -> usual.get());
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    assertAllArrived();
  }

  @ParameterizedTest
  @CsvSource({
    "GMAIL, 1000, true", "GMAIL, 2000, true", "GMAIL, 5000, true", "GMAIL, 10000, true",
    "GMAIL, 999, false", "YAHOO, 10000, true", "YAHOO, 1000, false", "ORDINARY, 1000, false"
  })
  void aRoundNumberOfMessagesIsToldWhereFoldersAreCapped(
      SourceKind kind, long messages, boolean told) {
    ListedFolder listed =
        new ListedFolder(
            new FolderName("Big", "Big"),
            '/',
            Set.of(),
            false,
            new FolderStatus(messages, 1, 1, -1, -1, null));
    assertThat(FolderCaps.problem(kind, listed).map(Problem::code))
        .isEqualTo(told ? Optional.of(ProblemCode.FOLDER_CAPPED) : Optional.empty());
  }

  @Test
  void foldersThatALaterListLeavesOutAreOneProblemOfTheOldProvider() {
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    source.behaves(listing(line -> line.contains("Work") ? null : line));

    for (List<Problem> told :
        List.of(
            caravan.pass(source.port()).problems(),
            caravan.verify(source.port(), false).problems())) {
      assertThat(told)
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.NOT_COMPARED);
                assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST);
                assertThat(problem.cause())
                    .isEqualTo(
                        "the old provider does not list 2 folders any more, with 2 messages, that were copied to"
                            + " Work, Work/Sub");
                assertThat(problem.nextStep()).contains("Ask the customer", "ask the old provider");
              });
    }
    assertAllArrived();
  }

  @Test
  void newNumbersAreNoMailThatCameAfterThePass() {
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    source.behaves(
        telling(
            command -> true,
            answer ->
                answer.mapped(
                    line ->
                        line == null
                            ? null
                            : line.replaceFirst("UIDVALIDITY (\\d+)", "UIDVALIDITY 9$1")
                                .replaceFirst("UIDNEXT (\\d+)", "UIDNEXT 9$1")
                                .replaceFirst("UID (\\d+)", "UID 9$1"))));

    MailboxVerification verified = caravan.verify(source.port(), false);

    assertThat(verified.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(ProblemCode.NOT_COMPARED);
              assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST);
              assertThat(problem.cause()).contains("UIDVALIDITY");
            });
    assertThat(Objects.requireNonNull(verified.certificate()).folders())
        .hasSize(3)
        .allSatisfy(account -> assertThat(account.listed()).isEmpty());
  }

  @Test
  void whatWeFindOutIsNotQuotedAsTheServersWords() {
    destination.behaves(refusing(named("CREATE"), "OK made"));

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems())
        .isNotEmpty()
        .allSatisfy(
            problem ->
                assertThat(problem.cause())
                    .contains("the server says that it made the folder")
                    .doesNotContain("NO the server"));
  }
}
