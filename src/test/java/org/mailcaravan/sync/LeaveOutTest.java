package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.LeftOutFolder;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MailboxVerification;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.HostMessage;
import org.mailcaravan.server.ImapCommand;

/** What rules leave out is never asked for, is no problem, and arrives once the rule is lifted. */
class LeaveOutTest extends BetweenHosts {
  private static final OffsetDateTime OLD = OffsetDateTime.parse("2014-05-06T07:08:09Z");
  private static final OffsetDateTime NEW = OffsetDateTime.parse("2024-05-06T07:08:09Z");

  private static long put(
      HostFolder folder,
      String subject,
      String field,
      int octets,
      OffsetDateTime date,
      String... flags) {
    String header = "From: a@example.org\r\nSubject: " + subject + "\r\n" + field + "\r\n";
    return folder.put(
        (header + "x".repeat(octets)).getBytes(StandardCharsets.US_ASCII), Set.of(flags), date);
  }

  private static long put(HostFolder folder, String subject) {
    return put(folder, subject, "", 10, NEW);
  }

  private MailboxResult complete() {
    MailboxResult result = pass();
    assertThat(result.problems()).isEmpty();
    assertThat(result.state()).isEqualTo(MailboxState.COPIED);
    assertThat(certificate(result).verdict()).isEqualTo(Verdict.COMPLETE);
    return result;
  }

  private static Certificate certificate(MailboxResult result) {
    return Objects.requireNonNull(result.certificate());
  }

  private static FolderCertificate inbox(Certificate certificate) {
    return certificate.folders().get(0);
  }

  private List<String> subjects(String name) {
    HostFolder there = to.find(name);
    return there == null
        ? List.of("no folder")
        : there.messages().stream()
            .map(HostMessage::octets)
            .map(octets -> octets.replaceAll("(?s).*Subject: (\\S*)\r\n.*", "$1"))
            .toList();
  }

