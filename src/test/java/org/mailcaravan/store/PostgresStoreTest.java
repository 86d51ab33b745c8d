package org.mailcaravan.store;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.PostgresServer;

/** {@link StoreTest} on PostgreSQL, each test in a database of its own. */
@Lengthy
@EnabledIfInstalled({"initdb", "postgres"})
class PostgresStoreTest extends StoreTest {
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
  String newDatabase() {
    return server.newDatabase();
  }

  @Override
  String emptyDatabase() {
    return server.emptyDatabase();
  }

  @Override
  String user() {
    return PostgresServer.USER;
  }
}
