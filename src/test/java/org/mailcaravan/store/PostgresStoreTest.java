package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.PostgresServer;

/** {@link StoreTest} on PostgreSQL, each test in a database of its own. */
@EnabledIfInstalled({"initdb", "postgres"})
class PostgresStoreTest extends StoreTest {
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

  @Test
  void aSecondProgramOnTheSameDatabaseIsTurnedAwayUntilTheFirstHasEnded() {
    String url = server.newDatabase();
    try (Database first = Database.open(url, PostgresServer.USER, Secret.of(""))) {
      assertThat(first.jdbc()).isNotNull();
      assertThatThrownBy(() -> Database.open(url, PostgresServer.USER, Secret.of("")))
          .isInstanceOf(RequestRejected.class)
          .hasMessageContaining("in use");
    }
    Database.open(url, PostgresServer.USER, Secret.of("")).close();
  }
}
