package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.LeaseLost;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Policy;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/** What a claim that holds, and one that was lost, may write; here on H2. */
class FencedDatabaseTest {
  static final Claim CLAIM =
      new Claim(
          7,
          1,
          0,
          false,
          new Mailbox(
              "request-1",
              "request",
              1,
              "ann@old.example",
              new Server("imap.old.example", 993, Security.TLS),
              "ann",
              "ann@new.example",
              null,
              null,
              RowOptions.NONE,
              Policy.NONE,
              Pass.FIRST));

  private final AtomicInteger checks = new AtomicInteger();
  Database database;
  Database fenced;

  Database open() {
    return Database.open(
        "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", Secret.of(""));
  }

  /** What keeps a claim from being taken over while a transaction is open. */
  String lock() {
    return "for update";
  }

  @BeforeEach
  void claim() {
    database = open();
    database.jdbc().sql("create table held (pass bigint primary key, fence bigint)").update();
    database.jdbc().sql("create table written (what varchar(20))").update();
    database.jdbc().sql("insert into held (pass, fence) values (7, 1)").update();
    fenced = database.fencedBy(CLAIM, counting(this::holds));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Predicate<Claim> counting(Predicate<Claim> holds) {
    return claim -> {
      checks.incrementAndGet();
      return holds.test(claim);
    };
  }

  private boolean holds(Claim claim) {
    return database
        .jdbc()
        .sql("select 1 from held where pass = ? and fence = ? " + lock())
        .params(claim.pass(), claim.fence())
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  void takeOver() {
    database.jdbc().sql("update held set fence = fence + 1").update();
  }

  void write(Database by, String what) {
    by.jdbc().sql("insert into written (what) values (?)").param(what).update();
  }

  private long written() {
    return database.jdbc().sql("select count(*) from written").query(Long.class).single();
  }

  @Test
  void aClaimThatHoldsWritesAndIsCheckedOnceInEachTransaction() {
    write(fenced, "alone");
    assertThat(checks).hasValue(1);
    fenced.inTransaction(
        () -> {
          write(fenced, "first");
          write(fenced, "second");
          fenced.inTransaction(() -> write(fenced, "within"));
          fenced.jdbc().sql("update written set what = upper(what)").update();
        });
    assertThat(checks).hasValue(2);
    int changed = fenced.inTransaction(() -> fenced.jdbc().sql("delete from written").update());
    assertThat(changed).isEqualTo(4);
    assertThat(checks).hasValue(3);
  }

  @Test
  void whatOnlyReadsIsNotChecked() {
    takeOver();
    assertThat(fenced.jdbc().sql(" SELECT count(*) from written").query(Long.class).single())
        .isZero();
    fenced.inTransaction(
        () -> {
          assertThat(fenced.jdbc().sql("select what from written").query(String.class).list())
              .isEmpty();
        });
    assertThat(checks).hasValue(0);
  }

  @Test
  void aLostClaimWritesNothingAndTakesBackTheTransaction() {
    takeOver();
    assertThatThrownBy(() -> write(fenced, "late"))
        .isInstanceOf(LeaseLost.class)
        .hasMessageContaining("pass 7 of ann@old.example")
        .hasMessageContaining("another node has taken over the pass");
    assertThatThrownBy(
            () ->
                fenced.tryingAgain(
                    () -> {
                      write(database, "not fenced");
                      write(fenced, "late");
                      return true;
                    }))
        .isInstanceOf(LeaseLost.class);
    assertThat(checks).hasValue(2);
    assertThat(written()).isZero();
  }

  @Test
  void aLeaseThatIsLostBetweenTwoTransactionsIsSeenInTheSecond() {
    fenced.inTransaction(() -> write(fenced, "in time"));
    takeOver();
    assertThatThrownBy(() -> fenced.inTransaction(() -> write(fenced, "late")))
        .isInstanceOf(LeaseLost.class);
    assertThat(written()).isEqualTo(1);
  }

  @Test
  void aTransactionOfTheWholeDatabaseIsSharedAndChecked() {
    database.inTransaction(
        () -> {
          write(database, "not fenced");
          assertThat(checks).hasValue(0);
          write(fenced, "fenced");
          assertThat(written()).isEqualTo(2);
        });
    assertThat(checks).hasValue(1);
    takeOver();
    assertThatThrownBy(
            () ->
                database.inTransaction(
                    () -> {
                      write(database, "not fenced");
                      write(fenced, "late");
                    }))
        .isInstanceOf(LeaseLost.class);
    assertThat(written()).isEqualTo(2);
  }

  @Test
  void eachClaimOfATransactionIsChecked() {
    Database other = database.fencedBy(CLAIM, counting(claim -> false));
    assertThatThrownBy(
            () ->
                database.inTransaction(
                    () -> {
                      write(fenced, "in time");
                      write(other, "late");
                    }))
        .isInstanceOf(LeaseLost.class);
    assertThat(checks).hasValue(2);
    assertThat(written()).isZero();
  }

  @Test
  void aClaimLeavesTheDatabaseOpen() {
    fenced.close();
    write(fenced, "still");
    assertThat(written()).isEqualTo(1);
  }
}
