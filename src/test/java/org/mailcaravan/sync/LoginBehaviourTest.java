package org.mailcaravan.sync;

import static org.mailcaravan.model.Owner.CUSTOMER;
import static org.mailcaravan.model.Owner.OLD_HOST;
import static org.mailcaravan.model.ProblemCode.ACCOUNT_SUSPENDED;
import static org.mailcaravan.model.ProblemCode.ADDRESS_BLOCKED;
import static org.mailcaravan.model.ProblemCode.APP_PASSWORD_NEEDED;
import static org.mailcaravan.model.ProblemCode.IMAP_DISABLED;
import static org.mailcaravan.model.ProblemCode.LOGIN_REFUSED;
import static org.mailcaravan.model.ProblemCode.NO_MAILBOX;
import static org.mailcaravan.model.ProblemCode.PASSWORD_EXPIRED;
import static org.mailcaravan.model.ProblemCode.SERVER_DOWN;
import static org.mailcaravan.model.ProblemCode.THROTTLED;
import static org.mailcaravan.model.ProblemCode.TLS_NEEDED;
import static org.mailcaravan.model.ProblemCode.TOO_MANY_LOGINS;
import static org.mailcaravan.model.ProblemCode.WEB_LOGIN_NEEDED;
import static org.mailcaravan.model.ProblemCode.WRONG_PASSWORD;
import static org.mailcaravan.server.Behaviours.after;
import static org.mailcaravan.server.Behaviours.first;
import static org.mailcaravan.server.Behaviours.instead;
import static org.mailcaravan.server.Behaviours.login;
import static org.mailcaravan.server.Behaviours.named;
import static org.mailcaravan.server.Behaviours.refusing;
import static org.mailcaravan.sync.Row.row;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.ImapCommand;

/** How old providers refuse a login: nothing comes, one problem says why and who can fix it. */
class LoginBehaviourTest extends BehaviourTable {
  private static Row refused(String answer, Owner owner, ProblemCode... oneOf) {
    return row(answer, stage -> stage.source.behaves(refusing(login(), answer)))
        .bringsNothing()
        .because(owner, oneOf)
        .telling(answer.replaceFirst("^\\w+ (\\[[^\\]]*\\] )?", ""))
        .sourceCommands(60);
  }

  static Stream<Row> refusals() {
    return Stream.of(
        refused(
            "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", CUSTOMER, WRONG_PASSWORD),
        refused("NO LOGIN failed.", CUSTOMER, WRONG_PASSWORD),
        refused("NO Invalid user or password", CUSTOMER, WRONG_PASSWORD),
        refused(
            "NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
            CUSTOMER,
            APP_PASSWORD_NEEDED),
        refused("NO [AUTHENTICATIONFAILED] App password required", CUSTOMER, APP_PASSWORD_NEEDED),
        refused(
            "NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)",
            CUSTOMER,
            IMAP_DISABLED),
        refused(
            "NO [ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)",
            CUSTOMER,
            IMAP_DISABLED),
        refused(
            "NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)",
            CUSTOMER,
            WEB_LOGIN_NEEDED),
        refused("NO [AUTHENTICATIONFAILED] Captcha required", CUSTOMER, WEB_LOGIN_NEEDED),
        refused(
            "NO Too many failed attempts, solve the CAPTCHA at https://old.example/unlock",
            CUSTOMER,
            WEB_LOGIN_NEEDED),
        refused("BAD Missing or invalid argument to LOGIN", OLD_HOST, LOGIN_REFUSED),
        refused(
            "NO [ALERT] Too many login attempts, please try again later.",
            OLD_HOST,
            TOO_MANY_LOGINS),
        refused("NO Too many failed login attempts", OLD_HOST, TOO_MANY_LOGINS),
        refused("NO [ALERT] Too many simultaneous connections. (Failure)", OLD_HOST, THROTTLED),
        refused(
            "NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
            OLD_HOST,
            THROTTLED),
        refused(
            "NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)",
            OLD_HOST,
            THROTTLED),
        refused("NO [AUTHENTICATIONFAILED] Account is suspended", CUSTOMER, ACCOUNT_SUSPENDED),
        refused("NO [ALERT] Account disabled", CUSTOMER, ACCOUNT_SUSPENDED),
        refused("NO Your password has expired", CUSTOMER, PASSWORD_EXPIRED),
        refused(
            "NO [PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.",
            CUSTOMER,
            TLS_NEEDED),
        refused("NO [ALERT] LOGIN DENIED -- COUNTRY IS BLACKLISTED", OLD_HOST, ADDRESS_BLOCKED),
        refused("NO [UNAVAILABLE] Temporary authentication failure.", OLD_HOST, SERVER_DOWN),
        refused("NO Server Unavailable. 15", OLD_HOST, SERVER_DOWN),
        refused("NO [SERVERBUG] Internal error", OLD_HOST, SERVER_DOWN),
        refused("NO This user has no mailbox", CUSTOMER, NO_MAILBOX),
        refused("NO [X-UNHEARD] the moon is in the wrong house", OLD_HOST, LOGIN_REFUSED));
  }

