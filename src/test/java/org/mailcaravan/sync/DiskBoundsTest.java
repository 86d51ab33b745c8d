package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.HostAccount;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Messages;
import org.mailcaravan.sync.session.DiskFull;
import org.mailcaravan.sync.session.Spool;
import org.mailcaravan.sync.session.SpooledContent;

/** What strangers' mail may take of our disk. */
class DiskBoundsTest {
  @TempDir Path folder;

  private static String large(Messages mail, int octets) {
    return new String(mail.next(), StandardCharsets.ISO_8859_1)
        + "x".repeat(70).concat("\r\n").repeat(octets / 72);
  }

  private long kept(String end) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith(end)).count();
    }
  }

  @Test
  void aMessageThatDoesNotFitOnTheDiskEndsItsFolderAndNoOther() throws IOException {
    Messages mail = new Messages(4);
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start();
        Caravan caravan = new Caravan(folder, destination.port(), 10, 64 << 10)) {
      HostAccount from = source.account(Caravan.USER, Caravan.PASSWORD);
      HostAccount to = destination.account(Caravan.USER, Caravan.PASSWORD);
      from.folder("Large").put(large(mail, 400_000), Set.of(), mail.date());
      from.folder("Other").put(large(mail, 100_000), Set.of(), mail.date());
      caravan.disk(200_000, 1 << 20);

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems())
          .anySatisfy(
              problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.DISK_FULL);
                assertThat(problem.cause()).contains("copy.spool-mib");
              })
          .noneMatch(problem -> problem.code() == ProblemCode.FAULT);
      assertThat(to.folder("Large").count()).isZero();
      assertThat(to.folder("Other").count()).isEqualTo(1);
      assertThat(kept(".eml")).as("spool files").isZero();
      assertThat(caravan.hasAllItsMemory()).isTrue();

      caravan.disk(1 << 20, 1 << 20);
      caravan.pass(source.port());
      assertThat(to.snapshot().differencesFrom(from.snapshot())).isEmpty();
    }
  }

  @Test
  void whatIsSetAsideBeyondTheBoundIsReportedWithItsReasonOnly() throws IOException {
    Messages mail = new Messages(4);
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start();
        Caravan caravan = new Caravan(folder, destination.port())) {
      HostAccount from = source.account(Caravan.USER, Caravan.PASSWORD);
      destination.account(Caravan.USER, Caravan.PASSWORD);
      from.folder("INBOX").put(mail.next(), Set.of(), mail.date());
      for (int i = 0; i < 4; i++) {
        from.folder("INBOX").put(large(mail, 60_000), Set.of(), mail.date());
      }
      // A folder that takes nothing at all would be to blame itself.
      destination.behaves(
          Behaviours.refusing(
              command ->
                  command.given().stream().anyMatch(given -> given.octets().length() > 50_000),
              "NO [CANNOT] no"));
      caravan.disk(1 << 20, 200_000);

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.setAside()).isEqualTo(4);
      assertThat(kept(".eml")).isBetween(1L, 3L);
      assertThat(kept(".reason.txt")).isEqualTo(4);
      assertThat(result.problems())
          .anyMatch(problem -> problem.nextStep().contains("copy.set-aside-mib"));
    }
  }

  @Test
  void anOriginalThatFindsNoRoomIsNotSaidToBeKept() throws IOException {
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start();
        Caravan caravan = new Caravan(folder, destination.port())) {
      HostAccount from = source.account(Caravan.USER, Caravan.PASSWORD);
      destination.account(Caravan.USER, Caravan.PASSWORD);
      from.folder("INBOX").put("Subject: a\r\n\r\nb\0c\r\n", Set.of(), new Messages(5).date());
      destination.behaves(
          Behaviours.refusing(
              command -> command.given().stream().anyMatch(one -> one.octets().indexOf(0) >= 0),
              "NO contains NUL"));
      caravan.disk(1 << 20, 0);

      MailboxResult result = caravan.pass(source.port());

      assertThat(kept(".eml")).isZero();
      assertThat(result.notes())
          .anyMatch(note -> note.contains("the originals of some are not kept"))
          .noneMatch(note -> note.contains("their originals are kept in"));
    }
  }

  @Test
  void aRepairedMessageTakesNoMoreOfTheDiskThanIsAllowed() throws IOException {
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start();
        Caravan caravan = new Caravan(folder, destination.port())) {
      HostAccount from = source.account(Caravan.USER, Caravan.PASSWORD);
      HostAccount to = destination.account(Caravan.USER, Caravan.PASSWORD);
      Messages mail = new Messages(6);
      from.folder("INBOX").put(large(mail, 60_000) + "a\0b\r\n", Set.of(), mail.date());
      from.folder("Other").put(large(mail, 60_000), Set.of(), mail.date());
      destination.behaves(
          Behaviours.refusing(
              command -> command.given().stream().anyMatch(one -> one.octets().indexOf(0) >= 0),
              "NO contains NUL"));
      caravan.disk(50_000, 1 << 20);

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems())
          .anySatisfy(
              problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.DISK_FULL);
                assertThat(problem.cause()).contains("copy.spool-mib");
              })
          .noneMatch(problem -> problem.code() == ProblemCode.FAULT);
      assertThat(to.folder("INBOX").count()).isZero();
      assertThat(to.folder("Other").count()).isEqualTo(1);

      caravan.disk(1 << 20, 1 << 20);
      caravan.pass(source.port());
      assertThat(to.folder("INBOX").count()).isEqualTo(1);
      assertThat(folder.resolve("spool")).isEmptyDirectory();
    }
  }

  @Test
  void filesThatAreUnderWayCountWithTheSizeThatWasAnnounced() throws IOException {
    Spool spool = new Spool(folder, 1000);
    SpooledContent first = spool.keep(600, new ByteArrayInputStream(new byte[600]));
    assertThat(first.size()).isEqualTo(600);
    assertThat(kept(".eml")).isEqualTo(1);
    Assertions.assertThatThrownBy(
            () -> spool.keep(Long.MAX_VALUE, new ByteArrayInputStream(new byte[1])))
        .isInstanceOf(DiskFull.class);
    Assertions.assertThatThrownBy(
            () ->
                spool.keep(
                    300,
                    new InputStream() {
                      @Override
                      public int read() {
                        return -1;
                      }

                      @Override
                      public int read(byte[] octets, int offset, int length) {
                        throw new IllegalStateException(String.valueOf(keeps(spool, 200)));
                      }
                    }))
        .hasMessage("false");
    assertThat(kept(".eml")).as("what failed is removed").isEqualTo(1);
    first.close();
    assertThat(keeps(spool, 1000)).isTrue();
  }

  private static boolean keeps(Spool spool, int size) {
    try {
      spool.keep(size, new ByteArrayInputStream(new byte[size]));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
