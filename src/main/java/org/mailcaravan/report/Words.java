package org.mailcaravan.report;

import org.mailcaravan.model.ImportResult;
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

  /**
   * What became of a file of contacts or events; what is none in number and unusual is left out.
   */
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
