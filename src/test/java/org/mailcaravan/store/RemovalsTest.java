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
  void afterAKillTheNextRunGoesOn() {
    known("m", 1);
    known("m", 2);
    closed("m", 91);
    // As when the program is killed before the last step, and in the middle of a mailbox.
    for (String table : List.of("pulled_resource", "telling")) {
      rename(table, "away");
      assertThat(after(90).run()).isZero();
      rename("away", table);
      assertThat(count("mailbox")).as(table).isEqualTo(table.equals("telling") ? 0 : 2);
      assertThat(count("copied_range")).as(table).isEqualTo(table.equals("telling") ? 0 : 2);
      assertThat(after(90).removed(List.of("m"))).isEmpty();
    }
    assertThat(after(90).run()).isEqualTo(1);
    assertThat(count("mailbox")).isZero();
    assertThat(after(90).removed(List.of("m"))).containsExactly("m");
  }

  private void rename(String table, String to) {
    int unused = database.jdbc().sql("alter table " + table + " rename to " + to).update();
  }

  @Test
  void whileAPassIsOpenNothingIsRemoved() {
    String id = known("m", 1);
    closed("m", 91);
    long unused = rows.pass(id, "m", "RUNNING", null);
    assertThat(after(90).run()).isZero();
    assertThat(count("mailbox")).isEqualTo(1);
  }

  @Test
  void whatServersAndStrangersSaidOfItGoesToo() {
    String id = known("m", 1);
    String other = known("n", 2);
    for (String[] account :
        new String[][] {
          {"user1 at imap.old.example:993", id},
          {"user1@new.example at imap.new.example:993", id},
          {"user2 at imap.old.example:993", other}
        }) {
      for (String sql :
          List.of(
              "insert into account_pause (account, not_before, code, cause) values"
                  + " (?, current_timestamp, 'x', 'y')",
              "insert into refused_login (account, passes, since) values (?, 1, current_timestamp)")) {
        int unused = database.jdbc().sql(sql).param(account[0]).update();
      }
    }
    events.add("migration", "dns", "m", null, null, null, "CUTOVER", "all mail of old.example");
    events.add("migration", "lives", "m", null, null, null, "CLOSED", "purged");
    int unused = rows.set("request", "ticket = '17', reading = '{}'", "1 = 1");
    closed("m", 91);
    assertThat(after(90).run()).isEqualTo(1);
    assertThat(database.jdbc().sql("select account from account_pause").query(String.class).list())
        .containsExactly("user2 at imap.old.example:993");
    assertThat(count("refused_login")).isEqualTo(1);
    assertThat(
            events.after(0, 100).stream()
                .filter(each -> "m".equals(each.event().migration()))
                .map(each -> each.event().state() + ": " + each.event().reason()))
        .startsWith("CUTOVER: ", "CLOSED: purged")
        .hasSize(3);
    assertThat(
            database
                .jdbc()
                .sql("select id from request where ticket is not null or reading is not null")
                .query(String.class)
                .list())
        .containsExactly("n");
  }

  @Test
  void answersStayAsEmptyRowsSoThatNoMailIsAnsweredTwice() {
    String insert =
        "insert into answer (id, request_id, recipient, subject, replies_to, thread, notes, queued_at,"
            + " due_at, about, language) values (?, %s, 'anna@kunde.example', 's', 'r', 't', 'n', ?, ?, %s, '')";
    int number = 0;
    for (String[] each :
        new String[][] {
          {"'m'", "null", "100"},
          {"null", "'m'", "100"},
          {"null", "'n'", "100"},
          {"null", "null", "91"},
          {"null", "null", "89"}
        }) {
      var at = NOW.minus(Duration.ofDays(Long.parseLong(each[2]))).atOffset(ZoneOffset.UTC);
      int unused =
          database
              .jdbc()
              .sql(insert.formatted(each[0], each[1]))
              .params("answer" + number++, at, at)
              .update();
    }
    closed("m", 91);
    assertThat(after(90).run()).isEqualTo(1);
    assertThat(
            database
                .jdbc()
                .sql("select id || recipient || notes from answer order by id")
                .query(String.class)
                .list())
        .containsExactly(
            "answer1", "answer2anna@kunde.examplen", "answer3", "answer4anna@kunde.examplen");
  }

  @Test
  void aDomainThatNoMailboxHasIsForgotten() {
    known("m", 1);
    known("n", 2);
    int unused = rows.set("mailbox", "mail_domain = 'old' || id || '.example'", "1 = 1");
    for (String domain : List.of("oldm.1.example", "oldn.2.example")) {
      unused =
          database
              .jdbc()
              .sql(
                  "insert into cutover_domain (domain, verdict, words, memory, next_look_at, since) values"
                      + " (?, 'OURS', 'w', '', current_timestamp + 100 * interval '1' second, ?)")
              .params(domain, NOW.minus(Duration.ofDays(95)).atOffset(ZoneOffset.UTC))
              .update();
    }
    closed("m", 91);
    assertThat(after(90).run()).isEqualTo(1);
    assertThat(database.jdbc().sql("select domain from cutover_domain").query(String.class).list())
        .containsExactly("oldn.2.example");
  }
}
