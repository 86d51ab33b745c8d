package org.mailcaravan.sync.messages;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mailcaravan.imap.OutgoingMessage;

/** Compares sets of flags, which are case-insensitive (RFC 9051 section 2.3.2). */
public final class Keywords {
  private Keywords() {}

  /**
   * The flags that the destination keeps (RFC 9051 section 7.1); {@code \*} among the permanent
   * flags lets new keywords through.
   */
  public static Set<String> permitted(Set<String> flags, Set<String> permanentFlags) {
    Set<String> permitted = new TreeSet<>();
    for (String flag : flags) {
      if (isPermitted(flag, permanentFlags)) {
        permitted.add(flag);
      }
    }
    return permitted;
  }

  public static boolean isPermitted(String flag, Set<String> permanentFlags) {
    return !flag.equalsIgnoreCase("\\Recent")
        && OutgoingMessage.isFlag(flag)
        && (has(permanentFlags, flag)
            || (!flag.startsWith("\\") && permanentFlags.contains("\\*")));
  }

  public static boolean has(Set<String> flags, String flag) {
    return flags.contains(flag) || flags.stream().anyMatch(flag::equalsIgnoreCase);
  }

  /** The flags that only one of both has. */
  public static Set<String> differing(Set<String> one, Set<String> other) {
    Set<String> differing = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    one.stream().filter(flag -> !has(other, flag)).forEach(differing::add);
    other.stream().filter(flag -> !has(one, flag)).forEach(differing::add);
    return differing;
  }

  public static Set<String> systemFlags(Set<String> flags) {
    return flags.stream()
        .filter(flag -> flag.startsWith("\\"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
