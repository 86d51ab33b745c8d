package org.mailcaravan.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What the file system says of a file, without opening it and without following a link. As long as
 * it stays the same, nobody writes to the file.
 *
 * @param regular whether it is a file, rather than a link, pipe, socket or device
 * @param link whether it is a symbolic link
 * @param size in octets
 * @param modified when it was last written to
 * @param key device and inode, or null where the file system has none
 */
record FileMark(boolean regular, boolean link, long size, FileTime modified, @Nullable String key) {
  static FileMark of(Path file) throws IOException {
    return of(Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
  }

  static FileMark of(BasicFileAttributes attributes) {
    Object key = attributes.fileKey();
    return new FileMark(
        attributes.isRegularFile(),
        attributes.isSymbolicLink(),
        attributes.size(),
        attributes.lastModifiedTime(),
        key == null ? null : key.toString());
  }
}
