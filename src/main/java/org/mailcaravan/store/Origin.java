package org.mailcaravan.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where requests come in.
 *
 * @param node the program that takes them; their reports belong there
 * @param alone whether no other program may run their passes, since their passwords are in the
 *     memory of this one
 * @param passwordWait how long a mailbox waits for its password at the old provider
 */
public record Origin(String node, boolean alone, Duration passwordWait) {
  /** The only node that may run their passes; null for any. */
  @Nullable String only() {
    return alone ? node : null;
  }
}
