package org.mailcaravan.console;

/** A call that gets no result: the caller is told why, and what to do next. */
final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String cause;
  private final String nextStep;

  /**
   * @param status the status of HTTP
   * @param code the kind of error, for programs
   * @param cause what is wrong, in words
   * @param nextStep what to do next, as a sentence
   */
  ApiError(int status, String code, String cause, String nextStep) {
    super(cause, null, false, false);
    this.status = status;
    this.code = code;
    this.cause = cause;
    this.nextStep = nextStep;
  }

  static ApiError notFound(String what, String id) {
    return new ApiError(
        404,
        "not-found",
        "there is no " + what + " \"" + id + "\"",
        "GET /api/v1/status lists what there is.");
  }

  static ApiError bad(String cause, String nextStep) {
    return new ApiError(400, "bad-request", cause, nextStep);
  }

  int status() {
    return status;
  }

  /** What goes out as JSON. */
  Body body() {
    return new Body(code, cause, nextStep);
  }

  /** The body of an answer that tells an error. */
  record Body(String code, String cause, String nextStep) {}
}
