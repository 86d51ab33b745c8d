package org.mailcaravan.store;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.PostgresServer;

/** {@link DocumentedPoliciesTest} on PostgreSQL. */
@EnabledIfInstalled({"initdb", "postgres"})
class PostgresDocumentedPoliciesTest extends DocumentedPoliciesTest {
  private static PostgresServer server;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.start();
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
