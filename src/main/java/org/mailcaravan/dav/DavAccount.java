package org.mailcaravan.dav;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The CardDAV and CalDAV account of one mailbox.
 *
 * @param address the address of the mailbox at the destination
 * @param login as whom, and with what
 * @param contacts for the address books, or null when no CardDAV server is configured
 * @param calendars for the calendars, or null when no CalDAV server is configured
 */
public record DavAccount(
    String address, DavLogin login, @Nullable Place contacts, @Nullable Place calendars) {

  /**
   * Where a server or collection is.
   *
   * @param url http or https, without a login
   * @param exact whether the URL is that of the collection itself or of a principal; a missing
   *     collection is then created there. Otherwise the collections are discovered from it (RFC
   *     6764)
   */
  public record Place(URI url, boolean exact) {}

  /** The place for one kind, or empty when no server for it is configured. */
  public Optional<Place> place(Groupware kind) {
    return Optional.ofNullable(
        switch (kind) {
          case CONTACTS -> contacts;
          case CALENDARS -> calendars;
        });
  }
}
