package org.mailcaravan.imap;

import org.mailcaravan.model.Secret;

/** How to log in. */
public sealed interface Credentials {
  /**
   * User and password, by SASL PLAIN where it is advertised, else by LOGIN. A {@code user*master}
   * name is just a user name.
   */
  record Password(String username, Secret password) implements Credentials {}

  /**
   * SASL PLAIN (RFC 4616) with an authorization identity: {@code authenticationId} proves itself
   * and acts for {@code authorizationId}.
   */
  record OnBehalf(String authorizationId, String authenticationId, Secret password)
      implements Credentials {}

  /** A bearer token, by OAUTHBEARER (RFC 7628) where it is advertised, else by XOAUTH2. */
  record Token(String username, Secret token) implements Credentials {}
}
