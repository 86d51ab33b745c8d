package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Secret;

class ToldMigrationsTest {
  private Database database;
  private LifeRows rows;
  private ToldMigrations told;

  @BeforeEach
  void openDatabase() {
    database =
        Database.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", Secret.of(""));
    rows = new LifeRows(database);
    told = new ToldMigrations(database, false);
    rows.migration("m");
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  @Test
  void aCancelledMailboxHoldsUpNoDomain() {
    String ours = mailbox(1, "COPIED", "a.example");
    int unused = rows.set("mailbox", "cutover_at = current_timestamp", "id = '" + ours + "'");
    String cancelled = mailbox(2, "CANCELLED", "a.example");
    mailbox(3, "CANCELLED", "b.example");

    assertThat(told.countDomains("m")).isEqualTo(new ToldMigrations.Domains(1, 1));
    assertThat(told.domains("m", false, 9)).isEmpty();
    assertThat(told.domains("m", true, 9)).containsExactly("a.example");
    assertThat(told.domains("m", 9)).as("all").containsExactly("a.example", "b.example");

    unused = rows.set("mailbox", "state = 'COPIED'", "id = '" + cancelled + "'");
    assertThat(told.countDomains("m")).isEqualTo(new ToldMigrations.Domains(1, 0));
  }

  private String mailbox(int row, String state, String domain) {
    String id = rows.mailbox("m", row, "user" + row, state);
    int unused = rows.set("mailbox", "mail_domain = '" + domain + "'", "id = '" + id + "'");
    return id;
  }
}
