package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Where;

/** On H2; {@code PostgresRemovalsTest} runs all of it on PostgreSQL. */
class RemovalsTest {
  private static final Instant NOW = Instant.parse("2027-06-01T04:45:00Z");

  private Database database;
  private LifeRows rows;
  private Events events;

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    rows = new LifeRows(database);
    events = new Events(database, "one");
    rows.migration("m");
    rows.migration("n");
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private Removals after(int days) {
    return new Removals(database, events, Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofDays(days));
  }

  private void closed(String migration, int daysAgo) {
    database
        .jdbc()
        .sql("update migration set stage = 'CLOSED', closed_at = ? where id = ?")
        .params(NOW.minus(Duration.ofDays(daysAgo)).atOffset(ZoneOffset.UTC), migration)
        .update();
  }

  private long count(String table) {
    return database.jdbc().sql("select count(*) from " + table).query(Long.class).single();
  }

  /** A row in each table that has something of a mailbox. */
  private String known(String migration, int row) {
    String id = rows.mailboxThat(migration, row, "COPIED");
    long pass =
        database
            .jdbc()
            .sql("select id from pass where mailbox_id = ?")
            .param(id)
            .query(Long.class)
            .single();
    rows.problems(pass, List.of(new Problem(Where.MAILBOX, "x", Owner.US, "y")));
    String source = "user" + row + " at imap.old.example";
    String destination = "user" + row + "@new.example at imap.new.example";
    for (String sql :
        List.of(
            "insert into folder_pair (id, source_account, destination_account, source_folder,"
                + " destination_folder, source_uidvalidity, destination_uidvalidity)"
                + " values (:pair, :source, :destination, 'INBOX', 'INBOX', 1, 1)",
            "insert into copied_range (folder_pair_id, source_first, length, destination_first)"
                + " select :pair, 1, 5, 1 from mailbox where id = :id and :source <> :destination",
            "insert into recognised_account (source_account, destination_account)"
                + " select :source, :destination from mailbox where id = :id and :pair <> ''",
            "insert into groupware_collection (id, account, url)"
                + " select :pair, destination_address, 'https://dav' || :source || :destination"
                + " from mailbox where id = :id")) {
      database
          .jdbc()
          .sql(sql)
          .param("pair", "pair" + row)
          .param("source", source)
          .param("destination", destination)
          .param("id", id)
          .update();
    }
    events.add("pass", "routes", migration, id, null, null, "COPIED", "user@old.example");
    return id;
  }

  @Test
  void whatIsOldEnoughIsRemovedAndTheMigrationStaysAsANote() {
    known("m", 1);
    String other = known("n", 2);
    events.add("migration", "lives", "m", null, null, null, "CLOSED", "purged");
    closed("m", 91);
    closed("n", 89);
    assertThat(after(0).run()).isZero();
    assertThat(after(90).run()).isEqualTo(1);
    assertThat(after(90).run()).isZero();
    for (String table :
        List.of(
            "mailbox",
            "migration_mailbox",
            "pass",
            "problem",
            "folder_pair",
            "copied_range",
            "recognised_account",
            "groupware_collection")) {
      assertThat(count(table)).as(table).isEqualTo(1);
    }
    assertThat(database.jdbc().sql("select id from mailbox").query(String.class).single())
        .isEqualTo(other);
    assertThat(
            events.after(0, 100).stream()
                .filter(each -> "m".equals(each.event().migration()))
                .map(each -> each.event().reason()))
        .containsExactly(
            "purged", "what was known of its mailboxes is removed, 90 days after it was closed");
    assertThat(after(90).removed(List.of("m", "n", "x"))).containsExactly("m");
  }

  @Test
  void aMailboxGoesWithTheLastMigrationThatNamesIt() {
    String id = known("m", 1);
    rows.names("n", 1, id);
    closed("m", 91);
    assertThat(after(90).run()).isEqualTo(1);
    assertThat(count("mailbox")).isEqualTo(1);
    assertThat(count("copied_range")).isEqualTo(1);
    closed("n", 91);
    assertThat(after(90).run()).isEqualTo(1);
    assertThat(count("mailbox")).isZero();
    assertThat(count("copied_range")).isZero();
  }

  @Test
  void anotherMailboxOfTheSameSourceKeepsItsLedger() {
    known("m", 1);
    int unused =
        database
            .jdbc()
            .sql(
                "insert into folder_pair (id, source_account, destination_account, source_folder,"
                    + " destination_folder, source_uidvalidity, destination_uidvalidity) values ('other',"
                    + " 'user1 at imap.old.example', 'other@new.example at imap.new.example', 'INBOX',"
                    + " 'INBOX', 1, 1)")
            .update();
    closed("m", 91);
    assertThat(after(90).run()).isEqualTo(1);
    assertThat(database.jdbc().sql("select id from folder_pair").query(String.class).single())
        .isEqualTo("other");
  }

  @Test
  void whatAKillHasLeftIsRemovedTheNextTime() {
    known("m", 1);
    closed("m", 91);
    // As after the first of two mailboxes.
    known("m", 2);
    int unused = rows.set("event", "kind = 'pass'", "1 = 1");
    assertThat(after(90).run()).isEqualTo(1);
    assertThat(count("mailbox")).isZero();
    assertThat(count("migration")).isEqualTo(2);
  }

  @Test
  void whileAPassIsOpenNothingIsRemoved() {
    String id = known("m", 1);
    closed("m", 91);
    long unused = rows.pass(id, "m", "RUNNING", null);
    assertThat(after(90).run()).isZero();
    assertThat(count("mailbox")).isEqualTo(1);
  }
}
