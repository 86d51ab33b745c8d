package org.mailcaravan.model;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * How many passes may run at once at a source server. Names are in lower case; one stands for the
 * host and all below it, and the longest that fits counts.
 *
 * @param usual where nothing else is said
 * @param configured what the operator wants, whatever is known
 * @param known what hosts are known to stand; it lowers the usual number and never raises it
 * @param ofPolicies what policies say of a host in lower case; it counts before all else
 */
public record HostLimits(
    int usual,
    Map<String, Integer> configured,
    Map<String, Integer> known,
    Function<String, OptionalInt> ofPolicies) {
  public HostLimits {
    configured = Map.copyOf(configured);
    known = Map.copyOf(known);
    check(usual);
    configured.values().forEach(HostLimits::check);
    known.values().forEach(HostLimits::check);
  }

  /** Nothing is known of any host. */
  public HostLimits(int usual, Map<String, Integer> configured) {
    this(usual, configured, Map.of(), host -> OptionalInt.empty());
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
    return ofPolicies
        .apply(host)
        .orElseGet(
            () ->
                of(configured, host)
                    .orElseGet(() -> Math.min(usual, of(known, host).orElse(usual))));
  }

  private static Optional<Integer> of(Map<String, Integer> limits, String host) {
    for (String rest = host; ; ) {
      Integer limit = limits.get(rest);
      int dot = rest.indexOf('.');
      if (limit != null || dot < 0) {
        return Optional.ofNullable(limit);
      }
      rest = rest.substring(dot + 1);
    }
  }
}
