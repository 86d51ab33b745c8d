package org.mailcaravan.imap;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The capabilities that a server advertises, in upper case. Immutable. */
final class Capabilities {
  /** Nothing is known yet. */
  static final Capabilities NONE = new Capabilities(Set.of());

  private static final Pattern SPACES = Pattern.compile(" +");

  /** What IMAP4rev2 includes without naming it (RFC 9051 appendix E). */
  private static final Set<String> IN_REV2 =
      Set.of(
          "ENABLE",
          "LIST-EXTENDED",
          "LIST-STATUS",
          "LITERAL-",
          "MOVE",
          "NAMESPACE",
          "SASL-IR",
          "SPECIAL-USE",
          "STATUS=SIZE",
          "UIDPLUS");

  private final Set<String> names;

  private Capabilities(Set<String> names) {
    this.names = Set.copyOf(names);
  }

  /** Reads the list that follows the word CAPABILITY. */
  static Capabilities parse(String list) {
    Set<String> names = new HashSet<>();
    for (String name : SPACES.split(list.strip(), -1)) {
      if (!name.isEmpty()) {
        names.add(name.toUpperCase(Locale.ROOT));
      }
    }
    if (names.contains("IMAP4REV2") && !names.contains("IMAP4REV1")) {
      names.addAll(IN_REV2);
    }
    return new Capabilities(names);
  }

  Set<String> names() {
    return names;
  }

  boolean has(String name) {
    return names.contains(name);
  }

  /** Whether changes are counted by mod-sequences (RFC 7162): QRESYNC includes CONDSTORE. */
  boolean hasModSeq() {
    return has("CONDSTORE") || has("QRESYNC");
  }

  /** Whether names of folders are UTF-8 from the start, as in a server of IMAP4rev2 alone. */
  boolean onlyRev2() {
    return has("IMAP4REV2") && !has("IMAP4REV1");
  }

  /** APPENDLIMIT (RFC 7889) in octets, or -1. */
  long appendLimit() {
    return names.stream()
        .filter(name -> name.startsWith("APPENDLIMIT="))
        .mapToLong(name -> ResponseText.number(name.substring("APPENDLIMIT=".length())))
        .findFirst()
        .orElse(-1);
  }

  /** MESSAGELIMIT (RFC 9738) in messages, or {@link Long#MAX_VALUE} without one. */
  long messageLimit() {
    return names.stream()
        .filter(name -> name.startsWith("MESSAGELIMIT="))
        .mapToLong(name -> ResponseText.number(name.substring("MESSAGELIMIT=".length())))
        .filter(limit -> limit > 0)
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  /**
   * The largest literal, in octets, that may be sent without waiting for the server (RFC 7888): any
   * size with LITERAL+, 4096 with LITERAL-, else -1 for none.
   */
  long literalWithoutWaiting() {
    if (has("LITERAL+")) {
      return Long.MAX_VALUE;
    }
    return has("LITERAL-") ? 4096 : -1;
  }
}
