package org.mailcaravan.imap;

import java.io.IOException;
import java.util.regex.Pattern;

/**
 * A server refuses a command for want of a login, on a connection that is logged in: a server
 * behind a proxy was restarted, for one. Only a new connection helps.
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

  /**
   * Exchange Online: "Session invalidated - AccessTokenExpired". Not Gmail's "Session expired",
   * which also follows an account that has given as much as it may in a day; if its token has run
   * out, the next login says so.
   */
  private static final Pattern OVER =
      Pattern.compile(
          "access ?token ?expired|\\btoken( has| is)? expired", Pattern.CASE_INSENSITIVE);

  LoginLost(String words) {
    super(words);
  }

  /**
   * Whether the refusal of a command means this.
   *
   * @param label of the command
   * @param words of the server; the beginning counts
   */
  static boolean isSaid(String label, String words) {
    return NEEDS_LOGIN.matcher(label).lookingAt()
        && WORDS.matcher(words.substring(0, Math.min(words.length(), 400))).find();
  }

  /** Whether a BYE ends a session since its login is good for no longer. */
  static boolean isOver(String bye) {
    return OVER.matcher(bye.substring(0, Math.min(bye.length(), 400))).find();
  }
}
