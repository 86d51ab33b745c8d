package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.PostgresServer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What a service does about other programs of its database, as their rows show them. */
@Lengthy
@EnabledIfInstalled({"initdb", "postgres"})
class PassLifeTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  @TempDir private Path folder = Path.of("");

  private static void insertPass(JdbcClient rows, int row, String more, String values) {
    String mailbox = "m." + row;
    rows.sql(
            "insert into mailbox (id, source_account, destination_account, source_address, source_host,"
                + " source_port, source_security, source_username, destination_address, state)"
                + " values (?, ?, ?, ?, 'old.example', 993, 'TLS', ?, ?, 'QUEUED')")
        .params(mailbox, mailbox, mailbox, mailbox, mailbox, mailbox)
        .update();
    rows.sql(
            "insert into migration_mailbox (migration_id, row_number, mailbox_id) values ('m', ?, ?)")
        .params(row, mailbox)
        .update();
    rows.sql(
            "insert into pass (mailbox_id, migration_id, kind, host, destination, created_at, due_at, "
                + more
                + ") values (?, 'm', 'FIRST', 'old.example:993', ?, current_timestamp, current_timestamp, "
                + values
                + ")")
        .params(mailbox, mailbox)
        .update();
  }

  private static String state(JdbcClient rows, int row) {
    return rows.sql("select state from pass where mailbox_id = ?")
        .param("m." + row)
        .query(String.class)
        .single();
  }

  private static CompletableFuture<@Nullable Void> stopped(Launcher.Running running) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            running.awaitStop();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void aServiceEndsPassesOfEndedProgramsAndStopsWhenAnotherHasItsName() {
    try (PostgresServer server = PostgresServer.shared()) {
      String url = server.newDatabase();
      Installation installation =
          new Installation(folder)
              .set("database.url", url)
              .set("database.username", PostgresServer.USER)
              .set("node.name", "mover")
              .set("node.lease-seconds", "10")
              .set("api.enabled", "false");
      JdbcClient rows =
          JdbcClient.create(new DriverManagerDataSource(url, PostgresServer.USER, ""));

      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        CompletableFuture<@Nullable Void> stopped = stopped(running);
        rows.sql("insert into migration (id, name, opened_at) values ('m', 'm', current_timestamp)")
            .update();
        insertPass(rows, 1, "state, only_node", "'WAITING', 'gone-migrate-7'");
        await().atMost(LIMIT).until(() -> state(rows, 1).equals("ENDED"));
        assertThat(stopped).isNotDone();

        // As a machine does that was cloned with its data folder.
        rows.sql("update node set run = 'another' where name = 'mover'").update();
        insertPass(
            rows,
            2,
            "state, owner, lease_until",
            "'RUNNING', 'mover', current_timestamp + interval '10' minute");
        assertThatThrownBy(() -> stopped.orTimeout(40, TimeUnit.SECONDS).join())
            .isInstanceOf(CompletionException.class)
            .cause()
            .isInstanceOf(RequestRejected.class)
            .hasMessageContaining("node.name = mover")
            .hasMessageContaining("another program with a copy of this data folder");
      }

      assertThat(
              rows.sql("select count(*) from node where name = 'mover' and stopped_at is null")
                  .query(Integer.class)
                  .single())
          .as("the other one runs")
          .isEqualTo(1);
      assertThat(
              rows.sql(
                      "select count(*) from pass where state = 'RUNNING' and lease_until > current_timestamp")
                  .query(Integer.class)
                  .single())
          .as("its pass is left alone")
          .isEqualTo(1);
    }
  }

  @Test
  void aServiceWhoseWorkersAreBusyPutsBackWhatAnotherLost() throws Exception {
    try (PostgresServer server = PostgresServer.shared();
        ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = server.newDatabase();
      Installation installation =
          new Installation(folder)
              .set("database.url", url)
              .set("database.username", PostgresServer.USER)
              .set("node.lease-seconds", "5")
              .set("mailboxes.at-once", "1")
              .set("connection.connect-timeout-seconds", "300")
              .set("destination.port", String.valueOf(silent.getLocalPort()))
              .set("api.enabled", "false");
      JdbcClient rows =
          JdbcClient.create(new DriverManagerDataSource(url, PostgresServer.USER, ""));

      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        Files.writeString(
            Files.createDirectories(installation.drop()).resolve("busy.csv"),
            TwoServers.HEADER
                + "busy@example.org,old,127.0.0.1,%d,none,new,,%n"
                    .formatted(silent.getLocalPort()));
        await()
            .atMost(LIMIT)
            .until(
                () ->
                    rows.sql("select count(*) from pass where state = 'RUNNING'")
                            .query(Integer.class)
                            .single()
                        == 1);

        rows.sql("insert into migration (id, name, opened_at) values ('m', 'm', current_timestamp)")
            .update();
        insertPass(
            rows,
            1,
            "state, owner, lease_until",
            "'RUNNING', 'gone', current_timestamp - interval '1' minute");
        await().atMost(LIMIT).until(() -> state(rows, 1).equals("WAITING"));
      }
    }
  }
}
