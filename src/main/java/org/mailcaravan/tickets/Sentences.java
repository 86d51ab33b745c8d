package org.mailcaravan.tickets;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.DecimalFormatSymbols;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mailcaravan.model.Language;
import org.mailcaravan.providers.Providers;

/**
 * The sentences of problems in the language of answers. A table has the English sentences, with a
 * place for what changes in them; what stands in the places is translated, too. A sentence that it
 * does not have stays as it is, and so do the words of servers. Thread-safe.
 */
final class Sentences {
  private static final String PLACE = "{}";
  private static final String TRANSLATED = "= ";
  private static final String COMMENT = "#";

  /** Sentences within sentences; the words of servers could go on for ever. */
  private static final int DEEPEST = 6;

  /** Between parts of a list that stands in a place. */
  private static final String BETWEEN = "; ";

  private static final Pattern AMOUNT =
      Pattern.compile("(\\d{1,3}(?:,\\d{3})*|\\d+)(\\.\\d+(?= ))?((?: (?:B|[KMGTP]iB))?)");
  private static final Pattern TIME =
      Pattern.compile("(\\d{4}-\\d{2}-\\d{2})(?: (\\d{2}:\\d{2}))?((?: \\(.*\\)| UTC)?)");

  private static final Pattern ZONE = Pattern.compile(" \\(([A-Z][A-Za-z]+(?:/\\S+)?)\\)");

  /** How the program writes them; the table has the forms of its language. */
  private static final String DAY_FORM = "yyyy-MM-dd";

  private static final String TIME_FORM = "yyyy-MM-dd HH:mm";
  private static final String ZONED_FORM = "yyyy-MM-dd HH:mm z";

  /**
   * A sentence with places.
   *
   * @param english what stands around the places
   * @param translated the same
   */
  private record Form(List<String> english, List<String> translated) {
    private boolean beginsWithAPlace() {
      return english.get(0).isEmpty();
    }

    /** Characters that must be there. */
    private int length() {
      return english.stream().mapToInt(String::length).sum();
    }

    /** What stands in its places; empty for another sentence. In time that grows evenly. */
    private Optional<List<String>> values(String sentence) {
      List<String> values = new ArrayList<>();
      int at = english.get(0).length();
      int last = english.size() - 1;
      int end = sentence.length() - english.get(last).length();
      if (end < at
          || !sentence.startsWith(english.get(0))
          || !sentence.endsWith(english.get(last))) {
        return Optional.empty();
      }
      for (String part : english.subList(1, last)) {
        int next = sentence.indexOf(part, at);
        if (next < 0 || next + part.length() > end) {
          return Optional.empty();
        }
        values.add(sentence.substring(at, next));
        at = next + part.length();
      }
      values.add(sentence.substring(at, end));
      return Optional.of(values);
    }
  }

  private final Locale locale;
  private final Map<String, String> whole = new HashMap<>();
  private final List<Form> forms = new ArrayList<>();

  private Sentences(Locale locale) {
    this.locale = locale;
  }

