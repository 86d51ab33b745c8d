package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.server.Behaviours.appending;
import static org.mailcaravan.server.Behaviours.listing;
import static org.mailcaravan.server.Behaviours.refusing;

import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.ImapCommand;

/** Refusals of APPEND that are about the folder or the connection: no healthy message is blamed. */
class RefusedAppendsTest extends BetweenHosts {
  @BeforeEach
  void start() {
    fill("INBOX", 12);
    fill("Work", 2);
  }

  private void fill(String name, int count) {
    for (int i = 1; i <= count; i++) {
      from.folder(name)
          .put(
              "Date: Mon, 3 Feb 2020 04:05:06 +0000\r\nMessage-ID: <%d.%s@example.org>\r\nSubject: %d\r\n\r\nmessage %d of %s\r\n"
                  .formatted(i, name, i, i, name),
              Set.of("\\Seen"),
              OffsetDateTime.parse("2020-02-03T04:05:06Z"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO [NOPERM] Permission denied",
        "NO [READ-ONLY] Mailbox is read-only",
        "NO Mailbox is read-only",
        "NO Permission denied"
      })
  void aFolderThatTakesNothingIsOneProblemAndItsMessagesStayOpen(String words) {
    destination.behaves(
        refusing(command -> command.is("APPEND") && command.folder().equals("Work"), words));
    for (int pass = 1; pass <= 2; pass++) {
      MailboxResult result = caravan.pass(source.port());
      assertThat(result.problems())
          .singleElement()
          .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.FOLDER_REFUSED))
          .satisfies(problem -> assertThat(problem.owner()).isEqualTo(Owner.US))
          .satisfies(problem -> assertThat(problem.cause()).contains(words));
      assertThat(result.setAside()).isZero();
      assertThat(to.folder("INBOX").count()).isEqualTo(12);
    }
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    assertThat(to.folder("Work").count()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "5, UIDPLUS, NO that one not",
    "5, none, NO [CANNOT] not like this",
    "7, UIDPLUS, NO [NOPERM] Permission denied",
    "9, none, BAD what is that",
    "3, none, NO [SERVERBUG] internal",
    "30, none, NO that one not",
    "30, MULTIAPPEND, NO [NOPERM] Permission denied"
  })
  void theFirstMessagesOfAFolderThatAreRefusedCostNoneOfTheOthers(
      int bad, String lacking, String words) {
    destination.without(lacking);
    fill("Archive", 40);
    Set<String> refused =
        IntStream.rangeClosed(1, bad)
            .mapToObj(i -> "message " + i + " of Archive")
            .collect(Collectors.toSet());
    destination.behaves(refusing(appending(refused), words));
    MailboxResult result = caravan.pass(source.port());
    assertThat(to.folder("Archive").count()).isEqualTo(40 - bad);
    assertThat(to.folder("INBOX").count()).isEqualTo(12);
    assertThat(result.setAside()).isEqualTo(bad);
    assertThat(result.problems())
        .isNotEmpty()
        .allSatisfy(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.MESSAGE_REFUSED));
  }

  @ParameterizedTest
  @CsvSource({"UIDPLUS, NO [UNAVAILABLE] try later", "none, NO [SERVERBUG] internal"})
  void theFirstMessagesOfAFolderAtWhichTheServerFailsCostNoneOfTheOthers(
      String lacking, String words) {
    destination.without(lacking);
    fill("Archive", 40);
    Set<String> failing =
        IntStream.rangeClosed(1, 14)
            .mapToObj(i -> "message " + i + " of Archive")
            .collect(Collectors.toSet());
    destination.behaves(refusing(appending(failing), words));
    assertThat(caravan.pass(source.port()).problems()).isNotEmpty();
    assertThat(to.folder("Archive").count()).isEqualTo(26);
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    assertThat(to.folder("Archive").count()).isEqualTo(40);
  }

  /** Takes so many messages on each connection, and refuses all after them. */
  private static Behaviour tiring(int after, String words) {
    Map<Integer, AtomicInteger> appends = new ConcurrentHashMap<>();
    return (command, usual) ->
        command.is("APPEND")
                && appends
                        .computeIfAbsent(command.session().number(), made -> new AtomicInteger())
                        .incrementAndGet()
                    > after
            ? Answer.tagged(words)
            : usual.get();
  }

  @ParameterizedTest
  @CsvSource({
    "1, BAD Command received in Invalid state.",
    "2, BAD Command received in Invalid state.",
    "5, NO that is enough of them",
    "3, NO [CANNOT] no"
  })
  void aConnectionThatTakesSoManyMessagesBlamesNone(int after, String words) {
    destination.without("MULTIAPPEND").behaves(tiring(after, words));
    MailboxResult result = caravan.pass(source.port());
    assertThat(result.problems()).isEmpty();
    assertThat(to.folder("INBOX").count()).isEqualTo(12);
    assertThat(to.folder("Work").count()).isEqualTo(2);
    assertThat(destination.sessions()).hasSizeLessThan(3 + 14 / after);
  }

  @Test
  void aRefusedMessageAmongOthersCostsNoConnection() {
    destination.behaves(
        refusing(
            command -> command.is("APPEND") && command.text().contains("message 7 of INBOX"),
            "NO I do not like it"));
    MailboxResult result = caravan.pass(source.port());
    assertThat(result.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.MESSAGE_REFUSED))
        .satisfies(
            problem -> assertThat(problem.place().toString()).isEqualTo("UID 7 in folder INBOX"));
    assertThat(to.folder("INBOX").count()).isEqualTo(11);
    assertThat(destination.sessions()).hasSizeLessThan(3);
  }

  @Test
  void aFolderThatRefusesEachMessageInUnknownWordsIsOneProblem() {
    destination.behaves(
        refusing(
            (ImapCommand command) -> command.is("APPEND") && command.folder().equals("INBOX"),
            "NO I do not like it"));
    MailboxResult result = caravan.pass(source.port());
    assertThat(result.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.FOLDER_REFUSED))
        .satisfies(problem -> assertThat(problem.cause()).contains("I do not like it"));
    assertThat(result.setAside()).isZero();
    assertThat(to.folder("Work").count()).isEqualTo(2);
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    assertThat(to.folder("INBOX").count()).isEqualTo(12);
  }

  /** CREATE says OK, and then nothing can be done with the folder. */
  @ParameterizedTest
  @CsvSource({
    "SELECT, false",
    "STATUS SELECT, false",
    "STATUS SELECT, true",
    "STATUS SELECT APPEND, false"
  })
  void aFolderThatCannotBeUsedAfterItWasMadeIsToldInTheWordsThatMatter(
      String commands, boolean hidden) {
    String words = "NO Mailbox cannot be opened";
    destination.behaves(
        refusing(
            command ->
                command.is(commands.split(" "))
                    && command.folder().equals("Work")
                    && to.find("Work") != null,
            words),
        listing(line -> hidden && line.contains("Work") ? null : line));
    for (int pass = 1; pass <= 2; pass++) {
      assertThat(caravan.pass(source.port()).problems())
          .singleElement()
          .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.FOLDER_REFUSED))
          .satisfies(problem -> assertThat(problem.cause()).contains(words));
      assertThat(to.folders()).containsOnlyKeys("INBOX", "Work");
    }
    destination.behavesWell();
    assertThat(caravan.pass(source.port()).problems()).isEmpty();
    assertThat(to.folder("Work").count()).isEqualTo(2);
  }

  @Test
  void aServerThatTakesNoDateGetsNoneAtLast() {
    destination.behaves(
        refusing(
            command -> command.given().stream().anyMatch(given -> given.date() != null),
            "BAD Invalid internal date"));
    MailboxResult result = caravan.pass(source.port());
    assertThat(result.problems()).isEmpty();
    assertThat(to.folder("INBOX").count()).isEqualTo(12);
    assertThat(Objects.requireNonNull(result.certificate()).folders())
        .anySatisfy(folder -> assertThat(folder.toString()).contains("its date was refused"));
  }
}
