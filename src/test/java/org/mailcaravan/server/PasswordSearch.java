package org.mailcaravan.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.mailcaravan.server.TestFolders.Life;

/**
 * After each test, before its folder is deleted, looks for every password that a server of a test
 * knows in every file that the program has written there: database, logs, reports, certificates,
 * masked copies, outputs. For all tests, by Java's ServiceLoader.
 */
public final class PasswordSearch implements AfterEachCallback, AfterAllCallback {
  private record Version(FileTime changed, long octets) {}

  /** What is larger, such as a database that all tests of a class share, is searched once. */
  private static final long LARGE_OCTETS = 1 << 20;

  private final Map<Path, Version> searched = new HashMap<>();

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    search(Life.TEST);
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    search(Life.CLASS);
  }

  /** Searches what is deleted next, and what is small in the folders that stay. */
  synchronized void search(Life ended) throws IOException {
    searched.keySet().removeIf(file -> Files.notExists(file));
    for (Map.Entry<Path, Life> each : TestFolders.ofTests().entrySet()) {
      Path folder = each.getKey();
      long mostOctets = each.getValue() == ended ? Long.MAX_VALUE : LARGE_OCTETS;
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes now)
                throws IOException {
              Version version = new Version(now.lastModifiedTime(), now.size());
              if (now.isRegularFile()
                  && now.size() <= mostOctets
                  && !version.equals(searched.put(file, version))) {
                look(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              // Gone meanwhile, or shut by the test.
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    }
  }

  private static void look(Path file) throws IOException {
    try {
      Optional<String> found = isGiven(file) ? Optional.empty() : UsedPasswords.in(file);
      found.ifPresent(
          password -> {
            throw new AssertionError("the password " + password + " stands in " + file);
          });
    } catch (NoSuchFileException | AccessDeniedException e) {
      // As above.
    }
  }

  /** Whether a person wrote it, and its passwords with it: a request, a configuration. */
  private static boolean isGiven(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.equals("application.properties")) {
      return true;
    }
    Path parent = file.getParent();
    boolean made =
        name.endsWith(".rejected.csv") || (parent != null && parent.endsWith(Path.of("done")));
    if (made) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      String beginning = new String(in.readNBytes(4096), StandardCharsets.UTF_8);
      return beginning.contains("source_password") || beginning.contains("source_email");
    }
  }
}
