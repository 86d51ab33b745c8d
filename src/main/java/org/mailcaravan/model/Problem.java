package org.mailcaravan.model;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that a person must know, worded so that the right person can fix it. Never holds a
 * credential, a subject line or text of a message.
 *
 * @param code the kind of problem
 * @param cause what happened, with the answer of the server where there is one
 * @param owner who can fix it
 * @param nextStep what to do next, as a sentence
 * @param notBefore when the server lets us in again, as it said; null when there is no such time
 */
public record Problem(
    ProblemCode code,
    Where place,
    String cause,
    Owner owner,
    String nextStep,
    @Nullable Instant notBefore) {
  /**
   * @param code null in results that earlier versions stored
   */
  public Problem(
      @Nullable ProblemCode code,
      Where place,
      String cause,
      Owner owner,
      String nextStep,
      @Nullable Instant notBefore) {
    this.code = Objects.requireNonNullElse(code, ProblemCode.OTHER);
    this.place = place;
    this.cause = cause;
    this.owner = owner;
    this.nextStep = nextStep;
    this.notBefore = notBefore;
  }

  /** A problem without a time to wait for. */
  public Problem(ProblemCode code, Where place, String cause, Owner owner, String nextStep) {
    this(code, place, cause, owner, nextStep, null);
  }

  /** A problem without a code of its own. */
  public Problem(Where place, String cause, Owner owner, String nextStep) {
    this(ProblemCode.OTHER, place, cause, owner, nextStep);
  }

  /** The same with another cause. */
  public Problem withCause(String other) {
    return new Problem(code, place, other, owner, nextStep, notBefore);
  }

  /** The severity of its code. */
  public Severity severity() {
    return code.severity();
  }

  @Override
  public String toString() {
    // Many servers end their answer with a full stop.
    String stop = cause.endsWith(".") ? " " : ". ";
    return place + ": " + cause + stop + "To be fixed by " + owner.words() + ": " + nextStep;
  }
}
