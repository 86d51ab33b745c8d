package org.mailcaravan.ext;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/**
 * What in ext does not fit the program, or itself.
 *
 * @param mistakes with which no route can be built reliably
 * @param warnings with which most routes work
 */
public record Clashes(List<Problem> mistakes, List<Problem> warnings) {
  public Clashes {
    mistakes = List.copyOf(mistakes);
    warnings = List.copyOf(warnings);
  }

  /**
   * Stops a start that cannot go well.
   *
   * @throws RequestRejected with all mistakes
   */
  public void requireNone() {
    if (!mistakes.isEmpty()) {
      throw new RequestRejected(mistakes);
    }
  }

  /** Looks at all jars of a folder. */
  public static Clashes in(ExtFolder ext) {
    List<Path> jars = ext.jars();
    List<Problem> mistakes = new ArrayList<>();
    List<Problem> warnings = new ArrayList<>();
    if (jars.isEmpty() && ext.additions().isEmpty()) {
      return new Clashes(mistakes, warnings);
    }
    Map<Path, Artifact> read = new LinkedHashMap<>();
    for (Path jar : jars) {
      try {
        read.put(jar, Artifact.ofJar(jar));
      } catch (IOException e) {
        mistakes.add(unreadable(jar, e));
      }
    }
    String camel = ext.camelVersion();
    read.forEach(
        (jar, artifact) -> {
          if (artifact.isOfCamel() && !camel.isEmpty() && !artifact.version().equals(camel)) {
            mistakes.add(ofOtherCamel(ext, jar, artifact, camel));
          } else {
            warnings.addAll(inLibraries(ext, jar, artifact));
            warnings.addAll(inExt(read, jar, artifact));
          }
        });
    warnings.addAll(missing(ext));
    return new Clashes(mistakes, warnings);
  }

  private static Problem unreadable(Path jar, IOException e) {
    return new Problem(
        Where.file(jar),
        Files.isReadable(jar)
            ? "it is no jar, or not a whole one (" + e.getMessage() + ")"
            : "the user who runs the program may not read it",
        Owner.US,
        Files.isReadable(jar)
            ? "Copy it again, or delete it; then start again. Nothing was started."
            : "Let all read it (chmod a+r), and start again. Nothing was started.");
  }

  private static Problem ofOtherCamel(ExtFolder ext, Path jar, Artifact artifact, String camel) {
    return new Problem(
        Where.file(jar),
        "it is of Camel %s, and this program runs Camel %s".formatted(artifact.version(), camel),
        Owner.US,
        ext.additions().stream()
            .filter(each -> each.jars().contains(jar.getFileName().toString()))
            .findFirst()
            .map(
                each ->
                    "Run \"bin/mailcaravan ext add %s\", which replaces it, and start again. Nothing was started."
                        .formatted(each.artifact().key()))
            .orElse("Delete it, and start again. Nothing was started."));
  }

  private static List<Problem> inLibraries(ExtFolder ext, Path jar, Artifact artifact) {
    return ext.libraries().stream()
        .filter(library -> isOtherVersion(library, artifact))
        .map(
            library ->
                new Problem(
                    Where.file(jar),
                    "the program has %s in another version (%s), which is used"
                        .formatted(artifact.key(), library.getFileName()),
                    Owner.US,
                    "Delete this file. If a component does not work with the other one, it cannot be used with this program."))
        .toList();
  }

  /** Whether a library is the artifact in another version; its jar is opened when it may be. */
  private static boolean isOtherVersion(Path library, Artifact artifact) {
    Artifact named = Artifact.ofFileName(library);
    return named.name().equals(artifact.name())
        && !named.version().equals(artifact.version())
        && Libraries.exactly(library).isSameAs(artifact);
  }

  private static List<Problem> inExt(Map<Path, Artifact> read, Path jar, Artifact artifact) {
    return read.entrySet().stream()
        .takeWhile(other -> !other.getKey().equals(jar))
        .filter(other -> other.getValue().isSameAs(artifact))
        .filter(other -> !other.getValue().version().equals(artifact.version()))
        .map(
            other ->
                new Problem(
                    Where.file(jar),
                    "%s is there in another version, too (%s), which is used"
                        .formatted(artifact.key(), other.getKey().getFileName()),
                    Owner.US,
                    "Delete the one that you do not need."))
        .toList();
  }

  private static List<Problem> missing(ExtFolder ext) {
    List<Problem> missing = new ArrayList<>();
    for (Addition addition : ext.additions()) {
      for (String jar : addition.jars()) {
        if (!Files.exists(ext.path().resolve(jar))) {
          missing.add(
              new Problem(
                  Where.file(ext.path().resolve(jar)),
                  "it is missing, and %s needs it".formatted(addition.artifact()),
                  Owner.US,
                  "Run \"bin/mailcaravan ext add %s\" again."
                      .formatted(
                          addition.artifact().isOfCamel()
                              ? addition.artifact().key()
                              : addition.artifact())));
        }
      }
    }
    return missing;
  }
}
