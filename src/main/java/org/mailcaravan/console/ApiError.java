package org.mailcaravan.console;

import java.time.Instant;
import java.time.ZoneOffset;
import org.mailcaravan.model.status.MigrationStatus;

/** A call that gets no result: the caller is told why, and what to do next. */
final class ApiError extends RuntimeException {
  /** The header that tells when to try again (RFC 9110, 10.2.3). */
  static final String RETRY_AFTER = "Retry-After";

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String cause;
  private final String nextStep;
  private final int retryAfterSeconds;

  /**
   * @param status the status of HTTP
   * @param code the kind of error, for programs
   * @param cause what is wrong, in words
   * @param nextStep what to do next, as a sentence
   */
  ApiError(int status, String code, String cause, String nextStep) {
    this(status, code, cause, nextStep, 0);
  }

  /**
   * @param retryAfterSeconds when to try again
   */
  ApiError(int status, String code, String cause, String nextStep, int retryAfterSeconds) {
    super(cause, null, false, false);
    this.status = status;
    this.code = code;
    this.cause = cause;
    this.nextStep = nextStep;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  static ApiError notFound(String what, String id) {
    return new ApiError(
        404,
        "not-found",
        "there is no " + what + " \"" + id + "\"",
        "\"mailcaravan status\" and GET /api/v1/status list what there is.");
  }

  /**
   * @param what of the migration is asked for
   */
  static void requireNotRemoved(MigrationStatus migration, String what) {
    Instant removed = migration.removedAt();
    if (removed != null) {
      throw new ApiError(
          404,
          "removed",
          "what was known of the migration \"%s\" was removed on %s, and %s with it"
              .formatted(migration.id(), removed.atZone(ZoneOffset.UTC).toLocalDate(), what),
          "Nothing brings it back; retention.days says how long it is kept (docs/life.md).");
    }
  }

  static ApiError bad(String cause, String nextStep) {
    return new ApiError(400, "bad-request", cause, nextStep);
  }

  /**
   * A call that is not begun, since too many others are under way.
   *
   * @param retryAfterSeconds when to try again
   */
  static ApiError busy(String cause, String nextStep, int retryAfterSeconds) {
    return new ApiError(503, "busy", cause, nextStep, retryAfterSeconds);
  }

  int status() {
    return status;
  }

  /** When to try again, in seconds, for {@link #RETRY_AFTER}; 0 when that does not help. */
  int retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /** What goes out as JSON. */
  Body body() {
    return new Body(code, cause, nextStep);
  }

  /** The body of an answer that tells an error. */
  record Body(String code, String cause, String nextStep) {}
}
