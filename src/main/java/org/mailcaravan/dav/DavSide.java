package org.mailcaravan.dav;

import org.mailcaravan.model.Owner;

/** Whose server it is, and so who can fix what, and how. */
public enum DavSide {
  SOURCE(
      Owner.OLD_HOST,
      Owner.CUSTOMER,
      "Check the source password in the request. Where the old provider asks for app passwords, make"
          + " one for contacts and calendars.",
      "Correct source_dav_url in the request, or export the data there and send the files.",
      "Ask the old provider to allow this account to use CardDAV and CalDAV, or export the data there"
          + " and send the files. If the URL is wrong, correct source_dav_url in the request."),
  DESTINATION(
      Owner.US,
      Owner.US,
      "Check the destination password in the request, or the login for all mailboxes in the"
          + " configuration.",
      "Correct the URL of the collections in the configuration.",
      "Give the account the right to read and write there, or correct the URL in the configuration.");

  private final Owner server;
  private final Owner login;
  private final String correctLogin;
  private final String correctUrl;
  private final String allow;

  DavSide(Owner server, Owner login, String correctLogin, String correctUrl, String allow) {
    this.server = server;
    this.login = login;
    this.correctLogin = correctLogin;
    this.correctUrl = correctUrl;
    this.allow = allow;
  }

  /** Who runs the server. */
  Owner server() {
    return server;
  }

  /** Who can fix a refused login. */
  Owner login() {
    return login;
  }

  /** Who can fix a wrong URL. */
  Owner url() {
    return Owner.US;
  }

  /** The next step after a refused login. */
  String correctLogin() {
    return correctLogin;
  }

  /** The next step after a refused token. */
  String correctToken() {
    return "Check that the scope of the OAuth profile covers contacts and calendars (docs/oauth.md), or "
        + (this == SOURCE
            ? "export the data there and send the files."
            : "let its account use them.");
  }

  /** The next step when the URL is wrong. */
  String correctUrl() {
    return correctUrl;
  }

  /** The next step when the account may not use the server. */
  String allow() {
    return allow;
  }
}
