package org.mailcaravan.store;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.PostgresServer;

/** {@link StepQueueTest} on PostgreSQL. */
@EnabledIfInstalled({"initdb", "postgres"})
class PostgresStepQueueTest extends StepQueueTest {
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
  String user() {
    return PostgresServer.USER;
  }
}
