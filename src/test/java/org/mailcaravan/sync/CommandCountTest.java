package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.DovecotServer.Storage;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.LineProxy;
import org.mailcaravan.server.RawImap;

/**
 * How many commands a pass sends: when nothing has changed no more for a large mailbox than for a
 * small one, else so many for each folder and batch.
 */
@Lengthy
@EnabledIfInstalled("dovecot")
class CommandCountTest {
  private static final OffsetDateTime DATE = OffsetDateTime.parse("2018-07-06T05:04:03+02:00");

  @TempDir Path folder;

  /** The commands of a pass on each side. */
  private record Sent(List<String> source, List<String> destination) {
    void hasNoMessageData() {
      assertThat(source).noneMatch(Sent::readsMessages);
      assertThat(destination).noneMatch(Sent::readsMessages);
    }

    private static boolean readsMessages(String command) {
      return command.matches("(?i).*(BODY|RFC822(?!\\.SIZE)|BINARY|ENVELOPE|PREVIEW|APPEND).*");
    }

    void opensNot(String folder) {
      assertThat(source).noneMatch(command -> opens(command, folder));
      assertThat(destination).noneMatch(command -> opens(command, folder));
    }

    private static boolean opens(String command, String folder) {
      return command.matches("(?i)(SELECT|EXAMINE) \"?" + folder + "\\b.*");
    }

    void isAsManyAs(Sent other) {
      assertThat(source).as("%s\nbut not %s", source, other.source).hasSameSizeAs(other.source);
      assertThat(destination)
          .as("%s\nbut not %s", destination, other.destination)
          .hasSameSizeAs(other.destination);
    }
  }

  /** Two servers with a ledger between them. */
  private final class Stage implements AutoCloseable {
    final DovecotServer source = start();
    final DovecotServer destination = start();
    final LineProxy sourceProxy = new LineProxy(source.port());
    final LineProxy withoutExtensions =
        new LineProxy(source.port(), UnaryOperator.identity(), Stage::withoutExtensions);
    final LineProxy destinationProxy = new LineProxy(destination.port());
    final Caravan caravan;

    Stage(String name) {
      caravan = new Caravan(folder.resolve(name), destinationProxy.port(), 2_000, 4 << 20);
    }

    private static DovecotServer start() {
      return DovecotServer.builder()
          .storage(Storage.MDBOX)
          .specialUse(false)
          .compress(false)
          .start()
          .addUser(Caravan.USER, Caravan.PASSWORD);
    }

    private static String withoutExtensions(String line) {
      return line.contains("CAPABILITY")
          ? line.replaceAll(" (CONDSTORE|QRESYNC|LIST-STATUS|LIST-EXTENDED)\\b", "")
          : line;
    }

    Stage fill(String folder, int messages) {
      try (RawImap imap = RawImap.login(source.port(), Caravan.USER, Caravan.PASSWORD)) {
        imap.create(folder);
        imap.appendAll(folder, DATE, IntStream.range(0, messages).mapToObj(Stage::mail).toList());
      }
      return this;
    }

    private static byte[] mail(int number) {
      return ("Subject: " + number + "\r\n\r\nmessage " + number + "\r\n")
          .getBytes(StandardCharsets.US_ASCII);
    }

    void copyAll(int messages) {
      MailboxResult first = caravan.pass(sourceProxy.port());
      assertThat(first.problems()).isEmpty();
      assertThat(first.copied()).isEqualTo(messages);
    }

    /** The commands of the first pass. */
    Sent sentSoFar() {
      return new Sent(sourceProxy.commands(), destinationProxy.commands());
    }

    Sent passAgain(LineProxy from) {
      from.forget();
      destinationProxy.forget();
      MailboxResult again = caravan.pass(from.port());
      assertThat(again.problems()).isEmpty();
      assertThat(again.copied()).isZero();
      return new Sent(from.commands(), destinationProxy.commands());
    }

    @Override
    public void close() {
      caravan.close();
      sourceProxy.close();
      withoutExtensions.close();
      destinationProxy.close();
      source.close();
      destination.close();
    }
  }

  @Test
  void aFolderOf100000MessagesCostsNoMoreThanOneOf10() {
    try (Stage small = new Stage("small").fill("Big", 10);
        Stage large = new Stage("large").fill("Big", 100_000)) {
      small.copyAll(10);
      large.copyAll(100_000);

      Sent few = small.passAgain(small.sourceProxy);
      Sent many = large.passAgain(large.sourceProxy);
      many.isAsManyAs(few);
      many.hasNoMessageData();
      many.opensNot("Big");

      Sent fewWithoutExtensions = small.passAgain(small.withoutExtensions);
      Sent manyWithoutExtensions = large.passAgain(large.withoutExtensions);
      manyWithoutExtensions.isAsManyAs(fewWithoutExtensions);
      manyWithoutExtensions.hasNoMessageData();
    }
  }

  @Test
  void fiftyFoldersCostNoMoreThanTwo() {
    try (Stage small = new Stage("small").fill("A", 3).fill("B", 3);
        Stage large = new Stage("large")) {
      for (int i = 0; i < 50; i++) {
        large.fill("F" + i, 3);
      }
      small.copyAll(6);
      large.copyAll(150);

      Sent many = large.passAgain(large.sourceProxy);
      many.isAsManyAs(small.passAgain(small.sourceProxy));
      many.hasNoMessageData();
    }
  }

  @Test
  void oneChangedFolderIsTheOnlyOneThatIsOpened() {
    try (Stage stage = new Stage("stage").fill("A", 3).fill("B", 3).fill("C", 3)) {
      stage.copyAll(9);
      try (RawImap imap = RawImap.login(stage.source.port(), Caravan.USER, Caravan.PASSWORD)) {
        imap.select("B");
        imap.store("2", "-FLAGS", List.of("\\Seen"));
      }

      Sent sent = stage.passAgain(stage.sourceProxy);

      sent.opensNot("A");
      sent.opensNot("C");
      sent.hasNoMessageData();
      assertThat(sent.destination()).anyMatch(command -> command.startsWith("UID STORE"));
    }
  }

  @Test
  void aFirstPassCostsFiveOrSixCommandsForEachFolderOnASideAndOneForEachFurtherBatch() {
    try (Stage few = new Stage("few").fill("A", 30);
        Stage many = new Stage("many").fill("A", 30).fill("B", 30).fill("C", 30);
        Stage batches = new Stage("batches").fill("A", 30 + 2_000)) {
      few.copyAll(30);
      many.copyAll(90);
      batches.copyAll(2_030);

      // EXAMINE and FETCH to look, FETCH of a batch, EXAMINE and FETCH to verify.
      assertThat(many.sentSoFar().source()).hasSize(few.sentSoFar().source().size() + 2 * 5);
      // CREATE, SELECT, APPEND, FETCH to see what came, EXAMINE and FETCH to verify.
      assertThat(many.sentSoFar().destination())
          .hasSize(few.sentSoFar().destination().size() + 2 * 6);
      assertThat(batches.sentSoFar().source()).hasSize(few.sentSoFar().source().size() + 1);
      assertThat(batches.sentSoFar().destination())
          .hasSize(few.sentSoFar().destination().size() + 1);
    }
  }
}
