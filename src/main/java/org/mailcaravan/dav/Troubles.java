package org.mailcaravan.dav;

import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;

/**
 * The problems and notes of one file. A file of millions of broken lines shall not fill memory and
 * report, so that only the first ones are reported one by one.
 */
final class Troubles {
  /** Problems of one file that are reported one by one. */
  static final int MOST = 1000;

  private final List<Problem> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int more;

  /** More components stand in the files than are read. */
  static Problem tooMany(Where place) {
    return new Problem(
        place,
        "the files hold more than %d entries, and what stands from here on was not read"
            .formatted(ExportReader.MOST_COMPONENTS),
        Owner.CUSTOMER,
        "Divide the export, and send one request for each part.");
  }

  void add(Problem problem) {
    if (problems.size() < MOST) {
      problems.add(problem);
    } else {
      more++;
    }
  }

  /**
   * Lines that stand in no entry.
   *
   * @param place of the first
   * @param told of them, as a sentence without its end
   */
  void stray(Where place, String told, boolean lost, String remedy) {
    if (lost) {
      String cause = told + "; the first line of an entry (BEGIN) may be missing";
      add(new Problem(place, cause, Owner.CUSTOMER, remedy));
    } else if (notes.size() < MOST) {
      notes.add(place + ": " + told + ".");
    }
  }

  /** Tells all, and forgets them. */
  void tell(ExportReader.Visitor visitor) {
    told().forEach(visitor::broken);
    notes.forEach(visitor::note);
    problems.clear();
    notes.clear();
    more = 0;
  }

  /** The first ones, and how many more there are. */
  static List<Problem> bounded(List<Problem> problems) {
    Troubles troubles = new Troubles();
    problems.forEach(troubles::add);
    return troubles.told();
  }

  private List<Problem> told() {
    List<Problem> told = new ArrayList<>(problems);
    if (more > 0) {
      Problem last = problems.get(problems.size() - 1);
      told.add(
          new Problem(
              last.place(),
              "behind it, %d more places could not be used".formatted(more),
              last.owner(),
              last.nextStep()));
    }
    return told;
  }
}
