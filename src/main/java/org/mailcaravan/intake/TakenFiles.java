package org.mailcaravan.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Sha256;

/**
 * Remembers, over a kill, which dropped files were read and wait to be deleted, so that none is
 * read twice: an empty file for each, in the data folder.
 */
final class TakenFiles {
  private final Path folder;

  TakenFiles(Path folder) {
    this.folder = folder;
  }

  /** The name that stands for this content of this file. */
  String name(Path file, FileMark mark, byte[] octets) {
    MessageDigest sha256 = Sha256.digest();
    sha256.update((file.toUri() + "\0" + mark + "\0").getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(sha256.digest(octets));
  }

  boolean isTaken(String name) {
    return Files.exists(folder.resolve(name));
  }

  void add(@Nullable String name) {
    if (name != null) {
      try {
        Files.createDirectories(folder);
        Files.write(folder.resolve(name), new byte[0]);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  void forget(@Nullable String name) {
    if (name != null) {
      try {
        Files.deleteIfExists(folder.resolve(name));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
