package org.mailcaravan.tickets;

import jakarta.mail.MessagingException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.store.AnswerThreads;
import org.mailcaravan.store.Answers;

/** Writes and sends answers by mail: the bean {@code answer-mails} of the routes. Thread-safe. */
public final class AnswerMails {
  /** What programs put before the subject of an answer, in their languages (RFC 5322: "Re: "). */
  private static final Pattern REPLIES =
      Pattern.compile(
          "^(?:\\s*(?:Re|Aw|Antw|Sv|Rif|Ynt|Odp)(?:\\[\\d+])?\\s*:)+\\s*",
          Pattern.CASE_INSENSITIVE);

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
        subject(to.subject()),
        forms.plain(),
        forms.html(),
        threads.messageId(to.key(), smtp.domain()),
        to.messageId(),
        Stream.concat(to.thread().stream(), Stream.of(to.messageId()))
            .filter(id -> !id.isEmpty())
            .toList(),
        List.of());
  }

  /** That of an answer: it does not grow from one to the next. */
  static String subject(String of) {
    return "Re: " + REPLIES.matcher(of).replaceFirst("");
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
