package org.mailcaravan.dav;

/** What an error status says about a URL, the most specific last. */
enum Refusal {
  /** There is no WebDAV server: the URL is wrong. */
  NO_DAV,
  /** The server fails, or does not understand a normal request. */
  FAULT,
  /** The account may not use the server. */
  FORBIDDEN;

  /**
   * @param knowsUs whether the login was sent; without it a web server refuses the folder, not the
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
