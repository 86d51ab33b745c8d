package org.mailcaravan.tickets;

import jakarta.mail.MessagingException;
import java.util.stream.Stream;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.store.AnswerThreads;
import org.mailcaravan.store.Answers;

/** Writes and sends answers by mail: the bean {@code answer-mails} of the routes. Thread-safe. */
public final class AnswerMails {
  private final AnswerText text;
  private final AnswerThreads threads;
  private final Smtp smtp;

  public AnswerMails(AnswerText text, AnswerThreads threads, Smtp smtp) {
    this.text = text;
    this.threads = threads;
    this.smtp = smtp;
  }

  /** The mail that tells it. */
  public Letter write(Answers.Answer answer) {
    ReplyTo to = (ReplyTo) answer.to();
    AnswerText.Forms forms = text.forms(answer);
    return new Letter(
        to.address(),
        to.subject().regionMatches(true, 0, "Re:", 0, 3) ? to.subject() : "Re: " + to.subject(),
        forms.plain(),
        forms.html(),
        threads.messageId(to.key(), smtp.domain()),
        to.messageId(),
        Stream.concat(to.thread().stream(), Stream.of(to.messageId()))
            .filter(id -> !id.isEmpty())
            .toList());
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
