package org.mailcaravan.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/** The lines of a route file, to point at one; counted from 1. */
record RouteFile(Path path, List<String> lines) {
  static final String ENDING = ".camel.yaml";

  /** In any case of letters; a backup such as {@code a.camel.yaml~} is none. */
  private static final Pattern OTHER_ENDING = Pattern.compile("(?i)[^.].*\\.(ya?ml|xml)");

  private static final Pattern WORD = Pattern.compile("[\\w-]+(?:[.:][\\w-]+)*");

  /** Camel decodes locations, splits lists of them, and takes some signs for wildcards. */
  private static final Pattern MEANT_OTHERWISE = Pattern.compile("[%+,?* ]");

  private static final Pattern PROSE = Pattern.compile("^\\s*(#|description:|message:).*");

  RouteFile {
    lines = List.copyOf(lines);
  }

  /**
   * @throws UncheckedIOException when the file has gone
   * @throws RequestRejected when it cannot be read otherwise
   */
  static RouteFile read(Path file) {
    return new RouteFile(file, text(file).lines().toList());
  }

  /** What the files hold that count, of a folder: those of Camel, and those with a wrong ending. */
  static Map<Path, ByteBuffer> contents(Path folder) {
    return in(folder).stream()
        .filter(file -> isNamed(file) || isMisnamed(file))
        .collect(Collectors.toUnmodifiableMap(file -> file, file -> ByteBuffer.wrap(octets(file))));
  }

  /** Whether its name is that of a route file. */
  static boolean isNamed(Path file) {
    return file.toString().endsWith(ENDING);
  }

  /** Whether it looks like a route file, and its name does not end like one. */
  static boolean isMisnamed(Path file) {
    return !isNamed(file) && OTHER_ENDING.matcher(String.valueOf(file.getFileName())).matches();
  }

  /** The files of a folder, whatever they are. */
  static List<Path> in(Path folder) {
    return in(folder, Files::isRegularFile);
  }

  static List<Path> foldersIn(Path folder) {
    return in(folder, Files::isDirectory);
  }

  private static List<Path> in(Path folder, Predicate<Path> wanted) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(wanted).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    return new String(octets(file), StandardCharsets.UTF_8);
  }

  /**
   * @throws UncheckedIOException when the file has gone
   * @throws RequestRejected when it cannot be read otherwise
   */
  static byte[] octets(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      throw new RequestRejected(
          new Problem(
              Where.file(file),
              e instanceof AccessDeniedException
                  ? "the user who runs the program may not read it"
                  : "it cannot be read (" + e.getMessage() + ")",
              Owner.US,
              e instanceof AccessDeniedException
                  ? "Let that user read it (chmod a+r)."
                  : "Look whether the disk is sound, or delete the file."));
    }
  }

  /** A file as Camel's locations name it. */
  static String location(Path file) {
    return "file:" + encoded(file);
  }

  /** Whether a location of Camel's is in this file. */
  boolean isAt(String location) {
    String name = location.substring(location.lastIndexOf('/') + 1);
    return name.replaceFirst(":\\d+$", "").equals(encoded(path.getFileName()));
  }

  private static String encoded(Path path) {
    return MEANT_OTHERWISE
        .matcher(path.toString())
        .replaceAll(sign -> "%%%02X".formatted((int) sign.group().charAt(0)));
  }

  /** The first line from {@code start} on that has the text as a word of its own, or 0. */
  int lineOf(String text, int start) {
    Pattern word = Pattern.compile("(?<![\\w.-])" + Pattern.quote(text) + "(?![\\w.-])");
    for (int line = Math.max(1, start); line <= lines.size(); line++) {
      String content = lines.get(line - 1);
      if (!PROSE.matcher(content).matches() && word.matcher(content).find()) {
        return line;
      }
    }
    return 0;
  }

  /** The line that names a route, or 0. */
  int lineOfRoute(String id) {
    return lineOf("id: " + id, 1);
  }

  /** Every word of the file, without prose. */
  Stream<String> names() {
    return lines.stream()
        .filter(line -> !PROSE.matcher(line).matches())
        .flatMap(line -> WORD.matcher(line).results().map(match -> match.group()));
  }

  /** Such as {@code route file /opt/routes/a.camel.yaml line 7}. */
  Where place(long line) {
    return Where.line(path.toString(), line);
  }
}
