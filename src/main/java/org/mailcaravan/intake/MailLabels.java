package org.mailcaravan.intake;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.Where;

/**
 * How people name the columns of a request in a mail, in their languages, and the words that tell
 * what else stands there: a properties file with the labels of each column, perhaps with the
 * language of these behind it, and with lists of words. Immutable and thread-safe.
 */
public final class MailLabels {
  private static final Pattern IN_BRACKETS = Pattern.compile("[(\\[]([^()\\[\\]]*)[)\\]]");
  private static final Pattern NUMBERED = Pattern.compile("^\\s*\\d{1,3}[.)]\\s*");

  /** "E-mail 2", "Password #2". */
  private static final Pattern COUNTED =
      Pattern.compile("(.*\\p{L}[^\\p{L}\\p{N}]*)(\\d{1,3})[^\\p{L}\\p{N}]*");

  private static final Pattern LEFT_OUT = Pattern.compile("[^\\p{L}\\p{N}]");
  private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final Pattern TELEPHONE = Pattern.compile("[+(\\d][\\d ()/.-]{6,30}");
  private static final Pattern MASK = Pattern.compile("([-*_.?\u2022\u25cf\u2026])\\1*|[xX]{3,}");

  /** As people write, without signs and digits as passwords have them. */
  private static final Pattern PROSE = Pattern.compile("[\\p{L}\\p{M}\\s.,!?:;()'\u2019/\u2026-]+");

  private static final Pattern BLANK = Pattern.compile("\\s");

  /** "[removed]", "<your password>". */
  private static final Pattern IN_MARKS =
      Pattern.compile("(?:\\[[^\\[\\]]*]|<[^<>]*>|\\([^()]*\\))");

  /** The marks may be part of it, or not. */
  private static final Pattern IN_QUOTATION_MARKS =
      Pattern.compile(
          "(?:\"[^\"]*\"?|['\u2018\u201a][^'\u2018\u2019]*['\u2018\u2019]|[\u201c\u201e\u201d][^\u201c\u201d]*[\u201c\u201d]|[\u00ab\u2039][^\u00bb\u203a]*[\u00bb\u203a]|\u00bb[^\u00ab]*\u00ab)");

  /** Where it can be fetched. */
  private static final Pattern LINK = Pattern.compile("(?i)https?://");

  /** "secret (from Monday: other)". */
  private static final Pattern WITH_ASIDE = Pattern.compile("\\S+\\s+[(\\[].*[)\\]]");

  /** As Google shows a password for an application. */
  private static final Pattern APP_PASSWORD = Pattern.compile("[a-z]{4}( [a-z]{4}){3}");

  /** Characters; the labels of the file are shorter. */
  static final int LONGEST = 60;

  /** Characters of a text that is compared with phrases. */
  private static final int LONGEST_TEXT = 500;

  /** Of a word that alone means a password: "pass" and "pw" mean other things in letters. */
  private static final int SHORTEST_WORD = 5;

  /** Words beside the labels of columns, each with its name in the file. */
  private enum Words {
    START,
    WINDOW,
    TICKET,
    NOW,
    CANCEL,
    ADDRESSES,
    OUTGOING,
    CONTACT,
    IS_NEW,
    NEW_SIDE,
    IS_OLD,
    FOR_ALL,
    LATER,
    SAME,
    MOVING,
    CLOSING;

    private final String word = name().toLowerCase(Locale.ROOT);

    static Optional<Words> find(String name) {
      return Arrays.stream(values()).filter(words -> words.word.equals(name)).findFirst();
    }
  }

  /** Those of which the language says something of the mail. */
  private static final Set<Words> LABELS =
      EnumSet.of(
          Words.START, Words.WINDOW, Words.TICKET, Words.CANCEL, Words.ADDRESSES, Words.OUTGOING);

  private final Map<String, Column> columns;
  private final Map<Words, Set<String>> keys;
  private final Map<Words, Set<String>> phrases;
  private final Map<String, Language> languages;

  private MailLabels(
      Map<String, Column> columns,
      Map<Words, Set<String>> keys,
      Map<Words, Set<String>> phrases,
      Map<String, Language> languages) {
    this.columns = Map.copyOf(columns);
    this.keys = Map.copyOf(keys);
    this.phrases = Map.copyOf(phrases);
    this.languages = Map.copyOf(languages);
  }

