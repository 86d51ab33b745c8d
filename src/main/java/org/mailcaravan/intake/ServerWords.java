package org.mailcaravan.intake;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.model.Security;

/**
 * How people write the security and the port of a server, in lists and in mails: "SSL/TLS (Port
 * 993)", "ja", "993 (SSL)", as mail programs and the pages of providers print them.
 */
final class ServerWords {
  private static final int LONGEST = 80;
  private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final Pattern TLS = Pattern.compile("(ssl|tls)(v?\\d{1,2})?|imaps|ssltls|tlsssl");
  private static final Pattern NUMBER =
      Pattern.compile("(?<![\\p{L}\\p{N}.])\\d{1,5}(?![\\p{L}\\p{N}]|\\.\\d)");
  private static final Pattern PORT = Pattern.compile("(?=.{1,5}$)0*[1-9][0-9]*");
  private static final Pattern PORT_IN_WORDS = Pattern.compile("(?i)\\bport\\W{0,3}(\\d{1,5})\\b");

  private static final Set<String> YES =
      Set.of(
          "yes",
          "ja",
          "oui",
          "s\u00ed",
          "si",
          "s\u00ec",
          "sim",
          "evet",
          "true",
          "on",
          "an",
          "ein",
          "aktiviert",
          "enabled",
          "activ\u00e9");

  private static final Set<String> NO =
      Set.of(
          "no",
          "nein",
          "non",
          "nee",
          "n\u00e3o",
          "hay\u0131r",
          "false",
          "off",
          "aus",
          "none",
          "keine",
          "keiner",
          "unverschl\u00fcsselt",
          "unencrypted",
          "plain",
          "plaintext",
          "aucun",
          "aucune",
          "ninguno",
          "ninguna",
          "nessuno",
          "nessuna",
          "geen",
          "yok");

  private static final Set<String> WORDS =
      Set.of("tls", "starttls", "none", "ssl", "ssl/tls", "tls/ssl");

  /** What says nothing by itself. */
  private static final Set<String> BESIDE =
      Set.of(
          "port",
          "tcp",
          "puerto",
          "porta",
          "poort",
          "imap",
          "required",
          "erforderlich",
          "empfohlen",
          "recommended",
          "requis",
          "verschl\u00fcsselung",
          "verschl\u00fcsselt",
          "encryption",
          "encrypted",
          "immer",
          "always",
          "or",
          "oder",
          "ou",
          "o",
          "of",
          "veya",
          "and",
          "und",
          "et",
          "y",
          "e",
          "en",
          "ve");

  private ServerWords() {}

  /** What a text says of the security of a connection. */
  enum Said {
    /** As {@link Security#TLS}. */
    TLS,
    /** As {@link Security#STARTTLS}. */
    STARTTLS,
    /** As {@link Security#NONE}. */
    NONE,
    /** That TLS and STARTTLS are both possible: the port decides, as where nothing is said. */
    EITHER;

    /** Empty where nothing is decided. */
    Optional<Security> security() {
      return switch (this) {
        case TLS -> Optional.of(Security.TLS);
        case STARTTLS -> Optional.of(Security.STARTTLS);
        case NONE -> Optional.of(Security.NONE);
        case EITHER -> Optional.empty();
      };
    }
  }

  /** What a text says of security; empty where one of its words says something else. */
  static Optional<Said> security(String text) {
    List<String> words = words(text);
    if (words.size() == 1 && isYes(text)) {
      return Optional.of(Said.TLS);
    }
    if (words.size() == 1 && isNo(text)) {
      return Optional.of(Said.NONE);
    }
    boolean tls = false;
    boolean starttls = false;
    boolean none = false;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("starttls")) {
        starttls = true;
      } else if (word.equals("start") && i + 1 < words.size() && words.get(i + 1).equals("tls")) {
        starttls = true;
        i++;
      } else if (word.equals("tls")) {
        // Beside STARTTLS it only says what that leads to.
        tls |= words.stream().noneMatch(other -> other.equals("starttls"));
      } else if (TLS.matcher(word).matches()) {
        tls = true;
      } else if (NO.contains(word)) {
        none = true;
      } else if (!BESIDE.contains(word) && !YES.contains(word) && !word.matches("\\d{1,5}")) {
        return Optional.empty();
      }
    }
    if (none) {
      // "no SSL" and "SSL: none" are told apart by nothing that is certain.
      return tls || starttls ? Optional.empty() : Optional.of(Said.NONE);
    }
    if (tls && starttls) {
      return Optional.of(Said.EITHER);
    }
    return tls ? Optional.of(Said.TLS) : starttls ? Optional.of(Said.STARTTLS) : Optional.empty();
  }

  /** Whether it is a word of {@link Security}, or what mail programs call that. */
  static boolean isWord(String text) {
    return WORDS.contains(text.toLowerCase(Locale.ROOT));
  }

  /** Whether it only says yes. */
  static boolean isYes(String text) {
    return words(text).size() == 1 && YES.contains(words(text).get(0));
  }

  /** Whether it only says no. */
  static boolean isNo(String text) {
    return words(text).size() == 1 && NO.contains(words(text).get(0));
  }

  /** Whether it is a number from 1 to 65535. */
  static boolean isPort(String text) {
    return PORT.matcher(text).matches() && Integer.parseInt(text) <= 65535;
  }

  /** The port of a text that has one number, such as "993 (SSL)"; empty for any other text. */
  static Optional<String> port(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher number = NUMBER.matcher(text);
    if (!number.find()) {
      return Optional.empty();
    }
    String port = number.group();
    String others = text.substring(0, number.start()) + " " + text.substring(number.end());
    boolean isSure =
        !number.find()
            && words(others).stream()
                .allMatch(word -> BESIDE.contains(word) || security(word).isPresent());
    return isSure && isPort(port) ? Optional.of(port) : Optional.empty();
  }

  /** The port that is named in words on security: "SSL/TLS (Port 993)". */
  static Optional<String> portIn(String text) {
    Matcher found = PORT_IN_WORDS.matcher(text);
    return text.length() <= LONGEST && found.find() && isPort(found.group(1))
        ? Optional.of(found.group(1))
        : Optional.empty();
  }

  private static List<String> words(String text) {
    return text.length() > LONGEST
        ? List.of()
        : BETWEEN
            .splitAsStream(text.toLowerCase(Locale.ROOT))
            .filter(word -> !word.isEmpty())
            .toList();
  }
}
