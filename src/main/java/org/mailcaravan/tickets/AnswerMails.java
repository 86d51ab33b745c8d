package org.mailcaravan.tickets;

import jakarta.mail.MessagingException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Migrations;

/** Writes and sends answers: the bean {@code answers} of the routes. Thread-safe. */
public final class AnswerMails {
  /** Mailboxes, and problems, that an answer lists; the report has all. */
  private static final int MOST_LISTED = 100;

  private static final int SHOWN_OF_KEY = 32;

  private final Answers answers;
  private final Migrations migrations;
  private final AnswerTemplates templates;
  private final Smtp smtp;

  public AnswerMails(Answers answers, Migrations migrations, AnswerTemplates templates, Smtp smtp) {
    this.answers = answers;
    this.migrations = migrations;
    this.templates = templates;
    this.smtp = smtp;
  }

  /** The ids of the answers that are due. */
  public List<String> due() {
    return answers.due();
  }

  /** The answer, for the one who is to send it now; null for all others. */
  public Answers.@Nullable Answer take(String id) {
    return answers.take(id).orElse(null);
  }

  /** The mail that tells it. */
  public Letter write(Answers.Answer answer) {
    Map<String, Object> values = values(answer);
    String subject = answer.to().subject();
    String messageId = answer.to().messageId();
    String key = answer.to().key();
    return new Letter(
        answer.to().address(),
        subject.regionMatches(true, 0, "Re:", 0, 3) ? subject : "Re: " + subject,
        templates.plain(values),
        templates.html(values),
        "<answer." + key.substring(0, SHOWN_OF_KEY) + key.substring(64) + "@" + smtp.domain() + ">",
        messageId,
        Stream.concat(answer.to().thread().stream(), Stream.of(messageId))
            .filter(id -> !id.isEmpty())
            .toList());
  }

  private Map<String, Object> values(Answers.Answer answer) {
    String request = answer.requestId();
    if (request == null) {
      return AnswerValues.of("", List.of(), 0, List.of(), 0, answer.to().notes());
    }
    Migration migration = migrations.migration(request);
    List<AnswerValues.Mailbox> mailboxes =
        migration.mailboxes().stream().limit(MOST_LISTED).map(AnswerMails::values).toList();
    return AnswerValues.of(
        migration.id(),
        mailboxes,
        migration.mailboxes().size(),
        migration.rejected().stream().limit(MOST_LISTED).map(AnswerMails::values).toList(),
        migration.rejected().size(),
        answer.to().notes());
  }

  private static AnswerValues.Mailbox values(Mailbox mailbox) {
    boolean stays = mailbox.sourceAddress().equalsIgnoreCase(mailbox.destinationAddress());
    return new AnswerValues.Mailbox(
        VisibleText.of(mailbox.sourceAddress()),
        mailbox.source().host(),
        stays ? "" : VisibleText.of(mailbox.destinationAddress()));
  }

  private static AnswerValues.RowFault values(RowProblem problem) {
    return new AnswerValues.RowFault(
        String.valueOf(problem.line()),
        problem.column(),
        VisibleText.of(problem.value()),
        problem.problem(),
        problem.remedy());
  }

  /**
   * Sends it.
   *
   * @throws MessagingException when our mail server cannot be reached or does not take it
   */
  public void send(Letter letter) throws MessagingException {
    smtp.send(letter);
  }

  /** It has been sent. */
  public void sent(Answers.Answer answer) {
    answers.sent(answer);
  }

  /** It could not be sent, and is tried again later. */
  public void notSent(Answers.Answer answer, Throwable failure) {
    answers.notSent(answer, failure.toString());
  }
}
