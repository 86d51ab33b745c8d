package org.mailcaravan.imap;

import java.io.IOException;
import java.util.regex.Pattern;

/**
 * A server refuses a command since it knows of no login, on a connection that is logged in: behind
 * it one was restarted, or has lost its memory. Nothing helps but a new connection.
 */
final class LoginLost extends IOException {
  private static final long serialVersionUID = 1L;

  private static final Pattern WORDS =
      Pattern.compile(
          "\\b(not (yet |currently )?(logged[ -]?(in|on)|authenticated)|(log|sign)[ -]?(in|on) first"
              + "|(login|authentication) (is )?(first|required|needed)|authenticate first"
              + "|(please|must|need to|have to) (log[ -]?in|login|authenticate)|unauthenticated"
              + "|(not valid|invalid|illegal|not allowed|not permitted|unavailable) (in|for) (this state|"
              + "(the )?(non-?|not |un)authenticated)|before (login|authenti))",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern NEEDS_LOGIN =
      Pattern.compile("(UID|APPEND|SELECT|EXAMINE|STATUS|LIST|LSUB|CREATE|SUBSCRIBE|FETCH)\\b.*");

  LoginLost(String words) {
    super(words);
  }

  /**
   * Whether a refusal says so.
   *
   * @param label of the command
   * @param words what the server said, no more than is looked at
   */
  static boolean isSaid(String label, String words) {
    return NEEDS_LOGIN.matcher(label).lookingAt()
        && WORDS.matcher(words.substring(0, Math.min(words.length(), 400))).find();
  }
}
