package org.mailcaravan.console;

import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * Lets no header but the type of the body, and no query parameter, become a header of a message:
 * components obey some of those. The query as a whole is in {@code CamelHttpRawQuery}. Of a
 * message's headers only those go out that an answer needs.
 */
final class NoForeignHeaders implements HeaderFilterStrategy {
  /** The one header that comes in: the type of the body. */
  static final String TYPE = Exchange.CONTENT_TYPE;

  private static final Set<String> OUT = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  static {
    OUT.add(ApiError.RETRY_AFTER);
    OUT.add("Location");
    OUT.add("Preference-Applied");
  }

  @Override
  public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    return !OUT.contains(name);
  }

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    return !TYPE.equalsIgnoreCase(name);
  }
}
