package org.mailcaravan.model.status;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for metrics, as of one moment.
 *
 * @param passes how many there are of each state and kind
 * @param waits how many passes wait for each reason, by the ids of {@link
 *     org.mailcaravan.model.WaitsFor}
 * @param problems how many the last passes of all mailboxes have, by the ids of {@link
 *     org.mailcaravan.model.ProblemCode}
 * @param oldestDueSeconds for how long the pass that is due longest has waited; null when none is
 *     due
 * @param hosts at most 1000
 */
public record Gauges(
    List<Passes> passes,
    Map<String, Long> waits,
    Map<String, Long> problems,
    @Nullable Double oldestDueSeconds,
    List<HostStatus> hosts,
    List<NodeStatus> nodes) {
  public Gauges {
    passes = List.copyOf(passes);
    hosts = List.copyOf(hosts);
    nodes = List.copyOf(nodes);
  }

  /**
   * A number of passes.
   *
   * @param state {@code waiting}, {@code running} or {@code ended}
   * @param kind an id of {@link org.mailcaravan.model.Pass}
   */
  public record Passes(String state, String kind, long count) {}
}
