package org.mailcaravan.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** Answers that do not come from a route. */
final class Replies {
  static final String JSON = "application/json";

  /** The type of the JSON that tells an error (RFC 9457 calls it so, and lets fields be added). */
  static final String PROBLEM = "application/problem+json";

  private Replies() {}

  static void error(RoutingContext call, ApiError error) {
    if (error.retryAfterSeconds() > 0) {
      call.response().putHeader(ApiError.RETRY_AFTER, String.valueOf(error.retryAfterSeconds()));
    }
    send(call, error.status(), PROBLEM, Json.octets(error.body()));
  }

  static void send(RoutingContext call, int status, String type, byte[] body) {
    if (call.response().ended() || call.response().closed() || call.response().headWritten()) {
      return;
    }
    var sent =
        call.response()
            .setStatusCode(status)
            .putHeader("Content-Type", type)
            .end(Buffer.buffer(body));
    // Who has gone away misses the answer.
    sent.onFailure(gone -> {});
  }
}
