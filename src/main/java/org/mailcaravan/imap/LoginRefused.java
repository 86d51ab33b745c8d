package org.mailcaravan.imap;

/** The server did not let us in. */
public final class LoginRefused extends ImapException {
  private static final long serialVersionUID = 1L;

  private final transient ServerRefusal refusal;

  public LoginRefused(ServerRefusal refusal) {
    super("login refused: " + refusal);
    this.refusal = refusal;
  }

  public ServerRefusal refusal() {
    return refusal;
  }
}
