package org.mailcaravan.model;

import java.util.Locale;
import java.util.Map;

/**
 * How many passes may run at once at a source server, as configured.
 *
 * @param usual where nothing else is said
 * @param bySuffix the number for a host and all below it, by its name in lower case; the longest
 *     name that fits counts
 */
public record HostLimits(int usual, Map<String, Integer> bySuffix) {
  public HostLimits {
    bySuffix = Map.copyOf(bySuffix);
    check(usual);
    bySuffix.values().forEach(HostLimits::check);
  }

  /** The same for all. */
  public HostLimits(int usual) {
    this(usual, Map.of());
  }

  private static void check(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("a host's limit is " + limit + ", less than 1");
    }
  }

  /**
   * That of one host.
   *
   * @param name host and port, as passes name it
   */
  public int of(String name) {
    int port = name.lastIndexOf(':');
    String host = (port < 0 ? name : name.substring(0, port)).toLowerCase(Locale.ROOT);
    for (String rest = host; ; ) {
      Integer limit = bySuffix.get(rest);
      if (limit != null) {
        return limit;
      }
      int dot = rest.indexOf('.');
      if (dot < 0) {
        return usual;
      }
      rest = rest.substring(dot + 1);
    }
  }
}
