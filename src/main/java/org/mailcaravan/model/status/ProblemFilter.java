package org.mailcaravan.model.status;

import org.jspecify.annotations.Nullable;

/**
 * Which problems of last passes are asked for; null asks for all.
 *
 * @param migration the id of a migration
 * @param mailbox the id of a mailbox
 * @param code an id of {@link org.mailcaravan.model.ProblemCode}
 */
public record ProblemFilter(
    @Nullable String migration, @Nullable String mailbox, @Nullable String code) {
  /** All problems. */
  public static final ProblemFilter ALL = new ProblemFilter(null, null, null);
}
