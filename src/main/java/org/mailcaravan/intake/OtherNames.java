package org.mailcaravan.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** Hard links: files that have another name elsewhere, so that they are not only ours. */
final class OtherNames {
  private OtherNames() {}

  /** Whether there are such; false where that cannot be told. */
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
   * Lets nobody but its owner read a file.
   *
   * @throws IOException when it has another name, or is somebody else's
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
