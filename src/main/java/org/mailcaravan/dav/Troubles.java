package org.mailcaravan.dav;

import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.model.Problem;

/**
 * The problems of one file. A file of millions of broken lines shall not fill memory and report, so
 * that only the first ones are told one by one.
 */
final class Troubles {
  /** Problems of one file that are told one by one. */
  static final int MOST = 1000;

  private final List<Problem> problems = new ArrayList<>();
  private int more;

  void add(Problem problem) {
    if (problems.size() < MOST) {
      problems.add(problem);
    } else {
      more++;
    }
  }

  /** Tells all, and forgets them. */
  void tell(ExportReader.Visitor visitor) {
    problems.forEach(visitor::broken);
    if (more > 0) {
      Problem last = problems.get(problems.size() - 1);
      visitor.broken(
          new Problem(
              last.place(),
              "behind it, %d more places could not be used".formatted(more),
              last.owner(),
              last.nextStep()));
    }
    problems.clear();
    more = 0;
  }
}
