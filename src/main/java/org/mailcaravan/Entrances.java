package org.mailcaravan;

import java.util.List;

/** Where the routes take the path of a file from a command. */
final class Entrances {
  /** To migrate. */
  static final String ACCEPT_REQUEST = "direct:accept-request";

  /** To check. */
  static final String CHECK_REQUEST = "direct:check-request";

  /** To verify. */
  static final String VERIFY_REQUEST = "direct:verify-request";

  static final List<String> ALL = List.of(ACCEPT_REQUEST, CHECK_REQUEST, VERIFY_REQUEST);

  private Entrances() {}
}
