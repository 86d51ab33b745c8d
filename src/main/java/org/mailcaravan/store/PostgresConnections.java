package org.mailcaravan.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Secret;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * New connections to a PostgreSQL that several programs share, for a pool. Each one can write only
 * while the tables are those that this program knows: it holds a lock that whoever changes the
 * tables needs alone, and is refused when they have changed meanwhile. Nothing on it waits for
 * ever: not for a server that is gone, and not for the locks of a program that is frozen.
 * Thread-safe.
 */
final class PostgresConnections extends DriverManagerDataSource {
  /**
   * Any number, the same in all versions of this program. Versions that ran alone held it alone, so
   * they and this one keep each other out.
   */
  static final long RUNNING_LOCK = 5_314_377_212L;

  /** What each connection is set to. A parameter in the URL goes before those of the driver. */
  private static final String PREPARE =
      "select set_config('idle_in_transaction_session_timeout', '10s', false),"
          // A program that stands still in a transaction loses its locks before others give up.
          + " set_config('lock_timeout', '30s', false),"
          + " set_config('statement_timeout', '55s', false),"
          // How soon the server notices that the machine of a program is gone.
          + " set_config('tcp_keepalives_idle', '20', false),"
          + " set_config('tcp_keepalives_interval', '5', false),"
          + " set_config('tcp_keepalives_count', '4', false),"
          + " pg_try_advisory_lock_shared("
          + RUNNING_LOCK
          + ")";

  private final String tables;

  /**
   * @param tables the version of the tables that this program knows
   */
  PostgresConnections(String url, String username, Secret password, String tables) {
    super(url, username, password.reveal());
    setConnectionProperties(patience(60));
    this.tables = tables;
  }

  /**
   * For the driver.
   *
   * @param seconds how long it waits for an answer; 0 for ever
   */
  static Properties patience(int seconds) {
    Properties properties = new Properties();
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("loginTimeout", "15");
    properties.setProperty("socketTimeout", String.valueOf(seconds));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "mailcaravan");
    return properties;
  }

  /** The driver has its own. */
  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  protected Connection getConnectionFromDriver(Properties properties) throws SQLException {
    Connection connection = super.getConnectionFromDriver(properties);
    try (Statement statement = connection.createStatement()) {
      if (!isHeld(statement)) {
        throw new SQLTransientConnectionException("another program is changing the tables");
      }
      String found = tables(statement);
      if (!tables.equals(found)) {
        throw new SQLException(
            "its tables have version "
                + found
                + " now, and this program knows version "
                + tables
                + ": a newer Mail Caravan has changed them");
      }
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static boolean isHeld(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(PREPARE)) {
      return row.next() && row.getBoolean(row.getMetaData().getColumnCount());
    }
  }

  private static @Nullable String tables(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "select version from flyway_schema_history where success and version is not null"
                + " order by installed_rank desc limit 1")) {
      return row.next() ? row.getString(1) : null;
    }
  }
}
