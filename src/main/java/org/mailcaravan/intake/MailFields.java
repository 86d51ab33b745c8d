package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the fields in the lines of a mail: a label, and its value behind it or on a line below.
 * What stands in the place of a password and may be something else is none: a wrong one that is
 * tried may lock the mailbox. For one text, from its first line to the last.
 */
final class MailFields {
  /** The half-width ones, and those of other keyboards. */
  private static final String COLONS = ":\uff1a\ufe55\ua789";

  private static final String SEPARATORS = COLONS + "=\uff1d\t";

  private static final Pattern HEADING =
      Pattern.compile(
          "(?:[\\p{L}\\p{M}'\u2019. -]{1,60}<"
              + MailValues.ADDRESS
              + ">|"
              + MailValues.ADDRESS
              + ")");

  /** Columns in plain text are apart by blanks: a label, and then one word. */
  private static final Pattern ALIGNED_WORD = Pattern.compile(" {2,}(?:[:=] *)?(\\S+)");

  /** A cell with a separator alone, or one behind the blanks of a column. */
  private static final Pattern NEXT_SEPARATOR =
      Pattern.compile("(?:\\t[:=\uff1a](?=[ \\t])| +[:=\uff1a]).*");

  /** Empty lines between a label and its value. */
  private static final int MOST_BETWEEN = 2;

  /** With the address behind it: "Anna Maria Kunde <anna@old.example>". */
  private static final int MOST_WORDS_OF_A_NAME = 4;

  private static final Pattern NAME = Pattern.compile("\\p{Lu}[\\p{Ll}\\p{M}'\u2019-]+[.,!]?");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /** A site, or a telephone number. */
  private static final Pattern LINK =
      Pattern.compile("(?i)https?://|www\\.|\\+\\d{2}[\\d()/.-]{5,}$");

  private final List<String> lines;
  private final MailLabels labels;

  /** Whether the values of this text stand below their labels, with empty lines between. */
  private boolean isSpaced;

  MailFields(List<String> lines, MailLabels labels) {
    this.lines = lines;
    this.labels = labels;
  }

  /** A label, and what stands behind it. */
  private record Labelled(MailLabels.Label label, String behind) {}

  /** The field whose label stands on a line. */
  Optional<MailField> at(int index) {
    return labelled(lines.get(index)).map(found -> field(index, found)).or(() -> heading(index));
  }

  /** An address by itself, in the line above its password: "Anna Kunde &lt;anna@old.example>". */
  private Optional<MailField> heading(int index) {
    String line = Texts.trimmed(lines.get(index)).replaceFirst("[:\uff1a]$", "");
    if (index + 1 == lines.size()
        || line.length() > CsvRows.LONGEST_LINE
        || !HEADING.matcher(line).matches()
        || (index > 0
            && !MailValues.isRule(lines.get(index - 1))
            && labelled(lines.get(index - 1)).isEmpty())) {
      return Optional.empty();
    }
    boolean isAbovePassword =
        labelled(lines.get(index + 1))
            .filter(next -> next.label().column() == Column.SOURCE_PASSWORD)
            .isPresent();
    return isAbovePassword
        ? Optional.of(
            field(
                index,
                new MailLabels.Label(Column.SOURCE_EMAIL, false, false, false, 0),
                MailValues.addresses(line),
                false,
                List.of(line),
                index + 1))
        : Optional.empty();
  }

  private MailField field(int index, Labelled found) {
    MailLabels.Label label = found.label();
    if (!Texts.trimmed(found.behind()).isEmpty()) {
      List<String> values = new ArrayList<>();
      boolean isRefused = false;
      List<String> cells = MailValues.cells(found.behind(), "\t");
      for (String cell : cells) {
        boolean isNone = isNone(label.column(), cell);
        isRefused |= isRefused(label.column(), cell);
        values.addAll(isNone ? List.of("") : values(label, cell));
      }
      int next = index + 1;
      if (label.column() == Column.SOURCE_EMAIL) {
        next = addLinesOfAddresses(next, values);
      }
      return field(index, label, values, isRefused, cells, next);
    }
    int below = index + 1;
    while (below < lines.size()
        && below <= index + MOST_BETWEEN
        && Texts.trimmed(lines.get(below)).isEmpty()) {
      below++;
    }
    String text = below < lines.size() ? Texts.trimmed(lines.get(below)) : "";
    if (text.isEmpty() || text.length() > CsvRows.LONGEST_LINE || isLabel(below)) {
      return field(index, label, List.of(), false, List.of(), index + 1);
    }
    boolean isFar = below > index + 1;
    if (!isValue(label.column(), text, below, isFar)) {
      boolean isRefused = label.column().isPassword() && (!isFar || !labels.isClosing(text));
      return field(index, label, List.of(), isRefused, List.of(), index + 1);
    }
    isSpaced |= isFar && !label.column().isPassword();
    List<String> values = new ArrayList<>(values(label, text));
    int next = below + 1;
    if (label.column() == Column.SOURCE_EMAIL) {
      next = addLinesOfAddresses(next, values);
    }
    return field(index, label, values, false, List.of(text), next);
  }

