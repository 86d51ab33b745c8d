package org.mailcaravan.sync.diagnosis;

import java.util.regex.Pattern;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.ProblemCode;

/**
 * A refusal that names a cause and asks to come again later: {@code Account locked, try again in 10
 * minutes}. What passes by itself is not for the customer to fix, and nobody logs in before.
 */
final class AskedLater {
  private static final Pattern LATER = ServerWords.term("later");

  /** Codes that say what it is, whatever the words add (RFC 5530). */
  private static final Pattern SAID_BY_CODE =
      Pattern.compile(
          "(?i)^\\[(?:authenticationfailed|authorizationfailed|expired|contactadmin|noperm|cannot|nonexistent|privacyrequired)\\b");

  private AskedLater() {}

  /** Whether words ask to come again later, and no code says that this does not help. */
  static boolean in(String words) {
    return LATER.matcher(words).find() && !SAID_BY_CODE.matcher(words).find();
  }

  /**
   * What a cause means in such words.
   *
   * @param timeTold whether they tell how long, which counts more than a code
   */
  static Meaning of(Meaning named, String words, boolean timeTold) {
    if (named.prospect() != Prospect.PERMANENT || !(timeTold || in(words))) {
      return named;
    }
    if (timeTold && !in(words) && isUnknown(named)) {
      return named;
    }
    return switch (named.code()) {
      case ACCOUNT_SUSPENDED, ADDRESS_BLOCKED -> passing(ProblemCode.TOO_MANY_LOGINS);
      case LOGIN_REFUSED, NO_MAILBOX, IMAP_DISABLED, NO_LOGIN_METHOD ->
          passing(ProblemCode.SERVER_DOWN);
      case WRONG_PASSWORD -> timeTold ? passing(ProblemCode.TOO_MANY_LOGINS) : named;
      case COMMAND_REFUSED -> passing(ProblemCode.THROTTLED);
      default -> named;
    };
  }

  /** Words that tell nothing but a time are for {@link Meaning#waiting}. */
  private static boolean isUnknown(Meaning named) {
    return named.code() == ProblemCode.LOGIN_REFUSED || named.code() == ProblemCode.COMMAND_REFUSED;
  }

  private static Meaning passing(ProblemCode code) {
    return new Meaning(
        code,
        Prospect.PATIENCE,
        code == ProblemCode.TOO_MANY_LOGINS ? Meaning.BAN : null,
        Owner.OLD_HOST,
        null);
  }
}
