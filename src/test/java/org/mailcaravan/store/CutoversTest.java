package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.CarriedOver;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.DomainVerdict;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.PassProgress;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.status.Steered;
import org.mailcaravan.model.status.Target;
import org.mailcaravan.store.CutoverDomains.Seen;

/**
 * What becomes of mailboxes when all mail of their domain comes to us, or does no more. On H2;
 * {@code PostgresCutoversTest} runs all of it on PostgreSQL.
 */
class CutoversTest {
  private static final String SHOP = "shop.firm";
  private static final String PUBLIC = "everybody.example";
  private static final FinalPasses PLAN = FinalPasses.STANDARD;
  private static final Duration AGAIN = Duration.ofMinutes(10);

  /** What a look has to remember, in these tests. */
  record Memory(int looks) {}

  private Database database;
  private Migrations migrations;
  private Claims claims;
  private PassResults results;
  private CutoverDomains domains;
  private DueFinalPasses finals;
  private Controls controls;

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    Events events = new Events(database, "one");
    migrations =
        new Migrations(
            database,
            events,
            new Origin("one", false, Duration.ofDays(14), PUBLIC::equals),
            Clock.systemUTC());
    claims = new Claims(database, "one", Duration.ofMinutes(1), new HostLimits(9));
    results = new PassResults(database, claims, events, PLAN, new MailboxMaker(false));
    domains = new CutoverDomains(database, events, PLAN);
    finals = new DueFinalPasses(database, events, PLAN);
    controls = new Controls(database, events);
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  /** A request with mailboxes of these addresses, whose passwords are kept. */
  private Migration open(String... addresses) {
    List<RequestRow> rows =
        IntStream.range(0, addresses.length)
            .mapToObj(
                i ->
                    new RequestRow(
                        i + 1,
                        i + 2,
                        addresses[i],
                        Secret.of("secret"),
                        new Server("imap.old.example", 993, Security.TLS),
                        addresses[i],
                        addresses[i],
                        null,
                        null,
                        null,
                        RowOptions.NONE))
            .toList();
    Migration migration = migrations.open(new Request("list.csv", rows, List.of()));
    migration
        .mailboxes()
        .forEach(
            mailbox ->
                database
                    .jdbc()
                    .sql(
                        "insert into credential (mailbox_id, role, sealed, stored_at) select :id, 'SOURCE', 'x',"
                            + " current_timestamp where not exists (select 1 from credential where mailbox_id = :id)")
                    .param("id", mailbox.id())
                    .update());
    return migration;
  }

  List<String> opened(List<String> addresses) {
    return open(addresses.toArray(String[]::new)).mailboxes().stream()
        .map(mailbox -> mailbox.id())
        .toList();
  }

  CutoverDomains domains() {
    return domains;
  }

  DueFinalPasses finals() {
    return finals;
  }

  int set(String sql) {
    return database.jdbc().sql(sql).update();
  }

  private List<String> texts(String sql) {
    return database.jdbc().sql(sql).query((row, number) -> String.valueOf(row.getString(1))).list();
  }

  private String text(String sql) {
    assertThat(texts(sql)).hasSize(1);
    return texts(sql).get(0);
  }

  private @Nullable Instant time(String column, String mailbox) {
    return database
        .jdbc()
        .sql("select " + column + " as at from mailbox where id = ?")
        .param(mailbox)
        .query((row, number) -> Optional.ofNullable(Times.instant(row, "at")))
        .single()
        .orElse(null);
  }

  private Claim begin(String mailbox) {
    return claims.claim(mailbox).orElseThrow();
  }

  private void end(Claim claim, MailboxState state, long copied) {
    MailboxResult result =
        new MailboxResult(
            claim.mailbox(),
            state,
            1,
            copied,
            0,
            0,
            new CarriedOver(0, 0, 0, 0),
            copied,
            1,
            List.of(),
            List.of(),
            null,
            List.of(),
            List.of());
    assertThat(results.finish(claim, result, PassProgress.NONE)).isNotNull();
  }

  private void run(String mailbox, long copied) {
    end(begin(mailbox), MailboxState.COPIED, copied);
  }

