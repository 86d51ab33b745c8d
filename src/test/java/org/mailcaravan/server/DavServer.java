package org.mailcaravan.server;

import java.net.URI;
import java.nio.file.Path;

/** A CardDAV and CalDAV server that a test started. */
public interface DavServer extends AutoCloseable {
  /** The name of the account that every such server has. */
  String USER = "user";

  /** What lies in a collection. */
  enum Kind {
    CONTACTS,
    CALENDARS
  }

  /** Such as {@code http://127.0.0.1:40123/}. */
  URI baseUri();

  /** Where the collections of {@link #USER} lie. */
  URI home(Kind kind);

  /** What the server logged. */
  Path log();

  @Override
  void close();
}
