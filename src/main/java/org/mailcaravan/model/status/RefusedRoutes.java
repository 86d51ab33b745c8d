package org.mailcaravan.model.status;

import java.time.Instant;

/**
 * Changed route files have mistakes, so that the routes of a node run on as they were.
 *
 * @param since when this was found first, since the files were last as the routes are
 * @param mistakes how many there are; 1 or more
 * @param place where the first one is
 * @param cause what is wrong there
 */
public record RefusedRoutes(Instant since, int mistakes, String place, String cause) {
  /** What we do to fix it. */
  public String nextStep() {
    return "Fix the route files; \"mailcaravan routes check\" tells all mistakes. The service looks"
        + " at the files again by itself.";
  }
}
