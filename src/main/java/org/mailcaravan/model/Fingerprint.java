package org.mailcaravan.model;

import org.jspecify.annotations.Nullable;

/**
 * By what a message is known again when its UID is not: digests of its octets, SHA-256 cut to 96
 * bits, in the 16 characters of base64url.
 *
 * @param header of the header
 * @param whole of the whole message; null when only the header was read
 */
public record Fingerprint(String header, @Nullable String whole) {
  /** Whether both are surely of one message: what is known of both is equal. */
  public boolean matches(Fingerprint other) {
    return header.equals(other.header)
        && (whole == null || other.whole == null || whole.equals(other.whole));
  }
}
