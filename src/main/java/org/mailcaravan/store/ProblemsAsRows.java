package org.mailcaravan.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Problem;

/**
 * Version 26 of the tables: problems that earlier programs kept within the result of a pass get the
 * rows that status, history and lists of problems read. In Java, since H2 and PostgreSQL have no
 * SQL in common that reads JSON.
 */
final class ProblemsAsRows implements JavaMigration {
  /** How many passes are in memory at once; a result can have some MiB. */
  private static final int AT_ONCE = 50;

  @Override
  public MigrationVersion getVersion() {
    return MigrationVersion.fromVersion("26");
  }

  @Override
  public String getDescription() {
    return "problems as rows";
  }

  @Override
  public @Nullable Integer getChecksum() {
    return null;
  }

  @Override
  public boolean canExecuteInTransaction() {
    return true;
  }

  private record Kept(long pass, String result) {}

  @Override
  public void migrate(Context context) throws SQLException {
    Connection connection = context.getConnection();
    List<Kept> some = after(0, connection);
    while (!some.isEmpty()) {
      for (Kept kept : some) {
        move(kept, connection);
      }
      some = after(some.get(some.size() - 1).pass, connection);
    }
  }

  private static List<Kept> after(long pass, Connection connection) throws SQLException {
    List<Kept> some = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select id, result from pass where id > ? and result like '%\"problems\":[{%'"
                + " order by id limit "
                + AT_ONCE)) {
      statement.setLong(1, pass);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          some.add(new Kept(row.getLong(1), row.getString(2)));
        }
      }
    }
    return some;
  }

  private static void move(Kept kept, Connection connection) throws SQLException {
    ObjectNode result = StoredJson.object(kept.result);
    JsonNode problems = result.remove("problems");
    if (problems == null || !problems.isArray()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into problem (pass_id, position, code, severity, owner, description)"
                + " values (?, ?, ?, ?, ?, ?)")) {
      int position = 0;
      for (JsonNode each : problems) {
        Problem problem = StoredJson.read(each.toString(), Problem.class);
        insert.setLong(1, kept.pass);
        insert.setInt(2, position++);
        insert.setString(3, problem.code().id());
        insert.setString(4, problem.severity().name());
        insert.setString(5, problem.owner().name());
        insert.setString(6, StoredJson.write(problem));
        insert.addBatch();
      }
      int[] unused = insert.executeBatch();
    }
    try (PreparedStatement update =
        connection.prepareStatement("update pass set result = ? where id = ?")) {
      update.setString(1, result.toString());
      update.setLong(2, kept.pass);
      int unused = update.executeUpdate();
    }
  }
}
