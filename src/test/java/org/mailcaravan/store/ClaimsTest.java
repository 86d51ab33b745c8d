package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.Control;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.PassProgress;
import org.mailcaravan.model.RecordedEvent;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.WaitsFor;
import org.springframework.dao.DuplicateKeyException;

/** On H2; {@code PostgresClaimsTest} runs all of it on PostgreSQL. */
class ClaimsTest {
  private static final Duration LEASE = Duration.ofMinutes(1);

  private Database database;
  private PassRows rows;
  private Claims claims;
  private Claims other;

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    rows = new PassRows(database);
    claims = node("one");
    other = node("two");
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private Claims node(String name) {
    return new Claims(database, name, LEASE, new HostLimits(4));
  }

  private List<String> next(int many) {
    List<String> mailboxes = new ArrayList<>();
    for (int each = 0; each < many; each++) {
      mailboxes.add(claims.next().map(claim -> claim.mailbox().id()).orElse("none"));
    }
    return mailboxes;
  }

  private <T> T pass(Class<T> type, String column, Claim claim) {
    return rows.ask(type, "select " + column + " from pass where id = ?", claim.pass());
  }

  private String mailbox(String id) {
    return rows.ask(String.class, "select state from mailbox where id = ?", id);
  }

  private void endLease(Claim claim) {
    rows.update(
        "update pass set lease_until = current_timestamp - interval '1' second where id = ?",
        claim.pass());
  }

  private List<String> events() {
    return new Events(database, "one")
        .after(0, 1000).stream()
            .map(RecordedEvent::event)
            .map(each -> each.state() + " " + each.reason())
            .toList();
  }

  @Test
  void aClaimIsWritten() {
    rows.migration("m");
    rows.host("old.example", 4);
    String mailbox = rows.due("m", 7, "old.example", "ann@new.example");
    Claim claim = claims.next().orElseThrow();
    assertThat(claim.fence()).isEqualTo(1);
    assertThat(claim.mailbox().id()).isEqualTo(mailbox);
    assertThat(claim.mailbox().row()).isEqualTo(7);
    assertThat(claim.mailbox().migrationId()).isEqualTo("m");
    assertThat(claim.mailbox().pass()).isEqualTo(Pass.FIRST);
    assertThat(pass(String.class, "state", claim)).isEqualTo("RUNNING");
    assertThat(pass(String.class, "owner", claim)).isEqualTo("one");
    assertThat(
            rows.ask(
                Integer.class,
                "select count(*) from pass where waits_for is null and started_at is not null and lease_until"
                    + " between current_timestamp + interval '55' second and current_timestamp + interval '60' second"))
        .isEqualTo(1);
    assertThat(mailbox(mailbox)).isEqualTo("COPYING");
    assertThat(events()).containsExactly("COPYING the first pass begins");
    assertThat(claims.holds(claim)).isTrue();
    assertThat(claims.next()).isEmpty();
  }

  @Test
  void whatMayNotRunIsNotClaimed() {
    rows.migration("m");
    rows.host("old.example", 4);
    String mailbox = rows.due("m", 1, "old.example", "ann@new.example");
    Map<String, String> hindrances =
        Map.of(
            "update pass set due_at = current_timestamp + interval '1' minute",
            "update pass set due_at = current_timestamp",
            "update pass set only_node = 'two'",
            "update pass set only_node = null",
            "update mailbox set node = 'two'",
            "update mailbox set node = null",
            "update mailbox set paused = true",
            "update mailbox set paused = false",
            "update migration set paused = true",
            "update migration set paused = false",
            "update migration set cancelled = true",
            "update migration set cancelled = false",
            "update host set paused = true",
            "update host set paused = false",
            "update host set not_before = current_timestamp + interval '1' minute",
            "update host set not_before = current_timestamp",
            "update pass set state = 'ENDED'",
            "update pass set state = 'WAITING'");
    hindrances.forEach(
        (hinder, clear) -> {
          assertThat(rows.update(hinder)).isEqualTo(1);
          assertThat(claims.next()).as(hinder).isEmpty();
          assertThat(rows.update(clear)).isEqualTo(1);
        });
    rows.update("update pass set only_node = 'one'");
    rows.update("update mailbox set node = 'one'");
    assertThat(next(1)).containsExactly(mailbox);
  }

