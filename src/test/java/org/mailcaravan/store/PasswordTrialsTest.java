package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

class PasswordTrialsTest {
  private static final String SENDER = "anna@kunde.example";

  @TempDir private Path folder = Path.of("");

  private static PasswordTrials after(Database database) {
    return new PasswordTrials(database, new Events(database, "one"));
  }

  private static RequestRow row(String source, String destination) {
    return new RequestRow(
        1,
        2,
        source,
        Secret.of(""),
        new Server("imap.old.example", 993, Security.TLS),
        source,
        destination,
        null,
        null,
        null,
        RowOptions.NONE);
  }

  private static String opened(Database database, RequestRow row) {
    List<Mailbox> opened =
        new Migrations(
                database,
                new Events(database, "one"),
                new Origin("one", false, Duration.ofDays(14)),
                Clock.systemUTC())
            .open(new Request("list.csv", List.of(row), List.of()))
            .mailboxes();
    return opened.get(0).id();
  }

  @Test
  void threeAreTriedInAnHourUntilOneOfThemWorksAndARestartChangesNothing() {
    String mailbox;
    try (Database database = Database.inFolder(folder)) {
      mailbox = opened(database, row("anna@old.example", "anna@new.example"));
      for (int i = 0; i < 3; i++) {
        assertThat(after(database).mayTry(mailbox)).isTrue();
        after(database).tried(mailbox, SENDER);
      }
    }
    try (Database database = Database.inFolder(folder)) {
      assertThat(after(database).mayTry(mailbox)).isFalse();
      assertThat(after(database).mayTry("other")).isTrue();
      after(database).taken(mailbox, SENDER);
      assertThat(after(database).mayTry(mailbox)).isTrue();
      for (int i = 0; i < 3; i++) {
        after(database).tried(mailbox, SENDER);
      }
      assertThat(after(database).mayTry(mailbox)).isFalse();
      database.jdbc().sql("update event set at = at - interval '61' minute").update();
      assertThat(after(database).mayTry(mailbox)).isTrue();
    }
  }

  @Test
  void theAccountAtTheOldProviderCountsWhereverItsMailIsToGo() {
    try (Database database = Database.inFolder(folder)) {
      PasswordTrials trials = after(database);
      assertThat(trials.mayTry(row("anna@old.example", "a0@new.example"))).isTrue();
      String first = opened(database, row("anna@old.example", "a1@new.example"));
      assertThat(trials.ofKnownSources(List.of(first))).isEmpty();
      String second = opened(database, row("Anna@old.example", "a2@new.example"));
      String bob = opened(database, row("bob@old.example", "a3@new.example"));
      assertThat(trials.ofKnownSources(List.of(second, bob))).isEqualTo(Set.of(second));
      for (String each : List.of(first, second, second)) {
        assertThat(trials.mayTry(row("anna@old.example", "a4@new.example"))).isTrue();
        trials.tried(each, SENDER);
      }
      assertThat(trials.mayTry(row("ANNA@old.example", "a4@new.example"))).isFalse();
      assertThat(trials.mayTry(first)).isFalse();
      assertThat(trials.mayTry(row("bob@old.example", "a4@new.example"))).isTrue();
    }
  }
}