  /**
   * What a label means.
   *
   * @param column what is behind it
   * @param ofSeveral whether it says that several addresses follow
   * @param forAll whether it says that its value is that of all mailboxes before it
   * @param isStarttls whether it asks for STARTTLS
   * @param number behind it, as in "E-mail 2"; 0 where there is none
   */
  record Label(Column column, boolean ofSeveral, boolean forAll, boolean isStarttls, int number) {}

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
    Map<Words, Set<String>> keys = new EnumMap<>(Words.class);
    Map<Words, Set<String>> phrases = new EnumMap<>(Words.class);
    keys.put(Words.START, new HashSet<>(Set.of(Words.START.word)));
    keys.put(Words.TICKET, new HashSet<>(Set.of(Words.TICKET.word)));
    keys.put(Words.CANCEL, new HashSet<>(Set.of(Words.CANCEL.word)));
    Map<String, Set<String>> tags = new HashMap<>();
    for (String property : lines.stringPropertyNames()) {
      int end = property.indexOf('.');
      String name = end < 0 ? property : property.substring(0, end);
      List<String> labels = List.of(lines.getProperty(property).split(",", -1));
      Words words = Words.find(name).orElse(null);
      if (words == null || LABELS.contains(words)) {
        for (String label : labels) {
          boolean unused =
              tags.computeIfAbsent(key(label), any -> new HashSet<>())
                  .add(property.substring(name.length()));
        }
      }
      if (words != null) {
        Set<String> ofLabels = keys.computeIfAbsent(words, any -> new HashSet<>());
        labels.stream().map(MailLabels::key).forEach(ofLabels::add);
        Set<String> ofTexts = phrases.computeIfAbsent(words, any -> new HashSet<>());
        labels.stream().map(MailLabels::words).map(MailLabels::spaced).forEach(ofTexts::add);
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
    keys.values().forEach(list -> list.remove(""));
    phrases.values().forEach(list -> list.remove(spaced("")));
    return new MailLabels(columns, keys, phrases, languages(tags));
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

  /**
   * What a label means; empty for one that is not known, or not of a source mailbox or its goal.
   */
  Optional<Label> label(String text) {
    if (text.length() > LONGEST || isOutgoing(text)) {
      return Optional.empty();
    }
    String key = key(text);
    int number = 0;
    Matcher counted = COUNTED.matcher(text);
    if (!isOf(Words.ADDRESSES, key) && columns.get(key) == null && counted.matches()) {
      key = key(counted.group(1));
      number = Integer.parseInt(counted.group(2));
    }
    String beside = inBrackets(text);
    String named = words(IN_BRACKETS.matcher(text).replaceAll(" "));
    int last = named.lastIndexOf(' ');
    String end = named.substring(last + 1);
    if (last >= 0
        && columns.get(key) == null
        && (isOf(Words.IS_NEW, end) || isOf(Words.IS_OLD, end))) {
      key = key(named.substring(0, last));
      beside += " " + end;
    }
    boolean ofSeveral = isOf(Words.ADDRESSES, key);
    boolean isStarttls = key.contains("starttls");
    int count = number;
    Column plain = ofSeveral ? Column.SOURCE_EMAIL : columns.get(key);
    if (plain == null) {
      return Optional.empty();
    }
    boolean isForAll = contains(Words.FOR_ALL, beside);
    return (contains(Words.IS_NEW, beside) ? goal(plain) : Optional.of(plain))
        .map(column -> new Label(column, ofSeveral, isForAll, isStarttls, count));
  }

  /** "E-Mail (neu)". */
  static Optional<Column> goal(Column column) {
    return switch (column) {
      case SOURCE_EMAIL -> Optional.of(Column.DESTINATION_EMAIL);
      case SOURCE_PASSWORD -> Optional.of(Column.DESTINATION_PASSWORD);
      case DESTINATION_EMAIL, DESTINATION_PASSWORD -> Optional.of(column);
      default -> Optional.empty();
    };
  }

  /** Whether what stands below a line is of the new mailbox: "New:", "Neue Zugangsdaten:". */
  boolean isNewSide(String line) {
    if (line.length() > LONGEST) {
      return false;
    }
    String words = words(line);
    return line.strip().endsWith(":")
        ? words.indexOf(' ') == words.lastIndexOf(' ') && contains(Words.IS_NEW, words)
        : isOf(Words.IS_NEW, key(line));
  }

  /** Whether a line between two mailboxes may say so of the second one: "At yours I have made". */
  boolean mayBeNewSide(String line) {
    return line.length() <= LONGEST && contains(Words.NEW_SIDE, words(line));
  }

  /** Whether a label is of a server that sends mail, or gives it to POP3. */
  boolean isOutgoing(String text) {
    if (text.length() > LONGEST) {
      return false;
    }
    String beside = inBrackets(text);
    return isOf(Words.OUTGOING, key(text))
        || (contains(Words.OUTGOING, beside) && !spaced(beside).contains(" imap "));
  }

  /** Whether a label that is not known is of another service: "FTP server", "Portal-Passwort". */
  boolean isOfOtherService(String text) {
    String words = words(text);
    int last = words.lastIndexOf(' ');
    Column column = columns.get(key(words.substring(last + 1)));
    return last >= 0
        && column != null
        && (column == Column.SOURCE_USERNAME
            || column == Column.SOURCE_IMAP_SERVER
            || column.isPassword());
  }

  /** Whether a label that is not known may be of a password: "The password is". */
  boolean namesPassword(String text) {
    return text.length() <= LONGEST
        && Stream.of(words(text).split(" ", -1))
            .map(word -> columns.get(key(word)))
            .anyMatch(column -> column != null && column.isPassword());
  }

  /** The language of a label; empty for what is none, or says nothing of the language. */
  Optional<Language> language(String label) {
    return label.length() > LONGEST
        ? Optional.empty()
        : Optional.ofNullable(languages.get(key(label)));
  }

  /** Whether a label means the times at which passes may run. */
  boolean isWindow(String label) {
    return label.length() <= LONGEST && isOf(Words.WINDOW, key(label));
  }

  /** Whether a label means the ticket of a help desk. */
  boolean isTicket(String label) {
    return label.length() <= LONGEST && isOf(Words.TICKET, key(label));
  }

  /** Whether a label means the time at which a migration is to begin. */
  boolean isStart(String label) {
    return label.length() <= LONGEST && isOf(Words.START, key(label));
  }

  /** Whether a time is none, but "now". */
  boolean isNow(String text) {
    return text.length() <= LONGEST && isOf(Words.NOW, key(text));
  }

  /** Whether a line of a letter speaks of a password. */
  boolean saysPassword(String line) {
    return line.length() <= LONGEST_TEXT
        && Stream.of(words(line).split(" ", -1))
            .filter(word -> word.length() >= SHORTEST_WORD)
            .map(word -> columns.get(key(word)))
            .anyMatch(column -> column != null && column.isPassword());
  }

  /** Whether a line of a letter speaks of moving something. */
  boolean saysMove(String line) {
    return line.length() <= LONGEST_TEXT && contains(Words.MOVING, words(line));
  }

  /** Whether a line says no more than that a migration is to end. */
  boolean isCancel(String line) {
    return line.length() <= LONGEST && isOf(Words.CANCEL, key(line));
  }

  /** Whether a line has a telephone number or the like, as in a signature. */
  boolean isContact(String line) {
    if (line.length() > LONGEST_TEXT) {
      return false;
    }
    String words = words(line);
    int end = words.indexOf(' ');
    return isOf(Words.CONTACT, end < 0 ? words : words.substring(0, end))
        || TELEPHONE.matcher(Texts.trimmed(line)).matches();
  }

  /** Whether a line ends a letter: "Kind regards, Anna", or "--" above a signature. */
  boolean isClosing(String line) {
    return line.length() <= LONGEST_TEXT
        && (line.strip().equals("--") || beginsWithPhrase(Words.CLOSING, words(line)));
  }

  /**
   * Whether a text in the place of a password is none, or may be none: words with blanks, such as
   * "will follow by phone", "siehe oben", "***", "[removed]".
   */
  boolean saysNoPassword(String text) {
    if (MASK.matcher(text).matches()) {
      return true;
    }
    if (text.length() > LONGEST_TEXT) {
      return false;
    }
    if (IN_QUOTATION_MARKS.matcher(text).matches() || LINK.matcher(text).lookingAt()) {
      return true;
    }
    boolean isProse = PROSE.matcher(text).matches();
    if ((isProse && BLANK.matcher(text).find() && !APP_PASSWORD.matcher(text).matches())
        || IN_MARKS.matcher(text).matches()
        || WITH_ASIDE.matcher(text).matches()) {
      return true;
    }
    String words = words(text);
    long count = words.chars().filter(c -> c == ' ').count() + 1;
    return Stream.of(Words.LATER, Words.SAME)
        .anyMatch(
            list ->
                (isProse && isOf(phrases, list, spaced(words)))
                    || (beginsWithPhrase(list, words) && count > (isProse ? 1 : 2))
                    || (contains(list, words) && count > (isProse ? 2 : 3)));
  }

  /** Whether a text in the place of a login name says that it is the address. */
  boolean saysSame(String text) {
    return text.length() <= LONGEST_TEXT
        && (isOf(phrases, Words.SAME, spaced(words(text)))
            || columns.get(key(text)) == Column.SOURCE_EMAIL);
  }

  private boolean isOf(Words list, String key) {
    return isOf(keys, list, key);
  }

  private static boolean isOf(Map<Words, Set<String>> lists, Words list, String word) {
    return lists.getOrDefault(list, Set.of()).contains(word);
  }

  private boolean beginsWithPhrase(Words list, String words) {
    String all = spaced(words);
    return phrases.getOrDefault(list, Set.of()).stream().anyMatch(all::startsWith);
  }

  private boolean contains(Words list, String words) {
    String all = spaced(words);
    return !words.isEmpty()
        && phrases.getOrDefault(list, Set.of()).stream().anyMatch(all::contains);
  }

  /** So that whole words are compared. */
  private static String spaced(String words) {
    return " " + words + " ";
  }

  private static String inBrackets(String label) {
    return words(
        IN_BRACKETS
            .matcher(label)
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.joining(" ")));
  }

  /** Small letters and digits with single blanks between the words. */
  private static String words(String text) {
    return BETWEEN.matcher(small(text)).replaceAll(" ").strip();
  }

  private static String key(String label) {
    String plain = NUMBERED.matcher(IN_BRACKETS.matcher(label).replaceAll("")).replaceFirst("");
    return LEFT_OUT.matcher(small(plain)).replaceAll("");
  }

  /** In small letters; of the Turkish ones, each i has its dot. */
  private static String small(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC)
        .toLowerCase(Locale.ROOT)
        .replace("\u0307", "")
        .replace('\u0131', 'i');
  }
}
