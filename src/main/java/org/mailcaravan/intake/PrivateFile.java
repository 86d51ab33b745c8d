package org.mailcaravan.intake;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.mailcaravan.model.VisibleText;

/**
 * Writes into folders that others may write to as well. Nothing is replaced but an answer by the
 * same answer, and no link is followed.
 */
final class PrivateFile {
  /** Octets; file systems take 255, and endings are added. */
  private static final int LONGEST_NAME = 180;

  /** Writes what goes into a file. */
  @FunctionalInterface
  interface Content {
    void write(Writer writer) throws IOException;
  }

  private PrivateFile() {}

  /**
   * Writes a file that only its owner can read. It appears whole or not at all.
   *
   * @param target where to; when there is a file already, ".2", ".3" and so on goes before the
   *     extension
   * @return the path that was used
   */
  static Path write(String text, Path target) throws IOException {
    return write(target, writer -> writer.write(text));
  }

  /** Writes a file in the same way, piece by piece. */
  static Path write(Path target, Content content) throws IOException {
    Path folder = folderOf(target);
    FileAttribute<?>[] ownerOnly = ownerOnly(folder);
    Path made = Files.createTempFile(folder, ".masked", ".tmp", ownerOnly);
    try {
      try (Writer writer = Files.newBufferedWriter(made)) {
        content.write(writer);
      }
      return place(made, target, ownerOnly);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  /**
   * Writes a file without secrets, which the sender of the request may read. It appears whole or
   * not at all, and replaces what was written there before.
   */
  static void writeForOthers(String text, Path target) throws IOException {
    Path part = folderOf(target).resolve("." + target.getFileName() + ".part");
    Files.deleteIfExists(part);
    try {
      Files.writeString(part, text, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Moves a file, a link or whatever it is to a free name; returns the path that was used. */
  static Path move(Path file, Path target) throws IOException {
    return place(file, target, ownerOnly(folderOf(target)));
  }

  private static Path place(Path made, Path target, FileAttribute<?>[] attributes)
      throws IOException {
    Path reserved = reserve(target, attributes);
    try {
      // Replaces the empty file that reserved the name, and follows no link.
      return Files.move(
          made, reserved, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(reserved);
      throw e;
    }
  }

  /** The folder of a file; it is made when there is none. */
  private static Path folderOf(Path target) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("no folder: " + target);
    }
    if (Files.isSymbolicLink(folder)) {
      throw new IOException("a link in the place of the folder " + folder);
    }
    return Files.createDirectories(folder);
  }

  private static FileAttribute<?>[] ownerOnly(Path folder) {
    return Files.getFileAttributeView(folder, PosixFileAttributeView.class) == null
        ? new FileAttribute<?>[0]
        : new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        };
  }

  /** Reserves the first free name with an empty file. */
  private static Path reserve(Path target, FileAttribute<?>... attributes) throws IOException {
    String name = String.valueOf(target.getFileName());
    int dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length();
    for (int number = 1; ; number++) {
      String next =
          number == 1 ? name : name.substring(0, dot) + "." + number + name.substring(dot);
      try {
        return Files.createFile(target.resolveSibling(next), attributes);
      } catch (FileAlreadyExistsException e) {
        // Taken: try the next number.
      }
    }
  }

  /** A safe and short name, made from the name of a stranger's file. */
  static String nameAfter(Path original) {
    String name = String.valueOf(original.getFileName());
    StringBuilder safe = new StringBuilder();
    name.codePoints()
        .map(c -> VisibleText.isVisible(c) && "\\/:*?\"<>|$\ufffd".indexOf(c) < 0 ? c : '_')
        .forEach(safe::appendCodePoint);
    int dot = safe.lastIndexOf(".");
    String extension = dot > 0 && safe.length() - dot <= 10 ? safe.substring(dot) : "";
    safe.setLength(safe.length() - extension.length());
    while (octets(safe) + octets(extension) > LONGEST_NAME) {
      safe.setLength(safe.offsetByCodePoints(safe.length(), -1));
    }
    return safe + extension;
  }

  private static int octets(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
