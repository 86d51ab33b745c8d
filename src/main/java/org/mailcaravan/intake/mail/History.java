package org.mailcaravan.intake.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds what in the text of a mail is an older mail. */
final class History {
  private static final Pattern SUBJECT_OF_FORWARD =
      Pattern.compile("(?i)\\s*(fwd?|wg|tr|rv|enc|i)\\s*:.*");

  /** The line before a quoted mail: "On Monday, Anna wrote:", "Am Montag schrieb Anna:". */
  private static final Pattern WROTE =
      Pattern.compile(
          "(?i)(on|am|le|el|il|op)\\b.{5,300}\\b(wrote|schrieb|a écrit|escribió|ha scritto|schreef)\\b.{0,200}:");

  private static final Pattern RULE =
      Pattern.compile(
          "(?i)[-_* ]{2,}\\s*(original message|ursprüngliche nachricht|originalnachricht|message d'origine|mensaje"
              + " original|forwarded message|weitergeleitete nachricht|message transféré)\\s*[-_* ]{2,}"
              + "|begin forwarded message:|anfang der weitergeleiteten (nachricht|e-mail):");

  /** What Outlook puts above "From:"; others part mailboxes with it. */
  private static final Pattern LINE = Pattern.compile("_{20,}");

  private static final Pattern FROM = Pattern.compile("(?i)\\*?(from|von|de|da|van)\\s*:\\*?\\s.*");
  private static final Pattern SENT =
      Pattern.compile(
          "(?i)\\*?(sent|date|gesendet|datum|envoyé|enviado|inviato|verzonden)\\s*:\\*?\\s.*");
  private static final Pattern QUOTED = Pattern.compile("\\s*>.*");

  /** Lines from "From:" within which "Sent:" follows in the head of a quoted mail. */
  private static final int HEAD = 4;

  private static final int LONGEST_LINE = 500;

  private History() {}

  /** Whether the sender passes on a mail, and wants us to read that. */
  static boolean isForward(String subject) {
    return SUBJECT_OF_FORWARD.matcher(subject).matches();
  }

  /** The lines that the sender wrote, with the signature, without the older mails below them. */
  static String own(String text) {
    List<String> lines = text.lines().toList();
    List<String> own = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (beginsOlder(lines, i)) {
        break;
      }
      if (!QUOTED.matcher(line).matches()) {
        own.add(line);
      }
    }
    return String.join("\n", own);
  }

  /** Everything, as if it had been written by the sender: for a mail that is passed on. */
  static String all(String text) {
    return text.lines()
        .map(line -> line.replaceFirst("^[> ]*>\\s?", ""))
        .collect(Collectors.joining("\n"));
  }

  private static boolean beginsOlder(List<String> lines, int at) {
    String line = lines.get(at).strip();
    if (line.length() > LONGEST_LINE) {
      return false;
    }
    if (RULE.matcher(line).matches() || WROTE.matcher(line).matches()) {
      return true;
    }
    // Mail programs break the line.
    if (at + 1 < lines.size() && WROTE.matcher(line + " " + lines.get(at + 1).strip()).matches()) {
      return true;
    }
    if (LINE.matcher(line).matches()) {
      return lines.subList(at + 1, Math.min(lines.size(), at + HEAD)).stream()
          .map(String::strip)
          .filter(next -> !next.isEmpty())
          .findFirst()
          .filter(next -> FROM.matcher(next).matches())
          .isPresent();
    }
    return FROM.matcher(line).matches()
        && lines.subList(at + 1, Math.min(lines.size(), at + HEAD)).stream()
            .anyMatch(next -> SENT.matcher(next.strip()).matches());
  }
}
