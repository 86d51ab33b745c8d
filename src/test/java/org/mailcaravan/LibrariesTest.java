package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.mailcaravan.docs.Document;

/** What is shipped, as Maven tells it, beside what libraries.txt and docs/security.md say. */
class LibrariesTest {
  private static final Pattern TOLD =
      Pattern.compile(
          "\\s+([^\\s:]+:[^\\s:]+):jar:(?:[^\\s:]+:)?([^\\s:]+):(?:compile|runtime|provided)\\b.*");

  /**
   * The libraries of a folder, each with its version; the build lists them before it runs tests.
   */
  private static Map<String, String> shipped(String folder) throws IOException {
    Map<String, String> libraries = new TreeMap<>();
    String name = folder.substring(folder.lastIndexOf('/') + 1) + ".txt";
    for (String line : Files.readAllLines(Path.of("target/libraries", name))) {
      Matcher told = TOLD.matcher(line);
      if (told.matches()) {
        libraries.put(told.group(1), told.group(2));
      }
    }
    assertThat(libraries).as("libraries of " + folder).isNotEmpty();
    return libraries;
  }

  private static List<String> allowed(String folder) throws IOException {
    List<String> allowed = new ArrayList<>();
    String section = "";
    for (String line : Files.readAllLines(Path.of("libraries.txt"))) {
      if (line.startsWith("[")) {
        section = line.substring(1, line.length() - 1);
      } else if (section.equals(folder) && !line.isBlank() && !line.startsWith("#")) {
        allowed.add(line);
      }
    }
    return allowed;
  }

  @Test
  void nothingIsShippedThatTheListOfAllowedLibrariesLacks() throws IOException {
    for (String folder : List.of("lib", "lib/demo", "lib/test")) {
      assertThat(shipped(folder).keySet())
          .as(
              "what goes to %s; a library that nothing of ours runs is left out by an <exclusion> in pom.xml,"
                  + " one that something runs is added to libraries.txt and docs/security.md",
              folder)
          .containsExactlyInAnyOrderElementsOf(allowed(folder));
    }
  }

  @Test
  void theTableOfLibrariesTellsWhatIsShippedAndInWhichVersion() throws IOException {
    Map<String, String> shipped = shipped("lib");
    shipped.putAll(shipped("lib/demo"));
    shipped.putAll(shipped("lib/test"));
    Document.Table table = Document.of("docs/security.md").table("Library");
    for (Map.Entry<String, String> library : shipped.entrySet()) {
      List<String> versions = new ArrayList<>();
      for (int row = 0; row < table.rows().size(); row++) {
        String name = table.column(0).get(row);
        if (name.equals(library.getKey())
            || (name.endsWith(":*")
                && library.getKey().startsWith(name.substring(0, name.length() - 1)))) {
          versions.add(table.column(1).get(row));
        }
      }
      assertThat(versions).as(library.getKey()).containsExactly(library.getValue());
    }
    assertThat(table.column(0))
        .allSatisfy(
            name ->
                assertThat(shipped.keySet())
                    .anyMatch(library -> library.startsWith(name.replace("*", ""))));
  }
}
