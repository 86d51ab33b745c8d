package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.model.Batch;
import org.mailcaravan.model.RowProblem;

/** The content of {@code <name>.rejected.csv}. Thread-safe. */
public final class RejectedRows {
  private static final List<String> HEADER =
      List.of("line", "column", "problem", "how_to_fix", "value");

  /** The header and a row for each problem; only the header when all rows are good. */
  public List<List<String>> table(Batch batch) {
    List<List<String>> table = new ArrayList<>();
    table.add(HEADER);
    for (RowProblem problem : batch.rejected()) {
      table.add(
          List.of(
              Integer.toString(problem.line()),
              problem.column(),
              Formulas.defused(problem.problem()),
              Formulas.defused(problem.remedy()),
              Formulas.defused(problem.value())));
    }
    return table;
  }
}
