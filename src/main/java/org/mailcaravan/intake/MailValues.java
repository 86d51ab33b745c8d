package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values of fields in a mail, without what mail programs and people write around them. */
final class MailValues {
  static final Pattern ADDRESS =
      Pattern.compile("[^\\s<>()\\[\\],;:\"|]{1,64}@[^\\s<>()\\[\\],;:\"|]{1,255}");

  /** What mail programs put behind a value that looks like an address or a site. */
  private static final Pattern LINK = Pattern.compile("(?<!\\s)\\s*+<(mailto:|https?://)[^<>]*>");

  private static final Pattern LINK_AT_END = Pattern.compile(LINK + "\\s*$");

  private static final Pattern SERVER =
      Pattern.compile(
          "(?i)(?:imaps?://|https?://)?([\\p{L}\\p{N}.-]{1,253})(?::(\\d{1,5}))?/?(?:[\\s,;(].*)?");

  /** Tries no character twice, however long a line is. */
  private static final Pattern ADDRESS_AND_WORD =
      Pattern.compile(
          "[\\s().*\u2022-]*+(?:\\d{1,4}[\\s().*\u2022-]++)?+"
              + "[^\\s<>()\\[\\],;:\"|@]{1,64}+@[\\p{L}\\p{N}._-]{1,255}+"
              + "(?:\\s++[,;:|/=-]?+|[,;:|/=-])\\s*+(?!https?:|www\\.|[+(])([^\\s@<>]{4,}+)\\s*+");

  /** What stands behind the address of a signature: "info@old.example | old.example". */
  private static final Pattern SITE =
      Pattern.compile("[\\p{L}\\p{N}-]++(?:\\.[\\p{L}\\p{N}-]++)++/?");

  private static final String QUOTES = "\"'\u201e\u201c\u201d\u00ab\u00bb";

  private static final Pattern RULE = Pattern.compile("[\\s|;,:=_+-]*");

  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private static final Pattern BESIDE_ADDRESSES =
      Pattern.compile("(?i)[\\s<>()\\[\\],;:\"|/&+\\u2022*-]*|und|and|et|y|e|en|ve");

  private static final Pattern NAME =
      Pattern.compile("\\p{Lu}[\\p{Ll}\\p{M}'\u2019-]+(?: \\p{Lu}[\\p{Ll}\\p{M}'\u2019.-]*){1,3}");

  private static final Pattern BETWEEN_PARTS =
      Pattern.compile("(?iu)(?<!\\s)\\s*+[/,;|]\\s*+|(?<!\\s)\\s++(?:und|and|et|y|e|en|ve)\\s++");

  private MailValues() {}

  /** Whether a line may be the name of a person: "Anna Kunde". */
  static boolean isName(String line) {
    return NAME.matcher(line).matches();
  }

  /** How many values a text has that may be several: "one / two". */
  static int parts(String text) {
    return (int) BETWEEN_PARTS.splitAsStream(text).filter(part -> !part.isBlank()).count();
  }

  /** The addresses in a text, each once, in its order. */
  static List<String> addresses(String text) {
    Map<String, String> found = new LinkedHashMap<>();
    Matcher addresses = ADDRESS.matcher(LINK.matcher(text).replaceAll(" "));
    while (addresses.find() && found.size() < RequestText.MOST_ROWS) {
      found.putIfAbsent(addresses.group().toLowerCase(Locale.ROOT), addresses.group());
    }
    return List.copyOf(found.values());
  }

  /** Whether a line may be one of a list: an address, and one word that may be its password. */
  static boolean isAddressAndWord(String line) {
    Matcher found = ADDRESS_AND_WORD.matcher(line);
    return line.length() <= CsvRows.LONGEST_LINE
        && found.matches()
        && !SITE.matcher(found.group(1)).matches();
  }

  /** Whether a line only separates rows: "|---|---|". */
  static boolean isRule(String line) {
    return line.length() <= CsvRows.LONGEST_LINE && RULE.matcher(line).matches();
  }

  /** Whether a line has addresses and nothing else. */
  static boolean isOnlyAddresses(String line) {
    String plain = LINK.matcher(line).replaceAll(" ");
    Matcher addresses = ADDRESS.matcher(plain);
    return addresses.find()
        && BLANKS
            .splitAsStream(addresses.replaceAll(" "))
            .allMatch(word -> BESIDE_ADDRESSES.matcher(word).matches());
  }

  /** A value of any column but those of addresses. */
  static String plain(MailLabels.Label label, String value) {
    String plain = LINK_AT_END.matcher(value).replaceFirst("");
    return switch (label.column().kind()) {
      case SERVER -> {
        Matcher found = SERVER.matcher(unquoted(plain));
        yield found.matches() ? found.group(1) : plain;
      }
      case PORT -> ServerWords.port(plain).orElse(plain);
      case SECURITY -> security(label, plain);
      default -> plain;
    };
  }

  private static String unquoted(String name) {
    int from = 0;
    int to = name.length();
    while (from < to && QUOTES.indexOf(name.charAt(from)) >= 0) {
      from++;
    }
    while (from < to && QUOTES.indexOf(name.charAt(to - 1)) >= 0) {
      to--;
    }
    return name.substring(from, to);
  }

  private static String security(MailLabels.Label label, String text) {
    if (label.isStarttls() && ServerWords.isYes(text)) {
      return ServerWords.Said.STARTTLS.security().orElseThrow().word();
    }
    if (label.isStarttls() && ServerWords.isNo(text)) {
      return "";
    }
    return ServerWords.security(text)
        .map(said -> said.security().map(security -> security.word()).orElse(""))
        .orElse(text);
  }

  /** What a value says of other columns: "imap.example.org:993", "993 (SSL)". */
  static Map<Column, String> others(Column column, String value) {
    Map<Column, String> others = new EnumMap<>(Column.class);
    switch (column.kind()) {
      case SERVER -> {
        Matcher found = SERVER.matcher(LINK_AT_END.matcher(value).replaceFirst(""));
        if (found.matches() && found.group(2) != null) {
          others.put(Column.SOURCE_PORT, found.group(2));
        }
      }
      case PORT ->
          ServerWords.port(value)
              .filter(port -> !port.equals(value))
              .flatMap(port -> ServerWords.security(value.replace(port, " ")))
              .flatMap(ServerWords.Said::security)
              .ifPresent(security -> others.put(Column.SOURCE_SECURITY, security.word()));
      case SECURITY ->
          ServerWords.portIn(value).ifPresent(port -> others.put(Column.SOURCE_PORT, port));
      default -> {}
    }
    return others;
  }

  /** The name of a server on a line of its own. */
  static Optional<String> server(String line) {
    Matcher found = SERVER.matcher(LINK_AT_END.matcher(line).replaceFirst(""));
    return found.matches() && found.group(1).matches(".+\\..*[^.]")
        ? Optional.of(found.group(1))
        : Optional.empty();
  }

  /** What stands in the cells of a line, from left to right; the last ones are not empty. */
  static List<String> cells(String text, String separator) {
    List<String> cells = new ArrayList<>();
    for (String cell : text.split(Pattern.quote(separator), -1)) {
      cells.add(Texts.trimmed(cell));
    }
    while (cells.size() > 1 && cells.get(cells.size() - 1).isEmpty()) {
      cells.remove(cells.size() - 1);
    }
    return cells;
  }
}
