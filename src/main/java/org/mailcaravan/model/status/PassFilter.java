package org.mailcaravan.model.status;

import org.jspecify.annotations.Nullable;

/**
 * Which passes are asked for; null asks for all.
 *
 * @param migration the id of a migration
 * @param mailbox the id of a mailbox
 * @param state {@code waiting}, {@code running} or {@code ended}
 */
public record PassFilter(
    @Nullable String migration, @Nullable String mailbox, @Nullable String state) {
  /** All passes. */
  public static final PassFilter ALL = new PassFilter(null, null, null);
}
