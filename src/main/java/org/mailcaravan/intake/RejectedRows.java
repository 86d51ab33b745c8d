package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.model.Formulas;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.VisibleText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The content of {@code <name>.rejected.csv}. Thread-safe. */
public final class RejectedRows {
  private static final Logger LOG = LoggerFactory.getLogger(RejectedRows.class);
  private static final List<String> HEADER =
      List.of("line", "column", "problem", "how_to_fix", "value");

  /** The header and a row for each problem; only the header when all rows are good. */
  public List<List<String>> table(List<RowProblem> rejected) {
    List<List<String>> table = new ArrayList<>();
    table.add(HEADER);
    for (RowProblem problem : rejected) {
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

  /** Tells that the list beside the report is missing; the report names the rows as well. */
  public void notWritten(Migration migration, Throwable failure) {
    LOG.error(
        "the list of rejected rows of migration {} cannot be written beside its report ({}): allow this user to"
            + " write to reports/ in the data folder; the report names the rows too",
        migration.id(),
        VisibleText.of(failure.toString()));
  }
}
