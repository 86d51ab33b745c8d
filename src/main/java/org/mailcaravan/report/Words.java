package org.mailcaravan.report;

import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxState;

/** The plain words for what becomes of a mailbox. */
public final class Words {
  private Words() {}

  /** What a state means to somebody who waits for the mailbox. */
  public static String of(MailboxState state) {
    return switch (state) {
      case QUEUED -> "waiting";
      case COPYING -> "being copied";
      case COPIED -> "all arrived";
      case INCOMPLETE -> "needs attention";
      case BLOCKED -> "nothing copied";
      case FAULT -> "failed by our fault";
    };
  }

  /** The address, and where it goes when it gets another. */
  public static String of(Mailbox mailbox) {
    return TextWidth.tame(
        mailbox.sourceAddress().equals(mailbox.destinationAddress())
            ? mailbox.sourceAddress()
            : mailbox.sourceAddress() + " -> " + mailbox.destinationAddress());
  }
}
