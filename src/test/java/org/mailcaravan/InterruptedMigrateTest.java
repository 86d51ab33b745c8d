package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.Messages;

/** What Ctrl-C does to "bin/mailcaravan migrate" while the old provider gives nothing. */
@Lengthy
class InterruptedMigrateTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path temp = Path.of("");
  private final ImapHost source = ImapHost.start();
  private final ImapHost destination = ImapHost.start();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch given = new CountDownLatch(1);
  private final AtomicInteger contents = new AtomicInteger();
  private @Nullable InstalledProgram installed;
  private @Nullable Process started;

  @BeforeEach
  void askForAnnsMail() throws Exception {
    Messages mail = new Messages(1);
    StringBuilder rows = new StringBuilder(TwoServers.HEADER);
    for (String user : new String[] {"ann", "bea", "cid"}) {
      String address = user + "@example.org";
      for (int i = 0; i < 60; i++) {
        source.account(address, "old").folder("INBOX").put(mail.next(), Set.of(), mail.date());
        source.account(address, "old").folder("Work").put(mail.next(), Set.of(), mail.date());
      }
      destination.account(address, "new");
      rows.append(address + ",old,127.0.0.1," + source.port() + ",none,new,,\n");
    }
    source.behaves(
        (command, usual) -> {
          if (command.fetchesContent()) {
            contents.incrementAndGet();
            asked.countDown();
            await(given);
          }
          return usual.get();
        });
    InstalledProgram program = new InstalledProgram(Files.createDirectory(temp.resolve("home")));
    installed = program;
    program.set(
        Map.of(
            "destination.host", "127.0.0.1",
            "destination.port", String.valueOf(destination.port()),
            "destination.security", "none",
            "source.allowed-hosts", "127.0.0.1",
            "source.insecure-hosts", "127.0.0.1",
            "mailboxes.at-once", "1",
            "copy.batch-messages", "10"));
    Files.writeString(program.home().resolve("three.csv"), rows);
    started = program.start("exec bin/mailcaravan migrate three.csv", "migrate");
    assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(told()).isTrue();
    signal("INT");
    Awaitility.await().atMost(PATIENCE).until(() -> told().contains("Press Ctrl-C again"));
  }

  @Test
  @Timeout(120)
  void theFirstStopsWhatRunsAtItsNextBatchAndBeginsNothingElse() throws Exception {
    assertThat(told())
        .contains("These mailboxes stop at their next batch; 2 mailboxes will not start:")
        .contains("\n  ann@example.org: 0 of 120 messages, how long it takes is not known yet\n")
        .contains("A mailbox that does not come to its next batch within 0:20 is cut off");
    given.countDown();

    InstalledProgram.Run run = program().ended(migrate(), "migrate");
    assertThat(run.exit()).isEqualTo(130);
    assertThat(run.out())
        .contains(
            "it was not finished, since the program was told to stop",
            "it was not begun, since the program was told to stop")
        .doesNotContain("pulled and not appended");
    assertThat(destination.account("ann@example.org", "new").folder("INBOX").count())
        .isLessThan(60);
    assertThat(source.commands("LOGIN", "AUTHENTICATE").toString()).doesNotContain("bea", "cid");
  }

  @Test
  @Timeout(120)
  void theSecondStopsItAtOnceAndAnotherRunBringsAll() throws Exception {
    signal("INT");

    InstalledProgram.Run stopped = program().ended(migrate(), "migrate");
    assertThat(stopped.exit()).isEqualTo(130);
    assertThat(stopped.err()).endsWith("Run the request again: it continues where it stopped.\n");
    given.countDown();
    InstalledProgram.Run again = program().run("bin/mailcaravan migrate three.csv");
    assertThat(again.exit()).as(again.out()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Timeout(120)
  void serversThatDieMeanwhileAreTheCauseAndNothingElseIsTried(boolean both) throws Exception {
    destination.close();
    if (both) {
      source.close();
    }
    given.countDown();

    InstalledProgram.Run run = program().ended(migrate(), "migrate");
    assertThat(run.exit()).isEqualTo(130);
    assertThat(run.out())
        .containsOnlyOnce("it was not finished, since the program was told to stop")
        .doesNotContain("pulled and not appended");
    // In each of the two folders one batch, and the next on its way.
    assertThat(contents).hasValueLessThanOrEqualTo(4);
  }

  private void signal(String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(migrate().pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private String told() throws IOException {
    return Files.readString(program().home().resolve("migrate.err"));
  }

  private InstalledProgram program() {
    return Objects.requireNonNull(installed);
  }

  private Process migrate() {
    return Objects.requireNonNull(started);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void end() {
    given.countDown();
    migrate().destroyForcibly();
    program().close();
    source.close();
    destination.close();
  }
}
