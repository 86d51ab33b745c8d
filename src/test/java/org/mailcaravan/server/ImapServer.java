package org.mailcaravan.server;

/** A private IMAP server on a free loopback port that a test started. */
public interface ImapServer extends AutoCloseable {
  /** For clear text. */
  int port();

  /** Adds a user, who can log in at once. The name is in lower case. */
  ImapServer addUser(String name, String password);

  @Override
  void close();
}
