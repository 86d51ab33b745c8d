package org.mailcaravan.store;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Fingerprint;

/**
 * Writes details as text: first a line for each set of flags that occurs, such as {@code =\Seen
 * $Work (user) \Flagged}; then a line for each message with its UID, the number of its set of flags
 * from 0 on, and the digests of its header, fields and body, with a hyphen for one that is not
 * known. Lines with two digests are of an older version, whose second one means nothing any more.
 */
final class DetailsText {
  /** Stands before the user's flags. No flag has parentheses in it (RFC 9051 section 9). */
  private static final String USERS = "(user)";

  private DetailsText() {}

  static String write(NavigableMap<Long, Details> details) {
    Map<String, Integer> sets = new LinkedHashMap<>();
    StringBuilder lines = new StringBuilder();
    details.forEach(
        (uid, one) -> {
          String set = set(one);
          Integer number = sets.get(set);
          if (number == null) {
            number = sets.size();
            sets.put(set, number);
          }
          lines
              .append(uid)
              .append(' ')
              .append(number)
              .append(' ')
              .append(one.fingerprint().header())
              .append(' ')
              .append(text(one.fingerprint().fields()))
              .append(' ')
              .append(text(one.fingerprint().body()))
              .append('\n');
        });
    StringBuilder text = new StringBuilder();
    sets.keySet().forEach(set -> text.append('=').append(set).append('\n'));
    return text.append(lines).toString();
  }

  private static String text(@Nullable String digest) {
    return digest == null ? "-" : digest;
  }

  private static @Nullable String digest(String text) {
    return text.equals("-") ? null : text;
  }

  private static String set(Details details) {
    String flags = String.join(" ", new TreeSet<>(details.flags()));
    return details.users().isEmpty()
        ? flags
        : flags + " " + USERS + " " + String.join(" ", new TreeSet<>(details.users()));
  }

  static NavigableMap<Long, Details> read(String text) {
    NavigableMap<Long, Details> details = new TreeMap<>();
    Map<Integer, List<Set<String>>> sets = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("=")) {
        String[] parts = (line.substring(1) + " ").split("\\(user\\)", 2);
        sets.put(sets.size(), List.of(words(parts[0]), words(parts.length > 1 ? parts[1] : "")));
      } else if (!line.isEmpty()) {
        String[] parts = line.split(" ", 5);
        List<Set<String>> flags =
            sets.getOrDefault(Integer.valueOf(parts[1]), List.of(Set.of(), Set.of()));
        details.put(
            Long.valueOf(parts[0]),
            new Details(
                flags.get(0),
                flags.get(1),
                parts.length < 5
                    ? new Fingerprint(parts[2], null, null)
                    : new Fingerprint(parts[2], digest(parts[3]), digest(parts[4]))));
      }
    }
    return details;
  }

  private static Set<String> words(String text) {
    Set<String> words = new TreeSet<>(List.of(text.strip().split(" +", -1)));
    words.remove("");
    return words;
  }
}
