package org.mailcaravan.console;

import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether the service can do its work: {@code GET /health}, 200 when it can and 503 when not. Who
 * has no token learns that and no more. Looks at most every few seconds, however often it is asked,
 * and counts a look that takes too long as a failure.
 */
final class Health implements ServerPart {
  private static final Duration FRESH = Duration.ofSeconds(3);
  private static final long LONGEST_LOOK_MILLIS = 5000;

  /** One thing that the work depends on. */
  interface Check {
    /**
     * Looks at it.
     *
     * @return how it is, for people
     * @throws Exception when it is not well; the message says why
     */
    String look() throws Exception;
  }

  /**
   * A check with its name.
   *
   * @param isEssential whether the service cannot do its work without it
   */
  record Named(String name, Check check, boolean isEssential) {
    /** One without which the service cannot do its work. */
    static Named essential(String name, Check check) {
      return new Named(name, check, true);
    }
  }

  /** What was found. */
  record Finding(String name, String status, String detail) {}

  /** All that was found. */
  record State(String status, List<Finding> checks) {
    boolean isUp() {
      return status.equals("up");
    }
  }

  /** What is told without a token. */
  record Brief(String status) {}

  private static final State SILENT =
      new State(
          "down",
          List.of(new Finding("all", "down", "the checks have not ended within five seconds")));

  private final List<Named> checks;
  private final WorkerExecutor thread;
  private final ApiToken token;
  private final Clock clock;

  private @Nullable State last;
  private Instant lookedAt = Instant.MIN;
  private boolean isLooking;
  private final List<RoutingContext> waiting = new ArrayList<>();

  /**
   * @param thread where it looks; no other work keeps it
   */
  Health(List<Named> checks, WorkerExecutor thread, ApiToken token, Clock clock) {
    this.checks = List.copyOf(checks);
    this.thread = thread;
    this.token = token;
    this.clock = clock;
  }

  @Override
  public void addTo(Router router) {
    router.get(Paths.HEALTH).handler(this::handle);
  }

  private void handle(RoutingContext call) {
    State known = last;
    if (known != null && clock.instant().isBefore(lookedAt.plus(FRESH))) {
      tell(call, known);
      return;
    }
    waiting.add(call);
    var timer =
        call.vertx()
            .setTimer(
                LONGEST_LOOK_MILLIS,
                unused -> {
                  if (waiting.remove(call)) {
                    tell(call, SILENT);
                  }
                });
    call.addEndHandler(
        unused -> {
          waiting.remove(call);
          call.vertx().cancelTimer(timer);
        });
    if (isLooking) {
      return;
    }
    isLooking = true;
    var looking = thread.executeBlocking(this::look, false);
    looking.onComplete(
        found -> {
          isLooking = false;
          State state = found.succeeded() ? found.result() : SILENT;
          last = state;
          lookedAt = clock.instant();
          List<RoutingContext> told = List.copyOf(waiting);
          waiting.clear();
          told.forEach(each -> tell(each, state));
        });
  }

  private State look() {
    List<Finding> findings = new ArrayList<>();
    boolean up = true;
    for (Named each : checks) {
      try {
        findings.add(new Finding(each.name(), "up", each.check().look()));
      } catch (Exception e) {
        up &= !each.isEssential();
        findings.add(new Finding(each.name(), "down", String.valueOf(e.getMessage())));
      }
    }
    return new State(up ? "up" : "down", findings);
  }

  private void tell(RoutingContext call, State state) {
    boolean isKnown = token.isIn(call.request().getHeader("Authorization"));
    Replies.send(
        call,
        state.isUp() ? 200 : 503,
        Replies.JSON,
        Json.octets(isKnown ? state : new Brief(state.status())));
  }
}
