package org.mailcaravan.intake.mail;

/** A mail goes beyond {@link MailLimits}; the message says which one, for the sender. */
public final class MailTooLarge extends Exception {
  private static final long serialVersionUID = 1L;

  MailTooLarge(String what) {
    super(what);
  }
}
