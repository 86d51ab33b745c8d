package org.mailcaravan.report;

import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.Verdict;

/** The texts of a certificate. */
final class VerdictWords {
  static final String DIGESTS =
      "A digest covers all delivered messages of a folder, each with its size and date, or with its content where"
          + " that was compared. The digests of a folder at the old and at the new server are equal if and only if every"
          + " delivered message is at the new server, as often as at the old one and unchanged, or repaired as listed.";

  private VerdictWords() {}

  /** The verdict for a table. */
  static String of(Verdict verdict) {
    return switch (verdict) {
      case COMPLETE -> "complete";
      case DELIVERED -> "delivered";
      case INCOMPLETE -> "not complete";
    };
  }

  static String headline(Verdict verdict) {
    return switch (verdict) {
      case COMPLETE -> "Complete";
      case DELIVERED -> "Delivered";
      case INCOMPLETE -> "Not complete";
    };
  }

  /** The reason for the verdict. */
  static String sentence(Certificate certificate) {
    long gone = certificate.sum(folder -> folder.copies().gone());
    return switch (certificate.verdict()) {
      case COMPLETE ->
          "Every message of the old mailbox that no rule leaves out is in the new one: "
              + Amounts.count(
                  certificate.sum(folder -> folder.messages().delivered()), "message", "messages")
              + " in "
              + Amounts.count(certificate.folders().size(), "folder", "folders")
              + ".";
      case DELIVERED ->
          "Every message of the old mailbox that no rule leaves out was delivered to the new one. "
              + Amounts.count(gone, "message is", "messages are")
              + " no longer there: deleted by the user, or lost by the server.";
      case INCOMPLETE -> incomplete(certificate);
    };
  }

  private static String incomplete(Certificate certificate) {
    StringBuilder sentence = new StringBuilder();
    long missing = certificate.sum(folder -> folder.messages().missing());
    long altered = certificate.sum(folder -> folder.copies().altered());
    long wrongFlags = certificate.sum(folder -> folder.flags().wrong());
    long obstacles =
        certificate.folders().stream().filter(folder -> folder.obstacle() != null).count();
    if (missing > 0) {
      sentence
          .append(Amounts.count(missing, "message", "messages"))
          .append(" of the old mailbox did not get to the new one. ");
    }
    if (altered > 0) {
      sentence
          .append(Amounts.count(altered, "message differs", "messages differ"))
          .append(" from the old mailbox, or could not be compared. ");
    }
    long cut = certificate.sum(folder -> folder.copies().cut());
    if (cut > 0) {
      sentence
          .append(Amounts.count(cut, "message was", "messages were"))
          .append(" cut short by the old provider. ");
    }
    if (wrongFlags > 0) {
      sentence
          .append(Amounts.count(wrongFlags, "message has", "messages have"))
          .append(" other flags than in the old mailbox. ");
    }
    if (obstacles > 0) {
      sentence
          .append(Amounts.count(obstacles, "folder", "folders"))
          .append(" could not be compared as a whole. ");
    }
    if (certificate.folders().isEmpty()) {
      sentence.append("No folder could be compared. ");
    }
    if (sentence.isEmpty() || !certificate.obstacles().isEmpty()) {
      sentence.append("Something needs attention first: see below. ");
    }
    return sentence.toString().strip();
  }

  /** Why a message is listed. */
  static String of(FolderCertificate.Reason reason) {
    return switch (reason) {
      case SET_ASIDE -> "refused, kept as a file";
      case FAILED -> "not delivered";
      case UNACCOUNTED -> "not copied";
      case GONE -> "no longer there";
      case ALTERED -> "altered";
      case CUT -> "cut short";
      case REPAIRED -> "stored repaired";
    };
  }

  /** How many messages of a folder would be listed without a limit. */
  static long notAsTheyShouldBe(FolderCertificate folder) {
    return folder.messages().missing()
        + folder.copies().gone()
        + folder.copies().altered()
        + folder.copies().cut();
  }
}
