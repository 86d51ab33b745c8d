package org.mailcaravan.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Sha256;

/**
 * Remembers, over a kill, which dropped files were read and wait to be deleted, so that none is
 * read twice: an empty file for each, in the data folder. Before the rows of a file are stored
 * there is another one, which holds the time: whether they are stored, the database tells.
 */
final class TakenFiles {
  private static final String BEGUN = ".begun";

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

  /** The rows of the file are about to be stored, at this time or later. */
  void begin(String name, Instant now) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(name + BEGUN), now.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Since when the rows of the file may be stored; empty when they are not. */
  Optional<Instant> begun(String name) {
    try {
      return Optional.of(Instant.parse(Files.readString(folder.resolve(name + BEGUN))));
    } catch (NoSuchFileException | DateTimeParseException e) {
      // One that is not whole was written right before the kill.
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void add(@Nullable String name) {
    if (name != null) {
      try {
        Files.createDirectories(folder);
        Files.write(folder.resolve(name), new byte[0]);
        Files.deleteIfExists(folder.resolve(name + BEGUN));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  void forget(@Nullable String name) {
    if (name != null) {
      try {
        Files.deleteIfExists(folder.resolve(name));
        Files.deleteIfExists(folder.resolve(name + BEGUN));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
