package org.mailcaravan;

import java.nio.file.Path;
import java.util.Collection;
import org.apache.camel.LineNumberAware;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.Where;

/** What is wrong in a route file, as its editor is told it. */
final class RouteMistake {
  static final String NEXT_STEP = "Fix the route file and start again; nothing was started.";

  private final Path folder;

  RouteMistake(Path folder) {
    this.folder = folder;
  }

  /**
   * At a step.
   *
   * @param word what is wrong, to find its line behind the step's first one; or null
   */
  RequestRejected at(LineNumberAware step, @Nullable String word, String cause) {
    String location = String.valueOf(step.getLocation());
    String name = location.substring(location.lastIndexOf('/') + 1).replaceFirst(":\\d+$", "");
    int first = step.getLineNumber();
    String place =
        RouteFile.all(folder).stream()
            .filter(file -> file.path().endsWith(name))
            .findFirst()
            .map(
                file -> {
                  int line = word == null ? 0 : file.lineOf(word, first);
                  return file.place(line > 0 ? line : first);
                })
            .orElse("routes in " + folder);
    return of(place, cause);
  }

  /** At a place that is known. */
  static RequestRejected of(String place, String cause) {
    return new RequestRejected(new Problem(Where.words(place), cause, Owner.US, NEXT_STEP));
  }

  /** Such as {@code ; the nearest known name is "body"}, or empty when none is near. */
  static String nearest(String word, Collection<String> known) {
    return Spelling.nearest(word, known)
        .map(name -> "; the nearest known name is \"" + name + "\"")
        .orElse("");
  }
}
