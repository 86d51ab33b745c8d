package org.mailcaravan.console;

import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * Tells programs what the API offers: its OpenAPI document, which a test compares with the routes.
 */
final class OpenApi implements ServerPart {
  static final String RESOURCE = "openapi.json";

  @Override
  public void addTo(Router router) {
    router.get(Paths.OPENAPI).handler(call -> Replies.send(call, 200, Replies.JSON, document()));
  }

  static byte[] document() {
    try (InputStream in =
        Objects.requireNonNull(OpenApi.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