  @Test
  void theMoreUrgentIsFirstThenMigrationsTakeTurns() {
    rows.host("old.example", 1000);
    for (String migration : List.of("large", "small", "urgent")) {
      rows.migration(migration);
    }
    rows.due("large", 6, "old.example");
    rows.due("small", 2, "old.example");
    rows.due("urgent", 2, "old.example");
    rows.update("update migration set priority = 1 where id = 'urgent'");
    rows.update("update pass set priority = 2 where mailbox_id = 'large-5'");
    rows.update(
        "update pass set due_at = current_timestamp - interval '1' minute where mailbox_id = 'large-3'");
    assertThat(next(11))
        .containsExactly(
            "large-5",
            "urgent-1",
            "urgent-2",
            "small-1",
            "large-3",
            "small-2",
            "large-1",
            "large-2",
            "large-4",
            "large-6",
            "none");
  }

  @Test
  void aHostHasItsSlots() {
    rows.migration("m");
    rows.host("old.example", 2);
    rows.due("m", 3, "old.example");
    rows.due("m", 9, "other.example", "other@new.example");
    Claim first = claims.next().orElseThrow();
    Claim second = other.next().orElseThrow();
    assertThat(next(2)).as("the others go on").containsExactly("m-9", "none");
    assertThat(other.giveBack(second, Duration.ZERO, WaitsFor.TURN, "stopped", PassProgress.NONE))
        .isTrue();
    assertThat(claims.end(first, MailboxState.COPIED, "{}")).isTrue();
    assertThat(next(3)).containsExactly("m-3", "m-2", "none");
  }

  @Test
  void aHostThatHasNotAnsweredHasOneSlot() {
    rows.migration("m");
    rows.due("m", 3, "old.example");
    assertThat(next(2)).containsExactly("m-1", "none");
    new Hosts(database, "one", new HostLimits(4)).answered("old.example:993");
    assertThat(next(2)).containsExactly("m-2", "m-3");
  }

  @Test
  void aHostHasAnsweredOnceAPassHasGotSomethingOfIt() {
    rows.migration("m");
    rows.due("m", 2, "old.example");
    Claim first = claims.next().orElseThrow();
    assertThat(claims.renew(Map.of(first.pass(), PassProgress.NONE))).hasSize(1);
    assertThat(next(1)).as("it may be silent").containsExactly("none");
    assertThat(claims.renew(Map.of(first.pass(), new PassProgress(0, 7, 0, 700)))).hasSize(1);
    assertThat(next(1)).containsExactly("m-2");
  }

  @Test
  void oneRunsIntoADestination() {
    rows.migration("m");
    rows.host("old.example", 4);
    rows.due("m", 1, "old.example", "ann@new.example");
    rows.due("m", 2, "old.example", "ann@new.example");
    Claim first = claims.next().orElseThrow();
    assertThat(claims.next()).isEmpty();
    assertThat(claims.claim("m-2")).as("whatever the order").isEmpty();
    assertThat(claims.end(first, MailboxState.COPIED, "{}")).isTrue();
    assertThat(next(1)).containsExactly("m-2");
  }

  @Test
  void aPassThatIsGivenBackWaits() {
    rows.migration("m");
    rows.host("old.example", 4);
    rows.due("m", 2, "old.example");
    Claim first = claims.next().orElseThrow();
    assertThat(
            claims.giveBack(
                first,
                Duration.ofSeconds(90),
                WaitsFor.RETRY,
                "no line",
                new PassProgress(3, 9, 300, 900)))
        .isTrue();
    assertThat(claims.giveBack(first, Duration.ZERO, WaitsFor.RETRY, "twice", PassProgress.NONE))
        .isFalse();
    assertThat(claims.holds(first)).isFalse();
    assertThat(claims.end(first, MailboxState.COPIED, "{}")).isFalse();
    assertThat(mailbox("m-1")).isEqualTo("QUEUED");
    assertThat(
            rows.ask(
                Integer.class,
                "select count(*) from pass where state = 'WAITING' and attempts = 1 and waits_for = 'RETRY'"
                    + " and reason = 'no line' and owner is null and lease_until is null and messages_done = 3"
                    + " and messages_total = 9 and bytes_done = 300 and bytes_total = 900 and due_at between"
                    + " current_timestamp + interval '80' second and current_timestamp + interval '90' second"))
        .isEqualTo(1);
    assertThat(next(2)).containsExactly("m-2", "none");
    rows.update("update pass set due_at = current_timestamp where id = ?", first.pass());
    Claim again = claims.next().orElseThrow();
    assertThat(again.pass()).isEqualTo(first.pass());
    assertThat(again.fence()).isEqualTo(2);
    assertThat(again.attempts()).isEqualTo(1);
    assertThat(claims.giveBack(again, Duration.ZERO, WaitsFor.SERVER, "later", PassProgress.NONE))
        .isTrue();
    assertThat(pass(Integer.class, "attempts", again)).isEqualTo(1);
    assertThat(pass(Long.class, "messages_done", again)).isEqualTo(3);
    assertThat(events())
        .containsExactly(
            "COPYING the first pass begins",
            "QUEUED no line",
            "COPYING the first pass begins",
            "COPYING the first pass goes on",
            "QUEUED later");
  }

