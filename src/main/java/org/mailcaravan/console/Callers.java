package org.mailcaravan.console;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where callers are. */
final class Callers {
  /**
   * What proxies add: RFC 7239, RFC 9110 (7.6.3), and what was used before. The others begin with
   * {@link #FORWARDED}.
   */
  private static final Set<String> OF_PROXIES = Set.of("forwarded", "via", "x-real-ip");

  private static final String FORWARDED = "x-forwarded";

  private Callers() {}

  /**
   * Whether a call was made on this machine. The address alone does not tell: a proxy here, such as
   * one with TLS, forwards calls from elsewhere, and says so by a header. A proxy that adds none
   * cannot be told from a caller.
   */
  static boolean isLocal(HttpServerRequest request) {
    return isLoopback(request.remoteAddress())
        && request.headers().names().stream().noneMatch(Callers::isOfProxy);
  }

  private static boolean isOfProxy(String header) {
    String name = header.toLowerCase(Locale.ROOT);
    return OF_PROXIES.contains(name) || name.startsWith(FORWARDED);
  }

  private static boolean isLoopback(@Nullable SocketAddress caller) {
    try {
      return caller != null
          && caller.hostAddress() != null
          && InetAddress.getByName(caller.hostAddress()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
