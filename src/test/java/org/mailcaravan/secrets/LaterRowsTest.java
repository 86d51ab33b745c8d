package org.mailcaravan.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.intake.RequestReader;
import org.mailcaravan.intake.RequestRules;
import org.mailcaravan.intake.Requests;
import org.mailcaravan.intake.Schedule;
import org.mailcaravan.intake.SourceServers;
import org.mailcaravan.model.Channel;
import org.mailcaravan.model.Notice;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.policies.Policies;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.NamedBefore;
import org.mailcaravan.store.Origin;
import org.mailcaravan.store.PasswordTrials;

/** Rows without a password for mailboxes that are known. */
class LaterRowsTest {
  private static final String NODE = "one";
  private static final RowOptions PROFILE =
      new RowOptions(Map.of("source_oauth_profile", "contoso"));

  private Database database;
  private Requests requests;

  @BeforeEach
  void open() {
    database = Database.open("jdbc:h2:mem:" + UUID.randomUUID(), "", Secret.of(""));
    Events events = new Events(database, NODE);
    Migrations migrations =
        new Migrations(
            database, events, new Origin(NODE, false, Duration.ofDays(14)), Clock.systemUTC());
    requests =
        new Requests(
            new RequestReader(new RequestRules(false, false, false, List.of()), SourceServers.NONE),
            database,
            migrations,
            new SealedVault(
                database.jdbc(),
                KeyRing.of(List.of(KeyRing.newKey(new SecureRandom()))),
                new KeyTable(database.jdbc()),
                Clock.systemUTC(),
                Runnable::run),
            new PasswordTrials(database, events),
            new Answers(
                database,
                events,
                NODE,
                Duration.ofMinutes(5),
                Clock.systemUTC(),
                10,
                Duration.ofMinutes(10)),
            new Schedule(
                ZoneOffset.UTC,
                new Notice(Duration.ZERO, Duration.ZERO),
                null,
                Policies.NONE,
                false,
                new NamedBefore(database),
                Clock.systemUTC()),
            new Progress() {});
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void request(String password, RowOptions options) {
    RequestRow row =
        new RequestRow(
            1,
            2,
            "ann@old.example",
            Secret.of(password),
            new Server("imap.old.example", 993, Security.TLS),
            "ann@old.example",
            "ann@new.example",
            null,
            null,
            null,
            options);
    requests.open(
        new Request(Channel.COMMAND, "a.csv", List.of(row), List.of(), RequestReading.UNKNOWN));
  }

  private String waitsFor() {
    return database
        .jdbc()
        .sql("select waits_for from pass where state = 'WAITING'")
        .query(String.class)
        .single();
  }

  private String options() {
    return database.jdbc().sql("select options from mailbox").query(String.class).single();
  }

  /** Its credential is empty, since a token opens it: that is no password that was forgotten. */
  @Test
  void aMailboxThatATokenOpensIsOpenedByItToo() {
    request("", PROFILE);
    assertThat(waitsFor()).isEqualTo("TURN");

    request("", RowOptions.NONE);

    assertThat(waitsFor()).isEqualTo("TURN");
    assertThat(options()).contains("contoso");
  }

  @Test
  void aMailboxThatNothingOpensWaitsForItsPassword() {
    request("", RowOptions.NONE);

    assertThat(waitsFor()).isEqualTo("PASSWORD");
  }
}
