package org.mailcaravan.ext;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder {@code ext} of an installation, beside the libraries of the program. On the class path
 * its jars stand behind them, in the order of their names. Its files may change at any time.
 */
public final class ExtFolder {
  private final Path home;
  private final List<Path> libraries;

  /**
   * @param home the folder of the installation
   * @param libraries the jars of the program
   */
  ExtFolder(Path home, List<Path> libraries) {
    this.home = home;
    this.libraries = List.copyOf(libraries);
  }

  /** That of the running program. */
  public static ExtFolder ofProgram() {
    Path home = Path.of(System.getProperty("mailcaravan.home", "")).toAbsolutePath();
    Path ext = home.resolve("ext");
    return new ExtFolder(
        home,
        Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
            .filter(entry -> entry.endsWith(".jar"))
            .map(entry -> Path.of(entry).toAbsolutePath())
            .filter(jar -> !jar.startsWith(ext))
            .toList());
  }

  /** The folder of the installation. */
  Path home() {
    return home;
  }

  /** Where it is; it need not be there. */
  public Path path() {
    return home.resolve("ext");
  }

  /** Its jars, in the order of the class path. */
  public List<Path> jars() {
    if (!Files.isDirectory(path())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path())) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was added to it by command. */
  public List<Addition> additions() {
    return Additions.read(path());
  }

  /** The jars of the program. */
  List<Path> libraries() {
    return libraries;
  }

  /** The version of Camel that runs; empty when no jar tells it. */
  String camelVersion() {
    return libraries.stream()
        .map(Artifact::ofFileName)
        .filter(each -> each.name().equals("camel-api"))
        .map(Artifact::version)
        .findFirst()
        .orElse("");
  }
}