  private Stream<ImapCommand> fetchesOfContent() {
    return source.commands("UID FETCH").stream().filter(ImapCommand::fetchesContent);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          role=junk               | Junk, Spam
          folder=Public/**        | Public, Public/deep/er
          folder=Pub*             | Public
          folder=public           |
          folder=INBOX/Sub        | INBOX/Sub
          folder=*, role=junk     | Junk, Spam
          """)
  void foldersThatRulesLeaveOutAreNotOpened(String rule, String leftOut) {
    for (String name : List.of("INBOX", "INBOX/Sub", "Public", "Public/deep/er", "Work", "Spam")) {
      put(at(source, name), "m");
    }
    put(from.folder("Junk", "\\Junk"), "m");
    caravan.leaveOut(rule + " because we say so");
    List<String> expected = leftOut == null ? List.of() : List.of(leftOut.split(", ", -1));

    Certificate certificate = certificate(complete());

    assertThat(certificate.excluded())
        .extracting(LeftOutFolder::folder)
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(certificate.excluded())
        .allSatisfy(
            folder -> {
              assertThat(folder.messages()).isEqualTo(1);
              assertThat(folder.reason())
                  .isEqualTo("A rule leaves it out (" + rule + "): we say so.");
            });
    for (String name : from.folders().keySet()) {
      assertThat(subjects(name))
          .as(name)
          .isEqualTo(expected.contains(name) ? List.of("no folder") : List.of("m"));
    }
    assertThat(source.commands("SELECT", "EXAMINE"))
        .noneMatch(opening -> expected.contains(opening.folder()));
    caravan.leaveOut("");
    assertThat(complete().copied()).isEqualTo(expected.size());
    assertThat(complete().copied()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          larger=1K                                  | large
          before=2015-01-01                          | old
          flag=Deleted                               | flagged
          flag=deleted                               | flagged
          header=X-Spam-Flag: yes                    | spam
          header=x-spam-flag                         | spam, ham
          header=X-Folded: one two                   | folded
          larger=1K, before=2015-01-01               |
          larger=1K because we say so; before=2015-01-01 because we say so; flag=Deleted | large, old, flagged
          folder=Other, larger=1K                    |
          header=Subject: l*, larger=1K              | large
          """)
  void messagesThatRulesLeaveOutAreNeverFetched(String rule, String leftOut) {
    List<String> all = List.of("plain", "large", "old", "flagged", "spam", "ham", "folded");
    HostFolder folder = inbox(source);
    put(folder, "plain");
    put(folder, "large", "", 2000, NEW);
    put(folder, "old", "", 10, OLD);
    put(folder, "flagged", "", 10, NEW, "\\Deleted");
    put(folder, "spam", "X-Spam-Flag: YES\r\n", 10, NEW);
    put(folder, "ham", "X-Spam-Flag: NO\r\n", 10, NEW);
    put(folder, "folded", "X-Folded: one\r\n two\r\n", 10, NEW);
    caravan.leaveOut(rule + " because we say so");
    List<String> expected = leftOut == null ? List.of() : List.of(leftOut.split(", ", -1));
    Set<Long> uids =
        expected.stream()
            .map(subject -> (long) all.indexOf(subject) + 1)
            .collect(java.util.stream.Collectors.toSet());

    MailboxResult result = complete();
    Certificate certificate = certificate(result);

    assertThat(subjects("INBOX"))
        .containsExactlyInAnyOrderElementsOf(
            all.stream().filter(subject -> !expected.contains(subject)).toList());
    assertThat(fetchesOfContent().filter(fetch -> !fetch.text().contains("HEADER")))
        .noneMatch(fetch -> fetch.uids().stream().anyMatch(uids::contains));
    assertThat(inbox(certificate).messages().leftOut()).isEqualTo(expected.size());
    assertThat(inbox(certificate).messages().all()).isEqualTo(all.size());
    assertThat(certificate.rules().stream().filter(told -> told.contains("on purpose")).toList())
        .hasSize(inbox(certificate).leftOut().size())
        .allSatisfy(told -> assertThat(told).contains("because we say so"))
        .allSatisfy(told -> assertThat(result.notes()).contains(told + "."));
    assertThat(result.notes().stream().filter(told -> told.contains("on purpose")))
        .hasSize(inbox(certificate).leftOut().size());
    assertVerified(false);
    assertVerified(true);

    // Nothing has happened: the folder is not opened, and the account stands.
    source.forget();
    assertThat(complete().copied()).isZero();
    assertThat(source.commands("UID FETCH")).isEmpty();

    caravan.leaveOut("");
    assertThat(complete().copied()).isEqualTo(expected.size());
    assertThat(subjects("INBOX")).containsExactlyInAnyOrderElementsOf(all);
    assertThat(complete().copied()).isZero();
  }

  private void assertVerified(boolean deep) {
    source.forget();
    MailboxVerification verified = caravan.verify(source.port(), deep);
    assertThat(verified.problems()).isEmpty();
    assertThat(verified.complete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "QRESYNC", "QRESYNC CONDSTORE"})
  void aRuleThatComesChangesOrGoes(String missing) {
    source.without(missing.split(" ", -1));
    HostFolder folder = inbox(source);
    put(folder, "first", "", 2000, OLD);
    complete();
    put(folder, "second", "", 2000, NEW);
    put(folder, "third", "", 10, OLD);
    caravan.leaveOut("larger=1K");

    assertThat(complete().copied()).isEqualTo(1);
    assertThat(subjects("INBOX")).containsExactly("first", "third");

    caravan.leaveOut("before=2015-01-01");
    put(folder, "fourth", "", 10, OLD);
    assertThat(complete().copied()).isEqualTo(1);
    assertThat(subjects("INBOX")).containsExactly("first", "third", "second");

    caravan.leaveOut("");
    assertThat(complete().copied()).isEqualTo(1);
    assertThat(subjects("INBOX")).hasSize(4);
    assertThat(caravan.verify(source.port(), true).complete()).isTrue();
  }

  /** What is missing may be where a rule leaves it out. */
  @Test
  void newMailBesideWhatIsLeftOutArrivesAndDeletionsAreSeenAndNotMirrored() {
    HostFolder folder = inbox(source);
    put(folder, "large", "", 2000, NEW);
    long small = put(folder, "small");
    caravan.leaveOut("larger=1K");
    caravan.mirrorDeletions(true);
    complete();
    put(folder, "more");
    folder.remove(List.of(small));
    folder.flags(1, flags -> Set.of("\\Flagged"));

    MailboxResult result = complete();

    assertThat(result.copied()).isEqualTo(1);
    assertThat(result.carriedOver().deletedAtSource()).isEqualTo(1);
    assertThat(result.carriedOver().mirrored()).isZero();
    assertThat(subjects("INBOX")).containsExactly("small", "more");

    caravan.leaveOut("");
    assertThat(complete().carriedOver().mirrored()).isEqualTo(1);
    assertThat(subjects("INBOX")).containsExactly("more", "large");
  }

  @Test
  void aDayThatIsToComeIsRefused() {
    caravan.leaveOut("before=2151-01-01");

    assertThatThrownBy(this::pass)
        .isInstanceOf(NeedsAttention.class)
        .hasMessageContaining("\"before=2151-01-01\" names a day that is to come");
  }

  /** The numbers of the folder are those of before: one message for the other. */
  @Test
  void whatIsLeftOutIsNotTakenForWhatWasDeleted() {
    HostFolder folder = inbox(source);
    put(folder, "large", "", 2000, NEW);
    long small = put(folder, "small");
    caravan.leaveOut("larger=1K");
    complete();
    folder.remove(List.of(small));

    assertThat(complete().carriedOver().deletedAtSource()).isEqualTo(1);
  }

  @Test
  void aFlagIsJudgedWhenTheMessageIsLookedAtAnew() {
    HostFolder folder = inbox(source);
    long uid = put(folder, "deleted", "", 10, NEW, "\\Deleted");
    long copied = put(folder, "plain");
    caravan.leaveOut("flag=Deleted");
    complete();
    folder.flags(uid, flags -> Set.of());
    folder.flags(copied, flags -> Set.of("\\Deleted"));

    assertThat(complete().copied()).isEqualTo(1);
    assertThat(subjects("INBOX")).containsExactly("plain", "deleted");
  }

  @Test
  void whatWasCopiedBeforeAFolderIsLeftOutStays() {
    put(at(source, "Work"), "work");
    put(inbox(source), "in");
    caravan.mirrorDeletions(true);
    complete();
    caravan.leaveOut("folder=Work");
    put(at(source, "Work"), "later");

    MailboxResult result = complete();

    assertThat(result.copied()).isZero();
    assertThat(result.carriedOver().mirrored()).isZero();
    assertThat(subjects("Work")).containsExactly("work");
    caravan.leaveOut("");
    assertThat(complete().copied()).isEqualTo(1);
    assertThat(subjects("Work")).containsExactly("work", "later");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatMovesOutOfAFolderThatIsLeftOutIsNotCopiedASecondTime(boolean seenToBeGone) {
    HostFolder work = at(source, "Work");
    long moved = put(work, "moved");
    long unwanted = put(work, "unwanted");
    put(work, "stays");
    put(at(source, "Home"), "home");
    complete();
    HostFolder copies = Objects.requireNonNull(to.find("Work"));
    copies.remove(List.of(copies.messages().get(1).uid()));
    if (seenToBeGone) {
      work.remove(List.of(moved, unwanted));
      assertThat(pass().carriedOver().deletedAtSource()).isEqualTo(2);
    }
    caravan.leaveOut("folder=Work");
    work.remove(List.of(moved, unwanted));
    put(at(source, "Home"), "moved");
    put(at(source, "Home"), "unwanted");

    MailboxResult result = pass();

    assertThat(result.problems()).isEmpty();
    assertThat(result.copied()).isZero();
    assertThat(result.carriedOver().moved()).isEqualTo(1);
    assertThat(result.carriedOver().deletedAtSource()).isZero();
    assertThat(subjects("Home")).containsExactly("home", "moved");
    assertThat(subjects("Work")).containsExactly("stays");
    caravan.leaveOut("");
    assertThat(pass().copied()).isZero();
  }

  @Test
  void whatIsCopiedOutOfAFolderThatIsLeftOutArrives() {
    put(at(source, "Work"), "both");
    put(at(source, "Home"), "home");
    complete();
    caravan.leaveOut("folder=Work");
    put(at(source, "Home"), "both");

    assertThat(complete().copied()).isEqualTo(1);

    assertThat(subjects("Home")).containsExactly("home", "both");
    assertThat(subjects("Work")).containsExactly("both");
  }

  @Test
  void aFolderThatIsLeftOutIsNotOpenedWhereNothingHasComeToOthers() {
    long work = put(at(source, "Work"), "work");
    put(at(source, "Home"), "home");
    complete();
    caravan.leaveOut("folder=Work");
    at(source, "Work").remove(List.of(work));
    source.forget();

    complete();

    assertThat(source.commands("SELECT", "EXAMINE"))
        .noneMatch(opening -> opening.folder().equals("Work"));
  }

  @Test
  void whatWasCopiedAndMovesToWhereARuleWouldLeaveItOutIsFollowed() {
    HostFolder work = at(source, "Work");
    long large = put(work, "large", "", 2000, NEW);
    put(at(source, "Home"), "other", "", 3000, NEW);
    caravan.leaveOut("folder=Home, larger=1K");
    complete();
    work.remove(List.of(large));
    put(at(source, "Home"), "large", "", 2000, NEW);

    MailboxResult result = complete();

    assertThat(result.carriedOver().moved()).isEqualTo(1);
    assertThat(result.carriedOver().deletedAtSource()).isZero();
    assertThat(subjects("Home")).containsExactly("large");
    assertThat(subjects("Work")).isEmpty();
    assertThat(certificate(result).folders())
        .filteredOn(folder -> folder.source().equals("Home"))
        .singleElement()
        .satisfies(folder -> assertThat(folder.messages().leftOut()).isEqualTo(1));
    caravan.leaveOut("");
    assertThat(complete().copied()).isEqualTo(1);
    assertThat(subjects("Home")).containsExactly("large", "other");
  }

  @Test
  void whatIsAtTheDestinationAlreadyIsNotAskedForEither() {
    HostFolder folder = inbox(source);
    put(folder, "large", "", 2000, NEW);
    put(inbox(destination), "large", "", 2000, NEW);
    caravan.leaveOut("larger=1K");

    complete();

    assertThat(fetchesOfContent()).isEmpty();
    assertThat(subjects("INBOX")).containsExactly("large");
  }

  @Test
  void aCheckTellsFoldersAndLeavesMessagesToThePass() {
    put(at(source, "Public"), "public");
    put(inbox(source), "large", "", 2000, NEW);
    caravan.leaveOut("folder=Public because it is public; larger=1K");

    assertThat(caravan.check(source.port()))
        .anyMatch(
            note ->
                note.equals(
                    "folder Public will be left out. A rule leaves it out (folder=Public): it is public."))
        .anyMatch(
            note -> note.equals("The pass decides which messages the rule larger=1K leaves out."));
    assertThat(caravan.counted(source.port(), Side.SOURCE).folders()).isEqualTo(1);
  }
}