  private void see(DomainVerdict verdict, @Nullable Instant oldUntil) {
    domains.record(
        SHOP,
        Memory.class,
        (known, memory) ->
            verdict == DomainVerdict.UNKNOWN
                ? new Seen(verdict, "silence", null, null, AGAIN)
                : new Seen(
                    verdict,
                    "words of " + verdict,
                    new Memory(memory.map(Memory::looks).orElse(0) + 1),
                    oldUntil,
                    AGAIN));
  }

  /** All mail comes to us, since so long that no resolver has anything else. */
  private void seeOurs() {
    see(DomainVerdict.OURS, Instant.now().minus(Duration.ofDays(1)));
  }

  private List<String> told(String state) {
    return texts(
        "select migration_id from event where kind = 'migration' and state = '%s' order by number"
            .formatted(state));
  }

  private String kind(String mailbox) {
    return text(
        "select kind from pass where mailbox_id = '%s' and state <> 'ENDED'".formatted(mailbox));
  }

  private String counts(String mailbox) {
    return text(
        "select final_passes || ' ' || quiet_passes || case when final_due_at is null then ' done' else '' end"
            + " from mailbox where id = '%s'".formatted(mailbox));
  }

  @Test
  void aMailboxHasTheDomainOfItsAddressUnlessEverybodyCanHaveOneThere() {
    Migration migration =
        open("a@Shop.Firm", "b@kündigung.example", "c@" + PUBLIC, "d@[192.0.2.1]");

    assertThat(texts("select mail_domain from mailbox order by id"))
        .containsExactly(SHOP, "xn--kndigung-65a.example", "null", "null");
    assertThat(texts("select domain || ' ' || verdict from cutover_domain order by domain"))
        .containsExactly("shop.firm UNKNOWN", "xn--kndigung-65a.example UNKNOWN");
    assertThat(migration.mailboxes()).hasSize(4);
  }

  @Test
  void whatAnEarlierVersionHasStoredIsLookedAtToo() {
    String id = open("a@shop.firm", "b@" + PUBLIC).mailboxes().get(0).id();
    int deleted = set("delete from cutover_domain");
    int before =
        set("update mailbox set mail_domain = substring(source_address, 3)")
            + set("update mailbox set mail_domain = 'SHOP.firm' where id = '%s'".formatted(id));
    assertThat(List.of(deleted, before)).containsExactly(1, 3);

    domains.begin(new Origin("one", false, Duration.ZERO, PUBLIC::equals));

    assertThat(texts("select mail_domain from mailbox order by id")).containsExactly(SHOP, "null");
    assertThat(domains.due()).containsExactly(SHOP);
  }

  @Test
  void domainsAreGivenToOneLookAtATimeAndOnlyWhileAMigrationIsOpen() {
    String one = open("a@one.example").id();
    open("b@two.example");
    String migrate = open("c@three.example").id();
    int done =
        set("update migration set stage = 'CLOSED' where id = '%s'".formatted(one))
            + set("update migration set only_node = 'x' where id = '%s'".formatted(migrate));

    assertThat(done).isEqualTo(2);
    assertThat(domains.due()).containsExactly("two.example");
    assertThat(domains.due()).isEmpty();

    // Who looked was killed.
    int later =
        set(
            "update cutover_domain set next_look_at = next_look_at - interval '16' minute"
                + " where domain = 'two.example'");
    assertThat(later).isEqualTo(1);
    assertThat(domains.due()).containsExactly("two.example");

    // A request names a domain again.
    open("a@one.example");
    assertThat(domains.due()).containsExactly("one.example");
  }

  @Test
  void aServerThatWasOutOfStepAfterTheCutoverHasTheLastFinalPassWaitForResolvers() {
    String mailbox = opened(List.of("a@shop.firm")).get(0);
    run(mailbox, 5);
    seeOurs();
    for (int i = 0; i < 2; i++) {
      int due = set("update mailbox set final_due_at = current_timestamp");
      assertThat(due + finals.queue()).isEqualTo(2);
      run(mailbox, 0);
    }
    assertThat(counts(mailbox)).isEqualTo("2 2 done");
    seeOurs();
    assertThat(counts(mailbox)).isEqualTo("2 2 done");

    Instant until = Instant.now().plus(Duration.ofHours(6)).truncatedTo(ChronoUnit.MILLIS);
    see(DomainVerdict.DISAGREEING, null);
    see(DomainVerdict.OURS, until);
    see(DomainVerdict.OURS, until);
    assertThat(counts(mailbox)).isEqualTo("2 1");
    assertThat(time("final_due_at", mailbox)).isEqualTo(until);
    assertThat(time("old_until", mailbox)).isEqualTo(until);
  }

