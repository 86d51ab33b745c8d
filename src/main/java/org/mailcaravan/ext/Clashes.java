package org.mailcaravan.ext;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
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
    List<List<Map.Entry<Path, Artifact>>> same = new ArrayList<>();
    for (Map.Entry<Path, Artifact> each : read.entrySet()) {
      Artifact artifact = each.getValue();
      if (artifact.isOfCamel() && !camel.isEmpty() && !artifact.version().equals(camel)) {
        mistakes.add(ofOtherCamel(ext, each.getKey(), artifact, camel));
      } else {
        same.stream()
            .filter(others -> others.get(0).getValue().isSameAs(artifact))
            .findFirst()
            .ifPresentOrElse(
                others -> others.add(each), () -> same.add(new ArrayList<>(List.of(each))));
      }
    }
    same.forEach(each -> inVersions(ext, each).ifPresent(warnings::add));
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

  /**
   * Of an artifact, one warning that says which of its jars counts: that of the program, or else
   * the first in ext.
   */
  private static Optional<Problem> inVersions(ExtFolder ext, List<Map.Entry<Path, Artifact>> jars) {
    Artifact artifact = jars.get(0).getValue();
    Optional<Path> library =
        ext.libraries().stream().filter(each -> isOf(each, artifact)).findFirst();
    String used = library.map(Artifact::ofFileName).orElse(artifact).version();
    List<Path> unused =
        jars.stream()
            .filter(each -> !each.getValue().version().equals(used))
            .map(Map.Entry::getKey)
            .toList();
    if (unused.isEmpty()) {
      return Optional.empty();
    }
    boolean isOne = unused.size() == 1;
    String names = named(unused);
    return Optional.of(
        library.isPresent()
            ? new Problem(
                Where.file(unused.get(0)),
                "the program has %s in another version (%s), which is used; %s %s not"
                    .formatted(artifact.key(), name(library.get()), names, isOne ? "is" : "are"),
                Owner.US,
                "Delete %s. If a component does not work with the version of the program, it cannot be used here."
                    .formatted(isOne ? "this file" : "these files"))
            : new Problem(
                Where.file(unused.get(0)),
                "%s is there in another version, too (%s), which is used; %s %s not"
                    .formatted(
                        artifact.key(), name(jars.get(0).getKey()), names, isOne ? "is" : "are"),
                Owner.US,
                "Keep the one that you need, and delete the %s."
                    .formatted(isOne ? "other" : "others")));
  }

  private static String named(List<Path> jars) {
    return jars.stream().map(Clashes::name).collect(Collectors.joining(" and "));
  }

  private static String name(Path jar) {
    return String.valueOf(jar.getFileName());
  }

  /** Whether a library is the artifact, in any version; its jar is opened when it may be. */
  private static boolean isOf(Path library, Artifact artifact) {
    return Artifact.ofFileName(library).name().equals(artifact.name())
        && Libraries.exactly(library).isSameAs(artifact);
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
