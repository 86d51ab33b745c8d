package org.mailcaravan.store;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Writes numbers by UIDs as text: {@code 4=1200,5=800}. */
final class UidPairs {
  private UidPairs() {}

  static String write(Map<Long, Long> pairs) {
    StringBuilder text = new StringBuilder();
    pairs.forEach(
        (uid, number) ->
            text.append(text.isEmpty() ? "" : ",").append(uid).append('=').append(number));
    return text.toString();
  }

  static NavigableMap<Long, Long> read(String text) {
    NavigableMap<Long, Long> pairs = new TreeMap<>();
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      pairs.put(Long.valueOf(pair.substring(0, equals)), Long.valueOf(pair.substring(equals + 1)));
    }
    return pairs;
  }
}
