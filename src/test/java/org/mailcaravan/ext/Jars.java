package org.mailcaravan.ext;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Jars that hold nothing but what Maven writes of them. */
final class Jars {
  private Jars() {}

  /**
   * Makes one, named as Maven does.
   *
   * @param artifact {@code GROUP:ARTIFACT:VERSION}; without a description where the group is empty
   */
  static Path make(Path folder, String artifact) {
    String[] parts = artifact.split(":", -1);
    try {
      Path jar = Files.createDirectories(folder).resolve(parts[1] + "-" + parts[2] + ".jar");
      try (OutputStream out = Files.newOutputStream(jar);
          ZipOutputStream zip = new ZipOutputStream(out)) {
        zip.putNextEntry(new ZipEntry("a.txt"));
        zip.closeEntry();
        if (!parts[0].isEmpty()) {
          zip.putNextEntry(
              new ZipEntry("META-INF/maven/%s/%s/pom.properties".formatted(parts[0], parts[1])));
          zip.write(
              "groupId=%s\nartifactId=%s\nversion=%s\n"
                  .formatted((Object[]) parts)
                  .getBytes(StandardCharsets.UTF_8));
          zip.closeEntry();
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
