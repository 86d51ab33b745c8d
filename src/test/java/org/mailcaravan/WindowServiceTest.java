package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.PostgresServer;
import org.mailcaravan.server.Proxy;
import org.mailcaravan.server.Valve;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A service that copies from Dovecot to Dovecot when it may. */
@Lengthy
@EnabledIfInstalled({"dovecot", "initdb", "postgres"})
class WindowServiceTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String ANNA = "anna@example.org";

  /** In octets. */
  private static final long SOME_OF_THE_MAIL = 200_000;

  private final PostgresServer database = PostgresServer.start();
  private final TwoServers servers =
      new TwoServers(DovecotServer.builder().compress(false), DovecotServer.builder());
  private final Valve fromSource = new Valve();
  private final String url = database.newDatabase();
  private final JdbcClient rows =
      JdbcClient.create(new DriverManagerDataSource(url, PostgresServer.USER, ""));

  @TempDir private Path folder = Path.of("");
  private Installation installation = new Installation(folder);

  @BeforeEach
  void install() {
    installation =
        servers
            .configure(new Installation(folder))
            .set("database.url", url)
            .set("database.username", PostgresServer.USER)
            .set("api.enabled", "false")
            .set("preflight.enabled", "false");
  }

  @AfterEach
  void stopServers() {
    servers.close();
    database.close();
  }

  private void drop(String content) throws IOException {
    Path request = installation.request("r.csv", content);
    Files.createDirectories(installation.drop());
    Files.move(request, installation.drop().resolve("r.csv"));
  }

  private String pass(String column) {
    return rows.sql("select " + column + " from pass").query(String.class).single();
  }

  private void setWindow(int opensInMinutes) {
    rows.sql(
            "update time_window set opens_at = current_timestamp + cast(? as integer) * interval '1' minute,"
                + " closes_at = current_timestamp + interval '2' day")
        .param(opensInMinutes)
        .update();
  }

  @Test
  void aPassStopsWhenItsWindowClosesAndGoesOnWhenItOpens() throws IOException {
    servers.userWithMail(ANNA, 150, "INBOX", "Sent", "Archive");
    installation
        .set("schedule.window", "Mon-Sun; Europe/Rome")
        .set("copy.batch-messages", "1")
        .set("mailbox.folders-at-once", "1");
    int all = servers.atSource(ANNA).count();
    fromSource.closeAfter(SOME_OF_THE_MAIL);
    try (Proxy source = new Proxy(servers.source.port(), Proxy.OPEN, fromSource);
        Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      drop(TwoServers.HEADER + servers.rowThrough(source.port(), ANNA));
      await().atMost(LIMIT).until(fromSource::holding);
      setWindow(200);
      // The pass learns it with the next renewal of its lease.
      String lease = pass("lease_until");
      await().atMost(LIMIT).until(() -> !pass("lease_until").equals(lease));
      fromSource.open();
      await().atMost(LIMIT).until(() -> pass("state").equals("WAITING"));
      assertThat(pass("waits_for")).isEqualTo("WINDOW");
      assertThat(servers.atDestination(ANNA).count()).isBetween(1, all - 1);

      setWindow(-1);
      await().atMost(LIMIT).until(() -> pass("state").equals("ENDED"));
      assertThat(running).isNotNull();
    }
    assertThat(pass("outcome")).isEqualTo("COPIED");
    assertThat(servers.atDestination(ANNA)).isEqualTo(servers.atSource(ANNA));
  }

  @Test
  void inboxIsCopiedByDayAndTheRestWhenTheWindowOpens() throws IOException {
    servers.userWithMail(ANNA, 5, "INBOX", "Sent", "Archive");
    Path policies =
        Files.writeString(
            folder.resolve("policies.yaml"),
            """
            policies:
              - name: by-day
                when:
                  domain: example.org
                window: Mon-Sun; Europe/Rome
                inbox: first
            """);
    installation.set("policies.file", policies.toString());
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      setWindow(200);
      drop(TwoServers.HEADER + servers.row(ANNA));
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  rows.sql("select coalesce(max(inbox), '') from pass")
                      .query(String.class)
                      .single()
                      .equals("DONE"));
      assertThat(pass("state")).isEqualTo("WAITING");
      assertThat(pass("waits_for")).isEqualTo("WINDOW");
      MailboxSnapshot copied = servers.atDestination(ANNA);
      assertThat(copied.folders().get("INBOX"))
          .isEqualTo(servers.atSource(ANNA).folders().get("INBOX"))
          .satisfies(inbox -> assertThat(inbox.messages()).hasSize(copied.count()));

      setWindow(-1);
      await().atMost(LIMIT).until(() -> pass("state").equals("ENDED"));
      assertThat(running).isNotNull();
    }
    assertThat(pass("outcome")).isEqualTo("COPIED");
    assertThat(servers.atDestination(ANNA)).isEqualTo(servers.atSource(ANNA));
  }

  @Test
  void aRequestThatComesTooLateStartsWhenItIsPossibleAndItsAnswerSaysSo() throws IOException {
    servers.userWithMail(ANNA, 1, "INBOX");
    installation.set("schedule.time-zone", "Europe/Rome");
    LocalDateTime soon =
        LocalDateTime.now(ZoneId.of("Europe/Rome")).plusHours(1).truncatedTo(ChronoUnit.MINUTES);
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      drop(
          TwoServers.HEADER.strip()
              + ",start_at,window\n"
              + servers.row(ANNA).strip()
              + ","
              + soon
              + ",\"Mo-So 00:00-24:00\"\n");
      Path answer = installation.drop().resolve("done/r.csv.answer.txt");
      await().atMost(LIMIT).until(() -> Files.exists(answer));
      assertThat(pass("waits_for")).isEqualTo("START");
      Instant start =
          rows.sql("select not_before from pass")
              .query((row, number) -> row.getTimestamp(1).toInstant())
              .single();
      assertThat(start)
          .isAfter(soon.atZone(ZoneId.of("Europe/Rome")).toInstant().plus(Duration.ofHours(22)));
      assertThat(rows.sql("select text from time_window").query(String.class).single())
          .isEqualTo("Mo-So 00:00-24:00; Europe/Rome");
      assertThat(answer).content().contains("which is too soon for us. We begin on ");
      assertThat(running).isNotNull();
    }
  }
}
