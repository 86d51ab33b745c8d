package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.DovecotServer.Storage;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.MailboxSeeder;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.Messages;
import org.mailcaravan.server.RawImap;

/** Whole mailboxes between two real servers, compared completely. */
@EnabledIfInstalled("dovecot")
class CopyMailboxTest {
  @TempDir Path folder;

  private static DovecotServer start(DovecotServer.Builder builder) {
    return builder.start().addUser(Caravan.USER, Caravan.PASSWORD);
  }

  private static MailboxSnapshot read(DovecotServer server) {
    return MailboxSnapshot.read(server.port(), Caravan.USER, Caravan.PASSWORD);
  }

  static Stream<Arguments> pairsOfServers() {
    return Stream.of(
        Arguments.of(DovecotServer.builder(), DovecotServer.builder().storage(Storage.MDBOX)),
        Arguments.of(DovecotServer.builder().capability("IMAP4rev1"), DovecotServer.builder()),
        Arguments.of(DovecotServer.builder(), DovecotServer.builder().capability("IMAP4rev1")),
        Arguments.of(
            DovecotServer.builder(),
            DovecotServer.builder().capability("IMAP4rev1 LITERAL- UIDPLUS NAMESPACE")));
  }

  @ParameterizedTest
  @MethodSource("pairsOfServers")
  void everythingArrivesAsItWasAndTheSourceStaysAsItWas(
      DovecotServer.Builder from, DovecotServer.Builder to) {
    try (DovecotServer source = start(from);
        DovecotServer destination = start(to);
        Caravan caravan = new Caravan(folder, destination.port())) {
      new MailboxSeeder(1).fill(source.port(), Caravan.USER, Caravan.PASSWORD);
      MailboxSnapshot before = read(source);

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems()).isEmpty();
      assertThat(result.state()).isEqualTo(MailboxState.COPIED);
      assertThat(result.copied()).isEqualTo(before.count());
      assertThat(read(destination).differencesFrom(before)).isEmpty();
      assertThat(read(source)).isEqualTo(before);
    }
  }

  @Test
  void aSecondPassCopiesOnlyWhatIsNew() {
    try (DovecotServer source = start(DovecotServer.builder());
        DovecotServer destination = start(DovecotServer.builder());
        Caravan caravan = new Caravan(folder, destination.port())) {
      new MailboxSeeder(2).fill(source.port(), Caravan.USER, Caravan.PASSWORD);
      MailboxResult first = caravan.pass(source.port());
      try (RawImap imap = RawImap.login(source.port(), Caravan.USER, Caravan.PASSWORD)) {
        imap.append(
            "INBOX",
            Set.of(),
            OffsetDateTime.parse("2026-01-02T03:04:05+05:45"),
            new Messages(9).next());
      }

      MailboxResult second = caravan.pass(source.port());

      assertThat(second.copied()).isEqualTo(1);
      assertThat(second.alreadyThere()).isEqualTo(first.copied());
      assertThat(read(destination).inAnyOrder().differencesFrom(read(source).inAnyOrder()))
          .isEmpty();
    }
  }

  @Test
  void withoutALedgerWhatIsThereAlreadyIsRecognisedByContentAndTrueDuplicatesStayAsMany() {
    try (DovecotServer source = start(DovecotServer.builder());
        DovecotServer destination = start(DovecotServer.builder())) {
      new MailboxSeeder(3).fill(source.port(), Caravan.USER, Caravan.PASSWORD);
      try (Caravan caravan = new Caravan(folder.resolve("first"), destination.port())) {
        assertThat(caravan.pass(source.port()).problems()).isEmpty();
      }
      try (Caravan caravan = new Caravan(folder.resolve("second"), destination.port())) {
        MailboxResult result = caravan.pass(source.port());

        assertThat(result.copied()).isZero();
        assertThat(read(destination).differencesFrom(read(source))).isEmpty();
      }
    }
  }

  @Test
  void aDestinationThatIsKilledInMidCopyLosesAndDoublesNothing() {
    try (DovecotServer source = start(DovecotServer.builder());
        DovecotServer destination = start(DovecotServer.builder());
        Caravan caravan = new Caravan(folder, destination.port(), 7, 64 * 1024)) {
      new MailboxSeeder(4).fill(source.port(), Caravan.USER, Caravan.PASSWORD);
      AtomicInteger batches = new AtomicInteger();
      caravan.beforeAppend(
          batch -> {
            if (batches.incrementAndGet() % 9 == 0) {
              destination.restart();
            }
            return batch;
          });

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems()).isEmpty();
      assertThat(read(destination).inAnyOrder().differencesFrom(read(source).inAnyOrder()))
          .isEmpty();
      assertThat(result.copied()).isEqualTo(read(source).count());
    }
  }

  @Test
  void aSourceThatIsKilledInMidCopyLosesAndDoublesNothing() {
    try (DovecotServer source = start(DovecotServer.builder());
        DovecotServer destination = start(DovecotServer.builder());
        Caravan caravan = new Caravan(folder, destination.port(), 7, 64 * 1024)) {
      new MailboxSeeder(5).fill(source.port(), Caravan.USER, Caravan.PASSWORD);
      AtomicInteger batches = new AtomicInteger();
      caravan.beforeAppend(
          batch -> {
            if (batches.incrementAndGet() % 9 == 0) {
              source.restart();
            }
            return batch;
          });

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems()).isEmpty();
      assertThat(read(destination).inAnyOrder().differencesFrom(read(source).inAnyOrder()))
          .isEmpty();
    }
  }

  @Test
  void aBatchThatAStepDropsIsReportedNotForgotten() {
    try (DovecotServer source = start(DovecotServer.builder());
        DovecotServer destination = start(DovecotServer.builder());
        Caravan caravan = new Caravan(folder, destination.port())) {
      new MailboxSeeder(6).fill(source.port(), Caravan.USER, Caravan.PASSWORD);
      caravan.beforeAppend(batch -> batch.folder().equals("INBOX") ? null : batch);

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.state()).isEqualTo(MailboxState.INCOMPLETE);
      assertThat(result.problems())
          .singleElement()
          .satisfies(problem -> assertThat(problem.place().toString()).isEqualTo("folder INBOX"));
    }
  }

  @Test
  void aStopBeforeTheFirstBatchBlamesNoStepForMessagesThatWerePulled() {
    try (DovecotServer source = start(DovecotServer.builder());
        DovecotServer destination = start(DovecotServer.builder());
        Caravan caravan = new Caravan(folder, destination.port())) {
      new MailboxSeeder(6).fill(source.port(), Caravan.USER, Caravan.PASSWORD);
      Set<String> pulled = new HashSet<>();
      caravan.beforeAppend(
          batch -> {
            pulled.add(batch.folder());
            caravan.cancel(batch.mailbox());
            return batch;
          });

      MailboxResult result = caravan.pass(source.port());

      assertThat(pulled).isNotEmpty();
      assertThat(result.problems())
          .noneMatch(problem -> problem.code() == ProblemCode.MESSAGE_DROPPED);
    }
  }

  @Test
  void aMailboxThatIsFullIsSaidOnceAndStopsThePass() {
    try (DovecotServer source = start(DovecotServer.builder());
        DovecotServer destination = start(DovecotServer.builder().quota(200));
        Caravan caravan = new Caravan(folder, destination.port())) {
      new MailboxSeeder(7).fill(source.port(), Caravan.USER, Caravan.PASSWORD);

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.state()).isEqualTo(MailboxState.INCOMPLETE);
      assertThat(result.setAside()).isZero();
      assertThat(result.problems())
          .singleElement()
          .satisfies(problem -> assertThat(problem.cause()).contains("full"));
    }
  }
}
