package org.mailcaravan.server;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds installed programs, also in the system folders that an ordinary user's PATH leaves out.
 * {@code cyrus} and {@code courier} are the servers that {@code .ci/servers} unpacks.
 */
final class Programs {
  private Programs() {}

  static Optional<Path> find(String name) {
    Optional<Path> unpacked = UnpackedServers.find(name);
    if (unpacked.isPresent()) {
      return unpacked;
    }
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    Stream<Path> onPath =
        Stream.concat(
                Stream.of(path.split(File.pathSeparator)),
                Stream.of("/usr/sbin", "/usr/local/sbin", "/usr/local/bin"))
            .filter(folder -> !folder.isEmpty())
            .map(Path::of);
    return Stream.concat(onPath, postgres().stream())
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Debian keeps PostgreSQL's programs off the PATH, in a folder for each version. */
  private static List<Path> postgres() {
    Path versions = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(versions)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(versions)) {
      return folders.sorted(Comparator.reverseOrder()).map(each -> each.resolve("bin")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String require(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalStateException("The program '" + name + "' is not installed"))
        .toString();
  }
}
