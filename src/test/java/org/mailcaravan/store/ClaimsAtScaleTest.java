package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.PassProgress;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.WaitsFor;

/** What claims cost, in statements, when thousands of passes wait. H2 counts them. */
class ClaimsAtScaleTest {
  private Database database;
  private PassRows rows;
  private Claims claims;

  @BeforeEach
  void openDatabase() {
    database =
        Database.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", Secret.of(""));
    rows = new PassRows(database);
    claims = new Claims(database, "one", Duration.ofMinutes(10), new HostLimits(4));
    // The first call looks for passes that were lost.
    assertThat(claims.next()).isEmpty();
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  /** How many statements it executes. */
  private int counted(Runnable work) {
    return ExecutedStatements.of(database, work).values().stream().mapToInt(each -> each).sum();
  }

  private Claim next() {
    return claims.next().orElseThrow();
  }

  @Test
  void aClaimTakesAFewStatementsWhateverWaits() {
    rows.host("old.example", 4);
    rows.host("dead.example", 4);
    rows.host("full.example", 1);
    rows.migration("large");
    rows.migration("other");
    // A thousand of each come before those that may run.
    rows.due("large", 1000, "dead.example");
    rows.due("other", 1000, "full.example");
    rows.update(
        "update host set not_before = current_timestamp + interval '1' hour where name like 'dead%'");
    assertThat(next().mailbox().migrationId()).isEqualTo("other");
    rows.update("update pass set priority = 1");
    for (int row = 2001; row <= 2010; row++) {
      rows.due("large", row, "old.example", row + "@new.example");
    }
    assertThat(counted(this::next)).isLessThanOrEqualTo(12);
    for (int row = 2011; row <= 12_000; row++) {
      rows.due("large", row, "old.example", row + "@new.example");
    }
    assertThat(counted(() -> assertThat(next().mailbox().row()).isEqualTo(2002)))
        .as("with ten thousand that wait")
        .isLessThanOrEqualTo(12);
  }

  @Test
  void anIdleNodeAsksOnce() {
    rows.migration("m");
    rows.due("m", 100, "old.example");
    rows.update("update pass set due_at = current_timestamp + interval '1' hour");
    assertThat(counted(() -> assertThat(claims.next()).isEmpty())).isEqualTo(1);
    assertThat(counted(() -> assertThat(claims.renew(Map.of())).isEmpty())).isZero();
  }

  @Test
  void aHeartbeatIsTwoStatementsForAllPasses() {
    rows.migration("m");
    rows.host("old.example", 1000);
    rows.due("m", 50, "old.example");
    Claim last = next();
    for (int each = 1; each < 50; each++) {
      last = next();
    }
    assertThat(counted(() -> assertThat(claims.renew(Map.of())).hasSize(50))).isEqualTo(2);
    long pass = last.pass();
    assertThat(counted(() -> claims.renew(Map.of(pass, new PassProgress(1, 2, 3, 4)))))
        .as("one for the progress, one for the host")
        .isEqualTo(4);
  }

  @Test
  void toGiveBackAndToEndTakesAFew() {
    rows.migration("m");
    rows.host("old.example", 4);
    rows.due("m", 2, "old.example");
    Claim first = next();
    Claim second = next();
    assertThat(
            counted(
                () ->
                    claims.giveBack(
                        first, Duration.ZERO, WaitsFor.RETRY, "x", new PassProgress(1, 2, 3, 4))))
        .isEqualTo(7);
    assertThat(counted(() -> claims.end(second, MailboxState.COPIED, "{}"))).isEqualTo(2);
    assertThat(counted(() -> claims.holds(first))).isEqualTo(1);
  }
}
