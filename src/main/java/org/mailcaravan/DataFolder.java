package org.mailcaravan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/** Makes the folders that the program writes to. */
final class DataFolder {
  private static final Pattern ID = Pattern.compile("[0-9a-f-]{36}");

  private DataFolder() {}

  /**
   * Makes the data folder, readable for its owner only, since it holds mail and sealed credentials.
   *
   * @throws RequestRejected when it cannot be made
   */
  static void make(Path dataFolder) {
    try {
      makePrivate(dataFolder);
      makePrivate(spool(dataFolder));
    } catch (IOException e) {
      throw new RequestRejected(cannotWrite(dataFolder, e));
    }
  }

  /**
   * Deletes what a killed program left in the spool. The caller must have the folder for itself.
   */
  static void emptySpool(Path dataFolder) {
    Path spool = spool(dataFolder);
    if (!Files.isDirectory(spool)) {
      return;
    }
    try {
      empty(spool);
    } catch (IOException e) {
      throw new RequestRejected(cannotWrite(dataFolder, e));
    }
  }

  /** Deletes a folder with all that is in it. */
  static void delete(Path folder) {
    try {
      empty(folder);
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void empty(Path folder) throws IOException {
    try (Stream<Path> left = Files.walk(folder)) {
      // The files of a folder before the folder.
      for (Path file : left.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(folder)) {
          Files.delete(file);
        }
      }
    }
  }

  /**
   * What tells this data folder from others: a random number, made when it is asked for first. The
   * caller must have the folder for itself.
   */
  static String id(Path dataFolder) {
    Path file = dataFolder.resolve("node.id");
    try {
      if (Files.exists(file)) {
        String id = Files.readString(file).strip();
        if (ID.matcher(id).matches()) {
          return id;
        }
      }
      String made = UUID.randomUUID().toString();
      Files.writeString(file, made + "\n");
      return made;
    } catch (IOException e) {
      throw new RequestRejected(cannotWrite(dataFolder, e));
    }
  }

  /** Holds messages that are too large for memory. */
  static Path spool(Path dataFolder) {
    return dataFolder.resolve("spool");
  }

  private static Problem cannotWrite(Path dataFolder, IOException failure) {
    return new Problem(
        Where.dataFolder(dataFolder),
        "cannot be made or written to: " + failure,
        Owner.US,
        "See that this user may write there, or name another folder with --data or data.folder.");
  }

  private static void makePrivate(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectory(folder);
    }
  }
}
