package org.mailcaravan.sync.folders;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The names, in many languages, of the folders in which groupware keeps appointments, contacts and
 * the like. Read from {@code non-mail-names.txt}.
 */
final class NonMailNames {
  private static final List<List<String>> LANGUAGES = read();

  private NonMailNames() {}

  /**
   * The names that mean no mail in a mailbox, as {@link #key keys}: a user's own mail folder
   * "Notes" in a mailbox of another language is not among them.
   *
   * @param top the keys of all names at the top
   */
  static Set<String> in(Set<String> top) {
    Set<String> names = new HashSet<>();
    LANGUAGES.stream()
        .filter(language -> top.containsAll(language.subList(0, 2)))
        .forEach(names::addAll);
    return names;
  }

  static String key(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFKC)
        .toLowerCase(Locale.ROOT)
        .replace('\u2019', '\'')
        .strip();
  }

  private static List<List<String>> read() {
    try (InputStream in = NonMailNames.class.getResourceAsStream("non-mail-names.txt")) {
      if (in == null) {
        throw new IllegalStateException("non-mail-names.txt is missing from the program");
      }
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.substring(line.indexOf(':') + 1).split("\\|", -1))
          .map(names -> Arrays.stream(names).map(NonMailNames::key).toList())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
