package org.mailcaravan.tickets;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Why an answer could not be given.
 *
 * @param words for people, as they follow a colon
 * @param isFinal whether it would be the same at any later time: the recipient or the mail is
 *     refused (RFC 5321 section 4.2.1, replies 5yz)
 * @param isOfServer whether it would be the same with any other mail now
 */
record NotGiven(String words, boolean isFinal, boolean isOfServer) {
  NotGiven(String words, boolean isFinal) {
    this(words, isFinal, false);
  }

  /** Nothing that a server or a disk did. */
  static final NotGiven FAULT = new NotGiven("the program failed here; its log says more", false);

  private static final int DEEPEST = 10;

  /** Replies 5yz to what is wrong with us: no login, a wrong one, or none with this security. */
  private static final List<Integer> OF_OURS = List.of(530, 534, 535, 538);

  static NotGiven of(Throwable failure) {
    List<Throwable> all = chain(failure);
    for (Throwable each : all) {
      if (each instanceof AddressException) {
        return new NotGiven("mail cannot go to such an address", true);
      }
      if (each instanceof SMTPAddressFailedException refused) {
        return refused("refuses the address", refused.getReturnCode(), refused);
      }
      if (each instanceof AuthenticationFailedException refused) {
        return new NotGiven(
            words("refuses our login (smtp.username, smtp.password)", refused), false, true);
      }
    }
    for (Throwable each : all) {
      if (each instanceof SMTPSendFailedException refused) {
        return String.valueOf(refused.getCommand()).startsWith("MAIL")
            ? new NotGiven(
                words("refuses our address (mail.from, mail.envelope-from)", refused), false, true)
            : refused("does not take the mail", refused.getReturnCode(), refused);
      }
      if (each instanceof FileSystemException) {
        return new NotGiven("the file cannot be written", false);
      }
      if (each instanceof IOException) {
        return new NotGiven("our mail server cannot be reached, or does not answer", false, true);
      }
    }
    return FAULT;
  }

  /** An exception with those that led to it. */
  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> all = new ArrayList<>();
    @Nullable Throwable next = failure;
    while (next != null && all.size() < DEEPEST) {
      all.add(next);
      next =
          next instanceof MessagingException mail && mail.getNextException() != null
              ? mail.getNextException()
              : next.getCause();
    }
    return all;
  }

  private static NotGiven refused(String what, int reply, Exception refused) {
    return new NotGiven(words(what, refused), reply / 100 == 5 && !OF_OURS.contains(reply));
  }

  private static String words(String what, Exception refused) {
    String said = refused.getMessage();
    return "our mail server " + what + (said == null || said.isBlank() ? "" : ": " + said.strip());
  }
}
