package org.mailcaravan.console;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.status.Gauges;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.model.status.NodeStatus;

/**
 * What a monitoring system reads: {@code GET /metrics}, in the text format of Prometheus, with
 * names after the habits of OpenMetrics. What stands in the database is read at most every few
 * seconds, however often and by however many it is asked for; where that fails, it is left out and
 * {@code mailcaravan_database_up} is 0.
 */
final class Metrics implements ServerPart {
  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final Supplier<Gauges> gauges;
  private final List<Counter> counters;
  private final Clock clock;
  private @Nullable Gauges last;
  private Instant readAt = Instant.MIN;

  Metrics(Supplier<Gauges> gauges, List<Counter> counters, Clock clock) {
    this.gauges = gauges;
    this.counters = List.copyOf(counters);
    this.clock = clock;
  }

  @Override
  public void addTo(Router router) {
    router.get(Paths.METRICS).handler(this::handle);
  }

  private void handle(RoutingContext call) {
    var writing = call.vertx().executeBlocking(this::text, false);
    writing.onSuccess(text -> Replies.send(call, 200, TYPE, text.getBytes(StandardCharsets.UTF_8)));
    writing.onFailure(call::fail);
  }

  /** All of it. */
  String text() {
    MetricText text = new MetricText();
    for (Counter each : counters) {
      text.counter(each.name() + "_total", each.help()).add(each.value().getAsLong());
    }
    Gauges read = read();
    text.gauge("mailcaravan_database_up", "Whether the database answers").add(read == null ? 0 : 1);
    if (read != null) {
      ofDatabase(text, read);
    }
    JavaMetrics.add(text);
    return text.toString();
  }

  private synchronized @Nullable Gauges read() {
    Instant now = clock.instant();
    if (now.isBefore(readAt.plus(FRESH))) {
      return last;
    }
    try {
      last = gauges.get();
    } catch (RuntimeException e) {
      last = null;
    }
    readAt = clock.instant();
    return last;
  }

  private static void ofDatabase(MetricText text, Gauges gauges) {
    text.gauge("mailcaravan_passes", "Passes over mailboxes, by state and kind");
    for (Gauges.Passes each : gauges.passes()) {
      text.add(each.count(), "state", each.state(), "kind", each.kind());
    }
    each(
        text.gauge("mailcaravan_waiting_passes", "Passes that wait, by the reason"),
        "waits_for",
        gauges.waits());
    each(
        text.gauge("mailcaravan_problems", "Problems of the last passes of all mailboxes, by code"),
        "code",
        gauges.problems());
    Double oldest = gauges.oldestDueSeconds();
    text.gauge(
            "mailcaravan_oldest_due_pass_seconds",
            "How long the pass that is due longest has waited; 0 when none is due")
        .add(oldest == null ? 0 : oldest);
    text.gauge("mailcaravan_host_slots_used", "Mailboxes that run, by source server");
    for (HostStatus host : gauges.hosts()) {
      text.add(host.running(), "host", host.name());
    }
    text.gauge("mailcaravan_host_slots_allowed", "Mailboxes that may run, by source server");
    for (HostStatus host : gauges.hosts()) {
      text.add(host.allowed(), "host", host.name());
    }
    text.gauge("mailcaravan_nodes_alive", "Nodes that run")
        .add(gauges.nodes().stream().filter(NodeStatus::alive).count());
  }

  private static void each(MetricText text, String label, Map<String, Long> values) {
    new TreeMap<>(values).forEach((value, count) -> text.add(count, label, value));
  }
}