  @Test
  void aChangeOfTheVerdictIsAnEventAndWhatSaysNothingChangesNothing() {
    String migration = open("a@shop.firm").id();
    see(DomainVerdict.UNKNOWN, null);
    assertThat(text("select verdict || ' ' || words from cutover_domain"))
        .isEqualTo("UNKNOWN silence");
    see(DomainVerdict.NOT_YET, null);
    see(DomainVerdict.NOT_YET, null);
    String before = text("select looked_at from cutover_domain");
    see(DomainVerdict.UNKNOWN, null);
    see(DomainVerdict.DISAGREEING, null);

    assertThat(text("select verdict || ' ' || words || ' ' || memory from cutover_domain"))
        .isEqualTo("DISAGREEING words of DISAGREEING {\"looks\":3}");
    assertThat(text("select looked_at from cutover_domain")).isNotEqualTo(before);
    assertThat(
            texts(
                "select migration_id || ' ' || state || ' ' || reason from event where kind = 'domain'"
                    + " order by number"))
        .containsExactly(
            migration + " NOT_YET shop.firm: words of NOT_YET",
            migration + " DISAGREEING shop.firm: words of DISAGREEING");
  }

  @Test
  void whenAllMailComesToUsEachMailboxHasItsCutoverAndEachMigrationIsToldOnce() {
    Migration first = open("a@shop.firm", "b@shop.firm", "c@other.example");
    Migration second = open("d@shop.firm");
    String a = first.mailboxes().get(0).id();
    String b = first.mailboxes().get(1).id();
    run(a, 3);
    run(b, 3);
    assertThat(migrations.queueCatchUp(migrations.ended().get(0))).isEqualTo(2);
    Claim running = begin(b);
    Instant oldUntil = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MILLIS);

    see(DomainVerdict.OURS, oldUntil);
    see(DomainVerdict.OURS, oldUntil);

    assertThat(told("CUTOVER")).containsExactly(first.id(), second.id());
    assertThat(texts("select distinct reason from event where state = 'CUTOVER'"))
        .containsExactly("all mail of shop.firm comes to us");
    assertThat(
            texts(
                "select source_address from mailbox where cutover_at is not null and cutover_by = 'dns'"
                    + " and final_due_at = cutover_at order by id"))
        .containsExactly("a@shop.firm", "b@shop.firm", "d@shop.firm");
    assertThat(time("old_until", a)).isEqualTo(oldUntil);
    assertThat(kind(a)).isEqualTo("FINAL");
    assertThat(kind(b)).as("it began before").isEqualTo("CATCH_UP");
    assertThat(kind(second.mailboxes().get(0).id())).isEqualTo("FIRST");

