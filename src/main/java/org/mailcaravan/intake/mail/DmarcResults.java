package org.mailcaravan.intake.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one header {@code Authentication-Results} (RFC 8601 section 2.2) says of DMARC. Senders
 * choose much of what our own server writes there: the local part of MAIL FROM, the name of HELO, a
 * reason. It stands in comments and quoted strings, and none of that counts.
 *
 * @param authservId who writes it, in lower case; empty where nobody is named
 * @param results in the order of the header
 */
record DmarcResults(String authservId, List<Result> results) {
  private static final Pattern RESULT =
      Pattern.compile("dmarc(?:\\s*/\\s*\\d+)?\\s*=\\s*([a-z]+)(?=\\s|$)");
  private static final Pattern FROM =
      Pattern.compile("(?<=\\s)header\\s*\\.\\s*from\\s*=\\s*(\\S+)");

  /** Stands for each character of a quoted string that could end or begin anything. */
  private static final char QUOTED = '\uFFFD';

  DmarcResults {
    results = List.copyOf(results);
  }

  /**
   * One result.
   *
   * @param word {@code pass}, {@code fail}, {@code none} and so on
   * @param from the domain of From that it is about; empty where none or several are given
   */
  record Result(String word, String from) {}

  /**
   * Reads the value of a header.
   *
   * @return with a result that vouches for nobody where it is malformed
   */
  static DmarcResults of(String value) {
    String plain = plain(value.toLowerCase(Locale.ROOT));
    if (plain.isEmpty()) {
      // It may be ours, and a sender has spoiled it: then it vouches for nobody.
      String first = value.strip().toLowerCase(Locale.ROOT).split("[;\\s(]", 2)[0];
      return new DmarcResults(first.replace("\"", ""), List.of(new Result("malformed", "")));
    }
    String[] statements = plain.split(";", -1);
    List<Result> results = new ArrayList<>();
    for (String each : List.of(statements).subList(1, statements.length)) {
      Matcher result = RESULT.matcher(each.strip());
      if (result.lookingAt()) {
        List<String> from =
            FROM.matcher(each.strip()).results().map(match -> match.group(1)).toList();
        results.add(new Result(result.group(1), from.size() == 1 ? from.get(0) : ""));
      }
    }
    return new DmarcResults(statements[0].strip().split("\\s", 2)[0], results);
  }

  /**
   * Without comments (RFC 5322 section 3.2.2), and with nothing in quoted strings that could be
   * taken for something else; empty where one does not end.
   */
  private static String plain(String value) {
    StringBuilder plain = new StringBuilder();
    int comments = 0;
    boolean quoted = false;
    for (int at = 0; at < value.length(); at++) {
      char each = value.charAt(at);
      boolean escaped = each == '\\' && (quoted || comments > 0) && at + 1 < value.length();
      if (escaped) {
        at++;
        each = value.charAt(at);
      }
      if (comments > 0) {
        comments += escaped ? 0 : each == '(' ? 1 : each == ')' ? -1 : 0;
        plain.append(comments == 0 ? " " : "");
      } else if (quoted && (escaped || each != '"')) {
        plain.append(isOfName(each) ? each : QUOTED);
      } else if (each == '"') {
        quoted = !quoted;
      } else if (each == '(') {
        comments++;
      } else {
        plain.append(each);
      }
    }
    return quoted || comments > 0 ? "" : plain.toString();
  }

  private static boolean isOfName(char each) {
    return Character.isLetterOrDigit(each) || each == '.' || each == '-';
  }
}
