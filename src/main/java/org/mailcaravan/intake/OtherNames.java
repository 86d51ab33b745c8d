package org.mailcaravan.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** Finds files with several hard links, which belong to others too. */
final class OtherNames {
  private OtherNames() {}

  /** Whether a file has several; false where the file system does not tell. */
  static boolean has(Path file) {
    try {
      return Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
              instanceof Integer names
          && names > 1;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Lets only its owner read a file.
   *
   * @throws IOException when it has several hard links, or another owner
   */
  static void closeToOthers(Path file) throws IOException {
    if (has(file)) {
      throw new IOException("it has another name elsewhere (a hard link)");
    }
    PosixFileAttributeView view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      throw new UnsupportedOperationException("no modes here");
    }
    view.setPermissions(PosixFilePermissions.fromString("rw-------"));
  }
}
