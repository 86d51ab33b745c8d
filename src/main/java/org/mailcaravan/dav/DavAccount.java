package org.mailcaravan.dav;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Secret;

/**
 * Where the contacts and events of one mailbox go, and the login for it.
 *
 * @param address the mailbox's at the destination
 * @param username for HTTP basic authentication (RFC 7617)
 * @param contacts for the address books, or null when no CardDAV server is configured
 * @param calendars for the calendars, or null when no CalDAV server is configured
 */
public record DavAccount(
    String address,
    String username,
    Secret password,
    @Nullable Place contacts,
    @Nullable Place calendars) {

  /**
   * Where to begin.
   *
   * @param url http or https, without a login
   * @param exact whether it is that of the collection itself, or of a principal, so that a missing
   *     collection is made there; else the collections are discovered from it (RFC 6764)
   */
  public record Place(URI url, boolean exact) {}

  /** For one kind, or empty when no server for it is configured. */
  public Optional<Place> place(Groupware kind) {
    return Optional.ofNullable(
        switch (kind) {
          case CONTACTS -> contacts;
          case CALENDARS -> calendars;
        });
  }
}
