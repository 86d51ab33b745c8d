package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.server.Behaviours.instead;
import static org.mailcaravan.server.Behaviours.telling;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.ImapCommand;

/**
 * Messages at which a source fails as soon as it is asked for their size or flags together with
 * others: the folder was left for one of them.
 */
class UnlistableMessagesTest extends BetweenHosts {
  private static final OffsetDateTime DATE = OffsetDateTime.parse("2020-02-03T04:05:06Z");

  @BeforeEach
  void start() {
    fill("Work", 4);
  }

  private void fill(String name, int count) {
    for (int i = 1; i <= count; i++) {
      from.folder(name)
          .put(
              "Message-ID: <%d.%s@example.org>\r\nSubject: %d\r\n\r\nmessage %d of %s\r\n"
                  .formatted(i, name, i, i, name),
              Set.of("\\Seen"),
              DATE);
    }
  }

  private static Answer answer(String words) {
    return words.isEmpty()
        ? Answer.hangUp()
        : words.startsWith("BYE ") ? Answer.bye(words.substring(4)) : Answer.tagged(words);
  }

  private Predicate<ImapCommand> asking(Set<Long> bad, boolean listingOnly) {
    return command ->
        command.is("UID FETCH")
            && from.folder("INBOX").equals(command.selected())
            && !(listingOnly && command.fetchesContent())
            && command.uids().stream().anyMatch(bad::contains);
  }

  @ParameterizedTest
  @CsvSource({
    "NO [SERVERBUG] Internal error, 5, false",
    "BAD internal, 5, false",
    "NO cannot read message, '1,7,12', false",
    "'NO Cannot read message, please try again later', '5,6', false",
    "NO retry in 5 seconds, 5, true",
    "NO [UNAVAILABLE] retry in 5 seconds, 5, false",
    "BYE Internal error, 5, false",
    "'', 5, false",
    "'', '1,7,12', false",
    "NO [SERVERBUG] Internal error, 5, true",
    "NO cannot get size, '1,2,3', true",
    "BYE Internal error, '5,6', true",
    "'', 12, true"
  })
  void oneMessageThatCannotBeListedCostsOneMessage(String words, String uids, boolean listingOnly) {
    fill("INBOX", 12);
    Set<Long> bad = Set.copyOf(List.of(uids.split(",")).stream().map(Long::valueOf).toList());
    source.behaves(instead(asking(bad, listingOnly), answer(words)));

    for (int pass = 1; pass <= 2; pass++) {
      MailboxResult result = caravan.pass(source.port());
      if (listingOnly) {
        assertThat(result.problems()).isEmpty();
        assertThat(Objects.requireNonNull(result.certificate()).folders())
            .hasSize(2)
            .allSatisfy(account -> assertThat(account.notes()).isEmpty());
      } else {
        assertThat(result.problems())
            .allSatisfy(
                problem -> {
                  assertThat(problem.code()).isEqualTo(ProblemCode.MESSAGE_UNREADABLE);
                  assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST);
                  assertThat(problem.cause()).contains(words.replaceFirst("BYE ", ""));
                })
            .isNotEmpty();
        String first =
            (bad.size() > 1 ? "UIDs " : "UID ") + bad.stream().sorted().findFirst().orElseThrow();
        assertThat(result.problems())
            .anyMatch(problem -> (problem.place().toString() + problem.cause()).contains(first));
      }
      assertThat(to.folder("INBOX").count()).isEqualTo(listingOnly ? 12 : 12 - bad.size());
      assertThat(to.folder("Work").count()).isEqualTo(4);
    }

