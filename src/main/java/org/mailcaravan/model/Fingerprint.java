package org.mailcaravan.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * By what a message is known again when its UID is not: SHA-256 digests cut to 96 bits, in the 16
 * characters of base64url.
 *
 * @param header of every octet of the header
 * @param fields of the header fields that tell a message from others and say how it is read and
 *     answered (Message-ID to Content-Transfer-Encoding), without their blanks; null when these do
 *     not tell the message from others, or are not known
 * @param body of the body without the empty lines at its end; null when only the header was read
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

  /** Whether both are surely of one message that nobody changed: what is known of both is equal. */
  public boolean matches(Fingerprint other) {
    return header.equals(other.header)
        && (body == null || other.body == null || body.equals(other.body));
  }

  /**
   * Whether both are of one message whose header somebody may have changed since: a tool that added
   * a line (mbsync's X-TUID), or a server that adds one or writes the lines in its own way.
   */
  public boolean hasContentOf(Fingerprint other) {
    return fields != null && fields.equals(other.fields) && body != null && body.equals(other.body);
  }
}
