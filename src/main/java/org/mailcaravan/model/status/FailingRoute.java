package org.mailcaravan.model.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entrance that fails: a route cannot read from where it takes its work, such as the files of a
 * server that is down.
 *
 * @param route its id
 * @param place where it looks, without a login: {@code sftp:files.example.org:22}
 * @param since when the first of the looks failed that have failed in a row
 * @param failures how many these are; 1 or more
 * @param nextLook about when it looks again; null where that is not known
 * @param why the last look failed, without the values of properties of routes
 */
public record FailingRoute(
    String route,
    String place,
    Instant since,
    long failures,
    @Nullable Instant nextLook,
    String why) {
  /** What we do to fix it. It looks again by itself. */
  public String nextStep() {
    return "Look whether its server runs and can be reached from here, and whether the address, the"
        + " login and the keys that its route file and properties name are right. Changed properties"
        + " count after a restart.";
  }
}
