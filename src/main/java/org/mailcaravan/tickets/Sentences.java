package org.mailcaravan.tickets;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sentences of problems in the language of answers. A table has the English sentences, with a
 * place for what changes in them; a sentence that it does not have stays as it is, and so do the
 * words of servers. Thread-safe.
 */
final class Sentences {
  private static final String PLACE = "{}";
  private static final String TRANSLATED = "= ";

  /** A sentence with places. */
  private record Form(Pattern english, String translated) {}

  private final Map<String, String> whole = new HashMap<>();
  private final List<Form> forms = new ArrayList<>();

  private Sentences() {}

  /** Those of a language, such as "de"; English where there is no table. */
  static Sentences of(String language) {
    Sentences sentences = new Sentences();
    try (InputStream table =
        Sentences.class.getResourceAsStream("sentences." + language + ".txt")) {
      if (table != null) {
        sentences.read(new String(table.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sentences;
  }

  private void read(String table) {
    String english = "";
    for (String line : table.lines().toList()) {
      if (line.startsWith(TRANSLATED)) {
        add(english, line.substring(TRANSLATED.length()));
      } else {
        english = line;
      }
    }
  }

  private void add(String english, String translated) {
    if (english.contains(PLACE)) {
      String[] parts = english.split(Pattern.quote(PLACE), -1);
      StringBuilder pattern = new StringBuilder(Pattern.quote(parts[0]));
      for (int part = 1; part < parts.length; part++) {
        pattern.append("(.*?)").append(Pattern.quote(parts[part]));
      }
      forms.add(new Form(Pattern.compile(pattern.toString(), Pattern.DOTALL), translated));
    } else {
      whole.put(english, translated);
    }
  }

  /** A sentence in this language; what stands in its places, too, where the table has it. */
  String translated(String english) {
    String known = whole.get(english);
    if (known != null) {
      return known;
    }
    for (Form form : forms) {
      Matcher matcher = form.english.matcher(english);
      if (matcher.matches()) {
        return filled(form.translated, matcher);
      }
    }
    return english;
  }

  private String filled(String translated, Matcher matcher) {
    String[] parts = translated.split(Pattern.quote(PLACE), -1);
    StringBuilder sentence = new StringBuilder(parts[0]);
    for (int part = 1; part < parts.length; part++) {
      String value = matcher.group(part);
      sentence.append(whole.getOrDefault(value, value)).append(parts[part]);
    }
    return sentence.toString();
  }
}
