package org.mailcaravan.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Makes the folders of tests and of their servers in memory, where the machine lets us: tests make
 * and delete many small files, and ext4 without a journal takes ever longer for a new file after
 * many were deleted (a third of the whole build). {@code -Dmailcaravan.test-folders=DIR} puts them
 * elsewhere.
 */
public final class TestFolders implements TempDirFactory {
  /** With what a folder is deleted. */
  enum Life {
    TEST,
    CLASS
  }

  private static final Path MEMORY = Path.of("/dev/shm");
  private static final Map<Path, Life> OF_TESTS = new ConcurrentHashMap<>();
  private static final long ENOUGH_OCTETS = 4L << 30;
  private static final Path HOME =
      Path.of(
          System.getProperty(
              "mailcaravan.test-folders",
              memoryServes() ? MEMORY.toString() : System.getProperty("java.io.tmpdir")));

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test)
      throws IOException {
    Path folder = create("junit");
    OF_TESTS.put(folder, test.getTestMethod().isPresent() ? Life.TEST : Life.CLASS);
    return folder;
  }

  /** Those that are still there. */
  static Map<Path, Life> ofTests() {
    OF_TESTS.keySet().removeIf(folder -> Files.notExists(folder));
    return Map.copyOf(OF_TESTS);
  }

  public static Path create(String prefix) throws IOException {
    return Files.createTempDirectory(HOME, prefix);
  }

  /** Containers often have only 64 MiB there, or do not let programs be run from there. */
  private static boolean memoryServes() {
    try {
      return Files.isWritable(MEMORY)
          && Files.getFileStore(MEMORY).getUsableSpace() >= ENOUGH_OCTETS
          && Files.readAllLines(Path.of("/proc/mounts")).stream()
              .filter(line -> line.contains(" " + MEMORY + " "))
              .noneMatch(line -> line.contains("noexec"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
