package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.CarriedOver;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.FolderCertificate.Finding;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.PassProgress;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.status.Steered;
import org.mailcaravan.model.status.Target;
import org.mailcaravan.store.OpenMessage.Why;

/**
 * The SQL that is the same on H2 and PostgreSQL; {@code PostgresStoreTest} runs all of it there.
 */
class StoreTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:15:30.123Z");

  private static final List<Where> PLACES =
      List.of(
          Where.folder("INBOX"),
          Where.message(7, Where.folder("INBOX")),
          new Where.Folders(4, List.of("INBOX", "Sent")),
          Where.loginAt("imap.old.example:993"),
          Where.foldersAt("imap.old.example:993"),
          Where.line("contacts.vcf", 3).column(4).of("one"),
          Where.url("dav.old.example/ann/"),
          Where.MAILBOX);

  private Database database;
  private Migrations migrations;
  static final String NODE = "test";

  private PassResults results;
  private Claims claims;
  private Ledger ledger;

  String newDatabase() {
    return emptyDatabase();
  }

  String emptyDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    Events events = new Events(database, NODE);
    migrations = migrations(database, Clock.fixed(NOW, ZoneOffset.UTC));
    claims = new Claims(database, NODE, Duration.ofMinutes(1), new HostLimits(4));
    results =
        new PassResults(database, claims, events, FinalPasses.STANDARD, new MailboxMaker(false));
    ledger = new Ledger(database);
  }

  @Test
  void aMailboxThatIsMissingIsItsCustomersInEventsAndReports() {
    Migration migration = migrations.open(request("list", 1));
    Claim claim = claims.claim(migration.mailboxes().get(0).id()).orElseThrow();
    Problem missing =
        new Problem(
            ProblemCode.NO_MAILBOX,
            Where.loginAt("mail.new.example:993"),
            "it refused the login",
            Owner.US,
            "Check destination_password.");
    MailboxResult result =
        results.finish(
            claim,
            result(claim.mailbox(), MailboxState.BLOCKED).with(List.of(missing)),
            PassProgress.NONE);
    String shown =
        "login at mail.new.example:993: it refused the login. To be fixed by the customer: Create the mailbox"
            + " at the new server. If it is there already, tell us.";
    assertThat(Objects.requireNonNull(result).problems().get(0)).hasToString(shown);
    assertThat(results.of(migration).get(0).problems().get(0)).hasToString(shown);
    assertThat(
            database
                .jdbc()
                .sql("select reason from event where kind = 'pass' and state = 'BLOCKED'")
                .query(String.class)
                .list())
        .containsExactly(shown);
  }

  static Migrations migrations(Database database, Clock clock) {
    return new Migrations(
        database, new Events(database, NODE), new Origin(NODE, false, Duration.ofDays(14)), clock);
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
                        row == 1
                            ? new GroupwareSource.Exported(
                                List.of(Path.of("/in/contacts.vcf"), Path.of("/in/old \"1\".zip")),
                                List.of("0a1b", "2c3d"))
                            : new GroupwareSource.AtProvider(null),
                        row == 1
                            ? null
                            : new GroupwareSource.AtProvider(URI.create("https://dav.example/x")),
                        row == 1
                            ? new RowOptions(Map.of("contacts_collection", "Old \"contacts\""))
                            : RowOptions.NONE))
            .toList();
    return new Request(
        name, good, List.of(new RowProblem(9, "source_port", "99x", "is no number", "write 993")));
  }

  private static MailboxResult result(Mailbox mailbox, MailboxState state, Problem... others) {
    return new MailboxResult(
        mailbox,
        state,
        3,
        10,
        5,
        1,
        new CarriedOver(4, 3, 2, 1),
        12345,
        1.5,
        List.of(
            new ImportResult(
                "contacts.vcf", "Contacts", 2, 1, 3, 4, 5, List.of(), List.of("A note.")),
            new ImportResult("old.zip", "", 0, 0, 0, 0, 0, List.of(), List.of())),
        List.of(),
        null,
        Stream.concat(
                PLACES.stream()
                    .map(
                        place ->
                            new Problem(
                                ProblemCode.FOLDER_REFUSED, place, "refused", Owner.US, "look")),
                Stream.of(others))
            .toList(),
        List.of("Folder Notes was left out"));
  }

  @Test
  void whatSeveralMailboxesLearnOfAServerAtOnceIsKeptOnce() throws Exception {
    HostHabits habits = new HostHabits(database, Clock.systemUTC());
    Pauses pauses = new Pauses(database);
    Instant later = Instant.parse("2026-11-28T12:00:00Z");
    ExecutorService mailboxes = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 20; round++) {
        String host = "imap" + round + ".example.org";
        CyclicBarrier together = new CyclicBarrier(8);
        List<Future<Boolean>> ended = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          Instant until = later.minusSeconds(i);
          ended.add(
              mailboxes.submit(
                  () -> {
                    together.await();
                    habits.learn(
                        new Server(host, 993, Security.TLS), HostHabits.Habit.SHORT_CONNECTIONS);
                    pauses.put(new Pauses.Pause(host, until, ProblemCode.THROTTLED, "slow down"));
                    return true;
                  }));
        }
        for (Future<Boolean> each : ended) {
          assertThat(each.get()).isTrue();
        }
        assertThat(
                habits.has(new Server(host, 993, Security.TLS), HostHabits.Habit.SHORT_CONNECTIONS))
            .isTrue();
        assertThat(
                habits.has(
                    new Server(host, 143, Security.STARTTLS), HostHabits.Habit.SHORT_CONNECTIONS))
            .as("another port may lead to another server")
            .isFalse();
        assertThat(pauses.find(host).orElseThrow().notBefore()).isEqualTo(later);
      }
    } finally {
      mailboxes.shutdown();
    }
  }

  @Test
  void aMigrationIsReadBackAsItWasStored() {
    Migration migration = migrations.open(request("kündigung & umzug.csv", 2));

    assertThat(migrations.migration(migration.id())).isEqualTo(migration);
    assertThat(migration.id()).isEqualTo("20261122-101530-123-k-ndigung-umzug");
    assertThat(migrations.finishedAt(migration.id())).isEmpty();
  }

  @Test
  void whatWasStoredBeforeThereCouldBeSeveralFilesOrCodesIsRead() {
    Migration migration = migrations.open(request("a.csv", 1));
    Mailbox mailbox = migration.mailboxes().get(0);
    finish(mailbox, MailboxState.COPIED);
    database.jdbc().sql("update mailbox set contacts = '/in/old.vcf'").update();
    database
        .jdbc()
        .sql("update pass set result = :result")
        .param(
            "result",
            "{\"folders\":1,\"contacts\":{\"file\":\"old.vcf\",\"imported\":1,\"alreadyThere\":0,"
                + "\"refused\":[]},\"calendar\":null,\"problems\":[{\"place\":\"INBOX\",\"cause\":\"refused\","
                + "\"owner\":\"US\",\"nextStep\":\"look\"}],\"notes\":[]}")
        .update();

    assertThat(migrations.migration(migration.id()).mailboxes().get(0).contacts())
        .isEqualTo(new GroupwareSource.Exported(List.of(Path.of("/in/old.vcf"))));
    MailboxResult read = results.of(migrations.migration(migration.id())).get(0);
    assertThat(read.contacts())
        .containsExactly(new ImportResult("old.vcf", "", 1, 0, 0, 0, 0, List.of(), List.of()));
    assertThat(read.calendar()).isEmpty();
    assertThat(read.problems())
        .containsExactly(
            new Problem(ProblemCode.OTHER, Where.words("INBOX"), "refused", Owner.US, "look"));
  }

  @Test
  void twoRequestsOfOneNameAtOneMomentAreTwoMigrations() {
    Migration first = migrations.open(request("a.csv", 1));
    Migration second = migrations.open(request("a.csv", 1));

    assertThat(second.id()).isNotEqualTo(first.id());
  }

  @Test
  void requestsOfOneNameThatComeTogetherAreMigrationsOfTheirOwn() throws Exception {
    ExecutorService senders = Executors.newFixedThreadPool(8);
    try {
      Set<String> ids = new TreeSet<>();
      for (int round = 0; round < 10; round++) {
        String name = "list" + round + ".csv";
        CyclicBarrier together = new CyclicBarrier(8);
        List<Future<String>> opened = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          opened.add(
              senders.submit(
                  () -> {
                    together.await();
                    return migrations.open(request(name, 1)).id();
                  }));
        }
        for (Future<String> each : opened) {
          ids.add(each.get());
        }
      }
      assertThat(ids).hasSize(80);
    } finally {
      senders.shutdown();
    }
  }

  @Test
  void aRequestAndAPassThatIsGivenBackAtOneMomentLeaveOnePass() throws Exception {
    ExecutorService sender = Executors.newSingleThreadExecutor();
    try {
      String mailbox = migrations.open(request("a.csv", 1)).mailboxes().get(0).id();
      for (int round = 0; round < 20; round++) {
        Claim claim = claims.claim(mailbox).orElseThrow();
        CyclicBarrier together = new CyclicBarrier(2);
        Future<String> named =
            sender.submit(
                () -> {
                  together.await();
                  return migrations.open(request("a.csv", 1)).id();
                });
        together.await();
        assertThat(
                claims.giveBack(
                    claim, Duration.ofHours(1), WaitsFor.SERVER, "later", PassProgress.NONE))
            .isTrue();
        String migration = named.get();
        assertThat(texts("select migration_id from pass")).containsExactly(migration);
      }
    } finally {
      sender.shutdown();
    }
  }

  @Test
  void eachPassOfAMailboxIsKeptAndEachChangeIsAnEvent() {
    Mailbox mailbox = migrations.open(request("a.csv", 1)).mailboxes().get(0);

    finish(mailbox, MailboxState.INCOMPLETE);

    assertThat(results.of(migrations.migration(mailbox.migrationId())))
        .containsExactly(result(mailbox, MailboxState.INCOMPLETE));
    assertThat(texts("select outcome from pass order by id")).containsExactly("INCOMPLETE");
    assertThat(texts("select coalesce(state, 'none') from event order by number"))
        .contains("OPENED", "INCOMPLETE", "ENDED");

    finish(migrations.open(request("b.csv", 1)).mailboxes().get(0), MailboxState.COPIED);

    assertThat(texts("select outcome from pass order by id"))
        .containsExactly("INCOMPLETE", "COPIED");
    assertThat(texts("select state from mailbox")).containsExactly("COPIED");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # of another migration before | this one's passes, kind copied there | copied | there
          -            | FIRST 10 3                                              | 10 | 3
          -            | FIRST 10 3, FINAL 2 13, FINAL 0 15                      | 12 | 3
          -            | FIRST 5 1, CATCH_UP 5 8, FINAL 0 13                     | 10 | 3
          -            | FIRST 0 13, FINAL 0 0                                   | 0  | 13
          -            | FIRST 10 3, CATCH_UP 0 0, FINAL 1 13, FINAL 0 9         | 11 | 3
          FIRST 13 0   | FIRST 1 13, FINAL 0 14                                  | 1  | 13
          """)
  void aReportCountsAllPassesOfItsMigration(
      @Nullable String before, String passes, long copied, long there) {
    LifeRows rows = new LifeRows(database);
    rows.migration("earlier");
    rows.migration("m");
    String id = rows.mailbox("m", 1, "anna", "COPIED");
    if (before != null) {
      rows.names("earlier", 1, id);
      pass(rows, "earlier", id, before);
    }
    List.of(passes.split(", ", -1)).forEach(pass -> pass(rows, "m", id, pass));
    MailboxResult inAll = results.of(migrations.migration("m")).get(0);
    assertThat(inAll.copied()).isEqualTo(copied);
    assertThat(inAll.alreadyThere()).isEqualTo(there);
    int all = passes.split(",", -1).length;
    assertThat(inAll.mailbox().pass()).isEqualTo(all == 1 ? Pass.FIRST : Pass.FINAL);
    assertThat(inAll.bytes()).isEqualTo(12345L * all);
    assertThat(inAll.carriedOver()).isEqualTo(new CarriedOver(4L * all, 3L * all, 2L * all, all));
  }

  @Test
  void whereAListWasSentTwiceTheReportsOfBothMigrationsCountAllPasses() {
    LifeRows rows = new LifeRows(database);
    rows.migration("a");
    rows.migration("b");
    String id = rows.mailbox("a", 1, "anna", "COPIED");
    rows.names("b", 1, id);
    pass(rows, "b", id, "FIRST 10 0");
    pass(rows, "b", id, "FINAL 0 10");
    for (String migration : List.of("a", "b")) {
      assertThat(results.of(migrations.migration(migration)))
          .extracting(MailboxResult::copied)
          .as(migration)
          .containsExactly(10L);
    }
  }

  private void pass(LifeRows rows, String migration, String mailbox, String words) {
    String[] parts = words.split(" ", -1);
    long pass = rows.pass(mailbox, migration, "ENDED", "COPIED");
    int unused = rows.set("pass", "kind = '" + parts[0] + "'", "id = " + pass);
    MailboxResult plain =
        result(migrations.migration(migration).mailboxes().get(0), MailboxState.COPIED);
    rows.result(
        pass,
        new MailboxResult(
            plain.mailbox(),
            plain.state(),
            plain.folders(),
            Long.parseLong(parts[1]),
            Long.parseLong(parts[2]),
            0,
            plain.carriedOver(),
            plain.bytes(),
            plain.seconds(),
            List.of(),
            List.of(),
            null,
            List.of(),
            List.of()));
  }

  private List<String> texts(String sql) {
    return database.jdbc().sql(sql).query(String.class).list();
  }

  @Test
  void aMailboxThatWaitsAlreadyHasOnePassWhateverRequestsNameIt() {
    Migration first = migrations.open(request("a.csv", 1));
    Migration second = migrations.open(request("b.csv", 1));

    assertThat(second.mailboxes().get(0).id()).isEqualTo(first.mailboxes().get(0).id());
    assertThat(texts("select migration_id from pass")).containsExactly(second.id());
    assertThat(migrations.finishedAt(first.id())).isEmpty();

    finish(second.mailboxes().get(0), MailboxState.COPIED);

    assertThat(migrations.finishedAt(first.id())).isPresent();
    assertThat(migrations.finishedAt(second.id())).isPresent();
    assertThat(results.of(migrations.migration(first.id()))).hasSize(1);
  }

  /** Whoever does not know a password must not decide where it is sent. */
  @Test
  void aRowWithoutAPasswordChangesNothingOfAMailboxThatKeepsOne() {
    Mailbox known = migrations.open(request("a.csv", 2)).mailboxes().get(1);
    database
        .jdbc()
        .sql("insert into credential values (?, 'SOURCE', 'sealed', current_timestamp)")
        .param(known.id())
        .update();
    RequestRow row =
        new RequestRow(
            1,
            2,
            "other@old.example",
            Secret.of(""),
            new Server("IMAP.old.example", 143, Security.STARTTLS),
            "USER2",
            "user2@new.example",
            null,
            null,
            new GroupwareSource.AtProvider(URI.create("https://evil.example/")),
            new RowOptions(Map.of("source_dav_url", "https://evil.example/")));

    Migration second = migrations.open(new Request("b.csv", List.of(row), List.of()));

    Mailbox kept = migrations.migration(second.id()).mailboxes().get(0);
    assertThat(kept)
        .usingRecursiveComparison()
        .ignoringFields("migrationId", "row")
        .isEqualTo(known);
    assertThat(second.mailboxes()).containsExactly(kept);
    assertThat(texts("select host from pass where migration_id = '" + second.id() + "'"))
        .containsExactly("imap.old.example:993");
  }

  @Test
  void aMigrationEndsOnceAndOnlyWithItsLastMailbox() {
    Migration migration = migrations.open(request("a.csv", 2));
    finish(migration.mailboxes().get(0), MailboxState.COPIED);
    assertThat(migrations.finishedAt(migration.id())).isEmpty();

    finish(migration.mailboxes().get(1), MailboxState.BLOCKED);

    assertThat(texts("select messages_done || ' of ' || messages_total from pass"))
        .as("also of a pass that ended before it could be told how far it is")
        .containsOnly("7 of 8");
    assertThat(migrations.finishedAt(migration.id())).isPresent();
  }

  @Test
  void aReportIsDueUntilItIsWrittenAndGivenToOneCaller() {
    DueReports due = new DueReports(database, new Events(database, NODE), NODE);
    Migration migration = migrations.open(request("a.csv", 1));
    assertThat(due.due()).isEmpty();
    finish(migration.mailboxes().get(0), MailboxState.COPIED);

    assertThat(due.due()).containsExactly(migration.id());
    assertThat(due.take(migration.id())).isTrue();
    assertThat(due.take(migration.id())).isFalse();
    assertThat(due.due()).isEmpty();
    // As after some minutes.
    database.jdbc().sql("update migration set report_until = opened_at").update();
    assertThat(due.due()).containsExactly(migration.id());
    assertThat(due.take(migration.id())).isTrue();
    new DueReports(database, new Events(database, "another"), "another").letGo();
    assertThat(due.due()).isEmpty();
    due.letGo();
    assertThat(due.due()).as("after a kill").containsExactly(migration.id());
    assertThat(due.take(migration.id())).isTrue();
    due.written(migration.id());
    database.jdbc().sql("update migration set report_until = null").update();
    assertThat(due.due()).isEmpty();
  }

  @Test
  void aPassThatIsCancelledWhileItGoesBackToWaitEnds() {
    Migration migration = migrations.open(request("a.csv", 1));
    Mailbox mailbox = migration.mailboxes().get(0);
    Claim claim = claims.claim(mailbox.id()).orElseThrow();
    database.jdbc().sql("update pass set control = 'CANCEL'").update();

    MailboxResult ended =
        results.giveBack(
            claim,
            result(mailbox, MailboxState.COPIED),
            PassProgress.NONE,
            WaitsFor.RESUME,
            Duration.ZERO,
            0,
            "it was paused");

    assertThat(ended).extracting(MailboxResult::state).isEqualTo(MailboxState.CANCELLED);
    assertThat(migrations.finishedAt(migration.id())).isPresent();
  }

  @Test
  void whatAPersonHasCancelledGetsNoCatchUpPass() {
    Migration migration = migrations.open(request("a.csv", 2));
    migration.mailboxes().forEach(mailbox -> finish(mailbox, MailboxState.COPIED));
    assertThat(migrations.ended()).hasSize(1);

    database
        .jdbc()
        .sql("update mailbox set state = 'CANCELLED' where id = ?")
        .param(migration.mailboxes().get(0).id())
        .update();
    assertThat(migrations.ended()).extracting(EndedMailboxes::count).containsExactly(1L);

    database.jdbc().sql("update migration set cancelled = true").update();
    assertThat(migrations.ended()).isEmpty();
  }

  @Test
  void theReportOfALaterEndDoesNotWaitForWhoWritesTheOneBefore() {
    DueReports due = new DueReports(database, new Events(database, NODE), NODE);
    Migration migration = migrations.open(request("a.csv", 1));
    Mailbox mailbox = migration.mailboxes().get(0);
    finish(mailbox, MailboxState.COPIED);
    assertThat(due.take(migration.id())).isTrue();

    assertThat(
            new Controls(database, new Events(database, NODE))
                .retry(Target.mailbox(mailbox.id()), "ann")
                .anything())
        .isTrue();
    due.written(migration.id());
    finish(mailbox, MailboxState.COPIED);

    assertThat(due.due()).containsExactly(migration.id());
  }

  @Test
  void whatTheCustomerHasToDoForALoginIsKeptUntilAPassWorks() {
    Mailbox mailbox = migrations.open(request("a.csv", 1)).mailboxes().get(0);
    Problem refused =
        new Problem(
            ProblemCode.WRONG_PASSWORD, Where.words("login"), "refused", Owner.CUSTOMER, "Send it");
    String steps = "select code from customer_step where by_pass and told_by is null";
    Controls controls = new Controls(database, new Events(database, NODE));

    finish(mailbox, result(mailbox, MailboxState.BLOCKED, refused));
    assertThat(texts(steps)).containsExactly("WRONG_PASSWORD");
    Steered unused = controls.retry(Target.mailbox(mailbox.id()), "ann");
    finish(mailbox, result(mailbox, MailboxState.INCOMPLETE, refused));
    assertThat(texts(steps)).as("contacts may have a login of their own").hasSize(1);
    unused = controls.retry(Target.mailbox(mailbox.id()), "ann");
    finish(mailbox, MailboxState.COPIED);
    assertThat(texts(steps)).isEmpty();
  }

  @Test
  void whatAPassFindsIsToldToTheMigrationThatItWasGivenToWhileItRan() {
    Migration first = migrations.open(request("a.csv", 1));
    Migration second = migrations.open(request("b.csv", 1));
    Mailbox mailbox = second.mailboxes().get(0);
    Claim claim = claims.claim(mailbox.id()).orElseThrow();
    assertThat(claim.mailbox().migrationId()).isEqualTo(second.id());
    Controls controls = new Controls(database, new Events(database, NODE));
    Steered unused = controls.cancel(Target.migration(second.id()), "ann");
    Problem refused =
        new Problem(
            ProblemCode.WRONG_PASSWORD, Where.words("login"), "refused", Owner.CUSTOMER, "Send it");

    assertThat(
            results.finish(
                claim, result(mailbox, MailboxState.BLOCKED, refused), PassProgress.NONE))
        .extracting(ended -> ended.mailbox().migrationId())
        .isEqualTo(first.id());

    assertThat(texts("select migration_id from customer_step")).containsExactly(first.id());
    assertThat(
            texts(
                "select migration_id from event where kind = 'pass' or state = 'NEEDS_CUSTOMER'"
                    + " order by number"))
        .containsExactly(first.id(), first.id());
  }

  private void finish(Mailbox mailbox, MailboxState state) {
    finish(mailbox, result(mailbox, state));
  }

  private void finish(Mailbox mailbox, MailboxResult result) {
    Claim claim = claims.claim(mailbox.id()).orElseThrow();
    assertThat(results.finish(claim, result, new PassProgress(7, 8, 70, 80))).isNotNull();
  }

  @Test
  void whatAStopCutOffIsQueuedAgain() {
    Migration migration = migrations.open(request("a.csv", 3));
    finish(migration.mailboxes().get(0), MailboxState.COPIED);
    Claim cutOff = claims.claim(migration.mailboxes().get(1).id()).orElseThrow();

    new InterruptedPasses(database, claims, new Events(database, NODE), NODE).letGo(true);

    assertThat(texts("select state from pass order by id"))
        .containsExactly("ENDED", "WAITING", "WAITING");
    assertThat(claims.holds(cutOff)).isFalse();
    assertThat(
            results.finish(
                cutOff, result(cutOff.mailbox(), MailboxState.COPIED), PassProgress.NONE))
        .isNull();
  }

  @Test
  void theSecondPassTakesMailboxesWithMailAndCredentials() {
    Migration migration = migrations.open(request("a.csv", 4));
    finish(migration.mailboxes().get(0), MailboxState.COPIED);
    finish(migration.mailboxes().get(1), MailboxState.INCOMPLETE);
    finish(migration.mailboxes().get(2), MailboxState.BLOCKED);
    finish(migration.mailboxes().get(3), MailboxState.COPIED);
    for (Mailbox mailbox : migration.mailboxes().subList(0, 3)) {
      database
          .jdbc()
          .sql(
              "insert into credential (mailbox_id, role, sealed, stored_at) values (?, 'SOURCE', 'x', ?)")
          .params(mailbox.id(), java.sql.Timestamp.from(NOW))
          .update();
    }

    EndedMailboxes copied = new EndedMailboxes(true, true, 2);
    assertThat(migrations.ended())
        .containsExactlyInAnyOrder(
            copied, new EndedMailboxes(true, false, 1), new EndedMailboxes(false, true, 1));
    assertThat(migrations.queueCatchUp(copied)).isEqualTo(2);

    assertThat(texts("select mailbox_id from pass where kind = 'CATCH_UP' order by mailbox_id"))
        .containsExactly(migration.mailboxes().get(0).id(), migration.mailboxes().get(1).id());
    assertThat(migrations.finishedAt(migration.id())).isEmpty();
    assertThat(migrations.queueCatchUp(copied)).isZero();
  }

  private static final AccountPair ACCOUNTS = new AccountPair("user at old", "user at new");

  /** Databases of earlier versions hold these words. */
  @Test
  void eachStandingKeepsItsWordInTheDatabase() {
    assertThat(Standing.values())
        .extracting(Standing::stored)
        .containsExactly("COPIED", "FOUND", "ELSEWHERE");
    assertThat(Standing.values())
        .allSatisfy(
            standing -> assertThat(Standing.ofStored(standing.stored())).isEqualTo(standing));
  }

  private static FolderPair pair(String folder) {
    return new FolderPair(ACCOUNTS, folder, folder, 1, 2, null, false);
  }

  private static Details details(String header, String... flags) {
    return new Details(Set.of(flags), Set.of(), new Fingerprint(header, null, null));
  }

  private static Entry entry(long uid, long destinationUid, String... flags) {
    return new Entry(
        uid, Place.of(destinationUid, Standing.COPIED), details("h" + uid, flags), null);
  }

  private FolderLedger reopened(String folder) {
    return ledger.find(ACCOUNTS, folder).orElseThrow();
  }

  @Test
  void theLedgerKnowsAfterReopeningWhatWasRecorded() {
    FolderLedger folder = ledger.create(pair("INBOX"), List.of(entry(3, 30)));
    folder
        .journal()
        .beginAppend(
            new FolderJournal.Append(
                new TreeMap<>(Map.of(4L, 100L, 5L, 200L, 9L, 300L)), new TreeMap<>(), 31, false));
    folder.record(List.of(entry(4, 31, "\\Seen"), entry(5, 32, "\\Seen", "$Work")));
    folder.recordAccountedFor(new Stamp(10, 3, 99), new LeftOutBefore(2, "rules"));

    FolderLedger again = reopened("INBOX");

    assertThat(again.pair()).isEqualTo(pair("INBOX"));
    assertThat(again.stamp()).isEqualTo(new Stamp(10, 3, 99));
    assertThat(again.count()).isEqualTo(3);
    assertThat(again.place(5)).isEqualTo(Place.of(32, Standing.COPIED));
    assertThat(again.details(5)).isEqualTo(details("h5", "\\Seen", "$Work"));
    assertThat(again.contains(9)).isFalse();
    assertThat(again.destinationUids()).hasToString("30:32");
    assertThat(again.journal().append()).isEmpty();
    assertThat(database.jdbc().sql("select count(*) from copied_range").query(Long.class).single())
        .as("one range for messages copied in order")
        .isEqualTo(1);
  }

  @Test
  void detailsOfManyMessagesAreFewRows() {
    List<Entry> entries = new ArrayList<>();
    for (long uid = 1; uid <= 2_500; uid++) {
      entries.add(entry(uid, uid, uid % 2 == 0 ? "\\Seen" : "\\Flagged"));
    }
    FolderLedger folder = ledger.create(pair("INBOX"), entries);
    folder.remove(List.of(1_000L));

    FolderLedger again = reopened("INBOX");

    assertThat(again.details(999)).isEqualTo(details("h999", "\\Flagged"));
    assertThat(again.details(1_000)).isNull();
    assertThat(again.details(2_500)).isEqualTo(details("h2500", "\\Seen"));
    assertThat(database.jdbc().sql("select count(*) from copied_block").query(Long.class).single())
        .isEqualTo(3);
  }

  @Test
  void whatCameShortIsKnownByWhatCameAsLongAsThatIsStored() {
    Fingerprint came = new Fingerprint("aaaaaaaaaaaaaaaa", null, "bbbbbbbbbbbbbbbb");
    Fingerprint more = new Fingerprint("aaaaaaaaaaaaaaaa", null, "cccccccccccccccc");
    Entry entry =
        new Entry(3, Place.of(30, Standing.COPIED), new Details(Set.of(), Set.of(), came), null);
    FolderLedger folder = ledger.create(pair("INBOX"), List.of(entry));
    ShortMessage message = new ShortMessage(String.valueOf(came.whole()), 74, 20, false);
    ShortMessage longer = new ShortMessage(String.valueOf(more.whole()), 74, 40, true);

    folder.shorts().put(Map.of(3L, message, 4L, message));
    folder.shorts().put(Map.of(3L, message));
    folder.shorts().put(Map.of(3L, longer));
    folder.shorts().tally(new ShortMessages.Tally(10, 1));
    folder.shorts().tally(new ShortMessages.Tally(20, 2));

    ShortMessages again = reopened("INBOX").shorts();
    assertThat(again.ofFolder(reopened("INBOX"))).isEqualTo(Map.of(3L, message));
    assertThat(again.ofAccount()).containsOnlyKeys(message.given(), longer.given());
    assertThat(again.tally()).isEqualTo(new ShortMessages.Tally(20, 2));

    again.remove(Map.of(3L, message));
    assertThat(again.ofFolder(reopened("INBOX"))).isEmpty();
    ledger.forget(ACCOUNTS);
    assertThat(again.ofAccount()).isEmpty();
    assertThat(again.tally()).isEqualTo(new ShortMessages.Tally(0, 0));
  }

  @Test
  void copiesThatAreToBeReadAreMarkedUntilTheyAreRead() {
    FolderLedger folder = ledger.create(pair("INBOX"), List.of(entry(3, 30)));
    folder.recordDelicate(List.of(3L, 4L, 5L, 9L));
    folder.recordDelicate(List.of(11L));

    folder.recordRead(uid -> uid == 4 || uid == 11);

    assertThat(reopened("INBOX").delicate()).hasToString("3,5,9");
    ledger.forget(folder);
  }

  @Test
  void whatTheUserChangedIsKeptApart() {
    Details users =
        new Details(
            Set.of("\\Seen"), Set.of("\\Flagged", "\\Seen"), new Fingerprint("h", "f", "b"));
    ledger
        .create(pair("INBOX"), List.of())
        .put(List.of(new Entry(7, Place.of(70, Standing.FOUND), users, "M1")));

    assertThat(reopened("INBOX").details(7)).isEqualTo(users);
    assertThat(reopened("INBOX").emailIds(List.of(7L, 8L))).containsExactly(Map.entry(7L, "M1"));
    assertThat(ledger.withEmailIds(ACCOUNTS, List.of("M1", "M2")))
        .containsExactly(Map.entry("M1", List.of(new Ledger.Known(reopened("INBOX").id(), 7))));
  }

  @Test
  void aMigrationThatWasCutOffIsToldOf() {
    FolderJournal.Append batch =
        new FolderJournal.Append(
            new TreeMap<>(Map.of(4L, 100L, 5L, 200L)),
            new TreeMap<>(Map.of(4L, details("h4"), 5L, details("h5", "\\Seen"))),
            31,
            false);
    ledger.create(pair("INBOX"), List.of()).journal().beginAppend(batch);

    assertThat(reopened("INBOX").journal().append()).contains(batch);

    reopened("INBOX").journal().appendBrokeOff();
    assertThat(reopened("INBOX").journal().append())
        .hasValueSatisfying(cutOff -> assertThat(cutOff.brokeOff()).isTrue());
  }

  @Test
  void flagsAndMovesThatWereCutOffAreToldOf() {
    FolderLedger from = ledger.create(pair("INBOX"), List.of(entry(3, 30)));
    FolderLedger to = ledger.create(pair("Archive"), List.of());
    Set<FolderJournal.FlagChange> changes =
        Set.of(
            new FolderJournal.FlagChange(3, "\\Seen", true),
            new FolderJournal.FlagChange(3, "$Work", false));
    MoveJournal.Move move = new MoveJournal.Move(from.id(), to.id(), Map.of(3L, 8L), 40);

    from.journal().beginFlags(changes);
    ledger.moves().begin(move);

    assertThat(reopened("INBOX").journal().flags()).isEqualTo(changes);
    assertThat(ledger.moves().cutOff(ACCOUNTS)).containsExactly(move);

    from.recordFlags(new TreeMap<>(Map.of(3L, details("h3", "\\Seen"))));
    ledger.moves().end(move);

    assertThat(reopened("INBOX").journal().flags()).isEmpty();
    assertThat(reopened("INBOX").details(3)).isEqualTo(details("h3", "\\Seen"));
    assertThat(ledger.moves().cutOff(ACCOUNTS)).isEmpty();
  }

  @Test
  void whatIsNotAtTheDestinationIsOpenUntilItIsRecorded() {
    FolderLedger folder = ledger.create(pair("INBOX"), List.of());
    folder.recordOpen(4, new OpenMessage(Why.SET_ASIDE, "x".repeat(9_000)));
    folder.recordOpen(5, new OpenMessage(Why.BROKEN_OFF, "no content"));
    folder.recordOpen(6, OpenMessage.NOT_STORED);
    folder.put(List.of(entry(4, 40)));

    assertThat(reopened("INBOX").openMessages())
        .containsExactly(
            Map.entry(5L, new OpenMessage(Why.BROKEN_OFF, "no content")),
            Map.entry(6L, OpenMessage.NOT_STORED));
  }

  @Test
  void aFolderThatAnotherHasReplacedIsKnownByTheNameThatItHad() {
    FolderLedger old = ledger.create(pair("INBOX"), List.of(entry(3, 30)));

    ledger.bury(old);

    FolderLedger kept = ledger.folders(ACCOUNTS).get(0);
    assertThat(kept.pair().isReplaced("INBOX")).isTrue();
    assertThat(kept.pair().isReplaced("Archive")).isFalse();
    assertThat(ledger.find(ACCOUNTS, "INBOX")).isEmpty();
    assertThat(kept.pair().from("Archive", 4, null).isReplaced()).isFalse();
  }

  /** Until version 19 the reasons were sentences, and the replaced folders names. */
  @Test
  void reasonsAndReplacedFoldersOfAnEarlierVersionAreTakenOver() throws SQLException {
    String url = emptyDatabase();
    Flyway.configure().dataSource(url, user(), "").target("19").load().migrate();
    String lost = "the old provider fails each time this message is asked for";
    String busy = "the old provider asks for time whenever this message is asked for: try again";
    try (Connection connection = DriverManager.getConnection(url, user(), "");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "insert into folder_pair (id, source_account, destination_account, source_folder, destination_folder,"
              + " source_uidvalidity, destination_uidvalidity) values ('now', 'from', 'to', 'INBOX', 'INBOX', 1, 2),"
              + " ('then', 'from', 'to', U&'INBOX\\000Athen', 'INBOX', 1, 2)");
      statement.execute(
          "insert into open_message values ('now', 1, 'SET_ASIDE', 'too odd'), ('now', 2, 'FAILED', 'no such"
              + " message'), ('now', 3, 'FAILED', '%s: bye'), ('now', 4, 'FAILED', '%s'), ('now', 5, 'FAILED', '%s'), ('now', 6, 'FAILED', '%s')"
                  .formatted(
                      lost,
                      busy,
                      "our server may hold it already, and does not show all that it holds",
                      "our server said that it had stored this message, and it is in no folder there"));
    }

    try (Database newer = Database.open(url, user(), Secret.of(""))) {
      List<FolderLedger> folders = new Ledger(newer).folders(new AccountPair("from", "to"));
      assertThat(folders)
          .extracting(folder -> folder.pair().replaced())
          .containsExactly(null, "INBOX");
      assertThat(folders.get(0).openMessages().values())
          .extracting(OpenMessage::why)
          .containsExactly(
              Why.SET_ASIDE, Why.FAILED, Why.BROKEN_OFF, Why.BROKEN_OFF, Why.HELD, Why.NOT_STORED);
    }
  }

  /** Until version 21 what a comparison had found was to be read out of its sentences. */
  @Test
  void whatAnEarlierVersionFoundIsTakenOver() throws SQLException {
    String url = emptyDatabase();
    Flyway.configure().dataSource(url, user(), "").target("21").load().migrate();
    List<String> details =
        List.of(
            "our server said that it had stored this message, and it is in no folder there",
            "its date (INTERNALDATE) is 2024-01-01T00:00:00Z at the source and none at the new home",
            "the old provider gave other octets of it when it was asked again; the copy is as it gave them once",
            "its content could not be compared: the old provider's server did not give it",
            "its content could not be compared: our server did not give it",
            "its content at the new home is not that at the source");
    String listed =
        details.stream()
            .map(detail -> "{\"uid\":1,\"reason\":\"ALTERED\",\"detail\":\"" + detail + "\"}")
            .collect(Collectors.joining(","));
    String account =
        "{\"source\":\"INBOX\",\"destination\":\"INBOX\",\"verified\":\"2026-01-01T00:00:00Z\",\"deep\":true,"
            + "\"messages\":{\"copied\":1},\"copies\":{\"inPlace\":1},\"destinationMessages\":1,\"notOurs\":0,"
            + "\"sourceDigest\":\"a\",\"destinationDigest\":\"a\",\"obstacle\":null,\"listed\":["
            + listed
            + "],\"notes\":[\"Our server has messages more than once, since it stored them twice, or showed them only"
            + " after they had been sent again. Copies too many: 3.\",\"Our server showed messages only after they had"
            + " been sent again, and has them twice. Second copies: 2 (INBOX UID 4:5).\"],\"flags\":null}";
    try (Connection connection = DriverManager.getConnection(url, user(), "");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "insert into folder_pair (id, source_account, destination_account, source_folder, destination_folder,"
              + " source_uidvalidity, destination_uidvalidity) values ('one', 'from', 'to', 'INBOX', 'INBOX', 1, 2)");
      statement.execute(
          "insert into repaired_copy values ('from', 'to', 'o1', 'h', 'f', 'b', 7, 'our server took it and stored it"
              + " otherwise: NUL'), ('from', 'to', 'o2', 'h', 'f', 'b', 7, 'NUL octets were removed')");
      statement.execute(
          ("insert into verified_folder values ('one', '{\"account\":%s,\"stamp\":{\"uidNext\":1,\"messages\":1,"
                  + "\"highestModSeq\":1},\"destination\":null,\"sourceUidValidity\":1,\"destinationUidValidity\":2,"
                  + "\"alike\":\"\",\"wrongFlags\":\"\"}')")
              .formatted(account.replace("'", "''")));
    }

    try (Database newer = Database.open(url, user(), Secret.of(""))) {
      FolderLedger folder = new Ledger(newer).folders(new AccountPair("from", "to")).get(0);
      FolderCertificate read = new VerifiedFolders(newer).find(folder).orElseThrow().account();
      assertThat(read.listed())
          .extracting(FolderCertificate.Listed::finding)
          .containsExactly(
              Finding.NOT_STORED,
              Finding.OTHER_DATE,
              Finding.GIVEN_OTHERWISE,
              Finding.NOT_GIVEN_BY_SOURCE,
              Finding.NOT_GIVEN_BY_DESTINATION,
              Finding.OTHER);
      assertThat(read.surplus()).isEqualTo(new FolderCertificate.Surplus(3, "2 (INBOX UID 4:5)"));
      assertThat(folder.repaired().values())
          .extracting(RepairedCopy::byServer)
          .containsExactlyInAnyOrder(true, false);
    }
  }

  static Stream<Where> places() {
    Where folder = Where.folder("Sent");
    return Stream.of(
        folder,
        new Where.Folders(3, List.of("A", "B")),
        Where.foldersAt("a:993"),
        Where.message(7, folder),
        Where.loginAt("a:993"),
        Where.line("a.csv", 3).column(4),
        Where.url("dav.example/ann/"),
        Where.dataFolder("/srv/data"),
        Where.setting("retry.attempts", "--set retry.attempts"),
        Where.ofMailbox("mailbox", "ann@old.example"),
        Where.database("jdbc:h2:mem:"),
        Where.MAILBOX);
  }

  @ParameterizedTest
  @MethodSource("places")
  void aProblemAtEachKindOfPlaceIsReadAsItWasStored(Where place) {
    Problem problem =
        new Problem(
            ProblemCode.THROTTLED,
            place,
            "later",
            Owner.OLD_HOST,
            "Wait.",
            Instant.ofEpochSecond(7));

    assertThat(StoredJson.read(StoredJson.write(problem), Problem.class)).isEqualTo(problem);
    assertThat(places().map(Object::getClass))
        .containsExactlyInAnyOrder(Where.class.getPermittedSubclasses());
  }

  /** Until version 22 each column of the request had one of the table. */
  @Test
  void whatRowsOfAnEarlierVersionSaidIsTakenOver() throws SQLException {
    String url = emptyDatabase();
    Flyway.configure().dataSource(url, user(), "").target("22").load().migrate();
    try (Connection connection = DriverManager.getConnection(url, user(), "");
        Statement statement = connection.createStatement()) {
      statement.execute("insert into migration (id, name, opened_at) values ('m', 'm', now())");
      String mailbox =
          "insert into mailbox (id, migration_id, row_number, source_address, source_host, source_port,"
              + " source_security, source_username, destination_address, contacts_collection,"
              + " calendar_collection, pass, state) values ('%1$d', 'm', %1$d, 'a', 'h', 993, 'TLS', 'a%1$d', 'a', %2$s,"
              + " %3$s, 'FIRST', 'COPIED')";
      statement.execute(mailbox.formatted(1, "null", "null"));
      statement.execute(mailbox.formatted(2, "'a \"b\" \\c'", "null"));
      statement.execute(mailbox.formatted(3, "null", "'Büro'"));
      statement.execute(mailbox.formatted(4, "'\\\"'", "'it''s'"));
    }

    try (Database newer = Database.open(url, user(), Secret.of(""))) {
      assertThat(migrations(newer, Clock.systemUTC()).migration("m").mailboxes())
          .extracting(mailbox -> mailbox.options().values())
          .containsExactly(
              Map.of(),
              Map.of("contacts_collection", "a \"b\" \\c"),
              Map.of("calendar_collection", "Büro"),
              Map.of("contacts_collection", "\\\"", "calendar_collection", "it's"));
    }
  }

  @Test
  void aFolderWhoseUidsWereDealtAnewKeepsWhatWasNotFoundApart() {
    FolderLedger old = ledger.create(pair("INBOX"), List.of(entry(3, 30), entry(4, 31)));
    FolderPair now = old.pair().from("INBOX", 9, null);

    FolderLedger made = ledger.split(old, now, sink -> sink.take(3, 11), Map.of());

    assertThat(made.place(11)).isEqualTo(Place.of(30, Standing.COPIED));
    assertThat(reopened("INBOX").pair()).isEqualTo(now);
    assertThat(ledger.folders(ACCOUNTS)).hasSize(2);
    assertThat(old.contains(3)).isFalse();
    assertThat(old.contains(4)).isTrue();
  }

  @Test
  void aForgottenFolderLeavesNothing() {
    FolderLedger folder = ledger.create(pair("INBOX"), List.of(entry(3, 30)));
    folder.recordOpen(4, new OpenMessage(Why.SET_ASIDE, "refused"));
    folder
        .journal()
        .beginAppend(
            new FolderJournal.Append(new TreeMap<>(Map.of(4L, 1L)), new TreeMap<>(), 31, false));
    folder.journal().beginFlags(Set.of(new FolderJournal.FlagChange(3, "\\Seen", true)));
    ledger.moves().begin(new MoveJournal.Move(folder.id(), folder.id(), Map.of(3L, 8L), 40));

    ledger.forget(folder);

    assertThat(ledger.folders(ACCOUNTS)).isEmpty();
  }

  @Test
  void theDatabaseOfADataFolderIsAFileThatAnotherRunOpensAgain(@TempDir Path data) {
    Migration opened;
    try (Database first = Database.inFolder(data)) {
      opened = migrations(first, Clock.systemUTC()).open(request("ann.csv", 1));
      assertThat(data.resolve("mailcaravan.mv.db")).exists();
    }
    try (Database again = Database.inFolder(data)) {
      assertThat(migrations(again, Clock.systemUTC()).migration(opened.id()).mailboxes())
          .hasSize(1);
    }
  }

  @Test
  void aDatabaseThatCannotBeReachedIsSaidPlainly() {
    assertThatThrownBy(
            () ->
                Database.open(
                    "jdbc:postgresql://127.0.0.1:1/none?password=hidden",
                    "me",
                    Secret.of("hidden")))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("database jdbc:postgresql://127.0.0.1:1/none: cannot be opened")
        .hasMessageContaining("Check database.url")
        .hasMessageNotContaining("hidden");
  }
}
