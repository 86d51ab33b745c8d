package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
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
      open(first, "before.csv");
      assertThatThrownBy(() -> Database.open(url, PostgresServer.USER, Secret.of("")))
          .isInstanceOf(RequestRejected.class)
          .hasMessageContaining("its database is in use by another Mail Caravan");
      open(first, "after.csv");
      assertThatThrownBy(() -> Database.open(url, PostgresServer.USER, Secret.of("")))
          .as("once more")
          .isInstanceOf(RequestRejected.class);
    }
    try (Database second = Database.open(url, PostgresServer.USER, Secret.of(""))) {
      assertThat(second.jdbc().sql("select name from migration").query(String.class).list())
          .containsExactlyInAnyOrder("before.csv", "after.csv");
    }
  }

  private static void open(Database database, String name) {
    new Migrations(database, Clock.systemUTC()).open(request(name, 1));
  }
}
