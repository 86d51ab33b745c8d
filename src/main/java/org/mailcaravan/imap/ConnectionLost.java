package org.mailcaravan.imap;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connection ended or can no longer be trusted: closed, timed out, BYE, or an answer that is
 * not IMAP. Commands under way may or may not have been carried out.
 */
public final class ConnectionLost extends ImapException {
  private static final long serialVersionUID = 1L;

  private final String bye;
  private final transient List<String> saidBefore;
  private final Duration waitedWithoutResult;

  /**
   * @param bye the words of the server's BYE, or empty
   */
  public ConnectionLost(String message, String bye, @Nullable Throwable cause) {
    this(message, bye, List.of(), cause);
  }

  /**
   * @param bye the words of the server's BYE, or empty
   * @param saidBefore as of {@link #saidBefore}
   */
  public ConnectionLost(
      String message, String bye, List<String> saidBefore, @Nullable Throwable cause) {
    this(message, bye, saidBefore, Duration.ZERO, cause);
  }

  /**
   * @param waitedWithoutResult as of {@link #waitedWithoutResult}
   */
  public ConnectionLost(
      String message,
      String bye,
      List<String> saidBefore,
      Duration waitedWithoutResult,
      @Nullable Throwable cause) {
    super(message, cause);
    this.bye = bye;
    this.saidBefore = List.copyOf(saidBefore);
    this.waitedWithoutResult = waitedWithoutResult;
  }

  /**
   * How long we waited without a result before we gave up the connection; zero if it was lost for
   * another reason.
   */
  public Duration waitedWithoutResult() {
    return waitedWithoutResult;
  }

  /**
   * The refusals and warnings since the last command that succeeded, as {@code [CODE] text}, the
   * latest first.
   */
  public List<String> saidBefore() {
    return saidBefore;
  }

  /** The words of the server's BYE, which often name the reason, or empty. */
  public String bye() {
    return bye;
  }

  /**
   * Whether the server has forgotten our login, or it is good for no longer. Its refusal then says
   * nothing about the command.
   */
  public boolean isLoginLost() {
    Throwable cause = getCause();
    while (cause instanceof ConnectionLost && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof LoginLost || LoginLost.isOver(bye);
  }

  /** The same loss, for the stack of a further caller that meets it. */
  ConnectionLost again() {
    return new ConnectionLost(
        String.valueOf(getMessage()), bye, saidBefore, waitedWithoutResult, this);
  }

  /** The fault of this program that ended it, such as an OutOfMemoryError, or null. */
  public @Nullable Throwable fault() {
    Throwable cause = getCause();
    while (cause instanceof ConnectionLost && cause.getCause() != null) {
      cause = cause.getCause();
    }
    boolean ours = cause instanceof Error || cause instanceof RuntimeException;
    return ours && !(cause instanceof ImapException) ? cause : null;
  }
}
