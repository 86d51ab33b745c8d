package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.status.Digest;

/** The digest of a night whose rows are written by hand. */
class DigestsTest {
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  private Database database;
  private LifeRows rows;

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  String series() {
    return "system_range";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    rows = new LifeRows(database);
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private void execute(String sql, Object... params) {
    int unused = database.jdbc().sql(sql).params(params).update();
  }

  private Digest lastDay() {
    return lastDay(true);
  }

  private Digest lastDay(boolean watched) {
    return new Digests(database, watched, false)
        .of(now.minus(Duration.ofDays(1)), now.plusSeconds(60));
  }

  private static Problem problem(ProblemCode code, Owner owner) {
    return new Problem(code, Where.loginAt("imap.old.example"), "NO", owner, "Do " + code + ".");
  }

  private void blocked(String migration, int row, Problem... problems) {
    String mailbox = rows.mailbox(migration, row, migration + "-user" + row, "BLOCKED");
    rows.problems(rows.pass(mailbox, migration, "ENDED", "BLOCKED"), List.of(problems));
  }

  @Test
  void causesAreGroupedByWhoCanFixThem() {
    rows.migration("m");
    Problem password = problem(ProblemCode.WRONG_PASSWORD, Owner.CUSTOMER);
    blocked("m", 1, password);
    blocked("m", 2, password);
    blocked("m", 3, password, problem(ProblemCode.QUOTA_FULL, Owner.US));
    blocked("m", 4);
    String waiting = rows.mailbox("m", 5, "user5", "QUEUED");
    long pass = rows.pass(waiting, "m", "WAITING", null);
    execute(
        "update pass set waits_for = 'PASSWORD', due_at = current_timestamp + interval '1' day where id = ?",
        pass);
    execute(
        "insert into rejected_row (request_id, position, line, in_column, shown, problem, remedy)"
            + " values ('m', 0, 7, 'source_email', '', 'is empty', 'Fill it in.'),"
            + " ('m', 1, 7, 'source_password', '', 'is empty', 'Fill it in.')");

    assertThat(lastDay().actions())
        .extracting(Digest.Action::owner, Digest.Action::code, Digest.Action::mailboxes)
        .containsExactlyInAnyOrder(
            tuple("customer", "wrong-password", 3L),
            tuple("us", "quota-full", 1L),
            tuple("us", "other", 1L),
            tuple("customer", "waits-for-password", 1L),
            tuple("customer", "rejected-row", 1L));
    assertThat(lastDay().actions().get(0))
        .satisfies(
            action -> {
              assertThat(action.example()).isEqualTo("m-user3@old.example");
              assertThat(action.cause()).endsWith("NO");
              assertThat(action.nextStep()).isEqualTo("Do WRONG_PASSWORD.");
            });
  }

  @Test
  void aPauseOfAMigrationIsToldBeforeItsPassesRun() {
    for (String id : List.of("m", "n")) {
      rows.migration(id);
    }
    rows.mailboxThat("m", 1, "WAITING");
    rows.mailboxThat("m", 2, "WAITING");
    rows.mailboxThat("n", 3, "WAITING");
    rows.mailboxThat("n", 4, "WAITING");
    assertThat(lastDay().actions()).isEmpty();
    execute("update migration set paused = true where id = 'm'");
    execute("update mailbox set paused = true where id = 'n.3'");

    assertThat(lastDay().actions())
        .extracting(Digest.Action::mailboxes, Digest.Action::cause, Digest.Action::nextStep)
        .containsExactly(
            tuple(
                2L, "a person has paused its migration", "\"mailcaravan resume m\" lets it go on."),
            tuple(
                1L,
                "a person has paused it",
                "\"mailcaravan resume user3@old.example\" lets it go on."));

    execute("update migration set paused = true where id = 'n'");
    execute("update mailbox set paused = false");
    assertThat(lastDay().actions())
        .singleElement()
        .extracting(Digest.Action::nextStep)
        .isEqualTo("\"mailcaravan resume m\" lets it go on (2 are paused in all).");
  }

  @Test
  void aStartThatNobodyNamedANewAndANodeThatIsAwayAreTold() {
    rows.migration("m");
    rows.mailboxThat("m", 1, "WAITING");
    rows.mailboxThat("m", 2, "WAITING");
    rows.mailboxThat("m", 3, "WAITING");
    execute("update pass set start_asked = true where mailbox_id = 'm.1'");
    // The start of this one was agreed.
    execute(
        "update pass set waits_for = 'START', due_at = current_timestamp + interval '1' hour,"
            + " not_before = current_timestamp + interval '1' hour where mailbox_id = 'm.3'");
    execute("update mailbox set node = 'two' where id = 'm.2'");

    assertThat(lastDay().actions())
        .extracting(Digest.Action::owner, Digest.Action::code, Digest.Action::nextStep)
        .containsExactlyInAnyOrder(
            tuple(
                "customer",
                "waits-for-start",
                "Name another start for migration m. An answer to our mail or a new request takes it."),
            tuple("us", "waits-for-node", "Start two."));
  }

  private void step(String mailbox, Problem problem, boolean byPass) {
    execute(
        "insert into customer_step (mailbox_id, migration_id, code, problem, by_pass) values (?, 'm', ?, ?, ?)",
        mailbox,
        problem.code().name(),
        StoredJson.write(problem),
        byPass);
  }

  @Test
  void aPasswordThatALookFoundRefusedIsToldBeforeThePassRuns() {
    rows.migration("m");
    for (int row = 1; row <= 4; row++) {
      rows.mailboxThat("m", row, "WAITING");
    }
    execute(
        "update pass set waits_for = 'PREFLIGHT', due_at = current_timestamp + interval '1' hour");
    step("m.1", problem(ProblemCode.WRONG_PASSWORD, Owner.CUSTOMER), false);
    step("m.2", problem(ProblemCode.WRONG_PASSWORD, Owner.CUSTOMER), false);
    step("m.3", problem(ProblemCode.WRONG_PASSWORD, Owner.US), false);
    execute("update pass set waits_for = 'MAILBOX' where mailbox_id = 'm.4'");
    step("m.4", problem(ProblemCode.NO_MAILBOX, Owner.US), false);

    assertThat(lastDay().actions())
        .extracting(Digest.Action::owner, Digest.Action::code, Digest.Action::mailboxes)
        .containsExactlyInAnyOrder(
            tuple("customer", "wrong-password", 2L),
            tuple("customer", "wrong-password", 1L),
            tuple("customer", "waits-for-mailbox", 1L));
    assertThat(lastDay().actions().get(1).nextStep())
        .as("of a mailbox that may be missing at the new server")
        .startsWith("Create the mailbox at the new server.");
    assertThat(new Digests(database, true, true).of(ago(1).toInstant(), Instant.now()).actions())
        .as("an API of ours creates mailboxes")
        .extracting(Digest.Action::owner, Digest.Action::code)
        .contains(tuple("us", "wrong-password"), tuple("us", "waits-for-mailbox"));
    assertThat(lastDay().actions().get(0).nextStep()).isEqualTo("Do WRONG_PASSWORD.");
  }

  private void waitsForCutover(String migration, int days) {
    rows.migration(migration);
    execute(
        "update migration set stage = 'WAITING_FOR_CUTOVER', stage_at = ? where id = ?",
        ago(days),
        migration);
  }

  @Test
  void aPersonSaysTheCutoverOfWhatDnsCannotTell() {
    waitsForCutover("firm", 2);
    waitsForCutover("private", 1);
    waitsForCutover("older", 9);
    rows.mailboxThat("firm", 1, "COPIED");
    execute("update mailbox set mail_domain = 'old.example'");
    rows.mailboxThat("private", 2, "COPIED");
    rows.mailboxThat("private", 3, "COPIED");
    rows.mailboxThat("older", 4, "COPIED");

    assertThat(lastDay().actions())
        .containsExactly(
            new Digest.Action(
                "us",
                "cutover-by-hand",
                3,
                "user4@old.example",
                "DNS cannot tell when its mail comes to us",
                "Ask the customer whether its mail comes to us, and then say \"mailcaravan cutover older\""
                    + " (2 migrations wait so in all, this one the longest)."));
    assertThat(lastDay().awaitingCutover().migrations()).isEqualTo(1);

    assertThat(lastDay(false).actions())
        .singleElement()
        .satisfies(
            action -> {
              assertThat(action.mailboxes()).isEqualTo(4);
              assertThat(action.cause())
                  .isEqualTo(
                      "nobody looks at the DNS for its cutover, since cutover.mx-hosts is empty");
            });
    assertThat(lastDay(false).awaitingCutover().migrations()).isZero();

    rows.mailboxThat("older", 5, "COPIED");
    execute("update mailbox set mail_domain = 'old.example' where id = 'older.5'");
    assertThat(lastDay().actions().get(0).nextStep())
        .contains("\"mailcaravan cutover user4@old.example\"");

    execute("update mailbox set cutover_at = current_timestamp, cutover_by = 'anna'");
    assertThat(lastDay(false).actions()).isEmpty();
  }

  private void domain(String name, String verdict, int days) {
    execute(
        "insert into cutover_domain (domain, verdict, words, memory, next_look_at, since)"
            + " values (?, ?, ?, '', current_timestamp, ?)",
        name,
        verdict,
        "words of " + verdict,
        ago(days));
  }

  @Test
  void domainsThatGaveUpOurRecordsDisagreeOrAreSilentAreTold() {
    waitsForCutover("m", 1);
    int row = 0;
    for (String name : List.of("back", "torn", "silent", "turning", "fresh", "waits")) {
      rows.mailboxThat("m", row, "COPIED");
      execute("update mailbox set mail_domain = ? where id = ?", name + ".example", "m." + row++);
    }
    domain("back.example", "GONE_BACK", 0);
    domain("torn.example", "DISAGREEING", 2);
    domain("silent.example", "UNKNOWN", 2);
    domain("turning.example", "DISAGREEING", 0);
    domain("fresh.example", "UNKNOWN", 0);
    domain("waits.example", "NOT_YET", 9);

    assertThat(lastDay().actions())
        .extracting(Digest.Action::owner, Digest.Action::code, Digest.Action::cause)
        .containsExactlyInAnyOrder(
            tuple("customer", "dns-gone-back", "back.example: words of GONE_BACK"),
            tuple("customer", "dns-disagreeing", "torn.example: words of DISAGREEING"),
            tuple("customer", "dns-unknown", "silent.example: words of UNKNOWN"));

    execute("update mailbox set cutover_at = current_timestamp, cutover_by = 'anna'");
    assertThat(lastDay().actions()).isEmpty();
    execute("update mailbox set cutover_by = 'dns' where id in ('m.0', 'm.1')");
    assertThat(lastDay().actions()).hasSize(2);
    execute("update migration set stage = 'CLOSED'");
    assertThat(lastDay().actions()).isEmpty();
  }

  @Test
  void nobodyActsForWhatIsOver() {
    rows.migration("closed");
    rows.migration("open");
    blocked("closed", 1, problem(ProblemCode.WRONG_PASSWORD, Owner.CUSTOMER));
    execute("update migration set stage = 'CLOSED' where id = 'closed'");
    assertThat(lastDay().actions()).isEmpty();

    rows.names("open", 1, "closed.1");
    assertThat(lastDay().actions()).hasSize(1);
  }

  @Test
  void whatEndedBeforeDoesNotCount() {
    rows.migration("m");
    long first = rows.pass(rows.mailbox("m", 1, "anna", "COPIED"), "m", "ENDED", "COPIED");
    execute("update pass set messages_done = 10, bytes_done = 2048 where id = ?", first);
    long later = rows.pass("m.1", "m", "ENDED", "COPIED");
    execute("update pass set kind = 'CATCH_UP', bytes_done = 5 where id = ?", later);
    long failed = rows.pass(rows.mailbox("m", 2, "bert", "BLOCKED"), "m", "ENDED", "BLOCKED");
    long old = rows.pass(rows.mailbox("m", 3, "carl", "COPIED"), "m", "ENDED", "COPIED");
    execute("update pass set ended_at = ? where id = ?", ago(2), old);
    execute(
        "update migration set finished_at = current_timestamp, closed_at = current_timestamp, stage = 'CLOSED'");

    assertThat(lastDay().ended()).isEqualTo(new Digest.Ended(1, 1, 1, 10, 2048, 1, 5, 1));
    assertThat(lastDay().migrations())
        .singleElement()
        .satisfies(migration -> assertThat(migration.mailboxes()).isEqualTo(3));
    assertThat(failed).isPositive();
    rows.migration("n");
    execute("update migration set stage = 'CLOSED', stage_at = ? where id = 'n'", ago(0));
    assertThat(lastDay().migrations())
        .as("closed by hand while its passes waited; purged later")
        .extracting(Digest.Migration::id, Digest.Migration::stage)
        .containsExactlyInAnyOrder(tuple("m", "closed"), tuple("n", "closed"));
    assertThat(lastDay().ended().migrations()).isEqualTo(2);
    assertThat(lastDay().ended().closed()).isEqualTo(2);
    execute(
        "update migration set finished_at = ?, closed_at = ?, stage_at = ?",
        ago(2),
        ago(2),
        ago(2));
    assertThat(lastDay().migrations()).isEmpty();
    assertThat(lastDay().ended().migrations()).isZero();
  }

  private Timestamp ago(int days) {
    return Timestamp.from(now.minus(Duration.ofDays(days)));
  }

  private void forecast(String migration, int firstHours, int toldHours) {
    execute(
        "update migration set forecast_first = ?, forecast_told = ? where id = ?",
        Timestamp.from(now.plus(Duration.ofHours(firstHours))),
        Timestamp.from(now.plus(Duration.ofHours(toldHours))),
        migration);
  }

  @Test
  void whatIsClosedLongAfterItsLastPassWasOverWhenItWasClosed() {
    rows.migration("m");
    execute(
        "update migration set stage = 'CLOSED', stage_at = ?, finished_at = ?", ago(0), ago(12));
    assertThat(lastDay().migrations())
        .singleElement()
        .satisfies(
            migration -> assertThat(migration.finishedAt()).isAfter(now.minus(Duration.ofDays(1))));
  }

  @Test
  void whatWasNotCopiedIsNotOnTime() {
    rows.migration("m");
    String anna = rows.mailboxThat("m", 1, "COPIED");
    String ben = rows.mailboxThat("m", 2, "BLOCKED");
    execute("update mailbox set copied_before = true where id = ?", anna);
    forecast("m", 1, 1);
    assertThat(lastDay().forecasts()).as("half of it").isEmpty();
    execute("update mailbox set copied_before = true where id = ?", ben);
    assertThat(lastDay().forecasts()).hasSize(1);
  }

  @Test
  void whatWasForecastStandsBesideWhatCame() {
    int row = 0;
    for (String id : List.of("came", "slipped", "as-told", "before", "without")) {
      rows.migration(id);
      rows.mailboxThat(id, row++, id.equals("came") || id.equals("before") ? "COPIED" : "WAITING");
    }
    forecast("came", -1, -1);
    forecast("slipped", 5, 9);
    forecast("as-told", 5, 5);
    forecast("before", -60, -60);
    execute("update pass set ended_at = ? where migration_id = 'before'", ago(2));
    execute("update mailbox set copied_before = true where state = 'COPIED'");

    assertThat(lastDay().forecasts())
        .extracting(Digest.Promise::id)
        .containsExactly("slipped", "came");
    assertThat(lastDay().forecasts().get(0).copiedAt()).isNull();
    assertThat(lastDay().forecasts().get(1).copiedAt()).isNotNull();
  }

  @Test
  void hostsThatLetInLessAreTold() {
    rows.host(4);
    assertThat(lastDay().hosts()).isEmpty();
    execute("update host set learned = 2, reason = 'it said so'");
    assertThat(lastDay().hosts()).singleElement().extracting("reason").isEqualTo("it said so");
  }

  @Test
  void whoWaitsForTheDnsIsCounted() {
    assertThat(lastDay().awaitingCutover()).isEqualTo(new Digest.AwaitingCutover(0, null, null));
    int row = 0;
    for (String id : List.of("a", "b", "own")) {
      rows.migration(id);
      rows.mailboxThat(id, row++, "COPIED");
    }
    execute("update mailbox set mail_domain = 'old.example'");
    execute("update migration set stage = 'WAITING_FOR_CUTOVER', stage_at = ?", ago(1));
    execute("update migration set stage_at = ? where id = 'b'", ago(3));
    execute("update migration set only_node = 'x' where id = 'own'");
    assertThat(lastDay().awaitingCutover())
        .isEqualTo(new Digest.AwaitingCutover(2, "b", ago(3).toInstant()));
  }

  @Test
  void whatCouldNotBeToldIsNamed() {
    rows.migration("m");
    execute(
        "insert into telling (event_number, migration_id, message, receiver, queued_at, due_at, attempts,"
            + " given_up) values (1, 'm', 'STARTED', 'webhook', current_timestamp, current_timestamp, 5, true),"
            + " (2, 'm', 'STARTED', 'webhook', current_timestamp, ?, 5, true)",
        ago(3));
    assertThat(lastDay().notTold()).singleElement().extracting("recipient").isEqualTo("webhook");
  }

  @Test
  void aDigestOfTenThousandMailboxesTakesAsManyStatementsAsOneOfTen() {
    assertThat(statements(10_000)).isEqualTo(statements(10)).isLessThanOrEqualTo(20);
  }

  private int statements(int mailboxes) {
    closeDatabase();
    openDatabase();
    rows.migration("m");
    rows.host(4);
    String numbers = series() + "(1, " + mailboxes + ") as s(x)";
    execute(
        "insert into mailbox (id, source_account, destination_account, source_address, source_host,"
            + " source_port, source_security, source_username, destination_address, state)"
            + " select 'm.' || x, 'u' || x || ' at imap.old.example', 'u' || x || '@new.example',"
            + " 'u' || x || '@old.example', 'imap.old.example', 993, 'TLS', 'u' || x,"
            + " 'u' || x || '@new.example', 'BLOCKED' from "
            + numbers);
    execute(
        "insert into migration_mailbox (migration_id, row_number, mailbox_id) select 'm', x, 'm.' || x from "
            + numbers);
    execute(
        "insert into pass (mailbox_id, migration_id, kind, state, due_at, host, destination, created_at,"
            + " ended_at, outcome) select id, 'm', 'FIRST', 'ENDED', current_timestamp,"
            + " 'imap.old.example:993', destination_account, current_timestamp, current_timestamp,"
            + " 'BLOCKED' from mailbox");
    execute(
        "insert into problem (pass_id, position, code, severity, owner, description) select id, 0,"
            + " 'wrong-password', 'ERROR', 'CUSTOMER', '{\"code\":\"WRONG_PASSWORD\",\"place\":\"login\","
            + "\"cause\":\"NO\",\"owner\":\"CUSTOMER\",\"nextStep\":\"Ask.\"}' from pass");
    return CountedStatements.of(
            () ->
                assertThat(lastDay().actions())
                    .singleElement()
                    .extracting(Digest.Action::mailboxes)
                    .isEqualTo((long) mailboxes))
        .size();
  }
}