  @Test
  void aPassEndsInTheTransactionOfItsCaller() {
    rows.migration("m");
    rows.host("old.example", 4);
    rows.due("m", 1, "old.example");
    Claim claim = claims.next().orElseThrow();
    assertThatThrownBy(
            () ->
                database.inTransaction(
                    () -> {
                      assertThat(claims.end(claim, MailboxState.COPIED, "{}")).isTrue();
                      throw new IllegalStateException("rolled back");
                    }))
        .hasMessage("rolled back");
    assertThat(claims.renew(Map.of())).containsExactly(new Claims.Held(claim.pass(), 1, null));
    assertThat(claims.end(claim, MailboxState.INCOMPLETE, "{\"a\":1}")).isTrue();
    assertThat(pass(String.class, "state", claim)).isEqualTo("ENDED");
    assertThat(pass(String.class, "outcome", claim)).isEqualTo("INCOMPLETE");
    assertThat(pass(String.class, "result", claim)).isEqualTo("{\"a\":1}");
    assertThat(mailbox("m-1")).isEqualTo("INCOMPLETE");
    assertThat(claims.renew(Map.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"STOP", "pause", ""})
  void aWordOfAnotherVersionTellsAPassNothing(String word) {
    rows.migration("m");
    rows.host("old.example", 4);
    rows.due("m", 1, "old.example");
    Claim claim = claims.next().orElseThrow();
    rows.update("update pass set control = ? where id = ?", word, claim.pass());
    assertThat(claims.renew(Map.of()))
        .containsExactly(new Claims.Held(claim.pass(), claim.fence(), null));
  }

  @Test
  void theHeartbeatRenewsRecordsAndBringsBackControl() {
    rows.migration("m");
    rows.host("old.example", 4);
    rows.due("m", 3, "old.example");
    Claim first = claims.next().orElseThrow();
    Claim second = claims.next().orElseThrow();
    Claim others = other.next().orElseThrow();
    rows.update("update pass set lease_until = current_timestamp + interval '1' second");
    rows.update("update pass set control = 'PAUSE' where id = ?", second.pass());
    assertThat(
            claims.renew(
                Map.of(
                    first.pass(),
                    new PassProgress(1, 2, 3, 4),
                    others.pass(),
                    new PassProgress(9, 9, 9, 9))))
        .containsExactlyInAnyOrder(
            new Claims.Held(first.pass(), 1, null),
            new Claims.Held(second.pass(), 1, Control.PAUSE));
    assertThat(
            rows.ask(
                Integer.class,
                "select count(*) from pass where lease_until > current_timestamp + interval '50' second"))
        .isEqualTo(2);
    assertThat(pass(Long.class, "bytes_done", first)).isEqualTo(3);
    assertThat(pass(Long.class, "bytes_done", others)).as("not ours").isZero();
  }

  @Test
  void aPassWhoseLeaseEndedIsTakenOver() {
    rows.migration("m");
    rows.host("old.example", 1);
    rows.due("m", 1, "old.example");
    Claim lost = other.next().orElseThrow();
    endLease(lost);
    assertThat(other.renew(Map.of())).as("a lease that ended is not renewed").isEmpty();
    assertThat(claims.leasesLost()).isZero();
    assertThat(other.holds(lost)).as("until another has it").isTrue();
    Claim taken = claims.next().orElseThrow();
    assertThat(taken.pass()).isEqualTo(lost.pass());
    assertThat(taken.fence()).isGreaterThan(lost.fence());
    assertThat(other.holds(lost)).isFalse();
    assertThat(other.end(lost, MailboxState.COPIED, "{}")).isFalse();
    assertThat(other.giveBack(lost, Duration.ZERO, WaitsFor.TURN, "late", PassProgress.NONE))
        .isFalse();
    assertThat(claims.holds(taken)).isTrue();
    assertThat(pass(Integer.class, "takeovers", taken)).isEqualTo(1);
    assertThat(claims.leasesLost()).isEqualTo(1);
    assertThat(other.leasesLost()).as("counted by one").isZero();
    assertThat(mailbox("m-1")).isEqualTo("COPYING");
    assertThat(events())
        .containsExactly(
            "COPYING the first pass begins",
            "QUEUED node two lost it: its lease ended",
            "COPYING the first pass goes on");
  }

  @Test
  void aLostPassThatWasToBeCancelledEnds() {
    rows.migration("m");
    rows.host("old.example", 1);
    rows.due("m", 1, "old.example");
    Claim lost = other.next().orElseThrow();
    rows.update("update migration set cancelled = true");
    rows.update("update pass set control = 'CANCEL'");
    endLease(lost);
    assertThat(claims.next()).isEmpty();
    assertThat(claims.leasesLost()).isEqualTo(1);
    assertThat(pass(String.class, "outcome", lost)).isEqualTo("CANCELLED");
    assertThat(mailbox("m-1")).isEqualTo("CANCELLED");
    assertThat(other.renew(Map.of())).isEmpty();
  }

  @Test
  void aLostPassOfAFullHostOrAPausedOneWaits() {
    rows.migration("m");
    rows.host("old.example", 2);
    rows.due("m", 2, "old.example");
    Claim one = other.next().orElseThrow();
    Claim two = other.next().orElseThrow();
    rows.update("update pass set control = 'PAUSE' where id = ?", two.pass());
    rows.update("update mailbox set paused = true where id = 'm-2'");
    rows.update("update host set configured = 1");
    endLease(one);
    endLease(two);
    assertThat(next(2)).as("the limit was lowered meanwhile").containsExactly("m-1", "none");
    assertThat(pass(String.class, "waits_for", two)).isEqualTo("RESUME");
  }

  @Test
  void aProgramThatStartsAgainTakesBackWhatItHad() {
    rows.migration("m");
    rows.host("old.example", 1);
    rows.due("m", 1, "old.example");
    Claim before = claims.next().orElseThrow();
    Claims again = node("one");
    assertThat(again.next()).isEmpty();
    again.recover();
    assertThat(again.next().orElseThrow().pass()).isEqualTo(before.pass());
    assertThat(claims.renew(Map.of()))
        .extracting(Claims.Held::fence)
        .doesNotContain(before.fence());
  }

  @Test
  void aMailboxIsClaimedOutOfTurn() {
    rows.migration("m");
    rows.due("m", 3, "old.example");
    Optional<Claim> claim = claims.claim("m-2");
    assertThat(claim).get().extracting(each -> each.mailbox().id()).isEqualTo("m-2");
    assertThat(claims.claim("m-2")).isEmpty();
    assertThat(claims.claim("nobody")).isEmpty();
  }

  /** As a request makes one that names a mailbox while its pass runs. */
  private void nameAgain(String migration, String mailbox) {
    rows.migration(migration);
    rows.update(
        "insert into pass (mailbox_id, migration_id, kind, state, due_at, priority, waits_for, host, destination,"
            + " created_at) select id, ?, 'FIRST', 'WAITING', current_timestamp, 3, 'TURN', 'old.example:993',"
            + " destination_account, current_timestamp from mailbox where id = ?",
        migration,
        mailbox);
  }

  @Test
  void aPassThatIsGivenBackTakesThePlaceOfOneThatARequestMadeMeanwhile() {
    rows.migration("m");
    rows.host("old.example", 1);
    rows.due("m", 1, "old.example");
    Claim claim = claims.next().orElseThrow();
    nameAgain("n", "m-1");

    assertThat(
            claims.giveBack(
                claim,
                Duration.ofHours(1),
                WaitsFor.SERVER,
                "in an hour",
                new PassProgress(5, 9, 50, 90),
                2))
        .isTrue();

    assertThat(rows.ask(Integer.class, "select count(*) from pass")).isEqualTo(1);
    assertThat(pass(String.class, "migration_id", claim)).isEqualTo("n");
    assertThat(pass(String.class, "waits_for", claim)).as("due now").isEqualTo("TURN");
    assertThat(pass(Integer.class, "attempts", claim)).isZero();
    assertThat(pass(Integer.class, "priority", claim)).isEqualTo(3);
    assertThat(pass(Long.class, "messages_done", claim)).isEqualTo(5);
    Claim again = claims.next().orElseThrow();
    assertThat(again.pass()).isEqualTo(claim.pass());
    assertThat(again.mailbox().migrationId()).isEqualTo("n");
  }

  @Test
  void aLostPassTakesThePlaceOfOneThatARequestMadeMeanwhile() {
    rows.migration("m");
    rows.host("old.example", 1);
    rows.due("m", 1, "old.example");
    Claim lost = other.next().orElseThrow();
    rows.update("update pass set control = 'PAUSE'");
    nameAgain("n", "m-1");
    endLease(lost);

    Claim taken = claims.next().orElseThrow();

    assertThat(taken.pass()).isEqualTo(lost.pass());
    assertThat(taken.mailbox().migrationId()).isEqualTo("n");
    assertThat(rows.ask(Integer.class, "select count(*) from pass")).isEqualTo(1);
  }

  @Test
  void theDatabaseRefusesASecondPassThatWaitsForAMailbox() {
    rows.migration("m");
    rows.due("m", 1, "old.example");
    assertThatThrownBy(() -> nameAgain("n", "m-1")).isInstanceOf(DuplicateKeyException.class);
  }

  /** Claims the only pass on a node that dies then. */
  private Claim claimAndDie() {
    Claim claim = node("dying").next().orElseThrow();
    endLease(claim);
    return claim;
  }

  @Test
  void aPassThatCostsEachNodeThatRunsItEndsAfterSome() {
    rows.migration("m");
    rows.host("old.example", 1);
    rows.due("m", 1, "old.example");
    Claim claim = claimAndDie();
    for (int takeovers = 1; takeovers <= 3; takeovers++) {
      Claim next = claimAndDie();
      assertThat(next.pass()).as("taken over").isEqualTo(claim.pass());
      assertThat(pass(Integer.class, "takeovers", next)).isEqualTo(takeovers);
    }

    assertThat(claims.next()).isEmpty();

    assertThat(pass(String.class, "state", claim)).isEqualTo("ENDED");
    assertThat(pass(String.class, "outcome", claim)).isEqualTo("FAULT");
    assertThat(mailbox("m-1")).isEqualTo("FAULT");
    assertThat(rows.ask(String.class, "select code || ' ' || owner from problem"))
        .isEqualTo("fault US");
    assertThat(rows.ask(String.class, "select description from problem"))
        .contains("4 times in a row", "dying", "Then retry the mailbox");
    assertThat(rows.ask(Boolean.class, "select report_due from migration")).isTrue();
    assertThat(claims.holds(claim)).isFalse();
  }

  @Test
  void aPassThatGetsFurtherEachTimeIsTakenOverAsOftenAsItMustBe() {
    rows.migration("m");
    rows.host("old.example", 1);
    rows.due("m", 1, "old.example");
    rows.update(
        "insert into folder_pair (id, source_account, destination_account, source_folder, destination_folder,"
            + " source_uidvalidity, destination_uidvalidity) select 'f', source_account, 'x', 'INBOX', 'INBOX', 1, 1"
            + " from mailbox");
    Claim claim = claimAndDie();
    for (int message = 1; message <= 10; message++) {
      rows.update(
          "insert into copied_range (folder_pair_id, source_first, length, destination_first)"
              + " values ('f', ?, 1, 7)",
          message * 10);
      Claim next = claimAndDie();
      assertThat(next.pass()).isEqualTo(claim.pass());
      assertThat(pass(Integer.class, "takeovers", next)).isEqualTo(1);
    }
  }
}
