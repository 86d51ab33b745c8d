package org.mailcaravan.imap;

import org.jspecify.annotations.Nullable;

/** No usable connection came about; nobody has logged in. */
public final class ConnectFailed extends ImapException {
  private static final long serialVersionUID = 1L;

  /** Why, so that a caller can tell what may pass from what will not. */
  public enum Reason {
    /** The name does not resolve. */
    UNKNOWN_HOST,
    /** Refused, unreachable, timed out, or closed before a greeting: it may pass. */
    UNREACHABLE,
    /** The server greeted with BYE, or said that it is busy: it may pass. */
    TURNED_AWAY,
    /**
     * The certificate is not trusted, expired, or for another name; or no TLS version in common.
     */
    TLS_FAILED,
    /** STARTTLS was asked for and the server does not offer it. */
    NO_STARTTLS,
    /** Plain text was asked for and our rules do not allow it for this host. */
    PLAINTEXT_FORBIDDEN,
    /** The address is loopback, private or link-local and our rules do not allow it. */
    ADDRESS_FORBIDDEN,
    /** Something answered that does not speak IMAP, or takes us for somebody unasked (PREAUTH). */
    NOT_IMAP
  }

  private final Reason reason;
  private final String said;

  public ConnectFailed(Reason reason, String message, @Nullable Throwable cause) {
    this(reason, message, "", cause);
  }

  /**
   * @param said the server's own words, {@code [CODE] text}, or empty
   */
  public ConnectFailed(Reason reason, String message, String said, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.said = said;
  }

  /** The server's own words, {@code [CODE] text}, or empty. */
  public String said() {
    return said;
  }

  public Reason reason() {
    return reason;
  }
}
