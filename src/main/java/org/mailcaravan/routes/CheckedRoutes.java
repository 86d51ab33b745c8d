package org.mailcaravan.routes;

import java.util.List;
import org.mailcaravan.model.Problem;

/**
 * What is known of route files before they run.
 *
 * @param files how many there are
 * @param routes how many routes Camel reads in them; those of files with a mistake do not count
 * @param mistakes why the program would not start, in the order of files and lines
 * @param warnings what is no mistake, and probably not meant
 */
public record CheckedRoutes(int files, int routes, List<Problem> mistakes, List<Problem> warnings) {
  public CheckedRoutes {
    mistakes = List.copyOf(mistakes);
    warnings = List.copyOf(warnings);
  }
}
