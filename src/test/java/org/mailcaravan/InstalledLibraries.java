package org.mailcaravan;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * The libraries of installed programs, and the archive of loaded classes that the program makes of
 * them: without it each start takes two more seconds of a processor. One folder serves all tests of
 * a build.
 */
final class InstalledLibraries {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path INSTALLATION = make();

  private InstalledLibraries() {}

  /** Lets an installation without libraries use them. */
  static void linkInto(Path home) throws IOException {
    Files.createSymbolicLink(home.resolve("lib"), INSTALLATION.resolve("lib"));
    Files.createSymbolicLink(home.resolve("lib.jsa"), INSTALLATION.resolve("lib.jsa"));
  }

  /** For the end of a test: JUnit warns of links that lead out of its folder. */
  static void unlinkFrom(Path home) throws IOException {
    for (String name : List.of("lib", "lib.jsa")) {
      Path link = home.resolve(name);
      if (Files.isSymbolicLink(link)) {
        Files.delete(link);
      }
    }
  }

  /** Gives an installation without libraries its own, and no archive. */
  static void copyInto(Path home) throws IOException {
    Path lib = Files.createDirectory(home.resolve("lib"));
    for (Path jar : list(INSTALLATION.resolve("lib"))) {
      Files.copy(jar, lib.resolve(jar.getFileName()));
    }
  }

  /** Gives an installation without libraries those that are shipped, and no other. */
  static void copyShippedInto(Path home) throws IOException {
    String shipped =
        Files.readString(TARGET.resolve("libraries/lib.txt"))
            + Files.readString(TARGET.resolve("libraries/demo.txt"));
    Path lib = Files.createDirectory(home.resolve("lib"));
    for (Path jar : list(INSTALLATION.resolve("lib"))) {
      String file = jar.getFileName().toString();
      String artifact = file.replaceFirst("-(\\d[^-]*)\\.jar$", ":jar:$1:");
      if (file.equals("mailcaravan.jar") || shipped.contains(":" + artifact)) {
        Files.copy(jar, lib.resolve(file));
      }
    }
  }

  /** What {@code bin/mailcaravan prepare} printed when it made the archive of this build. */
  static String saidByPrepare() throws IOException {
    return Files.readString(INSTALLATION.resolve("prepare.log"));
  }

  /** Everything on the class path, save the tests. */
  static List<Path> classPath() {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
    return Arrays.stream(classPath.split(File.pathSeparator, -1))
        .filter(entry -> !entry.endsWith("test-classes") && !entry.isEmpty())
        .map(Path::of)
        .toList();
  }

  private static Path make() {
    try (FileChannel file =
            FileChannel.open(
                TARGET.resolve("installed.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = file.lock()) {
      // Java finds its archive again only with the libraries where they were.
      Path made = TARGET.resolve("installed-" + version());
      if (lock.isValid() && Files.notExists(made.resolve("lib.jsa"))) {
        for (Path old : list(TARGET)) {
          if (old.getFileName().toString().startsWith("installed-")) {
            FileSystemUtils.deleteRecursively(old);
          }
        }
        install(Files.createDirectory(made));
      }
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Another one for other classes, other libraries or another Java. */
  private static String version() throws IOException {
    Instant newest = Instant.EPOCH;
    for (Path entry : classPath()) {
      if (Files.isDirectory(entry)) {
        try (Stream<Path> files = Files.walk(entry)) {
          for (Path file : files.toList()) {
            Instant changed = Files.getLastModifiedTime(file).toInstant();
            newest = changed.isAfter(newest) ? changed : newest;
          }
        }
      }
    }
    return Integer.toHexString(
        List.of(newest, classPath(), System.getProperty("java.home")).hashCode());
  }

  private static void install(Path home) throws IOException, InterruptedException {
    InstalledProgram.copyProgram(home);
    Path lib = Files.createDirectory(home.resolve("lib"));
    for (Path entry : classPath()) {
      // Java archives classes of jars only.
      if (Files.isDirectory(entry)) {
        pack(entry, lib.resolve("mailcaravan.jar"));
      } else {
        Files.createSymbolicLink(lib.resolve(entry.getFileName()), entry);
      }
    }
    Path log = home.resolve("prepare.log");
    ProcessBuilder builder =
        new ProcessBuilder("bin/mailcaravan", "prepare")
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    if (builder.start().waitFor() != 0) {
      throw new FileSystemException(log.toString(), null, Files.readString(log));
    }
  }

  private static void pack(Path folder, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(out);
        Stream<Path> files = Files.walk(folder)) {
      // Folders, too: the database looks for its migrations in one.
      for (Path file : files.filter(file -> !file.equals(folder)).sorted().toList()) {
        boolean isFolder = Files.isDirectory(file);
        packed.putNextEntry(new JarEntry(folder.relativize(file) + (isFolder ? "/" : "")));
        if (!isFolder) {
          Files.copy(file, packed);
        }
        packed.closeEntry();
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted(Comparator.naturalOrder()).toList();
    }
  }
}
