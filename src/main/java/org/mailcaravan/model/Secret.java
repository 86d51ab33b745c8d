package org.mailcaravan.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A password or token that cannot be printed by accident: {@link #toString} shows only asterisks.
 *
 * <p>Immutable and thread-safe. Only code that writes to a socket or encrypts may call {@link
 * #reveal}.
 */
public final class Secret {
  /** Replaces secrets in logs, reports and archived requests. */
  public static final String MASK = "********";

  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /** Wraps a secret as given; it may be empty and hold any characters. */
  public static Secret of(String value) {
    return new Secret(value);
  }

  /** The secret in clear. */
  public String reveal() {
    return value;
  }

  /** Whether it has no characters. */
  public boolean isEmpty() {
    return value.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(
            value.getBytes(StandardCharsets.UTF_8), secret.value.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int hashCode() {
    return Secret.class.hashCode();
  }

  @Override
  public String toString() {
    return MASK;
  }
}
