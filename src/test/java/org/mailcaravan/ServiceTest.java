package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Progress;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.store.Database;

/** The service with its drop folder, between two real servers. */
@Lengthy
@EnabledIfInstalled("dovecot")
class ServiceTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static TwoServers servers;

  @TempDir Path folder;

  @BeforeAll
  static void startServers() {
    servers = new TwoServers();
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  private Installation installation() {
    return servers.configure(new Installation(folder));
  }

  /** As a careful sender does: the file is there at once and whole. */
  private static void drop(Installation installation, String name, byte[] content)
      throws IOException {
    Files.createDirectories(installation.drop());
    Path whole = installation.drop().resolve(name + ".part");
    Files.write(whole, content);
    Files.move(whole, installation.drop().resolve(name));
  }

  private static void drop(Installation installation, String name, String content)
      throws IOException {
    drop(installation, name, content.getBytes(StandardCharsets.UTF_8));
  }

  private static List<MigrationResult> awaitEnded(Installation installation, int migrations) {
    await().atMost(LIMIT).until(() -> installation.ended().size() >= migrations);
    return installation.ended();
  }

  private static List<Path> files(Path under) throws IOException {
    if (!Files.exists(under)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(under)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static Path only(Path under, String ending) throws IOException {
    List<Path> found =
        files(under).stream().filter(file -> file.toString().endsWith(ending)).toList();
    assertThat(found).as("%s under %s", ending, under).hasSize(1);
    return found.get(0);
  }

  @Test
  void aDroppedRequestIsMigratedAndItsPasswordsAreNowhereInClearText() throws IOException {
    servers.userWithMail("ann@example.org", 3, "INBOX", "Archive/2015");
    String wrong = "wrong-secret-of-ben";
    servers.user("ben@example.org");
    String broken = "not-an-address,\"secret-of-nobody\",127.0.0.1,,,,,\n";
    Installation installation = installation();

    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      drop(
          installation,
          "week 47.csv",
          TwoServers.HEADER
              + servers.row("ann@example.org")
              + broken
              + servers.row("ben@example.org", wrong, ","));
      MigrationResult result = awaitEnded(installation, 1).get(0);

      assertThat(result.mailboxes())
          .extracting(MailboxResult::state)
          .containsExactly(MailboxState.COPIED, MailboxState.BLOCKED);
      assertThat(servers.atDestination("ann@example.org"))
          .isEqualTo(servers.atSource("ann@example.org"));
      assertThat(result.reportFolder().resolve("report.json")).exists();
      assertThat(result.reportFolder().resolve("report.txt")).exists();
      assertThat(only(result.reportFolder(), ".rejected.csv")).isNotEmptyFile();
      await().atMost(LIMIT).until(() -> !Files.exists(installation.drop().resolve("week 47.csv")));
      await().atMost(LIMIT).until(() -> files(installation.drop().resolve("rejected")).size() == 2);
    }

    assertThat(only(installation.drop().resolve("rejected"), ".rejected.csv"))
        .content()
        .contains("source_email");
    assertThat(only(installation.drop().resolve("rejected"), ".repair.csv"))
        .content()
        .contains("sealed:");
    assertThat(only(installation.drop().resolve("done"), ".csv"))
        .content()
        .contains("ann@example.org");
    List<Path> written =
        Stream.concat(files(installation.drop()).stream(), files(installation.data()).stream())
            .toList();
    assertThat(written).anyMatch(file -> file.toString().endsWith(".mv.db"));
    for (Path file : written) {
      assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
          .as("%s", file)
          .doesNotContain("secret of", wrong, "secret-of-nobody");
    }
  }

  @Test
  void nothingIsMigratedOfAFileWhoseRejectedRowsCannotBeTold() throws IOException {
    servers.userWithMail("dora@example.org", 1, "INBOX");
    Installation installation = installation();
    Path rejected = installation.drop().resolve("rejected");
    Files.createDirectories(installation.drop());
    Files.writeString(rejected, "in the way");
    String request =
        TwoServers.HEADER + servers.row("dora@example.org") + "dora,x,127.0.0.1,,,,,\n";

    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      drop(installation, "a.csv", request);
      await().atMost(LIMIT).until(() -> Files.exists(installation.drop().resolve("done/a.csv")));
      drop(installation, "b.csv", TwoServers.HEADER + servers.row("dora@example.org"));
      assertThat(awaitEnded(installation, 1)).hasSize(1);
      assertThat(installation.ended().get(0).migration().name()).isEqualTo("b.csv");
      assertThat(installation.drop().resolve("a.csv")).hasContent(request.strip());
    }
  }

  @Test
  void uselessFilesAreKeptWholeAndPrivateWithTheReasonAndDoNotStopTheNext() throws IOException {
    servers.userWithMail("cem@example.org", 1, "INBOX");
    String useless = "email,secret-in-clear\n";
    byte[] wrongKind = {'P', 'K', 3, 4, 0, 1, 2, (byte) 0xff, 0, 0};
    Installation installation = installation();
    Path rejected = installation.drop().resolve("rejected");

    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      drop(installation, "useless.csv", useless);
      drop(installation, "customers.xlsx", wrongKind);
      drop(installation, "empty.csv", "");
      drop(installation, "good.csv", TwoServers.HEADER + servers.row("cem@example.org"));

      MigrationResult result = awaitEnded(installation, 1).get(0);
      assertThat(result.allArrived()).isTrue();
      await().atMost(LIMIT).until(() -> files(rejected).size() == 6);
    }

    assertThat(only(rejected, "useless.csv")).content().isEqualTo(useless);
    assertThat(only(rejected, "customers.xlsx")).binaryContent().isEqualTo(wrongKind);
    assertThat(only(rejected, "empty.csv")).isEmptyFile();
    assertThat(only(rejected, "useless.csv.answer.txt")).content().contains("useless.csv");
    for (Path file : files(rejected)) {
      if (!file.toString().endsWith(".answer.txt")) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as("%s", file)
            .isEqualTo("rw-------");
      }
    }
    assertThat(installation.drop().toFile().listFiles(java.io.File::isFile)).isEmpty();
  }

  @Test
  void aPipeALinkAndASlowWriterStopNothingAndLoseNothing() throws Exception {
    servers.userWithMail("gil@example.org", 1, "INBOX");
    servers.userWithMail("hal@example.org", 1, "INBOX");
    // A file is deleted twenty looks after it was read: forty seconds for the slow writer.
    Installation installation = installation().set("drop.poll-millis", "2000");
    Path drop = Files.createDirectories(installation.drop());
    Path precious = Files.writeString(folder.resolve("precious"), "no request");
    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(precious));
    Files.createSymbolicLink(drop.resolve("link.csv"), precious);
    assertThat(new ProcessBuilder("mkfifo", drop.resolve("pipe.csv").toString()).start().waitFor())
        .isZero();
    for (int i = 0; i < 200; i++) {
      Files.writeString(drop.resolve("bad" + i + ".csv"), TwoServers.HEADER + "x,hidden,y,,,,,\n");
    }

    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(drop);
      Path slow =
          Files.writeString(
              drop.resolve("slow.csv"), TwoServers.HEADER + servers.row("gil@example.org"));
      await()
          .atMost(LIMIT)
          .until(() -> installation.ended().stream().anyMatch(r -> !r.mailboxes().isEmpty()));
      Files.writeString(slow, servers.row("hal@example.org"), StandardOpenOption.APPEND);
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  installation.ended().stream().filter(r -> !r.mailboxes().isEmpty()).count() == 2);
      awaitEnded(installation, 202);
    }

    assertThat(drop.toFile().listFiles(java.io.File::isFile)).isEmpty();
    assertThat(installation.ended())
        .hasSize(202)
        .allMatch(result -> result.mailboxes().size() <= 1);
    for (String mailbox : List.of("gil@example.org", "hal@example.org")) {
      assertThat(servers.atDestination(mailbox)).isEqualTo(servers.atSource(mailbox));
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(precious)))
        .isEqualTo(mode);
    assertThat(drop.resolve("rejected").toFile().list())
        .filteredOn(name -> name.endsWith(".answer.txt"))
        .hasSize(2);
  }

  @Test
  void theSecondPassBringsWhatCameMeanwhileAndReportsAgain() throws IOException {
    servers.userWithMail("dan@example.org", 2, "INBOX", "Sent");
    Installation installation = installation().set("resync.cron", "* * * * * ?");

    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      drop(installation, "dan.csv", TwoServers.HEADER + servers.row("dan@example.org"));
      MigrationResult first = awaitEnded(installation, 1).get(0);
      assertThat(first.allArrived()).isTrue();
      servers.deliverOne("dan@example.org");

      // Passes follow each other; the report of one may be that of the next.
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  servers
                      .atDestination("dan@example.org")
                      .equals(servers.atSource("dan@example.org")));
      int before = installation.ended().size();
      MigrationResult later = awaitEnded(installation, before + 1).get(before);
      assertThat(later.allArrived()).as("%s", later.mailboxes().get(0).problems()).isTrue();
      assertThat(later.migration().id()).isEqualTo(first.migration().id());
      assertThat(later.reportFolder()).isEqualTo(first.reportFolder());
    }
  }

  @Test
  void whatAKillCutOffIsTakenUpAtTheNextStart() throws IOException {
    servers.userWithMail("eve@example.org", 2, "INBOX");
    Installation installation = installation();
    drop(installation, "eve.csv", TwoServers.HEADER + servers.row("eve@example.org"));
    CompletableFuture<Mailbox> begun = new CompletableFuture<>();
    Progress watcher =
        new Progress() {
          @Override
          public void migrationOpened(Migration migration) {
            begun.complete(migration.mailboxes().get(0));
          }
        };
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE, watcher)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      awaitEnded(installation, 1);
    }
    try (Database database = Database.inFolder(installation.data())) {
      Mailbox mailbox = begun.join();
      database
          .jdbc()
          .sql(
              "update pass set state = 'RUNNING', owner = 'killed', lease_until = current_timestamp + interval '1' hour"
                  + " where mailbox_id = ?")
          .param(mailbox.id())
          .update();
      database.jdbc().sql("update migration set finished_at = null").update();
    }
    servers.deliverOne("eve@example.org");

    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      MigrationResult resumed = awaitEnded(installation, 2).get(1);

      assertThat(resumed.allArrived()).isTrue();
      assertThat(resumed.mailboxes().get(0).copied()).isEqualTo(1);
      assertThat(servers.atDestination("eve@example.org"))
          .isEqualTo(servers.atSource("eve@example.org"));
    }
  }

  @Test
  void aStopInMidPassLetsItGoAtTheNextBatchAndTheNextStartGoesOn() throws Exception {
    servers.userWithMail("fay@example.org", 20, "INBOX", "Sent", "Archive");
    int all = servers.atSource("fay@example.org").count();
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Progress watcher =
        new Progress() {
          @Override
          public void messagesDone(Mailbox mailbox, long messages, long bytes) {
            if (messages > 0) {
              underWay.countDown();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
          }
        };
    Installation installation = installation().set("copy.batch-messages", "2");
    Launcher.Running running = installation.start(Launcher.Mode.SERVICE, watcher);
    drop(installation, "fay.csv", TwoServers.HEADER + servers.row("fay@example.org"));
    underWay.await();
    Launcher.Stopping stopping = running.stop();
    goOn.countDown();
    running.close();
    running.awaitStop();

    assertThat(stopping.inFlight())
        .extracting(Mailbox::sourceAddress)
        .containsExactly("fay@example.org");
    assertThat(installation.ended()).isEmpty();
    assertThat(servers.atDestination("fay@example.org").count()).isBetween(1, all - 1);
    try (Database database = Database.inFolder(installation.data())) {
      assertThat(
              database
                  .jdbc()
                  .sql("select state || ' ' || waits_for || ' ' || reason from pass")
                  .query(String.class)
                  .list())
          .containsExactly("WAITING TURN the program was told to stop");
    }

    try (Launcher.Running again = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(again.dropFolder()).isEqualTo(installation.drop());
      MigrationResult result = awaitEnded(installation, 1).get(0);

      assertThat(result.allArrived()).isTrue();
      assertThat(result.mailboxes().get(0).copied()).isEqualTo(all);
    }
    assertThat(servers.atDestination("fay@example.org"))
        .isEqualTo(servers.atSource("fay@example.org"));
  }
}
