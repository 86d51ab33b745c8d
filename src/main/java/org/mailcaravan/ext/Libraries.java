package org.mailcaravan.ext;

import java.io.IOException;
import java.nio.file.Path;

/** Jars with the names that Maven gave them. */
final class Libraries {
  private Libraries() {}

  /** With the group, where the jar tells it; by its name alone where it cannot be read. */
  static Artifact exactly(Path library) {
    Artifact named = Artifact.ofFileName(library);
    try {
      Artifact described = Artifact.ofJar(library);
      return described.name().equals(named.name()) ? described : named;
    } catch (IOException e) {
      return named;
    }
  }
}
