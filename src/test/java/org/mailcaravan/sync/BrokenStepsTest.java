package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.server.Cut;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.FolderNames;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.Proxy;
import org.mailcaravan.server.RawImap;

/** Servers that break off in mid-step, or lose count between two passes. */
@Lengthy
@EnabledIfInstalled("dovecot")
class BrokenStepsTest extends BetweenDovecots {
  private static final String WITHOUT_MOVE =
      "IMAP4rev1 LITERAL+ NAMESPACE ENABLE UIDPLUS MULTIAPPEND CONDSTORE QRESYNC LIST-STATUS";

  private final NamedAccount here = new NamedAccount(source, FolderNames.PLAIN);
  private final NamedAccount there = new NamedAccount(destination, FolderNames.PLAIN);

  BrokenStepsTest() {
    super(able(""));
  }

  private static DovecotServer.Builder able(String capability) {
    return DovecotServer.builder().specialUse(false).compress(false).capability(capability);
  }

  /** A move that is COPY and EXPUNGE, between which the connection is lost. */
  private void moveThatIsCut(String command) throws IOException {
    Cut cut = Cut.once(command);
    try (DovecotServer copying = start(able(WITHOUT_MOVE));
        Proxy cutting = new Proxy(copying.port(), cut, Proxy.OPEN)) {
      destinationIsAt(cutting.port());
      NamedAccount arrived = new NamedAccount(copying, FolderNames.PLAIN);
      Scenario.action(here, "add m1 m2(Seen) m3 to INBOX");
      Scenario.action(here, "create Archive");
      pass();
      Scenario.action(here, "move m1 m2 from INBOX to Archive");
      MailboxResult second = pass();
      assertThat(cut.cuts()).isEqualTo(1);
      assertThat(second.problems()).isEmpty();
      assertThat(Scenario.text(arrived.read())).isEqualTo(Scenario.text(here.read()));
      assertThat(second.carriedOver().moved()).isEqualTo(2);
    }
  }

  @Test
  void aMoveThatIsCutBeforeItsCopiesAreMarkedDoublesNothing() throws IOException {
    moveThatIsCut("UID STORE");
  }

  @Test
  void aMoveThatIsCutBeforeItsExpungeDoublesNothing() throws IOException {
    moveThatIsCut("UID EXPUNGE");
  }

  @Test
  void aSourceThatCountsItsChangesFromTheStartAgainLosesNoNewMail() throws IOException {
    AtomicBoolean first = new AtomicBoolean(true);
    try (Proxy counting =
        new Proxy(
            source.port(),
            Proxy.OPEN,
            Proxy.changing(
                text ->
                    first.get()
                        ? text.replaceAll("HIGHESTMODSEQ \\d+", "HIGHESTMODSEQ 90000")
                        : text))) {
      Scenario.action(here, "add m1 m2 to INBOX");
      caravan.pass(counting.port());
      first.set(false);
      Scenario.action(here, "add m3 to INBOX");
      Scenario.action(here, "flag m1 in INBOX +Seen");
      MailboxResult second = caravan.pass(counting.port());
      assertThat(second.copied()).as(second.toString()).isEqualTo(1);
      assertThat(Scenario.text(there.read())).isEqualTo(Scenario.text(here.read()));
    }
  }

  @Test
  void aFolderThatCouldNotBeAskedForAWhileIsThereAgain() throws IOException {
    AtomicBoolean hidden = new AtomicBoolean();
    try (Proxy hiding =
        new Proxy(
            source.port(),
            Proxy.changing(
                text ->
                    hidden.get() ? text.replaceAll("STATUS \"?Work\"?", "STATUS Nothing") : text),
            Proxy.changing(
                text ->
                    hidden.get()
                        ? text.replaceAll("\\* (LIST|STATUS) [^\r]*Work[^\r]*\r\n", "")
                        : text))) {
      Scenario.action(here, "add m1 m2 to Work");
      caravan.pass(hiding.port());
      hidden.set(true);
      assertThat(caravan.pass(hiding.port()).carriedOver().deletedAtSource()).isEqualTo(2);
      hidden.set(false);
      assertThat(caravan.pass(hiding.port()).problems()).isEmpty();
      Scenario.action(here, "copy m1 from Work to INBOX");
      caravan.mirrorDeletions(true);
      MailboxResult last = caravan.pass(hiding.port());
      assertThat(last.copied()).as(last.toString()).isEqualTo(1);
      assertThat(Scenario.text(there.read())).isEqualTo(Scenario.text(here.read()));
    }
  }

