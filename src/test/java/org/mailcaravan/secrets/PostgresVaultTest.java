package org.mailcaravan.secrets;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.PostgresServer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

@EnabledIfInstalled({"initdb", "postgres"})
class PostgresVaultTest {
  @Test
  void whatWasForgottenStillStandsInRowsAndLogsAndOpensNoMore(
      @TempDir Path data, @TempDir Path other) throws Exception {
    try (PostgresServer server = PostgresServer.start();
        KeySlots slots = KeyFile.in(data)) {
      SingleConnectionDataSource database =
          new SingleConnectionDataSource(server.emptyDatabase(), PostgresServer.USER, "", true);
      Flyway.configure()
          .dataSource(database)
          .placeholders(Map.of("stored", "stored"))
          .load()
          .migrate();
      KeyRing keys = KeyRing.of(List.of(KeyRing.newKey(new SecureRandom())));
      Vault vault =
          new SealedVault(
              JdbcClient.create(database), keys, slots, Clock.systemUTC(), Runnable::run);
      Leftovers.assertForgottenForGood(
          vault,
          keys,
          slots,
          server.folder(),
          data,
          other,
          () -> JdbcClient.create(database).sql("checkpoint").update());
      database.destroy();
    }
  }
}
