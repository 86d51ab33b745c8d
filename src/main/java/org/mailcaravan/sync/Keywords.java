package org.mailcaravan.sync;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which flags can be carried. */
final class Keywords {
  private Keywords() {}

  /**
   * The flags that the destination keeps (RFC 9051 section 7.1); {@code \*} among the permanent
   * flags lets new keywords through.
   */
  static Set<String> permitted(Set<String> flags, Set<String> permanentFlags) {
    Set<String> known =
        permanentFlags.stream()
            .map(flag -> flag.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    boolean anyKeyword = known.contains("\\*");
    return flags.stream()
        .filter(flag -> !flag.equalsIgnoreCase("\\Recent"))
        .filter(
            flag ->
                known.contains(flag.toLowerCase(Locale.ROOT))
                    || (anyKeyword && !flag.startsWith("\\")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static Set<String> systemFlags(Set<String> flags) {
    return flags.stream()
        .filter(flag -> flag.startsWith("\\"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
