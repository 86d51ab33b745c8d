package org.mailcaravan.console;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.status.EventLine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends events as they come, as Server-Sent Events (the WHATWG's HTML standard, 9.2). Who was cut
 * off names the last event that it has, and misses none.
 *
 * <p>One look at the database a second serves all who are up to date, and none is made while nobody
 * listens. Who is behind, at the start or because it reads slowly, is served from the database in
 * its own time; nothing is kept for it in memory. Everything here runs on the one thread of the
 * server, except for the statements.
 */
final class LiveEvents implements ServerPart {
  /** Each holds a connection. */
  static final int MOST_LISTENERS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(LiveEvents.class);
  private static final String TYPE = "text/event-stream";
  private static final String LAST_ID = "Last-Event-ID";

  /** How many events are read at once. */
  private static final int PAGE = 500;

  /** A listener that takes nothing for so long is cut off; it may come back. */
  private static final long STUCK_MILLIS = 60_000;

  private final EventSource source;
  private final long pollMillis;
  private final long heartbeatMillis;
  private final Set<Listener> listeners = new LinkedHashSet<>();

  /** The last event that those who are up to date have been sent; -1 while it is not known. */
  private long head = -1;

  private boolean isReading;

  /**
   * @param pollMillis how often it looks for new events while somebody listens
   * @param heartbeatMillis how often it says that it is there
   */
  LiveEvents(EventSource source, long pollMillis, long heartbeatMillis) {
    this.source = source;
    this.pollMillis = pollMillis;
    this.heartbeatMillis = heartbeatMillis;
  }

  @Override
  public void addTo(Router router) {
    router.get(Paths.EVENTS).handler(this::handle);
  }

  private void handle(RoutingContext call) {
    String accepted = call.request().getHeader("Accept");
    if (accepted == null || !accepted.contains(TYPE)) {
      call.next();
      return;
    }
    try {
      Long after = after(call);
      if (listeners.size() >= MOST_LISTENERS) {
        throw ApiError.busy(
            MOST_LISTENERS + " listen to events already",
            "End some of them, or ask for events without " + TYPE + ".",
            30);
      }
      new Listener(call).begin(after);
    } catch (ApiError e) {
      Replies.error(call, e);
    }
  }

  /** From where on the listener wants events; null for what comes from now on. */
  private static @Nullable Long after(RoutingContext call) {
    String id = call.request().getHeader(LAST_ID);
    if (id != null && !id.isBlank()) {
      return Query.number(LAST_ID, id.strip());
    }
    List<String> asked = call.queryParam("after");
    return asked.isEmpty() ? null : Query.number("after", asked.get(0).strip());
  }

  /** One who listens. */
  private final class Listener {
    private final RoutingContext call;
    private final long heartbeat;
    private boolean isBusy;
    private long position;
    private long fullSince;

    Listener(RoutingContext call) {
      this.call = call;
      this.heartbeat = call.vertx().setPeriodic(heartbeatMillis, unused -> beat());
    }

    void begin(@Nullable Long after) {
      call.response()
          .setChunked(true)
          .putHeader("Content-Type", TYPE)
          // Proxies would gather events.
          .putHeader("X-Accel-Buffering", "no")
          .exceptionHandler(gone -> end())
          .closeHandler(gone -> end())
          .drainHandler(unused -> goOn());
      listeners.add(this);
      send(": events\n\n");
      isBusy = true;
      var asking = call.vertx().executeBlocking(source::last, false);
      asking.onComplete(
          last -> {
            isBusy = false;
            if (last.failed()) {
              giveUp(last.cause());
            } else {
              // No number is beyond the last one: what is to come would never get there.
              position = after == null ? last.result() : Math.min(after, last.result());
              goOn();
              watch(call.vertx());
            }
          });
    }

    private boolean isFull() {
      return call.response().writeQueueFull();
    }

    /** Reads what is after its position, until there is no more or the listener is slow. */
    private void goOn() {
      if (isBusy || isFull() || !listeners.contains(this)) {
        return;
      }
      fullSince = 0;
      isBusy = true;
      long from = position;
      var reading = call.vertx().executeBlocking(() -> source.after(from, PAGE), false);
      reading.onComplete(
          page -> {
            isBusy = false;
            if (page.failed()) {
              giveUp(page.cause());
              return;
            }
            send(page.result());
            if (page.result().size() == PAGE) {
              goOn();
            } else if (position > head) {
              head = position;
            }
          });
    }

    void send(List<EventLine> events) {
      if (events.isEmpty() || !listeners.contains(this)) {
        return;
      }
      StringBuilder text = new StringBuilder();
      for (EventLine event : events) {
        text.append("id: ").append(event.number()).append("\nevent: ").append(event.kind());
        text.append("\ndata: ").append(Json.text(event)).append("\n\n");
        position = event.number();
      }
      send(text.toString());
    }

    private void send(String text) {
      var sending = call.response().write(text);
      sending.onFailure(gone -> end());
    }

    private void beat() {
      if (!isFull()) {
        send(":\n\n");
        return;
      }
      long now = System.nanoTime() / 1_000_000;
      if (fullSince == 0) {
        fullSince = now;
      } else if (now - fullSince > STUCK_MILLIS) {
        end();
        var closing = call.request().connection().close();
        closing.onFailure(gone -> {});
      }
    }

    private void giveUp(Throwable failure) {
      LOG.warn("a listener to events is cut off: {}", failure.toString());
      end();
      var closing = call.request().connection().close();
      closing.onFailure(gone -> {});
    }

    private void end() {
      call.vertx().cancelTimer(heartbeat);
      listeners.remove(this);
    }
  }

  /** Looks for new events, once for all, as long as somebody listens. */
  private void watch(Vertx vertx) {
    if (isReading) {
      return;
    }
    isReading = true;
    var unused = vertx.setTimer(pollMillis, timer -> look(vertx));
  }

  private void look(Vertx vertx) {
    if (listeners.isEmpty()) {
      isReading = false;
      return;
    }
    long from = head;
    if (from < 0) {
      // Nobody is up to date yet.
      vertx.setTimer(pollMillis, timer -> look(vertx));
      return;
    }
    var reading = vertx.executeBlocking(() -> source.after(from, PAGE), false);
    reading.onComplete(
        page -> {
          if (page.failed()) {
            LOG.warn("events cannot be read; tried again: {}", page.cause().toString());
          } else {
            pass(from, page.result());
          }
          vertx.setTimer(pollMillis, timer -> look(vertx));
        });
  }

  private void pass(long from, List<EventLine> events) {
    for (Listener each : new ArrayList<>(listeners)) {
      if (each.isBusy || each.isFull()) {
        continue;
      }
      if (each.position == from && events.size() < PAGE) {
        each.send(events);
      } else if (each.position < from || !events.isEmpty()) {
        each.goOn();
      }
    }
    if (!events.isEmpty() && events.size() < PAGE) {
      head = Math.max(head, events.get(events.size() - 1).number());
    }
  }
}
