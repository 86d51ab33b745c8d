package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.Batch;
import org.mailcaravan.model.BatchResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Progress;
import org.mailcaravan.server.HostAccount;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Messages;

/** Errors of Java in the middle of the work, such as no memory: told, and nobody waits for ever. */
class FaultsTest {
  private static final String ANN = "ann@example.org";
  private static final String BOB = "bob@example.org";

  @TempDir Path folder;

  /** Throws once, at one point, where Ann's mailbox is concerned. */
  private static final class Faulty implements Progress {
    private final String point;
    private final AtomicBoolean thrown = new AtomicBoolean();

    Faulty(String point) {
      this.point = point;
    }

    private void at(String here, String mailbox) {
      if (here.equals(point) && mailbox.contains("ann") && !thrown.getAndSet(true)) {
        throw new OutOfMemoryError("made up by a test");
      }
    }

    @Override
    public void batchOpened(Batch batch) {
      at("batch opened", "ann");
    }

    @Override
    public void mailboxPlanned(Mailbox mailbox, int folders, long messages, long bytes) {
      at("mailbox planned", mailbox.sourceAddress());
    }

    @Override
    public void messagesDone(Mailbox mailbox, long messages, long bytes) {
      at("messages done", mailbox.sourceAddress());
    }

    @Override
    public void mailboxFinished(MailboxResult result) {
      at("mailbox finished", result.mailbox().sourceAddress());
    }

    @Override
    public void batchFinished(BatchResult result) {
      at("batch finished", "ann");
    }
  }

  private static void fill(HostAccount account) {
    Messages mail = new Messages(3);
    for (String name : new String[] {"INBOX", "Work", "Sent"}) {
      for (int i = 0; i < 20; i++) {
        account.folder(name).put(mail.next(), Set.of(), mail.date());
      }
    }
  }

  private static String row(String user, ImapHost source) {
    return user + ",secret,127.0.0.1," + source.port() + ",none,secret\n";
  }

  private BatchResult migrated(ImapHost source, ImapHost destination, Progress watcher)
      throws Exception {
    for (String user : new String[] {ANN, BOB}) {
      fill(source.account(user, "secret"));
      destination.account(user, "secret");
    }
    Installation installation =
        new Installation(folder).set("destination.port", String.valueOf(destination.port()));
    Path file =
        installation.request(
            "two.csv",
            "source_email,source_password,source_imap_server,source_port,source_security,"
                + "destination_password\n"
                + row(ANN, source)
                + row(BOB, source));
    try (Launcher.Running running = installation.start(Launcher.Mode.MIGRATE, watcher)) {
      return CompletableFuture.supplyAsync(() -> running.migrate(file)).get(60, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mailbox planned", "messages done"})
  void anErrorInAMailboxIsItsProblemAndNotItsNeighbours(String point) throws Exception {
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start()) {
      BatchResult result = migrated(source, destination, new Faulty(point));

      MailboxResult ann = result.mailboxes().get(0);
      assertThat(ann.state()).isEqualTo(MailboxState.FAULT);
      assertThat(ann.problems())
          .anySatisfy(
              problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.FAULT);
                assertThat(problem.cause()).isEqualTo("the program ran out of memory");
              });
      assertThat(result.mailboxes().get(1).state()).isEqualTo(MailboxState.COPIED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch opened", "mailbox finished", "batch finished"})
  void anErrorOutsideOfMailboxesEndsTheCommand(String point) throws Exception {
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start()) {
      Assertions.assertThatThrownBy(() -> migrated(source, destination, new Faulty(point)))
          .isInstanceOf(ExecutionException.class)
          .hasStackTraceContaining("made up by a test");
    }
  }

  @Test
  void whatAnErrorBrokeOffIsCopiedByTheNextRun() throws Exception {
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start()) {
      migrated(source, destination, new Faulty("messages done"));
      BatchResult again = migratedAgain(destination);
      assertThat(again.allArrived()).isTrue();
      assertThat(
              destination
                  .account(ANN, "secret")
                  .snapshot()
                  .differencesFrom(source.account(ANN, "secret").snapshot()))
          .isEmpty();
    }
  }

  private BatchResult migratedAgain(ImapHost destination) {
    Installation installation =
        new Installation(folder).set("destination.port", String.valueOf(destination.port()));
    return installation.migrate(folder.resolve("two.csv"));
  }
}
