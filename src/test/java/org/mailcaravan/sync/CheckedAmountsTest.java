package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.server.Behaviours.listing;
import static org.mailcaravan.server.Behaviours.named;
import static org.mailcaravan.server.Behaviours.telling;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.server.ImapCommand;

/** What a check counts, and whether that fits at the destination. */
class CheckedAmountsTest extends BetweenHosts {
  private static final int LARGE = 30_000;

  private void put(String name, String... mails) {
    for (String mail : mails) {
      from.folder(name).put(NamedMail.octets(mail), Set.of(), NamedMail.date(mail));
    }
  }

  private void putOf(String name, int size) {
    from.folder(name).put("Subject: m\r\n\r\n" + "x".repeat(size), Set.of(), NamedMail.date("m5"));
  }

  private long messages() {
    return caravan.counted(source.port(), Side.SOURCE).messages();
  }

  private List<String> causes() {
    return caravan.problemsOfCheck(source.port()).stream().map(Problem::cause).toList();
  }

  private void room(String used, String limit) {
    destination.behaves(
        telling(
            named("GETQUOTAROOT"),
            answer ->
                answer.withUntagged(
                    List.of(
                        "QUOTAROOT INBOX \"\"",
                        "QUOTA \"\" (STORAGE " + used + " " + limit + ")"))));
  }

  /** As Gmail lists them: the views repeat messages of All Mail. */
  private void likeGmail() {
    source
        .with("X-GM-EXT-1", "SPECIAL-USE")
        .without("STATUS=SIZE")
        .behaves(
            listing(
                line ->
                    line.replaceFirst("(?<=LIST )\\(([^)]*)\\)(.*All Mail)", "(\\\\All $1)$2")
                        .replaceFirst(
                            "(?<=LIST )\\(([^)]*)\\)(.*Important)", "(\\\\Important $1)$2")
                        .replaceFirst("(?<=LIST )\\(([^)]*)\\)(.*Spam)", "(\\\\Junk $1)$2")));
    put("[Gmail]/All Mail", "m1", "m2", "m3", "m4");
    put("[Gmail]/Important", "m1", "m2");
    put("[Gmail]/Spam", "m5");
    put("INBOX", "m1", "m2", "m3");
    put("Work", "m1", "m4");
  }

  @Test
  void eachMessageOfGmailIsCountedOnceAndOnlyItsFoldersWithEachOneAreOpened() {
    likeGmail();
    assertThat(messages()).isEqualTo(5);
    assertThat(
            source.commands("EXAMINE").stream()
                .map(ImapCommand::folder)
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("INBOX", "[Gmail]/All Mail", "[Gmail]/Spam");
  }

  @Test
  void mailOfGmailThatFitsOnceFits() {
    likeGmail();
    putOf("[Gmail]/All Mail", LARGE);
    putOf("INBOX", LARGE);
    putOf("Work", LARGE);
    room("0", "60");
    assertThat(causes()).isEmpty();
  }

  @Test
  void foldersThatAreLeftOutAreNotCounted() {
    source.greeting("Zimbra IMAP4rev1 service ready");
    put("INBOX", "m1", "m2");
    put("Calendar", "m3");
    assertThat(messages()).isEqualTo(2);
    assertThat(caravan.check(source.port()))
        .anyMatch(note -> note.startsWith("folder Calendar will be left out."));
  }

  @ParameterizedTest
  @CsvSource({"0, 9223372036854775807", "0, 18014398509481984", "5, 9007199254740993"})
  void aServerWithoutALimitThatTellsAHugeOneHasRoom(String used, String limit) {
    putOf("INBOX", LARGE);
    room(used, limit);
    assertThat(causes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"100 110", "120 110"})
  void whatIsTooMuchIsToldWithTheQuotaThatIsNeeded(String storage) {
    putOf("INBOX", LARGE * 10);
    String used = storage.split(" ", -1)[0];
    room(used, storage.split(" ", -1)[1]);
    assertThat(caravan.problemsOfCheck(source.port()))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(ProblemCode.QUOTA_FULL);
              assertThat(problem.owner()).isEqualTo(Owner.US);
              assertThat(problem.cause()).endsWith("and 293 KiB are to come");
              assertThat(problem.nextStep()).containsPattern("new server to (393|413) KiB or more");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "1048576, ''",
    "20000, '2 messages are larger than the new server takes (0.0 MiB); the largest has 0.1 MiB'",
    "50000, '1 message is larger than the new server takes (0.0 MiB); it has 0.1 MiB'"
  })
  void messagesThatAreLargerThanTheDestinationTakesAreTold(String limit, String larger) {
    put("INBOX", "m1");
    putOf("Work/Sub", LARGE);
    putOf("Work/Sub", 2 * LARGE);
    if (!limit.isEmpty()) {
      destination.with("APPENDLIMIT=" + limit);
    }
    List<Problem> problems = caravan.problemsOfCheck(source.port());
    if (larger.isEmpty()) {
      assertThat(problems).isEmpty();
      return;
    }
    assertThat(problems)
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(ProblemCode.MESSAGE_TOO_LARGE);
              assertThat(problem.owner()).isEqualTo(Owner.US);
              assertThat(problem.place().toString()).isEqualTo("folder Work/Sub");
              assertThat(problem.cause()).isEqualTo(larger);
            });
  }

  @Test
  void theSizesOfAFolderAreAskedForOnce() {
    source.without("STATUS=SIZE");
    destination.with("APPENDLIMIT=20000");
    putOf("Work", LARGE);
    assertThat(causes()).hasSize(1);
    assertThat(
            source.commands("FETCH", "UID FETCH").stream()
                .filter(command -> command.text().contains("RFC822.SIZE"))
                .filter(command -> !command.text().contains("BODY")))
        .hasSize(1);
  }
}
