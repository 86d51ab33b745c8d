package org.mailcaravan.sync;

import java.util.regex.Pattern;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.ProblemCode;

/**
 * A refusal that names a cause and asks to come again later: {@code Account locked, try again in 10
 * minutes}. What passes by itself is not for the customer to fix, and nobody logs in before.
 */
final class AskedLater {
  /** In the languages of the providers that we meet. */
  private static final Pattern LATER =
      Pattern.compile(
          "(?iU)\\b(?:try|retry|come back|log ?in|connect|sign ?in)\\b[^.]{0,25}\\blater\\b|\\b(?:später|spaeter)\\b|\\bplus tard\\b|\\bpiù tardi\\b|\\bm[áa]s tarde\\b"
              + "|\\bmais tarde\\b|\\bnog(?:maals| eens)\\b|\\blater (?:opnieuw|nog)\\b|\\bpóźniej\\b|позже|позднее|稍后|稍後|請稍候|しばらく|時間をおいて|나중에|잠시 후");

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
    return switch (named.code()) {
      case ACCOUNT_SUSPENDED, ADDRESS_BLOCKED -> passing(ProblemCode.TOO_MANY_LOGINS);
      case NO_MAILBOX, IMAP_DISABLED, NO_LOGIN_METHOD -> passing(ProblemCode.SERVER_DOWN);
      case WRONG_PASSWORD -> timeTold ? passing(ProblemCode.TOO_MANY_LOGINS) : named;
      default -> named;
    };
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
