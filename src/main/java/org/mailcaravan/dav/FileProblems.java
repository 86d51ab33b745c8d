package org.mailcaravan.dav;

import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;

/**
 * The problems and notes of one file. Only the first ones are reported one by one, so that a file
 * with millions of broken lines does not fill memory and report.
 */
final class FileProblems {
  /** Limit of problems, and of notes, that are reported one by one. */
  static final int MOST = 1000;

  private final List<Problem> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int more;

  /** The problem that the files have more components than are read. */
  static Problem tooMany(Where place) {
    return new Problem(
        place,
        "the files hold more than %d entries; nothing was read from here on"
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
   * Adds stray lines: a problem when an entry seems to be lost, else a note.
   *
   * @param place of the first line
   * @param sentence the sentence, without its full stop
   */
  void stray(Where place, String sentence, boolean lost, String remedy) {
    if (lost) {
      String cause = sentence + "; the first line of an entry (BEGIN) may be missing";
      add(new Problem(place, cause, Owner.CUSTOMER, remedy));
    } else if (notes.size() < MOST) {
      notes.add(place + ": " + sentence + ".");
    }
  }

  /** Reports all to a visitor, and forgets them. */
  void report(ExportReader.Visitor visitor) {
    all().forEach(visitor::broken);
    notes.forEach(visitor::note);
    problems.clear();
    notes.clear();
    more = 0;
  }

  /** The first problems, and one that counts the others. */
  static List<Problem> bounded(List<Problem> problems) {
    FileProblems first = new FileProblems();
    problems.forEach(first::add);
    return first.all();
  }

  private List<Problem> all() {
    List<Problem> all = new ArrayList<>(problems);
    if (more > 0) {
      Problem last = problems.get(problems.size() - 1);
      all.add(
          new Problem(
              last.place(),
              "after it, %d more places could not be used".formatted(more),
              last.owner(),
              last.nextStep()));
    }
    return all;
  }
}
