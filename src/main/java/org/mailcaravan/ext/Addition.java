package org.mailcaravan.ext;

import java.util.List;

/**
 * What {@code ext add} was asked for.
 *
 * @param artifact with its version
 * @param jars the names of the files in ext that it needs, its own among them
 */
public record Addition(Artifact artifact, List<String> jars) {
  public Addition {
    jars = List.copyOf(jars);
  }
}
