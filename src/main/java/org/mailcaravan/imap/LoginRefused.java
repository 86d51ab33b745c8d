package org.mailcaravan.imap;

/** The server did not let us in. */
public final class LoginRefused extends ImapException {
  private static final long serialVersionUID = 1L;

  private final transient ServerRefusal refusal;
  private final boolean withToken;

  public LoginRefused(ServerRefusal refusal) {
    this(refusal, false);
  }

  /**
   * @param withToken whether a token was refused, and no password
   */
  public LoginRefused(ServerRefusal refusal, boolean withToken) {
    super("login refused: " + refusal);
    this.refusal = refusal;
    this.withToken = withToken;
  }

  /** Whether a token was refused, and no password. */
  public boolean withToken() {
    return withToken;
  }

  public ServerRefusal refusal() {
    return refusal;
  }
}
