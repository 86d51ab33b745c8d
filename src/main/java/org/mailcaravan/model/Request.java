package org.mailcaravan.model;

import java.util.List;

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
}
