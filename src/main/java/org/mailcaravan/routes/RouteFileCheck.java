package org.mailcaravan.routes;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.Where;
import org.mailcaravan.yaml.YamlText;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Finds in route files, before Camel reads them, what keeps it from reading them as they are meant.
 * It would pass over a file with another ending, break off without a place at one that is not
 * UTF-8, take the last of several equal keys, and tell the first mistake of the first file only.
 */
final class RouteFileCheck {
  /** Examples, and tests: nobody expects that they run. */
  private static final Set<String> OWN_FOLDERS = Set.of("examples", "tests");

  private final RouteMistakes mistakes;
  private final RouteYaml yaml;

  private RouteFileCheck(RouteMistakes mistakes, RouteYaml yaml) {
    this.mistakes = mistakes;
    this.yaml = yaml;
  }

  /**
   * The mistakes of a folder's files; files that Camel could not read are left out.
   *
   * @param properties the names of all properties that routes may use
   * @param secrets what is hidden in what is told
   * @throws RequestRejected when there is no such folder
   */
  static RouteMistakes mistakes(
      Path folder, Collection<String> properties, RouteSchema schema, SecretMask secrets) {
    if (!Files.isDirectory(folder)) {
      throw new RequestRejected(
          new Problem(
              Where.onDisk("routes in", folder),
              "the folder cannot be read",
              Owner.US,
              "Set routes.folder to the folder with the route files."));
    }
    RouteMistakes mistakes = new RouteMistakes(folder, secrets);
    RouteFileCheck check =
        new RouteFileCheck(mistakes, new RouteYaml(schema, properties, mistakes));
    mistakes.files().forEach(check::read);
    for (Path file : RouteFile.in(folder)) {
      if (RouteFile.isMisnamed(file)) {
        mistakes.add(
            Where.file(file),
            "it is not read: its name does not end in \"%s\"; rename it, or move it elsewhere"
                .formatted(RouteFile.ENDING));
        mistakes.leaveOut(file);
      }
    }
    warnOfFolders(folder, mistakes);
    return mistakes;
  }

  /**
   * Not of hidden folders, such as those in which Kubernetes keeps the files of a ConfigMap, nor of
   * those of others, such as lost+found.
   */
  private static void warnOfFolders(Path folder, RouteMistakes mistakes) {
    for (Path each : RouteFile.foldersIn(folder)) {
      String name = String.valueOf(each.getFileName());
      if (!OWN_FOLDERS.contains(name)
          && !name.startsWith(".")
          && Files.isReadable(each)
          && !RouteFile.in(each).stream().filter(RouteFile::isNamed).toList().isEmpty()) {
        mistakes.warn(
            Where.file(each),
            "the route files in this folder are not read",
            "Move them to %s, or elsewhere.".formatted(folder));
      }
    }
  }

  private void read(RouteFile file) {
    if (!isUtf8(file) || !isYaml(file)) {
      mistakes.leaveOut(file.path());
    }
  }

  private boolean isUtf8(RouteFile file) {
    ByteBuffer octets = ByteBuffer.wrap(RouteFile.octets(file.path()));
    CharBuffer characters = CharBuffer.allocate(octets.remaining());
    if (StandardCharsets.UTF_8.newDecoder().decode(octets, characters, true).isError()) {
      long line = characters.flip().chars().filter(c -> c == '\n').count() + 1;
      mistakes.add(file.place(line), "a character is not in UTF-8; save the file as UTF-8");
      return false;
    }
    return true;
  }

  /** Whether it is YAML in which Camel finds what it knows. */
  private boolean isYaml(RouteFile file) {
    try {
      Optional<Node> root = YamlText.read(RouteFile.text(file.path()), file.path().toString());
      if (root.orElse(null) instanceof SequenceNode entries) {
        mistakes.rest(file, RestEntries.of(file, entries));
        RouteSecrets.find(file, entries, mistakes);
        return yaml.check(file, entries);
      }
      // Camel passes over other YAML without a word.
      mistakes.add(
          file.place(1),
          root.isEmpty()
              ? "it holds no route: delete it"
              : "it is no list of routes: begin each with \"- route:\"");
    } catch (MarkedYamlEngineException e) {
      mistakes.add(
          e.getProblemMark().map(mark -> file.place(mark.getLine() + 1L)).orElse(file.place(1)),
          e.getProblem().contains("another document")
              ? "a second document begins here; a route file holds one: delete the line with ---"
              : e.getProblem() + "; look at the indentation and the colons here and above");
    } catch (YamlEngineException e) {
      mistakes.add(file.place(1), String.valueOf(e.getMessage()));
    }
    return false;
  }
}
