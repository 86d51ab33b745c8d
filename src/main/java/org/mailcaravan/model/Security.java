package org.mailcaravan.model;

/** How a connection to a mail server is protected. */
public enum Security {
  /** TLS from the first byte (RFC 8314), port 993. */
  TLS("tls", 993),
  /** Clear text that must be upgraded by STARTTLS before anything else, port 143. */
  STARTTLS("starttls", 143),
  /** Clear text throughout; only for hosts that the configuration names. Port 143. */
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

  /** The IMAP port that goes with it when none is given. */
  public int imapPort() {
    return imapPort;
  }
}
