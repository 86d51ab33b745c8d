package org.mailcaravan.ext;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;

/**
 * Adds components to ext with all that they need, and removes them again. What fails leaves the
 * folder as it was. One process at a time.
 */
public final class ExtEditor {
  /** Maven fetches some dozens of jars, perhaps by a slow line. */
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  /** The largest components of Camel need 200 jars, and 100 MB. */
  private static final int MOST_JARS = 500;

  private static final long MOST_BYTES = 1L << 30;

  private final ExtFolder ext;
  private final Maven maven;

  ExtEditor(ExtFolder ext, Maven maven) {
    this.ext = ext;
    this.maven = maven;
  }

  /** With the Maven of the installation, run by the Java of this process. */
  public static ExtEditor of(ExtFolder ext) {
    return new ExtEditor(
        ext, new Maven(ext.home(), Path.of(System.getProperty("java.home", "")), PATIENCE));
  }

  /**
   * Adds an artifact, in place of another version of it. Jars that the program has are not added
   * again; where versions differ, those of the program count, and of what ext has already.
   *
   * @param wanted without a version, one of Camel: that of the running Camel is meant
   * @return what is in ext because of it; no jars when the program has all of it
   * @throws RequestRejected when it cannot be added; nothing was changed
   */
  public Addition add(Artifact wanted) {
    Artifact artifact = wanted.withVersion(version(wanted));
    List<Artifact> libraries = ext.libraries().stream().map(Libraries::exactly).toList();
    if (isInProgram(artifact, libraries)) {
      return new Addition(artifact, List.of());
    }
    try (ExtLock lock = ExtLock.of(ext.path())) {
      lock.begin();
      List<Addition> kept =
          ext.additions().stream().filter(each -> !each.artifact().isSameAs(artifact)).toList();
      List<Artifact> pinned = new ArrayList<>(libraries);
      pinned.addAll(present(kept));
      Map<String, Path> jars = named(maven.resolve(artifact, pinned), libraries);
      requireBounds(artifact, jars.values());
      Addition added = new Addition(artifact, List.copyOf(jars.keySet()));
      List<Addition> all = new ArrayList<>(kept);
      all.add(added);
      Path copies = lock.workFolder();
      for (Map.Entry<String, Path> jar : jars.entrySet()) {
        Path copy = Files.copy(jar.getValue(), copies.resolve(jar.getKey()));
        Permissions.readableByAll(copy);
      }
      replace(all, copies, jars.keySet());
      return added;
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  private String version(Artifact wanted) {
    String camel = ext.camelVersion();
    if (!wanted.isOfCamel()) {
      if (wanted.version().isEmpty() && CamelArtifacts.names().contains(wanted.name())) {
        throw rejected(
            wanted.toString(),
            "the group of Camel's own components is " + Artifact.CAMEL,
            addInstead(new Artifact(Artifact.CAMEL, wanted.name(), "")));
      }
      if (wanted.version().isEmpty()) {
        throw rejected(
            wanted.toString(),
            "it needs a version, since it is not of Camel",
            "Write it behind the name, such as %s:1.0.".formatted(wanted));
      }
      return wanted.version();
    }
    requireInCamel(wanted, camel);
    if (!wanted.version().isEmpty() && !camel.isEmpty() && !wanted.version().equals(camel)) {
      throw rejected(
          wanted.toString(),
          "this program runs Camel %s, and all of Camel must be of one version".formatted(camel),
          "Leave the version out: \"bin/mailcaravan ext add %s\".".formatted(wanted.key()));
    }
    return wanted.version().isEmpty() ? camel : wanted.version();
  }

  /** Camel's catalog knows it without Maven, which would look for it in the network. */
  private void requireInCamel(Artifact wanted, String camel) {
    if (CamelArtifacts.names().contains(wanted.name())
        || ext.libraries().stream().map(Libraries::exactly).anyMatch(wanted::isSameAs)) {
      return;
    }
    String none =
        "the catalog of "
            + (camel.isEmpty() ? "Camel" : "Camel " + camel)
            + " has no such component";
    Optional<Artifact> near = CamelArtifacts.nearest(wanted.name());
    throw rejected(
        wanted.key(),
        none + Spelling.hint(near.map(Artifact::name)),
        near.map(ExtEditor::addInstead)
            .orElse(
                "Look its name up in the list at https://camel.apache.org/components; nothing was added."));
  }

  private static String addInstead(Artifact other) {
    return "Run \"bin/mailcaravan ext add %s\"; nothing was added.".formatted(other);
  }

  private static boolean isInProgram(Artifact artifact, List<Artifact> libraries) {
    for (Artifact library : libraries) {
      if (library.isSameAs(artifact)) {
        if (!library.version().equals(artifact.version())) {
          throw rejected(
              artifact.toString(),
              "the program has it in version " + library.version(),
              "Use that one; it is there already.");
        }
        return true;
      }
    }
    return false;
  }

  /** What stays in ext, except Camel's of another version. */
  private List<Artifact> present(List<Addition> kept) {
    Set<String> gone = new HashSet<>();
    ext.additions().forEach(each -> gone.addAll(each.jars()));
    kept.forEach(each -> gone.removeAll(each.jars()));
    List<Artifact> present = new ArrayList<>();
    for (Path jar : ext.jars()) {
      if (!gone.contains(jar.getFileName().toString())) {
        present.add(Libraries.exactly(jar));
      }
    }
    present.removeIf(each -> each.isOfCamel() && !each.version().equals(ext.camelVersion()));
    return present;
  }

  /** The jars that the program lacks, by the names that they get. */
  private static Map<String, Path> named(List<Maven.Found> found, List<Artifact> libraries) {
    Map<String, Path> named = new LinkedHashMap<>();
    for (Maven.Found each : found) {
      if (libraries.stream().noneMatch(library -> library.isSameAs(each.artifact()))) {
        String file = each.jar().getFileName().toString();
        named.put(
            named.containsKey(file) ? each.artifact().group() + "." + file : file, each.jar());
      }
    }
    return named;
  }

  private static void requireBounds(Artifact artifact, Collection<Path> jars) throws IOException {
    if (jars.isEmpty()) {
      throw rejected(artifact.toString(), "it has no jar", "Look up its name and its kind.");
    }
    long octets = 0;
    for (Path jar : jars) {
      octets += Files.size(jar);
    }
    if (jars.size() > MOST_JARS || octets > MOST_BYTES) {
      throw rejected(
          artifact.toString(),
          "it needs %d jars with %d MB".formatted(jars.size(), octets >> 20),
          "Add %d jars and %d MB at most.".formatted(MOST_JARS, MOST_BYTES >> 20));
    }
  }

  /**
   * Removes what was added, with the jars that nothing else needs, or a jar that somebody put
   * there.
   *
   * @param name {@code GROUP:ARTIFACT}, the artifact alone, or a file
   * @return the files that are gone
   * @throws RequestRejected when there is none of this name, or others need it
   */
  public List<String> remove(String name) {
    try (ExtLock lock = ExtLock.of(ext.path())) {
      lock.begin();
      List<Addition> before = ext.additions();
      List<Addition> kept =
          before.stream().filter(each -> !isNamed(each.artifact(), name)).toList();
      Set<String> gone = new LinkedHashSet<>();
      before.forEach(each -> gone.addAll(each.jars()));
      if (kept.size() == before.size()) {
        gone.clear();
        gone.add(byHand(name, before));
      }
      kept.forEach(each -> gone.removeAll(each.jars()));
      Additions.write(ext.path(), kept);
      for (String file : gone) {
        Files.deleteIfExists(ext.path().resolve(file));
      }
      return List.copyOf(gone);
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  private static boolean isNamed(Artifact artifact, String name) {
    return name.equals(artifact.name())
        || name.equals(artifact.key())
        || name.equals(artifact.toString());
  }

  /** The file of a name that nobody added by command. */
  private String byHand(String name, List<Addition> additions) {
    List<String> files = ext.jars().stream().map(jar -> jar.getFileName().toString()).toList();
    String file =
        files.stream()
            .filter(each -> each.equals(name) || isNamed(Artifact.ofFileName(Path.of(each)), name))
            .findFirst()
            .orElseThrow(() -> unknown(name, files, additions));
    for (Addition addition : additions) {
      if (addition.jars().contains(file)) {
        throw rejected(
            file,
            "%s needs it".formatted(addition.artifact()),
            "Remove that: \"bin/mailcaravan ext remove %s\"."
                .formatted(addition.artifact().name()));
      }
    }
    return file;
  }

  private static RequestRejected unknown(
      String name, List<String> files, List<Addition> additions) {
    List<String> known = new ArrayList<>(files);
    additions.forEach(each -> known.add(each.artifact().name()));
    return rejected(
        "ext",
        "there is no \"%s\"".formatted(VisibleText.of(name))
            + Spelling.hint(Spelling.nearest(name, known)),
        "See \"bin/mailcaravan ext list\".");
  }

  /**
   * A kill in the midst of it leaves jars missing, or older ones beside them; the next start tells
   * both, and adding the same again puts it right.
   */
  private void replace(List<Addition> all, Path copies, Collection<String> added)
      throws IOException {
    Set<String> gone = new HashSet<>();
    ext.additions().forEach(each -> gone.addAll(each.jars()));
    Additions.write(ext.path(), all);
    List<Artifact> fresh = new ArrayList<>();
    for (String file : added) {
      Path jar =
          Files.move(
              copies.resolve(file), ext.path().resolve(file), StandardCopyOption.REPLACE_EXISTING);
      fresh.add(Libraries.exactly(jar));
    }
    for (Path jar : ext.jars()) {
      if (fresh.stream().anyMatch(Libraries.exactly(jar)::isSameAs)) {
        gone.add(jar.getFileName().toString());
      }
    }
    all.forEach(each -> gone.removeAll(each.jars()));
    for (String file : gone) {
      Files.deleteIfExists(ext.path().resolve(file));
    }
  }

  private RequestRejected notWritten(IOException e) {
    return new RequestRejected(
        new Problem(
            Where.onDisk("folder", ext.path()),
            "it cannot be changed (" + e.getMessage() + ")",
            Owner.US,
            "Run the command as a user who may write there, and see that there is room."));
  }

  private static RequestRejected rejected(String what, String cause, String nextStep) {
    return new RequestRejected(new Problem(Where.words(what), cause, Owner.US, nextStep));
  }
}
