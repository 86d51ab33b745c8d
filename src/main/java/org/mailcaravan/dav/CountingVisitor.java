package org.mailcaravan.dav;

import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Problem;

/** Counts what is in a file. Not thread-safe. */
final class CountingVisitor implements ExportReader.Visitor {
  private final Groupware kind;
  private final String file;
  private long resources;
  private long unusable;
  private @Nullable Problem first;

  /**
   * @param file its name, as problems show it
   */
  CountingVisitor(Groupware kind, String file) {
    this.kind = kind;
    this.file = file;
  }

  @Override
  public void resource(Resource resource) {
    resources++;
  }

  @Override
  public void broken(Problem problem) {
    unusable++;
    first = first == null ? problem : first;
  }

  /**
   * What was found, in a sentence.
   *
   * @throws NeedsAttention the first problem, when nothing in the file can be used
   */
  String note() {
    if (resources == 0 && first != null) {
      throw new NeedsAttention(first);
    }
    return first == null
        ? all().formatted(file, resources)
        : "%s: %s; %s cannot be used, the first at %s: %s."
            .formatted(
                file,
                counted(resources, kind.resource()),
                counted(unusable, "place"),
                first.place(),
                first.cause());
  }

  private String all() {
    return switch (kind) {
      case CONTACTS -> resources == 1 ? "%s: %d card." : "%s: %d cards.";
      case CALENDARS -> resources == 1 ? "%s: %d event." : "%s: %d events.";
    };
  }

  private static String counted(long number, String word) {
    return "%d %s%s".formatted(number, word, number == 1 ? "" : "s");
  }
}
