package org.mailcaravan.sync.diagnosis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.NextStep;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.ProblemCode;

/**
 * What the sentences and response codes of mail servers mean. Read from {@code server-words.txt},
 * which says of each where the fact comes from.
 */
public final class ServerWords {
  /** What a server says is matched no further than this; patterns would take long over more. */
  private static final int LONGEST = 600;

  private static final Set<String> KEYS =
      Set.of(
          "code", "where", "means", "wait", "owner", "servers", "source", "words", "next",
          "example", "several", "term", "hosts", "there");

  private static final Pattern TERM = Pattern.compile("\\{([a-z-]+)\\}");

  /** Parts of patterns by their names. */
  private static final Map<String, String> TERMS = new HashMap<>();

  private static final List<Entry> ENTRIES = read();

  private ServerWords() {}

  /** At which answers an entry is looked for. */
  enum Where {
    LOGIN,
    COMMAND,
    /** A NO or BAD to an APPEND. */
    APPEND,
    /** Also the end of a connection: a BYE. */
    ANY
  }

  /**
   * One entry of the file.
   *
   * @param several whether the words name several causes, all of which the next step tells
   * @param examples whole answers, {@code NO [ALERT] Login failed}
   */
  record Entry(
      Where where,
      Meaning meaning,
      Pattern words,
      String servers,
      String source,
      boolean several,
      List<String> examples) {
    private boolean isFor(Where asked) {
      return where == asked || where == Where.ANY || (asked == Where.ANY && where != Where.APPEND);
    }
  }

  /** All entries in their order, of which the first that is found counts. */
  static List<Entry> entries() {
    return ENTRIES;
  }

  /** The entry that knows these words, {@code [CODE arguments] text}. */
  static Optional<Entry> find(Where where, String words) {
    String start = start(words);
    return ENTRIES.stream()
        .filter(entry -> entry.isFor(where) && entry.words.matcher(start).find())
        .findFirst();
  }

  /** A pattern for what the file calls by this name. */
  public static Pattern term(String name) {
    return Pattern.compile(
        withTerms("{" + name + "}"), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  /** As much of what a server says as is matched. */
  static String start(String words) {
    return words.length() <= LONGEST ? words : words.substring(0, LONGEST);
  }

  /** The entry that knows a refusal, or else a warning before it that asks for time. */
  static Optional<Entry> find(Where where, ServerRefusal refusal) {
    return find(
            where, (refusal.code().isEmpty() ? "" : "[" + refusal.code() + "] ") + refusal.text())
        .or(
            () ->
                find(where, refusal.also())
                    .filter(entry -> entry.meaning().prospect() == Prospect.PATIENCE));
  }

  private static List<Entry> read() {
    try (InputStream in = ServerWords.class.getResourceAsStream("server-words.txt")) {
      if (in == null) {
        throw new IllegalStateException("server-words.txt is missing from the program");
      }
      return parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Entry> parse(BufferedReader lines) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Map<String, List<String>> fields = new LinkedHashMap<>();
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (line.isBlank()) {
        if (!fields.isEmpty()) {
          entries.add(entry(fields, number));
        }
        fields.clear();
      } else if (!line.startsWith("#")) {
        int colon = line.indexOf(": ");
        String key = colon < 0 ? line : line.substring(0, colon);
        if (!KEYS.contains(key)) {
          throw new IllegalStateException("server-words.txt line " + number + ": " + key + "?");
        }
        String value = line.substring(colon + 2);
        if (key.equals("term")) {
          int equals = value.indexOf(" = ");
          TERMS.put(value.substring(0, equals), withTerms(value.substring(equals + 3)));
        } else {
          fields.computeIfAbsent(key, any -> new ArrayList<>()).add(value);
        }
      }
    }
    if (!fields.isEmpty()) {
      entries.add(entry(fields, number));
    }
    return List.copyOf(entries);
  }

  private static Entry entry(Map<String, List<String>> fields, int line) {
    ProblemCode code = code(one(fields, "code", line), line);
    String wait = fields.containsKey("wait") ? one(fields, "wait", line) : null;
    String means = fields.containsKey("means") ? one(fields, "means", line) : null;
    String next = fields.containsKey("next") ? one(fields, "next", line) : null;
    return new Entry(
        Where.valueOf(one(fields, "where", line).toUpperCase(Locale.ROOT)),
        new Meaning(
            code,
            prospect(means, code),
            wait == null ? null : Duration.parse(wait),
            owner(one(fields, "owner", line), line),
            next == null ? null : NextStep.of(next),
            fields.containsKey("hosts")
                ? new Meaning.AtHosts(
                    Pattern.compile(one(fields, "hosts", line)),
                    NextStep.of(one(fields, "there", line)))
                : null),
        Pattern.compile(
            fields.getOrDefault("words", List.of()).stream()
                .map(words -> "(?:" + withTerms(words) + ")")
                .collect(Collectors.joining("|")),
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE),
        one(fields, "servers", line),
        one(fields, "source", line),
        fields.containsKey("several"),
        List.copyOf(fields.getOrDefault("example", List.of())));
  }

  private static String withTerms(String words) {
    return TERM.matcher(words)
        .replaceAll(
            found -> {
              String term = TERMS.get(found.group(1));
              if (term == null) {
                throw new IllegalStateException("server-words.txt: no term " + found.group(1));
              }
              return Matcher.quoteReplacement("(?:" + term + ")");
            });
  }

  private static String one(Map<String, List<String>> fields, String key, int line) {
    List<String> values = fields.getOrDefault(key, List.of());
    if (values.size() != 1) {
      throw new IllegalStateException(
          "server-words.txt: the entry that ends at line " + line + " needs one " + key);
    }
    return values.get(0);
  }

  private static ProblemCode code(String id, int line) {
    return Stream.of(ProblemCode.values())
        .filter(code -> code.id().equals(id))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("server-words.txt line " + line + ": " + id + "?"));
  }

  private static Owner owner(String word, int line) {
    return switch (word) {
      case "customer" -> Owner.CUSTOMER;
      case "old-provider" -> Owner.OLD_HOST;
      case "us" -> Owner.US;
      default ->
          throw new IllegalStateException("server-words.txt line " + line + ": " + word + "?");
    };
  }

  private static Prospect prospect(@Nullable String word, ProblemCode code) {
    if (word != null) {
      return Prospect.valueOf(word.replace('-', '_').toUpperCase(Locale.ROOT));
    }
    return switch (code) {
      case THROTTLED, TOO_MANY_LOGINS -> Prospect.PATIENCE;
      case SERVER_DOWN -> Prospect.MAY_PASS;
      default -> Prospect.PERMANENT;
    };
  }
}
