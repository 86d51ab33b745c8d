package org.mailcaravan.dav;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What is at a URL.
 *
 * @param uri after redirects, ended by a slash
 * @param response what the server tells of it, or null where it tells nothing
 * @param unreadable why that could not be read, or null
 */
record DavLook(
    DavAnswer answer,
    URI uri,
    Multistatus.@Nullable Response response,
    @Nullable String unreadable) {
  /** Xandikos says within a 207 that there is nothing. */
  int status() {
    return response != null && response.status() >= 400 ? response.status() : answer.status();
  }

  boolean is(String type) {
    return response != null
        && response
            .property("resourcetype")
            .filter(property -> property.elements().contains(type))
            .isPresent();
  }

  /** Whether the server tells that it is something else than a collection of this type. */
  boolean isOther(String type) {
    return response != null && response.property("resourcetype").isPresent() && !is(type);
  }
}
