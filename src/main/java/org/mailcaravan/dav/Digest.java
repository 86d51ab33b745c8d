package org.mailcaravan.dav;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.mailcaravan.model.Sha256;

/** A short digest of lines, for names and derived UIDs. Not thread-safe. */
final class Digest {
  /** The first half of a SHA-256, small enough to keep one for each resource of a large file. */
  record Value(long high, long low) {
    /** 32 lower-case hexadecimal digits. */
    String hex() {
      return "%016x%016x".formatted(high, low);
    }
  }

  private final MessageDigest sha256 = Sha256.digest();

  static String of(String text) {
    return valueOf(text).hex();
  }

  static Value valueOf(String text) {
    return new Digest().add(text).value();
  }

  Digest add(String line) {
    sha256.update(line.getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) '\n');
    return this;
  }

  /** The digest of the lines since the last call. */
  Value value() {
    ByteBuffer octets = ByteBuffer.wrap(sha256.digest());
    return new Value(octets.getLong(), octets.getLong());
  }
}