  @Test
  void aDestinationThatDoesNotTellHowFullItsFoldersAreIsRecognisedAllTheSame() throws IOException {
    try (DovecotServer plain = start(able("IMAP4rev1 LITERAL+ NAMESPACE UIDPLUS"));
        Proxy silent =
            new Proxy(
                plain.port(),
                Proxy.changing(
                    text -> text.replaceAll("STATUS \"?(INBOX|Work)\"? \\(", "STATUS Nothing (")),
                Proxy.OPEN)) {
      destinationIsAt(silent.port());
      for (DovecotServer server : List.of(source, plain)) {
        NamedAccount account = new NamedAccount(server, FolderNames.PLAIN);
        Scenario.action(account, "add m1 to INBOX");
        Scenario.action(account, "add m2 m3 to Work");
      }
      MailboxResult result = pass();
      assertThat(result.copied()).as(result.toString()).isZero();
    }
  }

  /** A mirrored deletion through a proxy; m1 of m1, m2 and m3 was deleted at the source. */
  private void mirroredDeletion(
      Proxy.Passage toDestination, Proxy.Passage fromDestination, Consumer<MailboxResult> story)
      throws IOException {
    try (Proxy between = new Proxy(destination.port(), toDestination, fromDestination)) {
      destinationIsAt(between.port());
      Scenario.action(here, "add m1 m2(Seen) m3 to INBOX");
      Scenario.action(here, "create Archive");
      caravan.mirrorDeletions(true);
      pass();
      Scenario.action(here, "delete m1 from INBOX");
      story.accept(pass());
    }
  }

  @Test
  void aMirroredDeletionThatIsCutBeforeItsExpungeIsMadeAnew() throws IOException {
    Cut cut = Cut.once("UID EXPUNGE");
    mirroredDeletion(
        cut,
        Proxy.OPEN,
        mirroring -> {
          assertThat(cut.cuts()).isEqualTo(1);
          assertThat(mirroring.problems()).isEmpty();
          assertThat(mirroring.carriedOver().mirrored()).isEqualTo(1);
          assertThat(Scenario.text(there.read())).isEqualTo(Scenario.text(here.read()));
        });
  }

  @Test
  void aMirroredDeletionWhoseAnswerIsLostCountsAsMadeByUs() throws IOException {
    Cut cut = Cut.once("Expunge completed");
    mirroredDeletion(
        Proxy.OPEN,
        cut,
        mirroring -> {
          assertThat(cut.cuts()).isEqualTo(1);
          assertThat(mirroring.carriedOver().mirrored()).isEqualTo(1);
          Scenario.action(here, "add m1 to Archive");
          assertThat(pass().copied()).isEqualTo(1);
          assertThat(Scenario.text(there.read())).isEqualTo(Scenario.text(here.read()));
        });
  }

  @Test
  void aMirroredDeletionThatCannotBeEndedLeavesNoMark() throws IOException {
    AtomicBoolean cutting = new AtomicBoolean(true);
    mirroredDeletion(
        (text, wire) -> {
          if (text.contains("UID EXPUNGE") && cutting.get()) {
            wire.hangUp();
          } else {
            wire.forth(text);
          }
        },
        Proxy.OPEN,
        mirroring -> {
          assertThat(mirroring.problems()).isNotEmpty();
          cutting.set(false);
          caravan.mirrorDeletions(false);
          assertThat(pass().problems()).isEmpty();
          assertThat(Scenario.text(there.read())).contains("INBOX: m1 m2(Seen) m3\n");
        });
  }

