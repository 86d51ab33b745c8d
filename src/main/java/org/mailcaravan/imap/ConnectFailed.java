package org.mailcaravan.imap;

import org.jspecify.annotations.Nullable;

/** No usable connection could be made; no login was tried. */
public final class ConnectFailed extends ImapException {
  private static final long serialVersionUID = 1L;

  /** The reason, which tells whether another try may help. */
  public enum Reason {
    /** The name does not resolve. */
    UNKNOWN_HOST,
    /** Refused, unreachable, timed out, or closed before a greeting: another try may help. */
    UNREACHABLE,
    /** The server greeted with BYE, or said that it is busy: another try may help. */
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
    /** The issuer of the certificate is not one that we trust. */
    TLS_UNKNOWN_ISSUER,
    /** The certificate was revoked. */
    TLS_REVOKED,
    /** No TLS version or cipher in common, or a key that is too weak. */
    TLS_WEAK,
    /** Unprotected octets came where TLS begins: somebody may be changing the traffic. */
    TLS_TAMPERED,
    /** STARTTLS was asked for and the server does not offer it, or refuses it. */
    NO_STARTTLS,
    /** Our rules do not allow plain text for this host. */
    PLAINTEXT_FORBIDDEN,
    /** The address is loopback, private or link-local, which our rules do not allow. */
    ADDRESS_FORBIDDEN,
    /** The server does not speak IMAP, or takes us for a user before any login (PREAUTH). */
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
