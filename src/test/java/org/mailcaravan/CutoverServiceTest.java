package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.ScriptedDns;
import org.mailcaravan.store.Database;

/**
 * A service sees by the DNS that mail comes to us, and fetches what still came to the old server.
 */
@EnabledIfInstalled("dovecot")
class CutoverServiceTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String ANNA = "anna@shop.example";

  private final TwoServers servers = new TwoServers();
  private final ScriptedDns dns = ScriptedDns.start();

  @TempDir private Path folder = Path.of("");

  @AfterEach
  void stopServers() {
    servers.close();
    dns.close();
  }

  private static String text(Database database, String sql) {
    return database
        .jdbc()
        .sql(sql)
        .query((row, number) -> String.valueOf(row.getString(1)))
        .single();
  }

  private static void until(Database database, String sql, String wanted) {
    await().atMost(LIMIT).until(() -> text(database, sql).equals(wanted));
  }

  private static void lookNow(Database database) {
    int unused =
        database.jdbc().sql("update cutover_domain set next_look_at = current_timestamp").update();
  }

  @Test
  void finalPassesBringWhatCameToTheOldServerUntilTwoBringNothing() throws IOException {
    servers.userWithMail(ANNA, 2, "INBOX", "Sent");
    dns.ttl(1).answer("shop.example", "MX", "10 mx.old.example.");
    Installation installation =
        servers
            .configure(new Installation(folder))
            .set("api.enabled", "false")
            .set("preflight.enabled", "false")
            .set("cutover.mx-hosts", "mx.host.example")
            .set("cutover.ask-authorities", "false")
            .set(
                "cutover.resolvers",
                dns.address().getAddress().getHostAddress() + ":" + dns.address().getPort())
            .set("cutover.cron", "* * * * * ?")
            .set("cutover.final-passes", "0s, 1s, 2s");
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE);
        Database database = Database.inFolder(installation.data())) {
      Files.createDirectories(running.dropFolder());
      Files.move(
          installation.request("anna.csv", TwoServers.HEADER + servers.row(ANNA)),
          running.dropFolder().resolve("anna.csv"));
      until(database, "select count(*) from pass where outcome = 'COPIED'", "1");
      until(database, "select max(verdict) from cutover_domain", "NOT_YET");
      servers.deliverOne(ANNA);

      dns.answer("shop.example", "MX", "10 mx.host.example.");
      lookNow(database);
      until(
          database,
          "select quiet_passes || ' ' || coalesce(final_due_at is null, false) from mailbox",
          "2 TRUE");

      assertThat(servers.atDestination(ANNA)).isEqualTo(servers.atSource(ANNA));
      assertThat(text(database, "select cutover_by from mailbox")).isEqualTo("dns");
      int passes =
          Integer.parseInt(text(database, "select count(*) from pass where kind = 'FINAL'"));
      assertThat(passes).isGreaterThanOrEqualTo(3);
      assertThat(text(database, "select final_passes from mailbox"))
          .isEqualTo(String.valueOf(passes));
      assertThat(
              text(
                  database,
                  "select count(*) from event where kind = 'migration' and state = 'CUTOVER'"))
          .isEqualTo("1");
    }
  }
}
