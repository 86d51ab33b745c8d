package org.mailcaravan.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is generated from the code. A build compares them; with {@code
 * -Dmailcaravan.write-docs=true} it is written first.
 */
public final class WrittenFile {
  private WrittenFile() {}

  /** Requires that a file has this content. */
  public static void require(Path file, String content) throws IOException {
    if (Boolean.getBoolean("mailcaravan.write-docs")) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, content);
    }
    assertThat(file)
        .as(file + "; -Dmailcaravan.write-docs=true writes it anew")
        .content()
        .isEqualTo(content);
  }
}
