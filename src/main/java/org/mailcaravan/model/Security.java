package org.mailcaravan.model;

/** How a connection to a mail server is protected. */
public enum Security {
  /** TLS from the first byte (RFC 8314), port 993. */
  TLS("tls", 993),
  /** Plain text that STARTTLS must upgrade before anything else, port 143. */
  STARTTLS("starttls", 143),
  /** Plain text only, for hosts that the configuration names; port 143. */
  NONE("none", 143);

  private final String word;
  private final int imapPort;

  Security(String word, int imapPort) {
    this.word = word;
    this.imapPort = imapPort;
  }

  /** The word for it in requests and properties: {@code tls}, {@code starttls}, {@code none}. */
  public String word() {
    return word;
  }

  /** The default IMAP port. */
  public int imapPort() {
    return imapPort;
  }
}
