package org.mailcaravan.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A request as it was read, before anything is stored.
 *
 * @param name the file's name without folder
 * @param rows the good rows
 * @param rejected the problems of the others
 */
public record Request(String name, List<RequestRow> rows, List<RowProblem> rejected) {
  public Request {
    rows = List.copyOf(rows);
    rejected = List.copyOf(rejected);
  }

  /** Whether there is nothing in it, neither good nor bad. */
  public boolean isEmpty() {
    return rows.isEmpty() && rejected.isEmpty();
  }

  /** What is in this one and not in another. */
  public Request without(Request other) {
    Set<RequestRow> otherRows = new HashSet<>(other.rows);
    Set<RowProblem> otherProblems = new HashSet<>(other.rejected);
    return new Request(
        name,
        rows.stream().filter(row -> !otherRows.contains(row)).toList(),
        rejected.stream().filter(problem -> !otherProblems.contains(problem)).toList());
  }
}