  @ParameterizedTest
  @MethodSource
  void refusals(Row row) {
    play(row);
  }

  static Stream<Row> otherWays() {
    return Stream.of(
        row(
                "BYE at the greeting: too many connections",
                stage ->
                    stage.source.behaves(
                        instead(
                            named(ImapCommand.GREETING),
                            Answer.bye("Too many connections from your IP address."))))
            .bringsNothing()
            .because(OLD_HOST, THROTTLED)
            .telling("Too many connections"),
        row(
                "BYE at the greeting: nobody's account is suspended",
                stage ->
                    stage.source.behaves(
                        instead(
                            named(ImapCommand.GREETING),
                            Answer.bye("IMAP service suspended for this host"))))
            .bringsNothing()
            .because(OLD_HOST, ProblemCode.UNREACHABLE)
            .telling("suspended for this host"),
        row(
                "BYE at the login: the server goes down",
                stage ->
                    stage.source.behaves(instead(login(), Answer.bye("Server shutting down."))))
            .bringsNothing()
            .because(OLD_HOST, SERVER_DOWN)
            .telling("Server shutting down."),
        row(
                "BYE at the login: wrong password, which is tried once",
                stage -> stage.source.behaves(instead(login(), Answer.bye("Invalid credentials"))))
            .bringsNothing()
            .because(CUSTOMER, WRONG_PASSWORD)
            .telling("BYE Invalid credentials")
            .sourceCommands(3),
        row(
                "BYE at the login: the second factor",
                stage ->
                    stage.source.behaves(
                        instead(
                            login(), Answer.bye("[ALERT] Multi-factor authentication required"))))
            .bringsNothing()
            .because(CUSTOMER, APP_PASSWORD_NEEDED)
            .telling("BYE [ALERT] Multi-factor"),
        row(
                "a hang-up at the login",
                stage -> stage.source.behaves(instead(login(), Answer.hangUp())))
            .bringsNothing()
            .because(OLD_HOST, ProblemCode.CONNECTION_LOST, SERVER_DOWN)
            .telling("login at "),
        row(
            "too many connections at the first two logins",
            stage ->
                stage.source.behaves(
                    refusing(
                        first(2, login()),
                        "NO [ALERT] Too many simultaneous connections. (Failure)"))),
        row(
            "a passing failure at the first login",
            stage ->
                stage.source.behaves(
                    refusing(
                        first(1, login()), "NO [UNAVAILABLE] Temporary authentication failure."))),
        row(
            "AUTHENTICATE PLAIN is offered and refused, LOGIN works",
            stage ->
                stage.source.behaves(
                    refusing(named("AUTHENTICATE"), "BAD unsupported mechanism"))));
  }

  @ParameterizedTest
  @MethodSource
  void otherWays(Row row) {
    play(row);
  }

  /** Waiting is asked for: nobody asks singly for messages, and none is blamed. */
  static Stream<Row> throttling() {
    return Stream.concat(
            List.of(
                    "NO [THROTTLED] Try later",
                    "NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)",
                    "NO [LIMIT] UID FETCH Rate limit hit.",
                    "BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds",
                    "NO Your account is being throttled, please wait")
                .stream()
                .map(
                    words ->
                        row(
                            words + " to all fetches of contents after the first",
                            stage ->
                                stage.source.behaves(
                                    refusing(after(1, ImapCommand::fetchesContent), words)))),
            Stream.of(
                row(
                    "BAD with a back-off time, then BYE, to all fetches of contents after the first",
                    stage ->
                        stage.source.behaves(
                            instead(
                                after(1, ImapCommand::fetchesContent),
                                Answer.bad(
                                        "Request is throttled. Suggested Backoff Time: 299961 milliseconds")
                                    .thenHangUp())))))
        .map(row -> row.bringsSome().problems(1).because(OLD_HOST, THROTTLED).sourceCommands(120));
  }

  @ParameterizedTest
  @MethodSource
  void throttling(Row row) {
    play(row);
  }
}
