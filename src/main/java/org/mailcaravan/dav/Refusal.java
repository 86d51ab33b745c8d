package org.mailcaravan.dav;

/** What a status that is no success says of the place that was asked, the most telling last. */
enum Refusal {
  /** Nothing that speaks WebDAV is there: the URL is wrong. */
  NO_DAV,
  /** The server fails, or does not understand what every other does. */
  FAULT,
  /** The account may not use it. */
  FORBIDDEN;

  /**
   * @param knowsUs whether the login was sent, without which a web server forbids a folder, not an
   *     account
   */
  static Refusal of(int status, boolean knowsUs) {
    return switch (status) {
      case 402, 403, 451 -> knowsUs ? FORBIDDEN : NO_DAV;
      case 404, 405, 410, 501 -> NO_DAV;
      default -> status < 400 ? NO_DAV : FAULT;
    };
  }
}
