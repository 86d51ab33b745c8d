package org.mailcaravan.demo;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/**
 * Libraries in a folder beside the program's jar, which only some commands load: a program with
 * customers' passwords must not load what was made for tests.
 *
 * @param folder which may be missing where the class path has all of it
 */
public record SideLibraries(Path folder) {
  /** Those of a folder, such as {@code demo}. */
  public static SideLibraries of(String name) {
    CodeSource program = SideLibraries.class.getProtectionDomain().getCodeSource();
    try {
      return new SideLibraries(Path.of(program.getLocation().toURI()).resolveSibling(name));
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the program has no location: " + program, e);
    }
  }

  /** Loads them and, before them, what the program has. */
  public ClassLoader loader() {
    List<URL> urls = new ArrayList<>();
    try {
      for (Path jar : jars()) {
        urls.add(jar.toUri().toURL());
      }
    } catch (IOException e) {
      throw missing("what is in it");
    }
    return new URLClassLoader(urls.toArray(URL[]::new), SideLibraries.class.getClassLoader());
  }

  /** As a class path has them; empty where there are none. */
  public String classPath() {
    return jars().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private List<Path> jars() {
    List<Path> jars = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
        files.forEach(jars::add);
      } catch (IOException e) {
        throw missing("what is in it");
      }
    }
    return jars;
  }

  /**
   * The installation does not have them.
   *
   * @param what is missing, in the plural
   */
  public RequestRejected missing(String what) {
    return new RequestRejected(
        new Problem(
            Where.onDisk("folder", folder),
            what + " are missing",
            Owner.US,
            "Install the complete program, or do without this command. No other command needs them."));
  }
}