  @Test
  void aMirroredDeletionThatIsRefusedLeavesNoMarkAndIsToldOf() throws IOException {
    mirroredDeletion(
        Proxy.changing(text -> text.replace("UID EXPUNGE", "UID EXPUNGO")),
        Proxy.OPEN,
        mirroring -> {
          assertThat(mirroring.problems()).isEmpty();
          assertThat(mirroring.notes()).anyMatch(note -> note.contains("refused to delete"));
          assertThat(Scenario.text(there.read())).contains("INBOX: m1 m2(Seen) m3\n");
        });
  }

  @Test
  void flagsThatTheServerLostWhenItBrokeOffInAnAppendAreSetAgain() throws IOException {
    AtomicBoolean cut = new AtomicBoolean();
    try (Proxy cutting =
        new Proxy(
            destination.port(),
            Proxy.OPEN,
            (text, wire) -> {
              if (text.contains("Append completed") && !cut.getAndSet(true)) {
                NamedAccount broken = there;
                Scenario.action(broken, "flag m1 m2 in INBOX -Seen -Work");
                Scenario.action(broken, "flag m3 in INBOX -Seen");
                wire.hangUp();
              } else {
                wire.forth(text);
              }
            })) {
      destinationIsAt(cutting.port());
      Scenario.action(here, "add m1(Seen) m2(Seen Work) m3(Seen Work) to INBOX");
      MailboxResult result = pass();
      assertThat(cut).isTrue();
      assertThat(result.copied()).isEqualTo(3);
      assertThat(Scenario.text(there.read())).contains("INBOX: m1(Seen) m2(Seen Work) m3(Work)\n");
    }
  }

  @Test
  void whatArrivedInACutOffAppendAndWasMovedByTheUserSinceIsNotCopiedAgain() throws IOException {
    AtomicBoolean dead = new AtomicBoolean();
    AtomicBoolean cut = new AtomicBoolean();
    try (Proxy dying =
        new Proxy(
            destination.port(),
            (text, wire) -> {
              if (dead.get()) {
                wire.hangUp();
              } else {
                wire.forth(text);
              }
            },
            (text, wire) -> {
              if (text.contains("Append completed") && !cut.getAndSet(true)) {
                dead.set(true);
                wire.hangUp();
              } else {
                wire.forth(text);
              }
            })) {
      destinationIsAt(dying.port());
      Scenario.action(here, "add m1 m2 m3 to INBOX");
      Scenario.action(here, "add m3 to Work");
      assertThat(pass().problems()).isNotEmpty();
      Scenario.action(there, "create Mine");
      Scenario.action(there, "move m1 m3 from INBOX to Mine");
      dead.set(false);
      MailboxResult result = pass();
      assertThat(Scenario.text(there.read())).isEqualTo("INBOX: m2\nMine: m1 m3\nWork: m3\n");
      assertThat(result.copied()).isEqualTo(1);
    }
  }

