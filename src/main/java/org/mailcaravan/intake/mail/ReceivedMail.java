package org.mailcaravan.intake.mail;

import java.util.List;

/**
 * A mail, read. Its texts and files may hold passwords: it lives in memory only, and is never
 * shown.
 *
 * @param listed whether its sender is in {@code mail.allowed-senders}; otherwise our mail server
 *     vouches for the domain alone
 * @param texts the body in each form that it has, the best one first, such as what HTML shows and
 *     the plain text beside it; without history
 * @param files what is attached and may be of use
 * @param refused what is attached and cannot be read, with the reason
 */
public record ReceivedMail(
    Envelope envelope,
    boolean listed,
    List<String> texts,
    List<MailFile> files,
    List<RefusedFile> refused) {
  /**
   * A file that cannot be read.
   *
   * @param name as it may be shown
   * @param why what it is, and what to send in its place
   */
  public record RefusedFile(String name, String why) {}

  public ReceivedMail {
    texts = List.copyOf(texts);
    files = List.copyOf(files);
    refused = List.copyOf(refused);
  }

  @Override
  public String toString() {
    return "mail " + envelope.messageId();
  }
}
