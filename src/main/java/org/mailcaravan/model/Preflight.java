package org.mailcaravan.model;

import java.util.List;

/**
 * What was found of a mailbox before anything of it is copied.
 *
 * @param problems what will go wrong unless it is fixed; empty when all looks well
 * @param notes what is good to know: what is left out or renamed, mail that is there already
 */
public record Preflight(
    SideCheck source, SideCheck destination, List<Problem> problems, List<String> notes) {
  public Preflight {
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }

  /** Whether nothing was found that needs a person. */
  public boolean allGood() {
    return source.ok() && destination.ok() && problems.isEmpty();
  }
}
