package org.mailcaravan.intake;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SecretMask;

/**
 * Hides the passwords of a mail where its sender has written them again: in the subject, and in the
 * names of files. Answers, migrations and reports are named after these. For one mail and one
 * thread.
 */
final class RepeatedPasswords {
  private static final Pattern BEHIND_LABEL = Pattern.compile("[:=\uFF1A]");
  private static final Pattern WORD = Pattern.compile("(?<![\\p{L}\\p{N}])(?=[\\p{L}\\p{N}])");

  private static final Pattern WHOLE_WORD = Pattern.compile("[\\p{L}\\p{N}-]+");

  /** The words before a value; all behind them is hidden. */
  private static final Pattern SAYS =
      Pattern.compile("(?iu)((?<!\\p{L})(?:ist|lautet|is|est|es|è|é)\\s).*");

  /** A word with a digit or a sign in it, and no address. */
  private static final Pattern GUESS =
      Pattern.compile("(?<!\\S)(?=\\S*[^\\p{L}\\s.,;:!?@()-])(?!\\*)[^\\s@]+(?!\\S)");

  /** How many words of a label are looked at. */
  private static final int LONGEST_LABEL = 4;

  private static final Set<Column> PASSWORDS =
      Set.of(Column.SOURCE_PASSWORD, Column.DESTINATION_PASSWORD);

  private final MailLabels labels;
  private final SecretMask mask = new SecretMask();
  private final Map<String, String> inNames = new HashMap<>();

  /**
   * @param names what is to be shown: only what stands there has to be hidden
   * @param rows all rows of the mail
   * @param others passwords that are not in a row
   */
  RepeatedPasswords(
      MailLabels labels, List<String> names, Stream<RawRow> rows, Stream<Secret> others) {
    this.labels = labels;
    String shown = String.join("\n", names).toLowerCase(Locale.ROOT);
    Stream.concat(
            rows.map(RawRow::guessed).flatMap(RepeatedPasswords::passwords),
            others.map(Secret::reveal))
        .map(String::strip)
        .filter(password -> !password.isEmpty())
        .filter(password -> shown.contains(password.toLowerCase(Locale.ROOT)))
        .forEach(mask::hide);
  }

  /** Those that are not part of the address, which is no secret. */
  private static Stream<String> passwords(RawRow row) {
    String address = row.text(Column.SOURCE_EMAIL).toLowerCase(Locale.ROOT);
    return PASSWORDS.stream()
        .map(row::text)
        .filter(password -> !address.contains(password.strip().toLowerCase(Locale.ROOT)));
  }

  /**
   * The name of a file, with asterisks in place of passwords. Its ending stays, and the names of
   * two files stay different.
   */
  String inName(String name) {
    String known = inNames.get(name);
    if (known == null) {
      known = hidden(name);
      inNames.put(name, known);
    }
    return known;
  }

  private String hidden(String name) {
    int dot = name.lastIndexOf('.');
    String stem = dot < 0 ? name : name.substring(0, dot);
    String ending = name.substring(stem.length());
    String hidden = mask.of(stem);
    return hidden.equals(stem) || !inNames.containsValue(hidden + ending)
        ? hidden + ending
        : hidden + "-" + inNames.size() + ending;
  }

  /** A subject, with asterisks in place of passwords and of whatever stands behind their label. */
  String inSubject(String subject) {
    Matcher end = BEHIND_LABEL.matcher(subject);
    while (end.find()) {
      if (isBehindLabel(subject.substring(0, end.start()))) {
        return mask.of(subject.substring(0, end.end())) + " " + Secret.MASK;
      }
    }
    return mask.of(withoutGuesses(subject));
  }

  /** Without what may be a password behind its label: "Passwort von Anna ist Geheim-77". */
  private String withoutGuesses(String subject) {
    List<MatchResult> words = WHOLE_WORD.matcher(subject).results().toList();
    for (int first = 0; first < words.size(); first++) {
      int most = Math.min(words.size(), first + LONGEST_LABEL);
      for (int last = first; last < most; last++) {
        int end = words.get(last).end();
        if (isOfPassword(subject.substring(words.get(first).start(), end))) {
          String rest = SAYS.matcher(subject.substring(end)).replaceFirst("$1" + Secret.MASK);
          return subject.substring(0, end) + GUESS.matcher(rest).replaceAll(Secret.MASK);
        }
      }
    }
    return subject;
  }

  private boolean isBehindLabel(String before) {
    List<Integer> words = WORD.matcher(before).results().map(found -> found.start()).toList();
    return words.subList(Math.max(0, words.size() - LONGEST_LABEL), words.size()).stream()
        .anyMatch(start -> isOfPassword(before.substring(start)));
  }

  private boolean isOfPassword(String label) {
    return labels
        .label(label)
        .map(MailLabels.Label::column)
        .filter(PASSWORDS::contains)
        .isPresent();
  }
}
