package org.mailcaravan.sync.diagnosis;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.NextStep;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.ProblemCode;

/**
 * What the words of a server mean.
 *
 * @param delay how long the server, or what is known of it, asks to wait; only with {@link
 *     Prospect#PATIENCE}, and null when nobody knows
 * @param owner who can fix it when the old provider says so; at our side it is always us
 * @param nextStep instead of the one that goes with the code, or null
 * @param there the next step at the servers of one provider, which may name it, or null
 */
public record Meaning(
    ProblemCode code,
    Prospect prospect,
    @Nullable Duration delay,
    Owner owner,
    @Nullable NextStep nextStep,
    @Nullable AtHosts there) {
  /**
   * A next step that holds at one provider's servers.
   *
   * @param hosts which are its servers, {@code imap.old.example} or with {@code :993}
   */
  public record AtHosts(Pattern hosts, NextStep nextStep) {}

  /** With a next step that holds at any server. */
  Meaning(
      ProblemCode code,
      Prospect prospect,
      @Nullable Duration delay,
      Owner owner,
      @Nullable NextStep nextStep) {
    this(code, prospect, delay, owner, nextStep, null);
  }

  /** How long a ban after too many logins lasts, where nobody says it. */
  static final Duration BAN = Duration.ofHours(1);

  /** User name or password are wrong. */
  static final Meaning WRONG_PASSWORD =
      new Meaning(ProblemCode.WRONG_PASSWORD, Prospect.PERMANENT, null, Owner.CUSTOMER, null);

  /** Words that say nothing that we know, at a login. */
  static final Meaning UNKNOWN_AT_LOGIN =
      new Meaning(ProblemCode.LOGIN_REFUSED, Prospect.PERMANENT, null, Owner.OLD_HOST, null);

  /** A login that the server does not understand at all. */
  static final Meaning NO_LOGIN_METHOD =
      new Meaning(ProblemCode.NO_LOGIN_METHOD, Prospect.PERMANENT, null, Owner.OLD_HOST, null);

  /**
   * A token that does not open the account. Exchange Online says "NO AUTHENTICATE failed." to a new
   * token when the application is not registered there, or with the ID of something else.
   */
  static final Meaning TOKEN_REFUSED =
      new Meaning(
          ProblemCode.TOKEN_REFUSED,
          Prospect.PERMANENT,
          null,
          Owner.CUSTOMER,
          null,
          new AtHosts(
              Pattern.compile("(?i)(^|\\.)(office365|outlook)\\.com(:\\d+)?$"),
              NextStep.of(
                  "Have the customer's administrator register the application in Exchange Online (New-ServicePrincipal"
                      + " with the Object ID of the enterprise application, not that of the app registration), and give"
                      + " it the mailbox (Add-MailboxPermission); docs/oauth.md has the commands.")));

  /** Words that say nothing that we know. */
  public static final Meaning UNKNOWN =
      new Meaning(ProblemCode.COMMAND_REFUSED, Prospect.PERMANENT, null, Owner.OLD_HOST, null);

  /** Such words, of a command that opens or makes a folder. */
  static final Meaning UNKNOWN_OF_FOLDER =
      new Meaning(ProblemCode.FOLDER_REFUSED, Prospect.PERMANENT, null, Owner.OLD_HOST, null);

  /** The same, with a time that the server told; any time told is a plea for patience. */
  Meaning waiting(Duration told) {
    boolean unknown = code == ProblemCode.LOGIN_REFUSED || code == ProblemCode.COMMAND_REFUSED;
    if (prospect == Prospect.PERMANENT && !unknown) {
      return this;
    }
    return new Meaning(
        unknown ? ProblemCode.THROTTLED : code, Prospect.PATIENCE, told, owner, nextStep, there);
  }

  /** The same, as a command of somebody who is logged in is answered: no login is refused. */
  Meaning afterLogin() {
    return code == ProblemCode.TOO_MANY_LOGINS
        ? new Meaning(ProblemCode.THROTTLED, prospect, delay, owner, nextStep, there)
        : this;
  }

  /** The same at a server, with the next step that goes with its provider. */
  Meaning at(String host) {
    return there != null && there.hosts.matcher(host).find()
        ? new Meaning(code, prospect, delay, owner, there.nextStep)
        : this;
  }
}
