package org.mailcaravan.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The digest of a file, which tells whether the file has changed. */
public final class FileDigest {
  private FileDigest() {}

  /** The SHA-256 of the content of a file, in hexadecimal. */
  public static String of(Path file) throws IOException {
    MessageDigest sha256 = Sha256.digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
