package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.mailcaravan.model.RowProblem;

/** Why a row of a request was rejected, as it is kept. */
final class StoredProblem {
  /** The columns of the table {@code rejected_row} that {@link #of} reads. */
  static final String COLUMNS = "line, in_column, shown, problem, remedy";

  private StoredProblem() {}

  /**
   * @param number of the row, which does not count
   */
  static RowProblem of(ResultSet row, int number) throws SQLException {
    return new RowProblem(
        row.getInt("line"),
        row.getString("in_column"),
        row.getString("shown"),
        row.getString("problem"),
        row.getString("remedy"));
  }
}
