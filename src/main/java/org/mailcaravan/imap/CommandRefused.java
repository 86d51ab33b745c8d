package org.mailcaravan.imap;

/** A command other than a login was answered with NO or BAD; the connection can still be used. */
public final class CommandRefused extends ImapException {
  private static final long serialVersionUID = 1L;

  private final String command;
  private final transient ServerRefusal refusal;

  /**
   * @param command its name and the folder, such as {@code EXAMINE Archive}
   */
  public CommandRefused(String command, ServerRefusal refusal) {
    super(command + ": " + refusal);
    this.command = command;
    this.refusal = refusal;
  }

  /** Its name and the folder, such as {@code EXAMINE Archive}. */
  public String command() {
    return command;
  }

  public ServerRefusal refusal() {
    return refusal;
  }
}
