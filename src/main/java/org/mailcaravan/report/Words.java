package org.mailcaravan.report;

import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxState;

/** The texts for states of mailboxes and for results of imports. */
public final class Words {
  private Words() {}

  /** A state for people. */
  public static String of(MailboxState state) {
    return switch (state) {
      case QUEUED -> "waiting";
      case COPYING -> "being copied";
      case COPIED -> "all arrived";
      case INCOMPLETE -> "needs attention";
      case BLOCKED -> "nothing copied";
      case FAULT -> "failed by our fault";
      case CANCELLED -> "cancelled";
    };
  }

  /** The address of a mailbox, and the address at the destination if it is another. */
  public static String of(Mailbox mailbox) {
    return TextWidth.tame(
        mailbox.sourceAddress().equals(mailbox.destinationAddress())
            ? mailbox.sourceAddress()
            : mailbox.sourceAddress() + " -> " + mailbox.destinationAddress());
  }

  /** The result of an import; unusual outcomes are shown only if there are any. */
  static String of(ImportResult result) {
    StringBuilder words = new StringBuilder(result.file());
    if (!result.collection().isEmpty()) {
      words.append(" into \"").append(result.collection()).append('"');
    }
    words
        .append(": ")
        .append(Amounts.count(result.imported()))
        .append(" imported, ")
        .append(Amounts.count(result.alreadyThere()))
        .append(" there before");
    unlessNone(words, result.updated(), "updated");
    unlessNone(words, result.kept(), "kept as the user has them");
    unlessNone(words, result.repeated(), "repeated in the files");
    return words
        .append(", ")
        .append(Amounts.count(result.refused().size()))
        .append(" refused")
        .toString();
  }

  private static void unlessNone(StringBuilder words, int count, String what) {
    if (count > 0) {
      words.append(", ").append(Amounts.count(count)).append(' ').append(what);
    }
  }
}
