package org.mailcaravan.dav;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Secret;

/**
 * Where the contacts and events of one mailbox go, and the login for it.
 *
 * @param username for HTTP basic authentication (RFC 7617)
 * @param contacts the address book, or null when no CardDAV server is configured
 * @param calendars the calendar, or null when no CalDAV server is configured
 */
public record DavAccount(
    String username, Secret password, @Nullable URI contacts, @Nullable URI calendars) {

  /** The collection for one kind, or empty when no server for it is configured. */
  public Optional<URI> collection(Groupware kind) {
    return Optional.ofNullable(
        switch (kind) {
          case CONTACTS -> contacts;
          case CALENDARS -> calendars;
        });
  }
}
