package org.mailcaravan.store;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.mailcaravan.model.Secret;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.PostgresServer;

/** {@link TimersTest} on PostgreSQL, each test in a database of its own. */
@EnabledIfInstalled({"initdb", "postgres"})
class PostgresTimersTest extends TimersTest {
  private static PostgresServer server;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.shared();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Override
  Database open() {
    return Database.open(server.newDatabase(), PostgresServer.USER, Secret.of(""));
  }
}
