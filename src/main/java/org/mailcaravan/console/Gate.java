package org.mailcaravan.console;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stands before everything that the server offers: lets nobody in without the token, and no page of
 * a browser at all. A page that makes its own name point to this machine still sends that name in
 * {@code Host}; another one sends {@code Origin}.
 */
final class Gate implements Handler<RoutingContext> {
  /** How long a request may take to arrive. */
  private static final long CONTROL_MILLIS = 30_000;

  private static final long UPLOAD_MILLIS = 600_000;

  private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "::1");
  private static final List<String> FORMS =
      List.of("multipart/", "application/x-www-form-urlencoded");

  private final ApiToken token;
  private final String address;

  /**
   * @param address what the server listens on; the name that callers may use besides those of the
   *     machine itself
   */
  Gate(ApiToken token, String address) {
    this.token = token;
    this.address = address.toLowerCase(Locale.ROOT);
  }

  @Override
  public void handle(RoutingContext call) {
    HttpServerRequest request = call.request();
    call.response()
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    try {
      requireOurName(request);
      if (isOpen(request)) {
        closeIfSlow(call);
        call.next();
        return;
      }
      if (!token.isIn(request.getHeader("Authorization"))) {
        call.response().putHeader("WWW-Authenticate", "Bearer");
        throw new ApiError(
            401,
            "unauthorized",
            "the request has no token, or a wrong one",
            "Send \"Authorization: Bearer\" with the token in api.token in the data folder.");
      }
      requireNoForm(request);
    } catch (ApiError e) {
      // Its body is not read.
      call.response().putHeader("Connection", "close");
      Replies.error(call, e);
      return;
    }
    closeIfSlow(call);
    call.next();
  }

  /** What tells nothing but whether the service is well, and what mail programs are told. */
  private static boolean isOpen(HttpServerRequest request) {
    return (HttpMethod.GET.equals(request.method()) && "/health".equals(request.path()))
        || ClientPages.isOpen(request);
  }

  private void requireOurName(HttpServerRequest request) {
    String host = name(request.getHeader("Host"));
    if (host == null || !(LOOPBACK_NAMES.contains(host) || host.equals(address))) {
      throw new ApiError(
          403,
          "foreign-host",
          "the request is for another host than this one",
          "Use the URL in service.json in the data folder.");
    }
    if (request.getHeader("Origin") != null) {
      throw new ApiError(
          403,
          "foreign-origin",
          "the request comes from a page in a browser",
          "Call the API from a program of your own.");
    }
  }

  /** The name in {@code Host}, without the port and the brackets of IPv6. */
  private static @Nullable String name(@Nullable String host) {
    if (host == null) {
      return null;
    }
    String name = host.toLowerCase(Locale.ROOT);
    if (name.startsWith("[")) {
      int end = name.indexOf(']');
      return end < 0 ? null : name.substring(1, end);
    }
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  private static void requireNoForm(HttpServerRequest request) {
    String type = request.getHeader("Content-Type");
    if (type != null
        && FORMS.stream().anyMatch(type.strip().toLowerCase(Locale.ROOT)::startsWith)) {
      throw new ApiError(
          415,
          "form",
          "the body is a form",
          "Send it as text/csv, application/json or an Excel workbook (curl: --header and --data-binary).");
    }
  }

  /** Who sends an octet now and then would hold a connection for ever. */
  private static void closeIfSlow(RoutingContext call) {
    HttpServerRequest request = call.request();
    long millis = BodyBounds.isUpload(request) ? UPLOAD_MILLIS : CONTROL_MILLIS;
    long timer =
        call.vertx()
            .setTimer(
                millis,
                unused -> {
                  if (!request.isEnded()) {
                    var closing = request.connection().close();
                    closing.onFailure(gone -> {});
                  }
                });
    call.addEndHandler(unused -> call.vertx().cancelTimer(timer));
  }
}
