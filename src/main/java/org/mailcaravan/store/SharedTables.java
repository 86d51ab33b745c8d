package org.mailcaravan.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Where;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Brings the tables of a PostgreSQL up to date that several programs share. One program at a time
 * looks at them; it changes them only while no other program uses them. A kill gives all locks
 * back.
 */
final class SharedTables {
  /** Any number, the same in all versions of this program from now on. */
  private static final long UPDATE_LOCK = 5_314_377_213L;

  /** PostgreSQL's code for a lock that was not to be had in time. */
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final DriverManagerDataSource database;
  private final Where place;

  SharedTables(String url, String username, Secret password, Where place) {
    database = new DriverManagerDataSource(url, username, password.reveal());
    // Changing large tables takes as long as it takes.
    database.setConnectionProperties(PostgresConnections.patience(0));
    this.place = place;
  }

  /**
   * Brings them up to date; the version that they then have.
   *
   * @throws RequestRejected when they are newer than this program, or another program uses them
   */
  String run() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      waitForOthers(statement);
      TableUpdate update = new TableUpdate(database, true, null, place);
      if (update.isPending()) {
        if (!isTrue(
            statement, "select pg_try_advisory_lock(" + PostgresConnections.RUNNING_LOCK + ")")) {
          throw new RequestRejected(inUse(names(statement)));
        }
        update.run();
        // The server gives the locks of a connection back some time after it was closed.
        statement.execute("select pg_advisory_unlock(" + PostgresConnections.RUNNING_LOCK + ")");
      }
      return TableUpdate.NEWEST;
      // Closing the connection gives the other lock back.
    }
  }

  private void waitForOthers(Statement statement) throws SQLException {
    try {
      statement.execute("set lock_timeout = '10min'");
      statement.execute("select pg_advisory_lock(" + UPDATE_LOCK + ")");
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        throw new RequestRejected(
            new Problem(
                place,
                "another Mail Caravan has been changing its tables for ten minutes",
                Owner.US,
                "Wait until it has ended, then start this one again."));
      }
      throw e;
    }
  }

  private Problem inUse(String others) {
    return new Problem(
        place,
        "its tables are of an earlier version, and a Mail Caravan of that version still uses them"
            + others,
        Owner.US,
        "Stop every program that uses this database, then start this one: it brings the tables up to"
            + " date.");
  }

  /** The addresses from which other programs use the database, for people. */
  private static String names(Statement statement) throws SQLException {
    StringBuilder names = new StringBuilder();
    try (ResultSet row =
        statement.executeQuery(
            "select distinct host(a.client_addr) from pg_stat_activity a join pg_locks l on l.pid = a.pid"
                + " where l.locktype = 'advisory' and l.granted and a.client_addr is not null"
                + " and l.database = (select oid from pg_database where datname = current_database())"
                + " and a.pid <> pg_backend_pid() and l.classid = "
                + (PostgresConnections.RUNNING_LOCK >> 32)
                + " and l.objid = "
                + (PostgresConnections.RUNNING_LOCK & 0xffff_ffffL)
                + " order by 1 limit 10")) {
      while (row.next()) {
        names.append(names.isEmpty() ? " (from " : ", ").append(row.getString(1));
      }
    }
    return names.isEmpty() ? "" : names.append(')').toString();
  }

  private static boolean isTrue(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.next() && row.getBoolean(1);
    }
  }
}
