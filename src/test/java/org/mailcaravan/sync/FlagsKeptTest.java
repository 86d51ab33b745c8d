package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.FolderCertificate.ChangedFlag;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.HostMessage;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.Messages;

/** What a destination makes of flags is in the certificate; what the user makes of them is not. */
class FlagsKeptTest extends BetweenHosts {
  private final Messages mail = new Messages(14);
  private HostFolder old;
  private HostFolder home;

  @BeforeEach
  void twoMailboxes(@TempDir Path folder) {
    old = from.folder("INBOX");
    home = to.folder("INBOX");
  }

  @Test
  void keywordsThatTheNewHomeDoesNotKeepAreNotedWithTheirNumber() {
    home.permanentFlags(Set.of("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"));
    put(3, "$Label1", "\\Seen");
    put(2, "\\Flagged");

    MailboxResult first = caravan.pass(source.port());

    assertThat(first.state()).isEqualTo(MailboxState.COPIED);
    assertThat(inbox(first).verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(inbox(first).flags().changed()).containsExactly(new ChangedFlag("$Label1", 3, 0));
    assertThat(inbox(first).notes())
        .anyMatch(note -> note.contains("$Label1") && note.contains("3"));

    put(1, "$Label1", "$Other");
    MailboxResult second = caravan.pass(source.port());

    assertThat(inbox(second).flags().changed())
        .as("the first three stay known, and none counts twice")
        .containsExactly(new ChangedFlag("$Label1", 4, 0), new ChangedFlag("$Other", 1, 0));
  }

  @Test
  void keywordsThatAreNoAtomsAreCopiedWhereTheyAreTaken() {
    put(2, "[x]", "a]b", "gr\u00fcn", "$Plain");

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.state()).isEqualTo(MailboxState.COPIED);
    assertThat(inbox(result).flags()).isEqualTo(FolderCertificate.Flags.NONE);
    assertThat(home.messages())
        .allSatisfy(
            message ->
                assertThat(message.flags())
                    .containsExactlyInAnyOrder("[x]", "a]b", "gr\u00fcn", "$Plain"));
    caravan.pass(source.port());
    assertThat(home.messages()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"NO [CANNOT] Invalid flags", "BAD Invalid flag list", "BYE no such flag"})
  void keywordsThatAreNoAtomsAreInTheCertificateWhereTheyAreNotTaken(String words) {
    destination.behaves(
        (command, usual) ->
            command.given().stream()
                    .flatMap(given -> given.flags().stream())
                    .anyMatch(flag -> flag.matches(".*[]\u00fc].*"))
                ? words.startsWith("BYE") ? Answer.bye(words) : Answer.tagged(words)
                : usual.get());
    put(1, "[x]", "\\Seen");
    put(1, "gr\u00fcn", "\\Seen");
    put(1, "a%b");
    put(1, "\\Seen");

    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems()).isEmpty();
    assertThat(home.messages()).hasSize(4);
    assertThat(inbox(result).flags().changed())
        .extracting(ChangedFlag::flag)
        .contains("[x]", "gr\u00fcn", "a%b");
    assertThat(inbox(result).notes())
        .anyMatch(
            note -> note.contains("[x]") && note.contains("gr\u00fcn") && note.contains("a%b"));
  }

  @Test
  void aHomeThatMarksEverythingAsSeenIsAProblemUntilItIsFixed() {
    destination.behaves(storing(flags -> flags.add("\\Seen")));
    put(3);
    put(1, "\\Seen");

    MailboxResult first = caravan.pass(source.port());

    assertThat(first.state()).isEqualTo(MailboxState.INCOMPLETE);
    assertThat(first.problems()).extracting(Problem::code).contains(ProblemCode.FLAGS_NOT_KEPT);
    assertThat(inbox(first).verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(inbox(first).flags().wrong()).isEqualTo(3);
    assertThat(inbox(first).flags().changed()).containsExactly(new ChangedFlag("\\Seen", 0, 3));
    assertThat(first.problems().get(0).cause()).contains("the new server added \\Seen");

    destination.behavesWell();
    flag(List.of(1L, 2L), Set.of());
    put(1);
    MailboxResult second = caravan.pass(source.port());

    assertThat(inbox(second).flags().wrong()).isEqualTo(1);
    assertThat(second.problems()).extracting(Problem::code).contains(ProblemCode.FLAGS_NOT_KEPT);

    flag(List.of(3L), Set.of());
    put(1);
    MailboxResult third = caravan.pass(source.port());

    assertThat(third.problems()).isEmpty();
    assertThat(inbox(third).verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(inbox(third).flags().changed()).isEmpty();
  }

  @Test
  void aSystemFlagThatIsLostIsAProblem() {
    destination.behaves(storing(flags -> flags.remove("\\Flagged")));
    put(2, "\\Flagged", "\\Seen");

    MailboxResult first = caravan.pass(source.port());

    assertThat(first.problems()).extracting(Problem::code).contains(ProblemCode.FLAGS_NOT_KEPT);
    assertThat(inbox(first).flags().changed()).containsExactly(new ChangedFlag("\\Flagged", 2, 0));
    assertThat(first.problems().get(0).cause()).contains("the new server removed \\Flagged");
  }

  @ParameterizedTest
  @CsvSource({
    // messages, of which the user reads some between their arrival and the comparison
    "1, 1",
    "5, 1",
    "5, 4"
  })
  void mailThatTheUserReadsDuringAPassLeavesItComplete(int messages, int read) {
    int[] stored = {0};
    destination.behaves(
        storing(
            flags -> {
              if (stored[0]++ < read) {
                flags.add("\\Seen");
              }
            }));
    put(messages);

    MailboxResult first = caravan.pass(source.port());

    assertThat(first.problems()).isEmpty();
    assertThat(inbox(first).verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(inbox(first).flags().wrong()).isZero();
    assertThat(inbox(first).flags().changed()).containsExactly(new ChangedFlag("\\Seen", 0, read));
  }

  @Test
  void whatTheUserChangesAfterThePassIsTheUsers() {
    put(3);
    caravan.pass(source.port());
    flag(List.of(1L, 2L), Set.of("\\Seen", "$Mine"));
    put(1);

    MailboxResult second = caravan.pass(source.port());

    assertThat(second.problems()).isEmpty();
    assertThat(inbox(second).flags()).isEqualTo(FolderCertificate.Flags.NONE);
  }

  @Test
  void whatServersSetByThemselvesDoesNotCount() {
    destination.behaves(storing(flags -> flags.add("$HasNoAttachment")));
    put(3, "\\Seen");

    assertThat(inbox(caravan.pass(source.port())).flags()).isEqualTo(FolderCertificate.Flags.NONE);
  }

  @Test
  void afterTheCutoverASystemFlagMayBeTheUsersAndIsOnlyNoted() {
    caravan.pass(source.port());
    destination.behaves(storing(flags -> flags.add("\\Seen")));
    put(2);

    MailboxResult last = caravan.pass(source.port(), Pass.CATCH_UP);

    assertThat(last.problems()).isEmpty();
    assertThat(inbox(last).flags().changed()).containsExactly(new ChangedFlag("\\Seen", 0, 2));
    assertThat(inbox(last).verdict()).isEqualTo(Verdict.COMPLETE);
  }

  private void put(int messages, String... flags) {
    for (int i = 0; i < messages; i++) {
      old.put(mail.next(), Set.of(flags), mail.date());
    }
  }

  private void flag(List<Long> uids, Set<String> flags) {
    for (long uid : uids) {
      home.replace(
          uid,
          message ->
              new HostMessage(
                  message.uid(), message.octets(), flags, message.date(), message.modSeq()));
    }
  }

  private static Behaviour storing(Consumer<Set<String>> change) {
    UnaryOperator<ImapCommand.Given> stored =
        given -> {
          Set<String> flags = new TreeSet<>(given.flags());
          change.accept(flags);
          return new ImapCommand.Given(given.octets(), flags, given.date());
        };
    return Behaviours.storing(stored::apply);
  }

  private static FolderCertificate inbox(MailboxResult result) {
    return Objects.requireNonNull(result.certificate()).folders().get(0);
  }
}
