package org.mailcaravan.intake;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.Where;

/**
 * How people name the columns of a request in a mail, in their languages: a properties file with
 * the labels of each column, and perhaps the language of these behind it. Immutable and
 * thread-safe.
 */
public final class MailLabels {
  private static final Pattern IN_BRACKETS = Pattern.compile("[(\\[][^()\\[\\]]*[)\\]]");
  private static final Pattern NUMBERED = Pattern.compile("^\\s*\\d{1,3}[.)]\\s*");
  private static final Pattern LEFT_OUT = Pattern.compile("[^\\p{L}\\p{N}]");

  /** Characters; the labels of the file are shorter. */
  static final int LONGEST = 60;

  private static final String START = "start";
  private static final String CANCEL = "cancel";

  private final Map<String, Column> columns;
  private final Set<String> starts;
  private final Set<String> cancels;
  private final Map<String, Language> languages;

  private MailLabels(
      Map<String, Column> columns,
      Set<String> starts,
      Set<String> cancels,
      Map<String, Language> languages) {
    this.columns = Map.copyOf(columns);
    this.starts = Set.copyOf(starts);
    this.cancels = Set.copyOf(cancels);
    this.languages = Map.copyOf(languages);
  }

  /**
   * Reads the table. The names of the columns themselves are always labels.
   *
   * @throws RequestRejected when the file cannot be read, names no column, or gives a label twice
   */
  public static MailLabels read(Path file) {
    Properties lines = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      lines.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw rejected(
          Where.file(file),
          "the file is missing, or cannot be read as UTF-8",
          "Restore it from the installation.");
    }
    Map<String, Column> columns = new HashMap<>();
    for (Column column : Column.values()) {
      columns.put(key(column.word()), column);
    }
    Set<String> starts = new HashSet<>(Set.of(START));
    Set<String> cancels = new HashSet<>(Set.of(CANCEL));
    Map<String, Set<String>> tags = new HashMap<>();
    for (String property : lines.stringPropertyNames()) {
      int end = property.indexOf('.');
      String name = end < 0 ? property : property.substring(0, end);
      List<String> labels = List.of(lines.getProperty(property).split(",", -1));
      for (String label : labels) {
        boolean unused =
            tags.computeIfAbsent(key(label), any -> new HashSet<>())
                .add(property.substring(name.length()));
      }
      if (name.equals(START) || name.equals(CANCEL)) {
        for (String label : labels) {
          boolean unused = (name.equals(START) ? starts : cancels).add(key(label));
        }
        continue;
      }
      Column column = Column.find(name).orElseThrow(() -> unknown(file, name));
      for (String label : labels) {
        Column before = columns.putIfAbsent(key(label), column);
        if (before != null && before != column) {
          throw rejected(
              Where.file(file),
              "\"%s\" is a label of %s and of %s"
                  .formatted(label.strip(), before.word(), column.word()),
              "Remove it from one of them.");
        }
      }
    }
    starts.remove("");
    cancels.remove("");
    return new MailLabels(columns, starts, cancels, languages(tags));
  }

  /**
   * The labels of which one language is known, by what stands behind the columns: ".de". Those that
   * several languages have, or none in particular, tell nothing.
   */
  private static Map<String, Language> languages(Map<String, Set<String>> tags) {
    Map<String, Language> languages = new HashMap<>();
    tags.forEach(
        (label, behind) ->
            Arrays.stream(Language.values())
                .filter(language -> behind.equals(Set.of("." + language.word())))
                .forEach(language -> languages.put(label, language)));
    return languages;
  }

  private static RequestRejected rejected(Where place, String cause, String nextStep) {
    return new RequestRejected(new Problem(place, cause, Owner.US, nextStep));
  }

  private static RequestRejected unknown(Path file, String name) {
    return rejected(
        Where.file(file),
        "there is no column \"%s\"%s"
            .formatted(
                name,
                Spelling.nearest(name, Column.words())
                    .map(known -> ", did you mean " + known + "?")
                    .orElse("")),
        "Use the names of columns: " + String.join(", ", Column.words()) + ".");
  }

  /** The column that a label means. */
  Optional<Column> column(String label) {
    return label.length() > LONGEST
        ? Optional.empty()
        : Optional.ofNullable(columns.get(key(label)));
  }

  /** The language of a label; empty for what is none, or says nothing of the language. */
  Optional<Language> language(String label) {
    return label.length() > LONGEST
        ? Optional.empty()
        : Optional.ofNullable(languages.get(key(label)));
  }

  /** Whether a label means the time at which a migration is to begin. */
  boolean isStart(String label) {
    return label.length() <= LONGEST && starts.contains(key(label));
  }

  /** Whether a line says no more than that a migration is to end. */
  boolean isCancel(String line) {
    return line.length() <= LONGEST && cancels.contains(key(line));
  }

  private static String key(String label) {
    String plain = NUMBERED.matcher(IN_BRACKETS.matcher(label).replaceAll("")).replaceFirst("");
    return LEFT_OUT
        .matcher(Normalizer.normalize(plain, Normalizer.Form.NFC))
        .replaceAll("")
        .toLowerCase(Locale.ROOT);
  }
}
