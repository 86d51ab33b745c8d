package org.mailcaravan.dav;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What a PROPFIND found at a URL.
 *
 * @param uri after redirects, ended by a slash
 * @param response the properties of the URL, or null when the server gives none
 * @param unreadable why the properties could not be read, or null
 */
record PropfindResult(
    DavAnswer answer,
    URI uri,
    Multistatus.@Nullable Response response,
    @Nullable String unreadable) {
  /** The status of the resource; Xandikos puts a 404 into a 207 answer. */
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

  /** Whether the server says that it is something other than a collection of this type. */
  boolean isOther(String type) {
    return response != null && response.property("resourcetype").isPresent() && !is(type);
  }
}
