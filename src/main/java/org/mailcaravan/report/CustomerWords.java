package org.mailcaravan.report;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.mailcaravan.model.ProblemCode;

/**
 * What is written for the people of the hosting provider, as their customers read it. Thread-safe
 * if its translation is.
 *
 * @param translation of a sentence, into the words and the language of the customer
 * @param isOver whether nothing is fetched from the old provider any more, so that a password that
 *     the customer sends is of no use
 */
public record CustomerWords(UnaryOperator<String> translation, boolean isOver) {
  private static final Set<String> LOGINS =
      EnumSet.range(ProblemCode.LOGIN_REFUSED, ProblemCode.NO_LOGIN_METHOD).stream()
          .map(ProblemCode::id)
          .collect(Collectors.toUnmodifiableSet());

  /**
   * Why something was not moved.
   *
   * @param code of the problem, as {@link ProblemCode#id()} has it
   */
  public String cause(String code, String cause) {
    return translation.apply(
        code.equals(ProblemCode.FAULT.id()) ? "our program has made a mistake here" : cause);
  }

  /**
   * What the customer does next.
   *
   * @param isOurs whether we are the ones who fix it
   * @param code of the problem, as {@link ProblemCode#id()} has it
   */
  public String nextStep(boolean isOurs, String code, String nextStep) {
    if (isOurs) {
      return translation.apply("We take care of it.");
    }
    return translation.apply(
        isOver && LOGINS.contains(code)
            ? "If it is still to be moved, put this right and send us a new request."
            : nextStep);
  }
}
