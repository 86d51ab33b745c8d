package org.mailcaravan.tickets;

import jakarta.mail.MessagingException;
import java.util.stream.Stream;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.store.Answers;

/** Writes and sends answers by mail: the bean {@code answer-mails} of the routes. Thread-safe. */
public final class AnswerMails {
  private static final int SHOWN_OF_KEY = 32;

  private final AnswerText text;
  private final Smtp smtp;

  public AnswerMails(AnswerText text, Smtp smtp) {
    this.text = text;
    this.smtp = smtp;
  }

  /** The mail that tells it. */
  public Letter write(Answers.Answer answer) {
    ReplyTo to = (ReplyTo) answer.to();
    String key = to.key();
    return new Letter(
        to.address(),
        to.subject().regionMatches(true, 0, "Re:", 0, 3) ? to.subject() : "Re: " + to.subject(),
        text.plain(answer),
        text.html(answer),
        "<answer." + key.substring(0, SHOWN_OF_KEY) + key.substring(64) + "@" + smtp.domain() + ">",
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
