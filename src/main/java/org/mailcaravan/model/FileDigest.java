package org.mailcaravan.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The digest of a file, which tells whether the file has changed. */
public final class FileDigest {
  private FileDigest() {}

  /** The SHA-256 of the content of a file, in hexadecimal. */
  public static String of(Path file) throws IOException {
    return of(file, () -> {});
  }

  /**
   * The same.
   *
   * @param goOn is run before each part of the file is read, and may throw
   */
  public static String of(Path file, Runnable goOn) throws IOException {
    MessageDigest sha256 = Sha256.digest();
    byte[] part = new byte[1 << 20];
    try (InputStream in = Files.newInputStream(file)) {
      goOn.run();
      for (int count = in.read(part); count >= 0; count = in.read(part)) {
        sha256.update(part, 0, count);
        goOn.run();
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
