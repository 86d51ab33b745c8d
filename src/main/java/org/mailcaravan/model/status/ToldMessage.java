package org.mailcaravan.model.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message about a migration.
 *
 * @param event the number of what it tells of
 * @param at when that happened
 * @param message which it is, such as {@code first-pass-done}
 * @param receiver who is told, such as {@code zammad}
 * @param to the address, the file or the ticket there; null for none
 * @param state {@code waiting}, {@code told}, {@code given-up}, or {@code not-needed} where all of
 *     it was done or told before
 * @param dueAt when it is tried next; null unless it waits
 * @param toldAt when it was told; null unless it was
 * @param attempts how often it was tried
 * @param reason why it is not told yet, or not any more; null where there is none
 */
public record ToldMessage(
    long event,
    Instant at,
    String message,
    String receiver,
    @Nullable String to,
    String state,
    @Nullable Instant dueAt,
    @Nullable Instant toldAt,
    int attempts,
    @Nullable String reason) {
  /** The state of one that is still to be told. */
  public static final String WAITING = "waiting";

  /** The state of one that is not tried any more. */
  public static final String GIVEN_UP = "given-up";
}
