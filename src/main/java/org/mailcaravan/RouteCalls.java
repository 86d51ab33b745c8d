package org.mailcaravan;

import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.CamelExecutionException;
import org.mailcaravan.intake.MemoryShortage;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.routes.Entrances;
import org.mailcaravan.routes.RunningRoutes;

/** Sends to routes what they take, and tells what they fail with as it is. */
final class RouteCalls {
  private RouteCalls() {}

  /**
   * Sends the path of a file.
   *
   * @param endpoint one of {@link Entrances}
   * @param type what the route makes of it
   * @throws MigrationException as the route throws it
   */
  static <T> T file(
      RunningRoutes routes,
      String endpoint,
      Path file,
      Map<String, Object> headers,
      Class<T> type) {
    try {
      return body(routes, endpoint, file.toAbsolutePath().toString(), headers, type);
    } catch (OutOfMemoryError e) {
      throw tooLarge(String.valueOf(file.getFileName()), e);
    }
  }

  /** A request that takes more memory than there is. */
  static RequestRejected tooLarge(String name, OutOfMemoryError shortage) {
    RequestRejected rejected = new RequestRejected(MemoryShortage.problem(VisibleText.of(name)));
    rejected.initCause(shortage);
    return rejected;
  }

  /** Sends a body. */
  static <T> T body(
      RunningRoutes routes,
      String endpoint,
      Object body,
      Map<String, Object> headers,
      Class<T> type) {
    try {
      return routes.call(
          context ->
              context
                  .createProducerTemplate()
                  .requestBodyAndHeaders(endpoint, body, headers, type));
    } catch (CamelExecutionException e) {
      // The message of Camel's own exception shows the exchange and not what happened.
      if (e.getCause() instanceof RuntimeException unexpected) {
        throw unexpected;
      }
      if (e.getCause() instanceof OutOfMemoryError shortage) {
        throw shortage;
      }
      throw e;
    }
  }
}
