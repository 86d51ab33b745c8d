package org.mailcaravan.dav;

import org.mailcaravan.model.Secret;

/** How to log in to a CardDAV or CalDAV server. Thread-safe. */
public sealed interface DavLogin {
  /** User and password (RFC 7617). */
  record Password(String username, Secret password) implements DavLogin {
    @Override
    public String scheme() {
      return "Basic";
    }

    @Override
    public Secret secret() {
      return password;
    }
  }

  /** A bearer token (RFC 6750). */
  record Token(Tokens tokens) implements DavLogin {
    @Override
    public String scheme() {
      return "Bearer";
    }

    @Override
    public Secret secret() {
      return tokens.token();
    }
  }

  /** Gives the tokens of one account. Thread-safe. */
  interface Tokens {
    /**
     * A token that has not run out.
     *
     * @throws org.mailcaravan.model.MigrationException when there is none
     */
    Secret token();

    /**
     * Whether the next {@link #token} is another one than that which was refused.
     *
     * @param worked whether it, or one before it, was accepted
     */
    boolean renews(Secret refused, boolean worked);
  }

  /** Its name in HTTP. */
  String scheme();

  /** The password, or the token that is good now. */
  Secret secret();
}
