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
    /** TLS failed for a reason that is none of those below. */
    TLS_FAILED,
    /** The port speaks TLS where clear text was asked for, or the other way round. */
    WRONG_SECURITY,
    /** The certificate has expired. */
    TLS_EXPIRED,
    /** The certificate is not valid yet. */
    TLS_NOT_YET_VALID,
    /** The server signed its certificate itself. */
    TLS_SELF_SIGNED,
    /** The certificate is for other names. */
    TLS_WRONG_NAME,
    /** Nobody whom we trust issued the certificate. */
    TLS_UNKNOWN_ISSUER,
    /** The certificate was revoked. */
    TLS_REVOKED,
    /** No TLS version or cipher in common, or a key that is too weak. */
    TLS_WEAK,
    /** Octets without protection came where TLS begins: somebody may be on the line. */
    TLS_TAMPERED,
    /** STARTTLS was asked for and the server does not offer it, or refuses it. */
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
