package org.mailcaravan.tickets;

import jakarta.mail.MessagingException;
import java.util.stream.Stream;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.store.AnswerThreads;
import org.mailcaravan.store.Answers;

/**
 * Tells by mail, in the thread of the request: the bean {@code telling-mails} of the routes.
 * Thread-safe.
 */
public final class TellingMails {
  private final Answers answers;
  private final AnswerThreads threads;
  private final Smtp smtp;

  public TellingMails(Answers answers, AnswerThreads threads, Smtp smtp) {
    this.answers = answers;
    this.threads = threads;
    this.smtp = smtp;
  }

  /**
   * The mail that tells it.
   *
   * @throws NotTaken when the request did not come by mail
   */
  public Letter write(TicketMessage message) throws NotTaken {
    ReplyTo to =
        answers
            .ofRequest(message.migration())
            .map(of -> of.answer().to() instanceof ReplyTo mail ? mail : null)
            .orElseThrow(() -> NotTaken.forGood("the request did not come by mail"));
    return new Letter(
        to.address(),
        AnswerMails.subject(to.subject()),
        message.text(),
        message.html(),
        threads.messageIdOf(message.event(), smtp.domain()),
        to.messageId(),
        Stream.concat(
                to.thread().stream(),
                // Whoever answers it answers our first answer, too.
                Stream.of(to.messageId(), threads.messageId(to.key(), smtp.domain())))
            .filter(id -> !id.isEmpty())
            .toList(),
        message.files());
  }

  /**
   * Sends it.
   *
   * @throws MessagingException when our mail server cannot be reached or does not take it
   */
  public void send(Letter letter) throws MessagingException {
    smtp.send(letter);
  }
}
