package org.mailcaravan.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A request that was read and is not yet stored.
 *
 * @param name the file's name without folder
 * @param rows the rows without problems
 * @param rejected the problems of the other rows
 */
public record Request(String name, List<RequestRow> rows, List<RowProblem> rejected) {
  public Request {
    rows = List.copyOf(rows);
    rejected = List.copyOf(rejected);
  }

  /** Whether it has no rows at all. */
  public boolean isEmpty() {
    return rows.isEmpty() && rejected.isEmpty();
  }

  /** The rows and problems that are not in another request. */
  public Request without(Request other) {
    Set<RequestRow> otherRows = new HashSet<>(other.rows);
    Set<RowProblem> otherProblems = new HashSet<>(other.rejected);
    return new Request(
        name,
        rows.stream().filter(row -> !otherRows.contains(row)).toList(),
        rejected.stream().filter(problem -> !otherProblems.contains(problem)).toList());
  }
}
