package org.mailcaravan;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.DuplicateKeyException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Finds in route files what keeps Camel from reading them as they are meant. */
final class RouteFileCheck {
  /** In any case of letters; a backup such as {@code a.camel.yaml~} is none. */
  private static final Pattern OTHER_ENDING = Pattern.compile("(?i)[^.].*\\.(ya?ml|xml)");

  private RouteFileCheck() {}

  /**
   * Requires that what looks like a route file will be read as one: it has the ending, is UTF-8,
   * and says nothing twice. Camel passes over the first, breaks off at the second without a place,
   * and takes the last of several.
   */
  static void requireReadable(Path folder) {
    for (Path file : RouteFile.in(folder)) {
      if (file.toString().endsWith(RouteFile.ENDING)) {
        requireUtf8(file);
        requireKeysOnce(file);
      } else if (OTHER_ENDING.matcher(String.valueOf(file.getFileName())).matches()) {
        throw RouteMistake.of(
            "route file " + file,
            "it is not read: its name does not end in \"" + RouteFile.ENDING + "\"");
      }
    }
  }

  private static void requireUtf8(Path file) {
    ByteBuffer octets = ByteBuffer.wrap(RouteFile.octets(file));
    CharBuffer characters = CharBuffer.allocate(octets.remaining());
    if (StandardCharsets.UTF_8.newDecoder().decode(octets, characters, true).isError()) {
      long line = characters.flip().chars().filter(c -> c == '\n').count() + 1;
      throw RouteMistake.of(
          RouteFile.place(file, line),
          "a character is not in UTF-8; the file may have been saved as Latin-1");
    }
  }

  private static void requireKeysOnce(Path file) {
    try {
      new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build())
          .loadFromString(RouteFile.text(file));
    } catch (DuplicateKeyException e) {
      long line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw RouteMistake.of(
          RouteFile.place(file, line),
          "\"%s\" stands twice in the same place"
              .formatted(e.getProblem().replace("found duplicate key ", "")));
    } catch (YamlEngineException e) {
      // Camel tells it, with its line.
    }
  }
}