  /**
   * Those of a language.
   *
   * @param providers whose help is told to customers
   */
  static Sentences of(Language language, Providers providers) {
    Sentences sentences = new Sentences(Locale.forLanguageTag(language.word()));
    try (InputStream table =
        Sentences.class.getResourceAsStream("sentences." + language.word() + ".txt")) {
      if (table != null) {
        sentences.read(new String(table.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (language == Language.GERMAN) {
      providers
          .all()
          .forEach(
              provider ->
                  sentences.whole.put(
                      provider.help().words(),
                      provider.help().de() + " Mehr dazu: " + provider.help().link()));
    }
    // One that says more comes before one that fits almost everything.
    sentences.forms.sort(
        Comparator.comparing(Form::beginsWithAPlace)
            .thenComparing(Form::length, Comparator.reverseOrder()));
    return sentences;
  }

  private void read(String table) {
    String english = "";
    for (String line : table.lines().toList()) {
      if (line.startsWith(TRANSLATED)) {
        add(english, line.substring(TRANSLATED.length()));
      } else if (!line.startsWith(COMMENT)) {
        english = line;
      }
    }
  }

  private void add(String english, String translated) {
    if (english.contains(PLACE)) {
      forms.add(new Form(parts(english), parts(translated)));
    } else {
      whole.put(english, translated);
    }
  }

  private static List<String> parts(String sentence) {
    return List.of(sentence.split(Pattern.quote(PLACE), -1));
  }

  /** A sentence in this language, with the amounts and times in it. */
  String translated(String english) {
    return translated(english, 0);
  }

  /** A moment, for people who live in a zone. */
  String time(Instant moment, ZoneId zone) {
    return DateTimeFormatter.ofPattern(form(ZONED_FORM), locale).withZone(zone).format(moment);
  }

  private String translated(String english, int depth) {
    String known = whole.get(english);
    if (known != null) {
      return known;
    }
    String amount = amount(english);
    if (!amount.equals(english) || depth > DEEPEST) {
      return amount;
    }
    for (Form form : forms) {
      Optional<List<String>> values = form.values(english);
      if (values.isPresent()) {
        return filled(form.translated, values.get(), depth);
      }
    }
    return english.contains(BETWEEN)
        ? Arrays.stream(english.split(BETWEEN, -1))
            .map(part -> translated(part, depth + 1))
            .collect(Collectors.joining(BETWEEN))
        : english;
  }

  private String filled(List<String> translated, List<String> values, int depth) {
    StringBuilder sentence = new StringBuilder(translated.get(0));
    for (int part = 1; part < translated.size(); part++) {
      sentence.append(inPlace(values.get(part - 1), depth)).append(translated.get(part));
    }
    return sentence.toString();
  }

  /** What stands in a place, with the blanks around it. */
  private String inPlace(String value, int depth) {
    String known = whole.get(value);
    if (known != null) {
      return known;
    }
    String stripped = value.strip();
    int before = value.indexOf(stripped);
    return stripped.isEmpty()
        ? value
        : value.substring(0, before)
            + translated(stripped, depth + 1)
            + value.substring(before + stripped.length());
  }

  /** "1,234", "2.5 GiB" or "2026-12-01 18:00" as the language writes it; anything else stays. */
  private String amount(String english) {
    Matcher amount = AMOUNT.matcher(english);
    if (amount.matches()) {
      DecimalFormatSymbols signs = DecimalFormatSymbols.getInstance(locale);
      String fraction = amount.group(2);
      return amount.group(1).replace(',', signs.getGroupingSeparator())
          + (fraction == null ? "" : fraction.replace('.', signs.getDecimalSeparator()))
          + amount.group(3);
    }
    Matcher time = TIME.matcher(english);
    if (!time.matches()) {
      return english;
    }
    try {
      LocalDate day = LocalDate.parse(time.group(1));
      if (time.group(2) == null) {
        return DateTimeFormatter.ofPattern(form(DAY_FORM), locale).format(day) + time.group(3);
      }
      LocalDateTime moment = LocalDateTime.of(day, LocalTime.parse(time.group(2)));
      return DateTimeFormatter.ofPattern(form(TIME_FORM), locale).format(moment)
          + zone(time.group(3), moment);
    } catch (DateTimeException e) {
      return english;
    }
  }

  /** "(Europe/Berlin)" as people call it then: "(CET)", "(MEZ)"; anything else stays. */
  private String zone(String words, LocalDateTime moment) {
    Matcher zone = ZONE.matcher(words);
    return zone.matches()
        ? DateTimeFormatter.ofPattern(" (z)", locale)
            .format(moment.atZone(ZoneId.of(zone.group(1))))
        : words;
  }

  private String form(String english) {
    return whole.getOrDefault(english, english);
  }
}