  private static MailField field(
      int index,
      MailLabels.Label label,
      List<String> values,
      boolean isRefused,
      List<String> cells,
      int next) {
    List<String> said = cells.stream().filter(cell -> !cell.isEmpty()).toList();
    Map<Column, String> others =
        said.size() == 1 ? MailValues.others(label.column(), said.get(0)) : Map.of();
    return new MailField(index + 1, label, values, others, isRefused, next);
  }

  /** The field of a cell in a table. */
  MailField ofCell(int index, MailLabels.Label label, String cell) {
    boolean isNone = isNone(label.column(), cell);
    return field(
        index,
        label,
        isNone || cell.isEmpty() ? List.of() : values(label, cell),
        isRefused(label.column(), cell),
        isNone ? List.of() : List.of(cell),
        index + 1);
  }

  private boolean isNone(Column column, String text) {
    return isRefused(column, text) || (column == Column.SOURCE_USERNAME && labels.saysSame(text));
  }

  private boolean isRefused(Column column, String text) {
    return (column.isPassword()
            && (labels.saysNoPassword(text) || MailLines.hasField(text, labels)))
        || (column == Column.SOURCE_USERNAME && !labels.saysSame(text) && MailValues.isName(text));
  }

  private static List<String> values(MailLabels.Label label, String text) {
    if (label.column().kind() == Column.Kind.ADDRESS) {
      List<String> addresses = MailValues.addresses(text);
      return addresses.isEmpty() ? List.of(text) : addresses;
    }
    return List.of(MailValues.plain(label, text));
  }

  /** Adds what stands on lines of their own below an address; returns the line behind them. */
  private int addLinesOfAddresses(int from, List<String> values) {
    Set<String> known = new HashSet<>();
    values.forEach(value -> known.add(value.toLowerCase(Locale.ROOT)));
    int at = from;
    while (at < lines.size()
        && lines.get(at).length() <= CsvRows.LONGEST_LINE
        && MailValues.isOnlyAddresses(lines.get(at))) {
      for (String address : MailValues.addresses(lines.get(at))) {
        if (known.add(address.toLowerCase(Locale.ROOT))) {
          values.add(address);
        }
      }
      at++;
    }
    return at;
  }

  /** Whether what stands below a label is its value, rather than how the letter goes on. */
  private boolean isValue(Column column, String text, int line, boolean isFar) {
    return switch (column.kind()) {
      case ADDRESS ->
          MailValues.isOnlyAddresses(text)
              || (MailValues.ADDRESS.matcher(text).find()
                  && words(text).size() <= MOST_WORDS_OF_A_NAME);
      case SERVER -> MailValues.server(text).isPresent();
      case PORT -> ServerWords.port(text).isPresent();
      case SECURITY -> ServerWords.security(text).isPresent();
      case PASSWORD -> isPassword(text, line, isFar);
      case USERNAME -> words(text).size() == 1 && !labels.isClosing(text) && (!isFar || isSpaced);
      default -> !isFar;
    };
  }

  /** Only a word by itself is one without doubt: what has blanks may be how the letter goes on. */
  private boolean isPassword(String text, int line, boolean isFar) {
    if (words(text).size() > 1
        || labels.saysNoPassword(text)
        || labels.isClosing(text)
        || LINK.matcher(text).lookingAt()) {
      return false;
    }
    boolean isFollowed = isFollowedByLabel(line);
    return isFollowed || (!NAME.matcher(text).matches() && (!isFar || isSpaced));
  }

  private static List<String> words(String text) {
    return BLANKS.splitAsStream(text).toList();
  }

  private boolean isFollowedByLabel(int line) {
    int next = line + 1;
    while (next < lines.size()
        && next <= line + MOST_BETWEEN
        && Texts.trimmed(lines.get(next)).isEmpty()) {
      next++;
    }
    return next < lines.size() && labelled(lines.get(next)).isPresent();
  }

  /** Whether a line begins with any label, of a telephone number too. */
  private boolean isLabel(int index) {
    String line = lines.get(index);
    int end = line.indexOf(':');
    String before = end < 0 ? "" : line.substring(0, end);
    return labelled(line).isPresent()
        || (end >= 0
            && (labels.isStart(before)
                || labels.isWindow(before)
                || labels.isOutgoing(before)
                || labels.isContact(before)));
  }