    end(running, MailboxState.COPIED, 0);
    assertThat(counts(b)).isEqualTo("0 0");
    // A mailbox that comes later has its cutover at the next look.
    Migration third = open("e@shop.firm");
    seeOurs();
    assertThat(told("CUTOVER")).containsExactly(first.id(), second.id(), third.id());
  }

  @Test
  void mailboxesThatNobodyWantsAnyMoreHaveNoCutover() {
    String closed = open("a@shop.firm").id();
    String cancelled = open("b@shop.firm").id();
    open("c@shop.firm");
    int unused = set("update migration set stage = 'CLOSED' where id = '%s'".formatted(closed));
    assertThat(controls.cancel(Target.migration(cancelled), "ann").anything()).isTrue();
    seeOurs();

    assertThat(texts("select source_address from mailbox where cutover_at is not null"))
        .containsExactly("c@shop.firm");
    assertThat(unused).isEqualTo(1);
  }

  @Test
  void afterALapseMailboxesWaitForTheirCutoverAgain() {
    Migration migration = open("a@shop.firm", "b@shop.firm");
    String a = migration.mailboxes().get(0).id();
    String b = migration.mailboxes().get(1).id();
    run(a, 1);
    run(b, 1);
    seeOurs();
    int byHand = set("update mailbox set cutover_by = 'ann' where id = '%s'".formatted(b));
    assertThat(finals.queue()).isEqualTo(2);

    see(DomainVerdict.GONE_BACK, null);
    see(DomainVerdict.GONE_BACK, null);

    assertThat(told("LAPSED")).containsExactly(migration.id());
    assertThat(text("select reason from event where state = 'LAPSED'"))
        .isEqualTo("mail of shop.firm does not come to us any more: words of GONE_BACK");
    assertThat(time("cutover_at", a)).isNull();
    assertThat(time("final_due_at", a)).isNull();
    assertThat(kind(a)).isEqualTo("CATCH_UP");
    assertThat(time("cutover_at", b)).as("a person said it").isNotNull();
    assertThat(byHand).isEqualTo(1);

    seeOurs();
    assertThat(time("cutover_at", a)).isNotNull();
    assertThat(kind(a)).isEqualTo("FINAL");
    assertThat(told("CUTOVER")).containsExactly(migration.id(), migration.id());
  }

  @Test
  void finalPassesAreMadeDueOnceForMailboxesThatCanHaveOne() {
    Migration migration =
        open(
            "a@shop.firm",
            "never-copied@shop.firm",
            "paused@shop.firm",
            "no-password@shop.firm",
            "waits@shop.firm");
    List<String> ids = migration.mailboxes().stream().map(each -> each.id()).toList();
    for (int i : List.of(0, 2, 3, 4)) {
      run(ids.get(i), 1);
    }
    end(begin(ids.get(1)), MailboxState.BLOCKED, 0);
    Migration closed = open("closed@shop.firm");
    run(closed.mailboxes().get(0).id(), 1);
    seeOurs();
    int changed =
        set("update mailbox set paused = true where source_address like 'paused%'")
            + set("delete from credential where mailbox_id = '%s'".formatted(ids.get(3)))
            + set("update migration set stage = 'CLOSED' where id = '%s'".formatted(closed.id()));
    assertThat(changed).isEqualTo(3);
    assertThat(controls.retry(Target.mailbox(ids.get(4)), "ann").changed()).isEqualTo(1);
    assertThat(kind(ids.get(4))).as("the kind of a retry").isEqualTo("FINAL");

    assertThat(finals.queue()).isEqualTo(1);
    assertThat(finals.queue()).isZero();

    assertThat(kind(ids.get(0))).isEqualTo("FINAL");
    Instant cutover = time("cutover_at", ids.get(0));
    assertThat(time("final_due_at", ids.get(0)))
        .isEqualTo(cutover == null ? null : cutover.plus(Duration.ofDays(1)));
    assertThat(texts("select finished_at from migration where id = '%s'".formatted(migration.id())))
        .containsExactly("null");
    assertThat(migrations.ended()).as("no catch-up passes after the cutover").isEmpty();
  }

  @Test
  void twoPassesInARowThatBringNothingAreTheLast() {
    String id = open("a@shop.firm").mailboxes().get(0).id();
    run(id, 7);
    seeOurs();
    assertThat(counts(id)).isEqualTo("0 0");

    nextFinal(id, MailboxState.COPIED, 0);
    assertThat(counts(id)).isEqualTo("1 1");
    nextFinal(id, MailboxState.COPIED, 2);
    assertThat(counts(id)).isEqualTo("2 0");
    nextFinal(id, MailboxState.COPIED, 0);
    nextFinal(id, MailboxState.INCOMPLETE, 0);
    assertThat(counts(id)).isEqualTo("4 0");
    nextFinal(id, MailboxState.COPIED, 0);
    nextFinal(id, MailboxState.COPIED, 0);
    assertThat(counts(id)).isEqualTo("6 2 done");
    assertThat(finals.queue()).isZero();
  }

  private void nextFinal(String id, MailboxState state, long copied) {
    int due = set("update mailbox set final_due_at = current_timestamp");
    assertThat(due).isEqualTo(1);
    assertThat(finals.queue()).isEqualTo(1);
    Claim claim = begin(id);
    assertThat(claim.mailbox().pass()).isEqualTo(Pass.FINAL);
    end(claim, state, copied);
  }

  @Test
  void whileAResolverMayHaveTheOldRecordsTheLastQuietPassIsStillToCome() {
    String id = open("a@shop.firm").mailboxes().get(0).id();
    run(id, 7);
    see(DomainVerdict.OURS, Instant.now().plus(Duration.ofHours(1)));

    nextFinal(id, MailboxState.COPIED, 0);
    nextFinal(id, MailboxState.COPIED, 0);
    assertThat(counts(id)).isEqualTo("2 1");
    assertThat(time("final_due_at", id)).isEqualTo(time("old_until", id));

    int over = set("update mailbox set old_until = current_timestamp");
    nextFinal(id, MailboxState.COPIED, 0);
    assertThat(counts(id)).isEqualTo("3 2 done");
    assertThat(over).isEqualTo(1);
  }

  @Test
  void aFinalPassThatIsTakenOverOrCancelledCountsOnceOrNotAtAll() {
    String id = open("a@shop.firm").mailboxes().get(0).id();
    run(id, 7);
    seeOurs();
    assertThat(finals.queue()).isEqualTo(1);
    Claim lost = begin(id);
    int lapsed =
        set(
            "update pass set lease_until = current_timestamp - interval '1' second where state = 'RUNNING'");
    Claims other = new Claims(database, "two", Duration.ofMinutes(1), new HostLimits(9));
    other.lookForLost();
    Claim again = other.claim(id).orElseThrow();
    assertThat(
            results.finish(
                lost,
                new MailboxResult(
                    lost.mailbox(),
                    MailboxState.COPIED,
                    1,
                    0,
                    0,
                    0,
                    new CarriedOver(0, 0, 0, 0),
                    0,
                    1,
                    List.of(),
                    List.of(),
                    null,
                    List.of(),
                    List.of()),
                PassProgress.NONE))
        .isNull();
    assertThat(counts(id)).isEqualTo("0 0");
    end(again, MailboxState.COPIED, 0);
    assertThat(counts(id)).isEqualTo("1 1");
    assertThat(lapsed).isEqualTo(1);

    int due = set("update mailbox set final_due_at = current_timestamp");
    assertThat(finals.queue()).isEqualTo(due);
    assertThat(controls.cancel(Target.mailbox(id), "ann").changed()).isEqualTo(1);
    assertThat(counts(id)).isEqualTo("1 1");
  }

  @Test
  void aFinalPassThatKillsItsNodesCounts() {
    String id = open("a@shop.firm").mailboxes().get(0).id();
    run(id, 7);
    seeOurs();
    nextFinal(id, MailboxState.COPIED, 0);
    assertThat(counts(id)).isEqualTo("1 1");
    int due = set("update mailbox set final_due_at = current_timestamp");
    assertThat(finals.queue()).isEqualTo(due);
    Claim unused = begin(id);
    int lost =
        set(
            "update pass set takeovers = 100, recorded_at_takeover = 100000, lease_until = current_timestamp - interval '1' second"
                + " where state = 'RUNNING'");
    claims.lookForLost();
    assertThat(lost).isEqualTo(1);
    assertThat(text("select state from mailbox")).isEqualTo("FAULT");
    assertThat(counts(id)).isEqualTo("2 0");
  }

  @Test
  void aMailboxWhoseLastRequestWasCancelledIsStillOfTheOneBefore() {
    Migration first = open("a@shop.firm");
    String id = first.mailboxes().get(0).id();
    run(id, 7);
    Migration second = open("a@shop.firm");
    run(id, 0);
    int waits = set("update migration set stage = 'WAITING_FOR_CUTOVER'");
    assertThat(controls.cancel(Target.migration(second.id()), "ann").changed()).isEqualTo(1);
    seeOurs();
    assertThat(finals.queue()).isEqualTo(1);
    assertThat(text("select migration_id from pass where state = 'WAITING'")).isEqualTo(first.id());
    assertThat(waits).isEqualTo(2);
  }

  @Test
  void aRequestThatNamesAMailboxAgainBeginsANewLifeOnlyWhereTheOldOneIsOver() {
    String id = open("a@shop.firm").mailboxes().get(0).id();
    run(id, 7);
    seeOurs();
    assertThat(open("a@shop.firm").mailboxes().get(0).id()).isEqualTo(id);
    assertThat(kind(id)).isEqualTo("FINAL");
    assertThat(time("cutover_at", id)).isNotNull();
    run(id, 0);
    nextFinal(id, MailboxState.COPIED, 0);
    assertThat(counts(id)).isEqualTo("2 2 done");

    // The others of its migrations are not quiet yet.
    open("a@shop.firm");
    assertThat(time("cutover_at", id)).isNotNull();
    assertThat(kind(id)).isEqualTo("FINAL");
    assertThat(counts(id)).isEqualTo("0 0");
    assertThat(told("CUTOVER")).hasSize(1);
    run(id, 0);
    nextFinal(id, MailboxState.COPIED, 0);
    assertThat(counts(id)).isEqualTo("2 2 done");

    int closed = set("update migration set stage = 'CLOSED'");
    assertThat(closed).isEqualTo(3);
    open("a@shop.firm");
    assertThat(time("cutover_at", id)).isNull();
    assertThat(kind(id)).isEqualTo("FIRST");
    assertThat(counts(id)).isEqualTo("0 0 done");
    assertThat(new Ledger(database).isBeforeCutover(id))
        .as("what was deleted at the source since then may not be deleted at the new home")
        .isFalse();
  }

  @Test
  void whatWaitsForItsLastReportKeepsIt() {
    Migration complete = open("a@shop.firm");
    String id = complete.mailboxes().get(0).id();
    run(id, 1);
    int done = set("update migration set stage = 'COMPLETE'");
    open("a@shop.firm");
    run(id, 0);
    assertThat(migrations.queueCatchUp(migrations.ended().get(0))).isEqualTo(1);
    assertThat(texts("select id from migration where report_due")).containsExactly(complete.id());
    assertThat(done).isEqualTo(1);
  }

  @Test
  void aClosedMigrationHasNoCatchUpPassesAndStaysEnded() {
    Migration closed = open("a@shop.firm");
    String id = closed.mailboxes().get(0).id();
    run(id, 1);
    int done = set("update migration set stage = 'CLOSED'");
    assertThat(migrations.ended()).isEmpty();

    Migration open = open("a@shop.firm");
    assertThat(new Ledger(database).isBeforeCutover(id))
        .as("whoever has closed it has not said whether mail comes to the new server")
        .isFalse();
    run(id, 0);
    assertThat(migrations.queueCatchUp(migrations.ended().get(0))).isEqualTo(1);
    assertThat(text("select migration_id from pass where state = 'WAITING'")).isEqualTo(open.id());
    assertThat(texts("select id from migration where finished_at is not null"))
        .containsExactly(closed.id());
    assertThat(done).isEqualTo(1);
  }

  @Test
  void aPersonSaysThatTheCutoverHasComeAndTheDnsDoesNotTakeItBack() {
    Migration migration = open("a@shop.firm", "b@" + PUBLIC);
    String a = migration.mailboxes().get(0).id();
    String b = migration.mailboxes().get(1).id();

    assertThat(controls.cutover(Target.mailbox(b), "ann")).isEqualTo(new Steered(1, 0, 0, 0));
    assertThat(controls.cutoverOfDomain(SHOP, "ann")).isEqualTo(new Steered(1, 0, 0, 0));
    assertThat(controls.cutoverOfDomain(SHOP, "ann")).isEqualTo(new Steered(0, 0, 1, 0));
    assertThat(controls.cutover(Target.migration(migration.id()), "ann"))
        .isEqualTo(new Steered(0, 0, 2, 0));
    assertThat(controls.cutoverOfDomain("other.firm", "ann")).isEqualTo(Steered.NOTHING);
    assertThat(texts("select actor || ': ' || reason from event where state = 'CUTOVER'"))
        .containsExactlyInAnyOrder(
            "ann: all mail of a mailbox comes to us", "ann: all mail of shop.firm comes to us");

    see(DomainVerdict.GONE_BACK, null);
    assertThat(time("cutover_at", a)).isNotNull();
    // It was said a little early.
    seeOurs();
    see(DomainVerdict.GONE_BACK, null);
    assertThat(time("cutover_at", a)).isNull();
    assertThat(time("cutover_at", b)).isNotNull();
    int closed = set("update migration set stage = 'CLOSED'");
    assertThat(closed).isEqualTo(1);
    assertThat(controls.cutoverOfDomain(SHOP, "ann")).isEqualTo(new Steered(0, 0, 0, 1));
  }
}
