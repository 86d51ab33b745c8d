package org.mailcaravan.console;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads the body of a request into memory, as far as it may be long: a request with mailboxes 64
 * MiB, everything else 64 KiB. Used by one thread, that of the server.
 */
final class BodyBounds implements Handler<RoutingContext> {
  static final long MOST_OF_UPLOAD = 64L << 20;
  static final long MOST_OF_CONTROL = 64L << 10;

  /** Each may take 64 MiB, and as much again while it is read. */
  static final int MOST_UPLOADS = 2;

  private static final String UPLOADS = Paths.V1 + "/migrations";

  private final Handler<RoutingContext> upload =
      BodyHandler.create(false).setBodyLimit(MOST_OF_UPLOAD);
  private final Handler<RoutingContext> control =
      BodyHandler.create(false).setBodyLimit(MOST_OF_CONTROL);
  private final Count uploads;

  /** The uploads that are under way; all routes share one. Thread-safe. */
  static final class Count {
    private final Set<HttpServerRequest> now = ConcurrentHashMap.newKeySet();

    /** One of them is stored, and only waits for something else. */
    void release(HttpServerRequest upload) {
      now.remove(upload);
    }
  }

  BodyBounds(Count uploads) {
    this.uploads = uploads;
  }

  static boolean isUpload(HttpServerRequest request) {
    return HttpMethod.POST.equals(request.method()) && UPLOADS.equals(request.path());
  }

  @Override
  public void handle(RoutingContext call) {
    if (!isUpload(call.request())) {
      control.handle(call);
    } else if (uploads.now.size() >= MOST_UPLOADS) {
      call.response().putHeader("Connection", "close");
      Replies.error(
          call,
          ApiError.busy(
              "other requests are being uploaded",
              "Send it again in a few seconds, or put the file into the drop folder.",
              5));
    } else {
      boolean unusedAdded = uploads.now.add(call.request());
      call.addEndHandler(unused -> uploads.release(call.request()));
      upload.handle(call);
    }
  }
}