    source.behavesWell();
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    assertThat(to.folder("INBOX").count()).isEqualTo(12);
  }

  @Test
  void aBadMessageAmongAThousandCostsTwoCommandsForEachHalving() {
    fill("INBOX", 1_000);
    source.behaves(instead(asking(Set.of(700L), false), Answer.no("[SERVERBUG] Internal error")));
    assertThat(caravan.pass(source.port()).problems()).hasSize(1);
    assertThat(to.folder("INBOX").count()).isEqualTo(999);
    // Twice, since both sides are compared at the end.
    assertThat(
            source.commands("UID FETCH").stream()
                .filter(command -> from.folder("INBOX").equals(command.selected()))
                .filter(command -> !command.fetchesContent()))
        .hasSizeLessThan(2 * 25);
  }

  /** As where the folder's index is broken. */
  @ParameterizedTest
  @CsvSource({"NO [SERVERBUG] Internal error, 35", "'', 90"})
  void aFolderOfWhichNothingIsToldIsNotAskedForEachMessage(String words, int most) {
    fill("INBOX", 200);
    Set<Long> all = Set.copyOf(IntStream.rangeClosed(1, 200).mapToObj(Long::valueOf).toList());
    source.behaves(instead(asking(all, false), answer(words)));
    MailboxResult result = caravan.pass(source.port());
    assertThat(result.problems()).isNotEmpty();
    assertThat(source.commands("UID FETCH")).hasSizeLessThan(most);
    assertThat(to.folder("Work").count()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NO [SERVERBUG] Internal error", ""})
  void foldersOfWhichNothingIsToldCostNoNeighbourWithABadMessage(String words) {
    fill("Archive", 50);
    fill("Bills", 50);
    Set<HostFolder> broken = Set.of(from.folder("Archive"), from.folder("Bills"));
    source.behaves(
        instead(
            command ->
                command.is("UID FETCH")
                    && (broken.contains(command.selected())
                        || (from.folder("Work").equals(command.selected())
                            && command.uids().contains(3L))),
            answer(words)));
    MailboxResult result = caravan.pass(source.port());
    assertThat(result.problems())
        .anyMatch(problem -> problem.place().toString().equals("UID 3 in folder Work"));
    assertThat(to.folder("Work").count()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"true, 0", "false, 1"})
  void flagsThatDoNotComeWithAMessageAreAskedForOnceMore(boolean onlyWithContent, int problems) {
    fill("INBOX", 12);
    source.behaves(
        telling(
            command -> command.is("UID FETCH") && (command.fetchesContent() || !onlyWithContent),
            answer ->
                answer.mapped(
                    line -> line == null ? null : line.replaceFirst(" FLAGS \\([^)]*\\)", ""))));
    for (int pass = 1; pass <= 2; pass++) {
      assertThat(caravan.pass(source.port()).problems().stream().map(Problem::code).distinct())
          .hasSize(problems)
          .allMatch(ProblemCode.FLAGS_NOT_KEPT::equals);
    }
    source.behavesWell();
    from.folder("INBOX").put("Subject: new\r\n\r\nnew\r\n", Set.of("\\Seen"), DATE);
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    assertThat(to.folder("INBOX").messages())
        .allSatisfy(message -> assertThat(message.flags()).contains("\\Seen"));
  }

  private static Behaviour changing(UnaryOperator<String> line) {
    return telling(
        command -> command.is("UID FETCH"),
        answer -> answer.mapped(told -> told == null ? null : line.apply(told)));
  }

  private static Behaviour withoutFlags() {
    return changing(
        line -> line.replaceFirst(" FLAGS \\([^)]*\\)", "").replaceFirst("FLAGS \\([^)]*\\) ", ""));
  }

  @Test
  void aMovedMessageWhoseFlagsAreNotToldKeepsThoseOfItsCopy() {
    fill("INBOX", 3);
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    String moved = from.folder("INBOX").messages().get(0).octets();
    from.folder("INBOX").remove(List.of(1L));
    from.folder("Work").put(moved, Set.of("\\Seen"), DATE);
    source.behaves(withoutFlags());
    MailboxResult unused = caravan.pass(source.port());
    assertThat(to.folder("INBOX").count()).isEqualTo(2);
    assertThat(to.folder("Work").messages())
        .hasSize(5)
        .allSatisfy(message -> assertThat(message.flags()).contains("\\Seen"));
  }

  @Test
  void aChangeThatIsToldWithoutItsFlagsIsLookedForAgain() {
    fill("INBOX", 3);
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    from.folder("INBOX").flags(2, flags -> Set.of("\\Seen", "\\Flagged"));
    source.behaves(withoutFlags());
    MailboxResult unused = caravan.pass(source.port());
    source.behavesWell();
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    assertThat(to.folder("INBOX").messages())
        .anySatisfy(message -> assertThat(message.flags()).contains("\\Flagged"));
  }

  @Test
  void aMessageWhoseItemIsNamedAsItWasAskedForIsRead() {
    fill("INBOX", 12);
    source.behaves(changing(line -> line.replace("BODY[", "BODY.PEEK[")));
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    assertThat(to.folder("INBOX").count()).isEqualTo(12);
  }

  @Test
  void keywordsThatNoRuleAllowsCostNoMessage() {
    fill("INBOX", 12);
    source.behaves(changing(line -> line.replace("FLAGS (", "FLAGS ($X] {weird {3} ")));
    assertThat(caravan.pass(source.port()).problems())
        .noneMatch(problem -> problem.code() == ProblemCode.MESSAGE_UNREADABLE);
    assertThat(to.folder("INBOX").count()).isEqualTo(12);
    assertThat(source.commands("LOGIN", "AUTHENTICATE")).hasSize(1);
  }

  /** The server says OK and leaves them out of the list, and perhaps does not give them either. */
  @ParameterizedTest
  @CsvSource({"true, 12, 5", "false, 12, 5", "true, 12, '5,6,7,8,9,10,11,12'"})
  void messagesThatTheListLeavesOutAreAskedFor(boolean given, int count, String uids) {
    fill("INBOX", count);
    Set<Long> hidden = Set.copyOf(List.of(uids.split(",")).stream().map(Long::valueOf).toList());
    source.behaves(
        telling(
            command -> command.is("UID FETCH") && !(given && command.fetchesContent()),
            answer ->
                answer.mapped(
                    line ->
                        from.folder("INBOX").count() == count
                                && line != null
                                && line.contains("FETCH")
                                && hidden.contains(Answer.uid(line))
                            ? null
                            : line)));
    MailboxResult result = caravan.pass(source.port());
    assertThat(to.folder("INBOX").count()).isEqualTo(given ? count : count - hidden.size());
    assertThat(result.problems().stream().map(Problem::code))
        .containsExactlyElementsOf(given ? List.of() : List.of(ProblemCode.MESSAGE_UNREADABLE));
  }
}
