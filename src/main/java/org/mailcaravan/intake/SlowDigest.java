package org.mailcaravan.intake;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Tells requests apart by what they hold, passwords too. Whoever finds it in the database learns no
 * password from it by trying: each try takes long.
 */
final class SlowDigest {
  private static final int ROUNDS = 200_000;
  private static final int BITS = 256;

  private SlowDigest() {}

  /**
   * Makes it.
   *
   * @param digest of what a request holds
   * @param salt not secret; differs between requests
   * @return 64 hexadecimal digits
   */
  static String of(String digest, String salt) {
    PBEKeySpec spec =
        new PBEKeySpec(digest.toCharArray(), salt.getBytes(StandardCharsets.UTF_8), ROUNDS, BITS);
    try {
      return HexFormat.of()
          .formatHex(
              SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                  .generateSecret(spec)
                  .getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }
}
