package org.mailcaravan.model;

import java.util.List;
import java.util.stream.Collectors;

/** The request or the configuration cannot be used; nothing was started. */
public final class RequestRejected extends MigrationException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;
  private final transient List<RowProblem> rows;

  public RequestRejected(Problem problem) {
    this(List.of(problem));
  }

  /**
   * @param problems all that was found, at least one
   */
  public RequestRejected(List<Problem> problems) {
    this(problems, List.of());
  }

  /**
   * A request of which no row can be used.
   *
   * @param problems those of the rows, at least one
   * @param rows the same, with column and value
   */
  public RequestRejected(List<Problem> problems, List<RowProblem> rows) {
    super(problems.get(0), words(problems));
    this.problems = List.copyOf(problems);
    this.rows = List.copyOf(rows);
  }

  private static String words(List<Problem> problems) {
    return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
  }

  /** All that keeps it from being used; {@link #problem} is the first. */
  public List<Problem> problems() {
    return problems;
  }

  /** The problems of rows, where no row can be used; otherwise empty. */
  public List<RowProblem> rows() {
    return rows;
  }
}
