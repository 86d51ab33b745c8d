package org.mailcaravan.tickets;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.store.Answers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the answers that are due: the bean {@code answers} of the routes. Thread-safe. */
public final class DueAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(DueAnswers.class);

  private final Answers answers;
  private final AnswerText text;
  private final boolean mails;

  /**
   * @param mails whether mails can be sent
   */
  public DueAnswers(Answers answers, AnswerText text, boolean mails) {
    this.answers = answers;
    this.text = text;
    this.mails = mails;
  }

  /** The ids of the answers that are due. */
  public List<String> due() {
    return answers.due(mails);
  }

  /** The answer, for the one who is to give it now; null for all others. */
  public Answers.@Nullable Answer take(String id) {
    return answers.take(id).orElse(null);
  }

  /** The text of a file. */
  public String text(Answers.Answer answer) {
    return text.plain(answer, null);
  }

  /** It has been given. */
  public void sent(Answers.Answer answer) {
    answers.sent(answer);
  }

  /** It could not be given; it is tried again later, unless that would be of no use. */
  public void notSent(Answers.Answer answer, Throwable failure) {
    if (answers.isNeedless(answer)) {
      return;
    }
    NotGiven why = NotGiven.of(failure);
    if (why.equals(NotGiven.FAULT)) {
      LOG.error("an answer could not be given", failure);
    }
    answers.notSent(answer, why.words(), why.isFinal());
  }
}
