package org.mailcaravan.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Identifies a message when its UID does not: SHA-256 digests cut to 96 bits, each as 16 characters
 * of base64url. docs/adr/0003-matching-by-content.md gives the rules.
 *
 * @param header digest of every octet of the header
 * @param fields digest of the header fields that identify a message and say how it is read and
 *     answered (Message-ID to Content-Transfer-Encoding), without blanks; null when they do not
 *     identify it, or are not known
 * @param body digest of the body without the empty lines at its end; null when only the header was
 *     read
 */
public record Fingerprint(String header, @Nullable String fields, @Nullable String body) {
  private static final int DIGEST_OCTETS = 12;

  /** Whether the whole message was read. */
  public boolean isWhole() {
    return body != null;
  }

  /** One digest of the whole message, in 16 characters; null when only the header was read. */
  public @Nullable String whole() {
    if (body == null) {
      return null;
    }
    byte[] digest =
        Sha256.digest().digest((header + " " + body).getBytes(StandardCharsets.US_ASCII));
    return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest, DIGEST_OCTETS));
  }

  /**
   * Whether both are of the same unchanged message: all digests that both have are equal, except
   * {@code fields}.
   */
  public boolean matches(Fingerprint other) {
    return header.equals(other.header)
        && (body == null || other.body == null || body.equals(other.body));
  }

  /**
   * Whether both are of the same message, even if its header was changed: a tool or a server may
   * add lines (mbsync: X-TUID) or write them in its own way.
   */
  public boolean hasContentOf(Fingerprint other) {
    return fields != null && fields.equals(other.fields) && body != null && body.equals(other.body);
  }
}
