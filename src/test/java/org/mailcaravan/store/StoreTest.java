package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.Batch;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/**
 * The SQL that is the same on H2 and PostgreSQL; {@code PostgresStoreTest} runs all of it there.
 */
class StoreTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:15:30.123Z");

  private Database database;
  private Batches batches;
  private Ledger ledger;

  Database open() {
    return Database.inMemory();
  }

  @BeforeEach
  void openDatabase() {
    database = open();
    batches = new Batches(database, Clock.fixed(NOW, ZoneOffset.UTC));
    ledger = new Ledger(database);
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  static Request request(String name, int rows) {
    List<RequestRow> good =
        java.util.stream.IntStream.rangeClosed(1, rows)
            .mapToObj(
                row ->
                    new RequestRow(
                        row,
                        row + 1,
                        "user" + row + "@old.example",
                        Secret.of("secret"),
                        new Server("imap.old.example", 993, Security.TLS),
                        "user" + row,
                        "user" + row + "@new.example",
                        null,
                        row == 1 ? Path.of("/in/contacts.vcf") : null,
                        null))
            .toList();
    return new Request(
        name, good, List.of(new RowProblem(9, "source_port", "99x", "is no number", "write 993")));
  }

  private static MailboxResult result(Mailbox mailbox, MailboxState state) {
    return new MailboxResult(
        mailbox,
        state,
        3,
        10,
        5,
        1,
        12345,
        1.5,
        new ImportResult("contacts.vcf", 2, 1, List.of()),
        null,
        List.of(new Problem("INBOX", "refused", Owner.US, "look")),
        List.of("Folder Notes was left out"));
  }

  @Test
  void aBatchIsReadBackAsItWasStored() {
    Batch batch = batches.open(request("kündigung & umzug.csv", 2));

    assertThat(batches.batch(batch.id())).isEqualTo(batch);
    assertThat(batch.id()).isEqualTo("20261122-101530-123-k-ndigung-umzug");
    assertThat(batches.finishedAt(batch.id())).isEmpty();
  }

  @Test
  void twoRequestsOfOneNameAtOneMomentAreTwoBatches() {
    Batch first = batches.open(request("a.csv", 1));
    Batch second = batches.open(request("a.csv", 1));

    assertThat(second.id()).isNotEqualTo(first.id());
  }

  @Test
  void aMailboxRunsThroughItsStatesAndEachChangeIsAnEvent() {
    Mailbox mailbox = batches.open(request("a.csv", 1)).mailboxes().get(0);

    batches.moveTo(mailbox, MailboxState.COPYING, "routes", "pass begins");
    batches.finish(result(mailbox, MailboxState.INCOMPLETE), "routes");

    assertThat(batches.results(mailbox.batchId()))
        .containsExactly(result(mailbox, MailboxState.INCOMPLETE));
    assertThat(
            database
                .jdbc()
                .sql("select state from mailbox_event order by position")
                .query(String.class)
                .list())
        .containsExactly("QUEUED", "COPYING", "INCOMPLETE");
  }

  @Test
  void aStateThatMayNotFollowIsRefused() {
    Mailbox mailbox = batches.open(request("a.csv", 1)).mailboxes().get(0);

    assertThatThrownBy(() -> batches.moveTo(mailbox, MailboxState.COPIED, "test", "no pass ran"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("QUEUED")
        .hasMessageContaining("COPIED");
  }

  @Test
  void aBatchEndsOnceAndOnlyWithItsLastMailbox() {
    Batch batch = batches.open(request("a.csv", 2));
    finish(batch.mailboxes().get(0), MailboxState.COPIED);
    assertThat(batches.closeIfEnded(batch.id())).isFalse();

    finish(batch.mailboxes().get(1), MailboxState.BLOCKED);

    assertThat(batches.closeIfEnded(batch.id())).isTrue();
    assertThat(batches.closeIfEnded(batch.id())).isFalse();
    assertThat(batches.finishedAt(batch.id())).contains(NOW);
  }

  private void finish(Mailbox mailbox, MailboxState state) {
    batches.moveTo(mailbox, MailboxState.COPYING, "routes", "pass begins");
    batches.finish(result(mailbox, state), "routes");
  }

  @Test
  void whatAStopCutOffIsQueuedAgain() {
    Batch batch = batches.open(request("a.csv", 3));
    finish(batch.mailboxes().get(0), MailboxState.COPIED);
    batches.moveTo(batch.mailboxes().get(1), MailboxState.COPYING, "routes", "pass begins");

    assertThat(batches.requeueUnfinished())
        .containsExactly(batch.mailboxes().get(1), batch.mailboxes().get(2));
  }

  @Test
  void theSecondPassTakesMailboxesWithMailAndCredentials() {
    Batch batch = batches.open(request("a.csv", 4));
    finish(batch.mailboxes().get(0), MailboxState.COPIED);
    finish(batch.mailboxes().get(1), MailboxState.INCOMPLETE);
    finish(batch.mailboxes().get(2), MailboxState.BLOCKED);
    finish(batch.mailboxes().get(3), MailboxState.COPIED);
    for (Mailbox mailbox : batch.mailboxes().subList(0, 3)) {
      database
          .jdbc()
          .sql(
              "insert into credential (mailbox_id, role, sealed, stored_at) values (?, 'SOURCE', 'x', ?)")
          .params(mailbox.id(), java.sql.Timestamp.from(NOW))
          .update();
    }
    assertThat(batches.closeIfEnded(batch.id())).isTrue();

    List<Mailbox> due = batches.queueSecondPass();

    assertThat(due).extracting(Mailbox::row).containsExactly(1, 2);
    assertThat(due).extracting(Mailbox::pass).containsOnly(Pass.SECOND);
    assertThat(batches.finishedAt(batch.id())).isEmpty();
    assertThat(batches.queueSecondPass()).isEmpty();
  }

  private static Ledger.FolderPair pair(long sourceValidity, long destinationValidity) {
    return new Ledger.FolderPair(
        new Ledger.AccountPair("user at old", "user at new"),
        "INBOX",
        "INBOX",
        sourceValidity,
        destinationValidity);
  }

  @Test
  void theLedgerKnowsAfterReopeningWhatWasRecorded() {
    FolderLedger folder = ledger.create(pair(1, 2), new TreeMap<>(Map.of(3L, 30L)));
    folder.begin(Map.of(4L, 100L, 5L, 200L, 9L, 300L), 31);
    folder.record(new TreeMap<>(Map.of(4L, 31L, 5L, 32L)));

    FolderLedger again = ledger.find(pair(1, 2)).orElseThrow();

    assertThat(again.count()).isEqualTo(3);
    assertThat(again.contains(5)).isTrue();
    assertThat(again.contains(9)).isFalse();
    assertThat(again.isOurs(32)).isTrue();
    assertThat(again.isOurs(33)).isFalse();
    assertThat(again.cutOff()).isEmpty();
    assertThat(ledger.destinations(pair(1, 2).accounts()))
        .containsExactly(Map.entry("INBOX", "INBOX"));
    assertThat(database.jdbc().sql("select count(*) from copied_range").query(Long.class).single())
        .as("one range for messages copied in order")
        .isEqualTo(1);
  }

  @Test
  void aBatchThatWasCutOffIsToldOf() {
    FolderLedger folder = ledger.create(pair(1, 2), new TreeMap<>());
    folder.begin(new TreeMap<>(Map.of(4L, 100L, 5L, 200L)), 31);

    Optional<FolderLedger.CutOff> cutOff = ledger.find(pair(1, 2)).orElseThrow().cutOff();

    assertThat(cutOff)
        .contains(new FolderLedger.CutOff(new TreeMap<>(Map.of(4L, 100L, 5L, 200L)), 31));
  }

  @Test
  void anotherUidValidityOnEitherSideIsAnUnknownPair() {
    ledger.create(pair(1, 2), new TreeMap<>(Map.of(3L, 30L)));

    assertThat(ledger.find(pair(7, 2))).isEmpty();
    assertThat(ledger.find(pair(1, 7))).isEmpty();
    assertThat(ledger.create(pair(7, 7), new TreeMap<>()).contains(3)).isFalse();
    assertThat(ledger.find(pair(1, 2))).as("the older one is forgotten").isEmpty();
  }

  @Test
  void aDatabaseThatCannotBeReachedIsSaidPlainly(@TempDir Path data) {
    try (Database first = Database.inFolder(data)) {
      assertThat(first.jdbc()).isNotNull();
      assertThat(data.resolve("mailcaravan.mv.db")).exists();
    }
    assertThatThrownBy(
            () ->
                Database.open(
                    "jdbc:postgresql://127.0.0.1:1/none?password=hidden",
                    "me",
                    Secret.of("hidden")))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("database.url")
        .hasMessageNotContaining("hidden");
  }
}
