package org.mailcaravan.sync.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Where;

/** What befalls many messages is told once, in bounded room. */
class ProblemsTest {
  private final Problems problems = new Problems();

  private static Problem unreadable(long uid, String folder, String answer) {
    return new Problem(
        ProblemCode.MESSAGE_UNREADABLE,
        Where.message(uid, Where.folder(folder)),
        "the old provider cannot give this message: " + answer,
        Owner.OLD_HOST,
        "Move it by hand.");
  }

  @Test
  void equalProblemsOfAFolderAreOneWithACountAndExamples() {
    for (int uid = 5; uid < 22; uid++) {
      problems.add(unreadable(uid, "Archive", "NO [UNAVAILABLE] Server error, id 7f" + uid + "x"));
    }
    problems.add(unreadable(5, "Archive", "NO [UNAVAILABLE] Server error, id 7f5x"));
    problems.add(unreadable(9, "Sent", "NO [UNAVAILABLE] Server error, id 7f9x"));
    problems.add(unreadable(30, "Archive", "NO corrupt"));

    assertThat(problems.told())
        .extracting(problem -> problem.place().toString(), Problem::cause)
        .containsExactly(
            tuple(
                "folder Archive",
                "17 messages: the old provider cannot give this message: NO [UNAVAILABLE] Server error, id 7f5x;"
                    + " UIDs 5, 6, 7 and 14 more"),
            tuple(
                "UID 9 in folder Sent",
                "the old provider cannot give this message: NO [UNAVAILABLE] Server error, id 7f9x"),
            tuple(
                "UID 30 in folder Archive",
                "the old provider cannot give this message: NO corrupt"));
  }

  @Test
  void equalProblemsOfManyFoldersAreOneWithACountAndExamples() {
    for (String name : new String[] {"A", "B", "Sent 2019", "Z"}) {
      problems.add(
          new Problem(
              ProblemCode.FOLDER_REFUSED,
              Where.folder(name),
              "the new server refused: CREATE " + name + ": NO [LIMIT] no more folders",
              Owner.US,
              "Raise the limit."));
    }

    assertThat(problems.told())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.place().toString())
                  .isEqualTo("4 folders: A, B, Sent 2019 and 1 more");
              assertThat(problem.cause())
                  .isEqualTo("the new server refused: CREATE Z: NO [LIMIT] no more folders");
            });
    assertThat(problems.tells(Where.folder("Sent 2019"))).isTrue();
  }

  private static Problem throttled(String folder, String step) {
    return new Problem(
        ProblemCode.THROTTLED, Where.folder(folder), "NO later", Owner.OLD_HOST, step);
  }

  private static Problem until(String folder, String time) {
    return new Problem(
        ProblemCode.THROTTLED,
        Where.folder(folder),
        "NO later",
        Owner.OLD_HOST,
        "Run the request again after " + time + ".",
        Instant.parse(time));
  }

  @Test
  void ofManyFoldersThatWaitTheLatestTimeCounts() {
    problems.add(until("A", "2026-03-01T22:30:00Z"));
    problems.add(until("B", "2026-10-01T00:45:00Z"));
    problems.add(until("C", "2026-03-02T09:15:00Z"));

    assertThat(problems.told())
        .extracting(Problem::nextStep, Problem::notBefore)
        .containsExactly(
            tuple(
                "Run the request again after 2026-10-01T00:45:00Z.",
                Instant.parse("2026-10-01T00:45:00Z")));
  }

  @Test
  void nextStepsOfManyFoldersThatDifferAreAllToldAndOneThatHoldsAnotherOnce() {
    problems.add(throttled("A", "Lower mailboxes.at-once. Run the request again later."));
    problems.add(throttled("B", "Run the request again later."));
    problems.add(throttled("C", "Ask for a higher limit."));
    for (String name : new String[] {"A", "B", "D", "E", "F"}) {
      problems.add(
          new Problem(
              ProblemCode.FOLDER_REFUSED,
              Where.folder(name),
              "NO Invalid name",
              Owner.OLD_HOST,
              "Rename " + name + " there."));
    }

    assertThat(problems.told())
        .extracting(Problem::nextStep)
        .containsExactly(
            "Lower mailboxes.at-once. Run the request again later. Ask for a higher limit.",
            "Rename A there. Rename B there. Rename D there. Do the same for the others.");
  }

  @Test
  void aHundredThousandBadMessagesAreOneProblem() {
    for (int uid = 1; uid <= 100_000; uid++) {
      problems.add(unreadable(uid, "INBOX", "NO broken"));
    }

    assertThat(problems.told()).hasSize(1);
    assertThat(problems.told().get(0).cause())
        .startsWith("100000 messages: ")
        .endsWith("UIDs 1, 2, 3 and 99997 more");
  }

  @Test
  void whatIsBeyondTheBoundIsCountedByItsKind() {
    for (int folder = 0; folder < Problems.MOST + 50; folder++) {
      problems.add(unreadable(7, "F" + folder, "NO broken"));
    }

    assertThat(problems.told()).hasSize(Problems.MOST + 1);
    assertThat(problems.told().get(Problems.MOST))
        .satisfies(
            last -> {
              assertThat(last.code()).isEqualTo(ProblemCode.MESSAGE_UNREADABLE);
              assertThat(last.cause()).contains("50 more times");
            });
  }

  @Test
  void problemsWithOtherOwnersOrCodesStayApart() {
    Problem one = unreadable(7, "INBOX", "NO broken");
    problems.add(one);
    problems.add(
        new Problem(
            ProblemCode.MESSAGE_REFUSED, one.place(), one.cause(), Owner.US, one.nextStep()));
    problems.add(one);

    assertThat(problems.told()).hasSize(2).contains(one);
  }
}