  /** Whether a line begins with the label of a server that sends mail. */
  boolean isOutgoing(int index) {
    String line = Texts.trimmed(lines.get(index));
    int end = first(line, SEPARATORS);
    return end >= 0 && labels.isOutgoing(line.substring(0, end));
  }

  /**
   * Whether a line that is no field begins something else: a text, a heading, another address, or
   * what another service has, such as an FTP server.
   */
  boolean isBreak(int index) {
    String line = Texts.trimmed(lines.get(index));
    if (line.length() > CsvRows.LONGEST_LINE || MailValues.ADDRESS.matcher(line).find()) {
      return true;
    }
    if (isOutgoing(index)) {
      return false;
    }
    int end = first(line, SEPARATORS);
    if (end < 0) {
      return true;
    }
    String label = line.substring(0, end);
    String value = Texts.trimmed(line.substring(end + 1));
    boolean isOther = value.isEmpty() || value.contains("://") || labels.isOfOtherService(label);
    return isOther && !labels.isContact(label);
  }

  /** Whether a field only stands above those of the new mailbox: "New mailbox:". */
  boolean isHeadingOfGoal(MailField field) {
    return field.column() == Column.DESTINATION_EMAIL
        && field.values().isEmpty()
        && field.next() < lines.size()
        && labelled(lines.get(field.next()))
            .filter(next -> next.label().column() == Column.SOURCE_EMAIL)
            .isPresent();
  }

  /** Whether a line is a label alone, above what it is about: "Incoming server (IMAP)". */
  boolean isHeading(int index) {
    String line = Texts.trimmed(lines.get(index));
    return labels.label(line).isPresent() || labels.isOutgoing(line);
  }

  /** Whether a line that is no field may have a password. */
  boolean mayHavePassword(int index) {
    String line = Texts.trimmed(lines.get(index));
    int end = line.length() > CsvRows.LONGEST_LINE ? -1 : first(line, COLONS);
    return end >= 0
        && end + 1 < line.length()
        && !line.contains("://")
        && (labels.namesPassword(line.substring(0, end)) || MailLines.hasPassword(line, labels));
  }

  private Optional<Labelled> labelled(String text) {
    if (text.length() > CsvRows.LONGEST_LINE) {
      return Optional.empty();
    }
    String line = Texts.trimmed(text);
    int end = endOfLabel(line);
    int aligned = line.indexOf("  ");
    if (aligned > 0 && aligned <= MailLabels.LONGEST && (end < 0 || aligned < end)) {
      Matcher word = ALIGNED_WORD.matcher(line.substring(aligned));
      Optional<Labelled> found = word.matches() ? labelled(line, aligned) : Optional.empty();
      boolean isAddress =
          found.filter(each -> each.label().column().kind() == Column.Kind.ADDRESS).isPresent();
      if (found.isPresent() && (!isAddress || word.group(1).contains("@"))) {
        return found;
      }
    }
    return end < 0 ? Optional.empty() : labelled(line, end);
  }

  private Optional<Labelled> labelled(String line, int end) {
    String label = line.substring(0, end);
    String rest = line.substring(end);
    String value = NEXT_SEPARATOR.matcher(rest).matches() ? Texts.trimmed(rest) : rest;
    return labels.label(label).map(found -> new Labelled(found, behind(label, value)));
  }

  /** The first separator behind a letter, as a password may have others; -1 for none. */
  private static int endOfLabel(String line) {
    boolean hasLetter = false;
    for (int i = 0; i < Math.min(line.length(), MailLabels.LONGEST + 1); i++) {
      if (hasLetter && SEPARATORS.indexOf(line.charAt(i)) >= 0) {
        return i;
      }
      hasLetter |= Character.isLetter(line.codePointAt(i));
    }
    return -1;
  }

  private static int first(String line, String separators) {
    for (int i = 0; i < Math.min(line.length(), MailLabels.LONGEST + 1); i++) {
      if (separators.indexOf(line.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** Without the mark that ends bold text when the label alone was bold: "*Password:* secret". */
  private static String behind(String label, String rest) {
    String behind = rest.substring(rest.startsWith("=>") ? 2 : 1);
    String trimmed = Texts.trimmed(behind);
    if (rest.startsWith("\t") || trimmed.indexOf('\t') >= 0) {
      // Empty cells before the others count.
      return trimmed.isEmpty() || rest.startsWith("\t") ? behind : behind.replaceFirst("^ *\t", "");
    }
    String begin = Texts.trimmed(label);
    boolean bold = begin.startsWith("*") && !begin.endsWith("*") && trimmed.startsWith("*");
    return bold ? Texts.trimmed(trimmed.replaceFirst("^\\*+", "")) : trimmed;
  }
}
