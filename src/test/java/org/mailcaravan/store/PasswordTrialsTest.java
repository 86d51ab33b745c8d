package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Side;

class PasswordTrialsTest {
  private static final String SENDER = "anna@kunde.example";

  @TempDir private Path folder = Path.of("");

  private static PasswordTrials after(Database database) {
    return new PasswordTrials(database, new Events(database, "one"));
  }

  private static RequestRow row(String source, String destination) {
    return row(source, destination, "pw");
  }

  private static RequestRow row(String source, String destination, String destinationPassword) {
    return new RequestRow(
        1,
        2,
        source,
        Secret.of("pw"),
        new Server("imap.old.example", 993, Security.TLS),
        source,
        destination,
        Secret.of(destinationPassword),
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
        assertThat(after(database).mayTry(mailbox, Side.SOURCE)).isTrue();
        after(database).tried(mailbox, Side.SOURCE, SENDER);
      }
    }
    try (Database database = Database.inFolder(folder)) {
      assertThat(after(database).mayTry(mailbox, Side.SOURCE)).isFalse();
      assertThat(after(database).mayTry("other", Side.SOURCE)).isTrue();
      after(database).taken(mailbox, Side.SOURCE, SENDER);
      assertThat(after(database).mayTry(mailbox, Side.SOURCE)).isTrue();
      for (int i = 0; i < 3; i++) {
        after(database).tried(mailbox, Side.SOURCE, SENDER);
      }
      assertThat(after(database).mayTry(mailbox, Side.SOURCE)).isFalse();
      database.jdbc().sql("update event set at = at - interval '61' minute").update();
      assertThat(after(database).mayTry(mailbox, Side.SOURCE)).isTrue();
    }
  }

  private static boolean mayTry(PasswordTrials trials, RequestRow row) {
    return new RowTrials(trials).tooMany(List.of(row)).isEmpty();
  }

  @Test
  void theAccountAtTheOldProviderCountsWhereverItsMailIsToGo() {
    try (Database database = Database.inFolder(folder)) {
      PasswordTrials trials = after(database);
      assertThat(mayTry(trials, row("anna@old.example", "a0@new.example"))).isTrue();
      String first = opened(database, row("anna@old.example", "a1@new.example"));
      assertThat(trials.known(List.of(first), Side.SOURCE)).isEmpty();
      String second = opened(database, row("Anna@old.example", "a2@new.example"));
      String bob = opened(database, row("bob@old.example", "a3@new.example"));
      assertThat(trials.known(List.of(second, bob), Side.SOURCE)).containsOnlyKeys(second);
      for (String each : List.of(first, second, second)) {
        assertThat(mayTry(trials, row("anna@old.example", "a4@new.example"))).isTrue();
        trials.tried(each, Side.SOURCE, SENDER);
      }
      assertThat(mayTry(trials, row("ANNA@old.example", "a4@new.example"))).isFalse();
      assertThat(trials.mayTry(first, Side.SOURCE)).isFalse();
      assertThat(mayTry(trials, row("bob@old.example", "a4@new.example"))).isTrue();
    }
  }

  @Test
  void theAccountAtTheNewServerCountsWhereverItsMailComesFromAndWhateverWorksThere() {
    try (Database database = Database.inFolder(folder)) {
      PasswordTrials trials = after(database);
      String first = opened(database, row("a1@old.example", "anna@new.example"));
      String second = opened(database, row("a2@old.example", "Anna@new.example"));
      assertThat(trials.known(List.of(second), Side.DESTINATION)).containsOnlyKeys(second);
      for (String each : List.of(first, second, second)) {
        assertThat(mayTry(trials, row("a3@old.example", "anna@new.example"))).isTrue();
        trials.tried(each, Side.DESTINATION, SENDER);
        // Who guesses may have a server of his own that takes any password.
        trials.taken(each, Side.SOURCE, SENDER);
      }
      assertThat(mayTry(trials, row("a3@old.example", "anna@new.example"))).isFalse();
      assertThat(trials.mayTry(first, Side.DESTINATION)).isFalse();
      assertThat(trials.mayTry(first, Side.SOURCE)).isTrue();
      assertThat(mayTry(trials, row("a1@old.example", "bob@new.example"))).isTrue();
      trials.taken(second, Side.DESTINATION, SENDER);
      assertThat(mayTry(trials, row("a3@old.example", "anna@new.example"))).isTrue();
    }
  }

  @Test
  void oneMailTriesThreePasswordsForAnAccountAndTheSameOneForAnyNumberOfMailboxes() {
    try (Database database = Database.inFolder(folder)) {
      List<RequestRow> guesses = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        guesses.add(row("a" + i + "@old.example", "anna@new.example", "guess" + i));
        guesses.add(row("b" + i + "@old.example", "bob@new.example", "the one"));
      }
      RowTrials trials = new RowTrials(after(database));
      assertThat(trials.tooMany(guesses.subList(0, 6))).isEmpty();
      assertThat(trials.tooMany(guesses.subList(6, 10)).keySet())
          .as("another part of the same mail")
          .extracting(RequestRow::destinationPassword)
          .containsExactlyInAnyOrder(Secret.of("guess3"), Secret.of("guess4"));
    }
  }
}
