package org.mailcaravan.dav;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Takes in lines and gives a short digest, for names and derived UIDs. Not thread-safe. */
final class Digest {
  private static final int OCTETS = 16;

  private final MessageDigest sha256;

  Digest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static String of(String text) {
    return new Digest().add(text).hex();
  }

  Digest add(String line) {
    sha256.update(line.getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) '\n');
    return this;
  }

  /** 32 lower-case hexadecimal digits, the first half of the SHA-256; begins anew. */
  String hex() {
    return HexFormat.of().formatHex(sha256.digest(), 0, OCTETS);
  }
}