  /**
   * The append of m1 and of m2, twice, to INBOX is cut off and made again; then, while Work is
   * copied, something happens in the destination's INBOX.
   */
  private String inboxAfterACutOffAppend(String meanwhile) throws IOException {
    Cut cut = Cut.once("APPEND");
    try (Proxy cutting = new Proxy(destination.port(), cut, Proxy.OPEN)) {
      destinationIsAt(cutting.port());
      Scenario.action(here, "add m1 m2(Seen) m2(Seen) to INBOX");
      Scenario.action(here, "add m2(Seen) m5 to Archive");
      Scenario.action(here, "add m3 to Work");
      caravan.beforeAppend(
          batch -> {
            if (batch.folder().equals("Work")) {
              Scenario.action(there, meanwhile);
            }
            return batch;
          });
      MailboxResult result = pass();
      assertThat(cut.cuts()).isEqualTo(1);
      assertThat(result.problems()).isEmpty();
      assertThat(result.copied()).isEqualTo(6);
      return Scenario.text(there.read())
          .lines()
          .filter(line -> line.startsWith("INBOX"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void aCopyThatTheServerHadKeptOfACutOffAppendIsRemovedWhenItShows() throws IOException {
    assertThat(inboxAfterACutOffAppend("add m2 to INBOX")).isEqualTo("INBOX: m1 m2(Seen) m2(Seen)");
  }

  @Test
  void whatTheUserFlaggedOrIsNotTheSameStays() throws IOException {
    assertThat(inboxAfterACutOffAppend("add m2(Flagged) m4 to INBOX"))
        .isEqualTo("INBOX: m1 m2(Flagged) m2(Seen) m2(Seen) m4");
  }

  @Test
  void aCopyThatTheUserMovedAwayAndBackIsNotOneTooMany() throws IOException {
    assertThat(inboxAfterACutOffAppend("move m2 from INBOX to INBOX"))
        .isEqualTo("INBOX: m1 m2(Seen) m2(Seen)");
  }

  @Test
  void aCopyThatTheUserMovedHereFromAnotherFolderIsNotOneTooMany() throws IOException {
    assertThat(inboxAfterACutOffAppend("move m2 from Archive to INBOX"))
        .isEqualTo("INBOX: m1 m2(Seen) m2(Seen) m2(Seen)");
  }

  @Test
  void aCopyThatShowsAfterNothingWasCutOffIsTheUsers() throws IOException {
    Scenario.action(here, "add m1 to INBOX");
    pass();
    Scenario.action(there, "add m1 to INBOX");
    assertThat(pass().problems()).isEmpty();
    assertThat(Scenario.text(there.read())).contains("INBOX: m1 m1\n");
  }

  /** Three batches and more of each of two folders, of which each message says where it is. */
  private static void fill(DovecotServer source) {
    try (RawImap imap = RawImap.login(source.port(), Caravan.USER, Caravan.PASSWORD)) {
      imap.create("Archive");
      for (String name : List.of("INBOX", "Archive")) {
        for (int i = 0; i < 10; i++) {
          imap.append(
              name,
              Set.of(),
              OffsetDateTime.parse("2026-01-02T03:04:05Z"),
              "Subject: %d in %s\r\n\r\nx\r\n"
                  .formatted(i, name)
                  .getBytes(StandardCharsets.US_ASCII));
        }
      }
    }
  }

  @Test
  void aCheckBetweenTheBatchesLeavesEachFolderItsMessages() throws IOException {
    try (Caravan small = new Caravan(folder.resolve("small"), destination.port(), 2, 100_000)) {
      fill(source);
      small.beforeAppend(
          batch -> {
            small.check(batch.mailbox());
            return batch;
          });

      assertThat(small.pass(source.port()).problems()).isEmpty();
      assertThat(snapshot(destination).differencesFrom(snapshot(source))).isEmpty();
    }
  }

  @Test
  void aMailboxThatIsFullGivesItsMemoryBackAndBlamesNoRoute() throws IOException {
    try (Caravan small = new Caravan(folder.resolve("small"), destination.port(), 2, 100_000)) {
      fill(source);
      small.beforeAppend(
          batch -> {
            small.isFull(batch.mailbox());
            return batch;
          });

      assertThat(small.pass(source.port()).problems())
          .isNotEmpty()
          .allSatisfy(problem -> assertThat(problem.cause()).isEqualTo("it is full"));
      assertThat(small.hasAllItsMemory()).isTrue();
    }
  }

  private static MailboxSnapshot snapshot(DovecotServer server) {
    return MailboxSnapshot.read(server.port(), Caravan.USER, Caravan.PASSWORD).inAnyOrder();
  }
}
