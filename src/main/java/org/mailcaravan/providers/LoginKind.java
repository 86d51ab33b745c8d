package org.mailcaravan.providers;

/** A way to log in at a provider by IMAP. */
public enum LoginKind {
  /** With the password of the mailbox. */
  PASSWORD("password"),
  /** With a password that was made for one program. */
  APP_PASSWORD("app-password"),
  /** With a token. */
  OAUTH2("oauth2");

  private final String word;

  LoginKind(String word) {
    this.word = word;
  }

  /** The word for it in config/providers.yaml. */
  public String word() {
    return word;
  }
}
