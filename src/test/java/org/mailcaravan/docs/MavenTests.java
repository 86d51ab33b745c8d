package org.mailcaravan.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A command that runs some tests: {@code ./mvnw -B -ntp test -Dtest=CrashTest -Dcrash.kills=100}.
 *
 * @param tests the value of {@code -Dtest}: a class, or a pattern of classes
 * @param properties the others, by name
 */
public record MavenTests(String tests, Map<String, String> properties) {
  private static final String START = "./mvnw -B -ntp test ";
  private static final Pattern PROPERTY = Pattern.compile("-D([a-z.-]+)=('[^']*'|[^' ]+)(?: |$)");

  /** Reads one; whatever is no property is an error. */
  public static MavenTests of(String command) {
    assertThat(command).startsWith(START);
    String words = command.substring(START.length());
    Map<String, String> properties = new LinkedHashMap<>();
    Matcher matcher = PROPERTY.matcher(words);
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      properties.put(matcher.group(1), matcher.group(2).replace("'", ""));
      end = matcher.end();
    }
    assertThat(words.substring(end)).as(command).isEmpty();
    assertThat(properties).as(command).containsKey("test");
    return new MavenTests(properties.remove("test"), properties);
  }

  /** Whether it would run a class of that full name. */
  public boolean runs(String name) {
    String compared = tests.contains(".") ? name : name.substring(name.lastIndexOf('.') + 1);
    return compared.matches(tests.replace(".", "\\.").replace("*", ".*"));
  }

  /** Fails if it runs no test, or names a property that none of its classes reads. */
  public void assertValid() {
    List<String> sources = new ArrayList<>();
    Path root = Path.of("src/test/java");
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        String name = root.relativize(file).toString().replace(".java", "").replace('/', '.');
        if (runs(name)) {
          sources.add(Files.readString(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(sources)
        .as("tests of %s", this)
        .anyMatch(source -> source.contains("@Test") || source.contains("@ParameterizedTest"));
    assertThat(properties.keySet())
        .allSatisfy(
            property ->
                assertThat(sources)
                    .as("who reads %s", property)
                    .anyMatch(source -> source.contains("(\"" + property + "\"")));
  }
}
