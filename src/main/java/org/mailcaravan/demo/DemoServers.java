package org.mailcaravan.demo;

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
import java.util.ServiceLoader;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/**
 * Starts mail servers for the demo. Their libraries are in the folder {@code demo} beside the
 * program's jar, not on its class path: a program with customers' passwords must not load a server
 * that was made for tests.
 */
public interface DemoServers {
  /** Starts an empty server on a free loopback port. */
  DemoServer start();

  /** Starts a server without mailboxes for the mails to Support, on free loopback ports. */
  DemoPost startPost();

  /**
   * The servers that come with the program.
   *
   * @throws RequestRejected when this installation does not have them
   */
  static DemoServers installed() {
    Path folder = folder();
    ClassLoader libraries = new URLClassLoader(jars(folder), DemoServers.class.getClassLoader());
    return ServiceLoader.load(DemoServers.class, libraries)
        .findFirst()
        .orElseThrow(() -> missing(folder));
  }

  private static Path folder() {
    CodeSource program = DemoServers.class.getProtectionDomain().getCodeSource();
    try {
      return Path.of(program.getLocation().toURI()).resolveSibling("demo");
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the program has no location: " + program, e);
    }
  }

  private static RequestRejected missing(Path folder) {
    return new RequestRejected(
        new Problem(
            Where.onDisk("folder", folder),
            "the mail servers of the demo are missing",
            Owner.US,
            "Install the complete program, or do without the demo. No other command needs them."));
  }

  private static URL[] jars(Path folder) {
    List<URL> jars = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
        for (Path file : files) {
          jars.add(file.toUri().toURL());
        }
      } catch (IOException e) {
        throw missing(folder);
      }
    }
    return jars.toArray(URL[]::new);
  }
}
