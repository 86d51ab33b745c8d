package org.mailcaravan.sync.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.ConnectFailed.Reason;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.imap.LoginRefused;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;

/** What real servers say, who can fix it, and whether waiting helps. */
class DiagnosisTest {
  private static final Diagnosis DIAGNOSIS =
      new Diagnosis(Clock.fixed(Instant.parse("2026-11-28T03:00:00Z"), ZoneOffset.UTC));

  private static LoginRefused login(String code, String text) {
    return new LoginRefused(new ServerRefusal(false, code, text));
  }

  private static CommandRefused command(String code, String text) {
    return new CommandRefused("EXAMINE INBOX", new ServerRefusal(false, code, text));
  }

  private static ConnectFailed connect(Reason reason) {
    return new ConnectFailed(reason, "imap.old.example:993 said so", null);
  }

  @Test
  void theServerIsNamedOnceWhereThePlaceNamesIt() {
    ConnectFailed failure =
        new ConnectFailed(
            Reason.UNKNOWN_HOST, "imap.old.example:993: there is no host of that name", null);

    Problem problem =
        DIAGNOSIS.of(failure, Side.SOURCE, Where.folder("INBOX"), "imap.old.example:993").problem();

    assertThat(problem.place().toString()).isEqualTo("connection to imap.old.example:993");
    assertThat(problem.cause()).isEqualTo("there is no host of that name");
  }

  static Stream<Arguments> answers() {
    return Stream.of(
        arguments(
            "wrong password",
            login("AUTHENTICATIONFAILED", "Authentication failed."),
            false,
            Owner.CUSTOMER,
            "source_password"),
        arguments(
            "Gmail wants an app password",
            login("ALERT", "Application-specific password required"),
            false,
            Owner.CUSTOMER,
            "app password"),
        arguments(
            "a server without a login for us",
            new LoginRefused(new ServerRefusal(true, "", "Unknown command")),
            false,
            Owner.OLD_HOST,
            "993"),
        arguments(
            "Gmail's connection limit",
            login("ALERT", "Too many simultaneous connections"),
            true,
            Owner.OLD_HOST,
            "later"),
        arguments(
            "Dovecot's connection limit",
            login("UNAVAILABLE", "Maximum number of connections from user+IP exceeded"),
            true,
            Owner.OLD_HOST,
            "later"),
        arguments(
            "cPanel's country list",
            login("ALERT", "LOGIN DENIED -- COUNTRY IS BLACKLISTED"),
            false,
            Owner.OLD_HOST,
            "allow our addresses"),
        arguments(
            "Exchange after a seeming login",
            command("", "User is authenticated but not connected."),
            false,
            Owner.CUSTOMER,
            "password"),
        arguments(
            "Yahoo for days on one message",
            command("UNAVAILABLE", "UID FETCH Server error"),
            true,
            Owner.OLD_HOST,
            "later"),
        arguments(
            "a folder that may not be read",
            command("NOPERM", "Permission denied"),
            false,
            Owner.OLD_HOST,
            "fix the cause"),
        arguments(
            "no such server",
            connect(Reason.UNKNOWN_HOST),
            false,
            Owner.CUSTOMER,
            "source_imap_server"),
        arguments(
            "a server that is down", connect(Reason.UNREACHABLE), true, Owner.OLD_HOST, "later"),
        arguments("a web server", connect(Reason.NOT_IMAP), false, Owner.CUSTOMER, "source_port"),
        arguments(
            "a certificate for another name",
            connect(Reason.TLS_WRONG_NAME),
            false,
            Owner.CUSTOMER,
            "certificate"),
        arguments(
            "a private address",
            connect(Reason.ADDRESS_FORBIDDEN),
            false,
            Owner.CUSTOMER,
            "source.allowed-hosts"),
        arguments(
            "plain text",
            connect(Reason.PLAINTEXT_FORBIDDEN),
            false,
            Owner.CUSTOMER,
            "source.insecure-hosts"),
        arguments(
            "a lost connection",
            new ConnectionLost("closed", "", null),
            true,
            Owner.OLD_HOST,
            "later"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void anAnswerOfTheSourceIsGivenToWhoCanFixIt(
      String name, ImapException failure, boolean passes, Owner owner, String remedy) {
    MigrationException meaning =
        DIAGNOSIS.of(failure, Side.SOURCE, Where.folder("INBOX"), "imap.old.example:993");

    assertThat(meaning)
        .isInstanceOf(passes ? TryAgain.class : NeedsAttention.class)
        .hasCause(failure);
    assertThat(meaning.problem().owner()).isEqualTo(owner);
    assertThat(meaning.problem().nextStep()).contains(remedy);
  }

  static Stream<ImapException> failuresOfOurs() {
    return answers()
        .map(row -> (ImapException) row.get()[1])
        .filter(failure -> !failure.toString().contains("FORBIDDEN"));
  }

  @ParameterizedTest
  @MethodSource("failuresOfOurs")
  void whatOurServerAnswersIsForUsToFix(ImapException failure) {
    assertThat(
            DIAGNOSIS
                .of(failure, Side.DESTINATION, Where.folder("INBOX"), "mail.example")
                .problem()
                .owner())
        .isEqualTo(Owner.US);
  }

  @Test
  void theTimeThatMicrosoftAsksForIsObeyed() {
    MigrationException meaning =
        DIAGNOSIS.of(
            new ConnectionLost(
                "closed",
                "Request is throttled. Suggested Backoff Time: 299961 milliseconds",
                null),
            Side.SOURCE,
            Where.folder("INBOX"),
            "outlook.example");

    assertThat(meaning)
        .isInstanceOfSatisfying(
            TryAgain.class,
            again -> assertThat(again.after()).isEqualTo(Duration.ofMillis(299_961)));
  }

  @Test
  void aFullMailboxIsNeitherRetriedNorTheMessagesFault() {
    ServerRefusal refusal = new ServerRefusal(false, "OVERQUOTA", "Quota exceeded");

    assertThat(DIAGNOSIS.isOverQuota(refusal)).isTrue();
    assertThat(DIAGNOSIS.passes(refusal)).isFalse();
    assertThat(
            DIAGNOSIS.of(
                new CommandRefused("APPEND", refusal),
                Side.DESTINATION,
                Where.folder("INBOX"),
                "mail.example"))
        .isInstanceOf(NeedsAttention.class);
  }

  /** What a login is told, as on the wire, and what a report makes of it. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)              | wrong-password      | CUSTOMER",
        "NO LOGIN failed.                                                     | wrong-password      | CUSTOMER",
        "NO Authentication failed.                                            | wrong-password      | CUSTOMER",
        "NO [ALERT] Application-specific password required: https://x (Failure) | app-password-needed | CUSTOMER",
        "NO [ALERT] Your account is not enabled for IMAP use.                 | imap-disabled       | CUSTOMER",
        "NO [ALERT] You are yet to enable IMAP for your account.              | imap-disabled       | CUSTOMER",
        "NO [AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled sc=x | imap-disabled | CUSTOMER",
        "NO [ALERT] Please log in via your web browser: https://x (Failure)   | web-login-needed    | CUSTOMER",
        "NO [WEBALERT https://accounts.google.com/x] Web login required.      | web-login-needed    | CUSTOMER",
        "NO [ALERT] Too many login attempts, please try again later.          | too-many-logins     | OLD_HOST",
        "NO [AUTHENTICATIONFAILED] Account is suspended                       | account-suspended   | CUSTOMER",
        "NO [EXPIRED] Password expired                                        | password-expired    | CUSTOMER",
        "NO [PRIVACYREQUIRED] Plaintext authentication disallowed             | tls-needed          | CUSTOMER",
        "BAD the server offers no login with a password here (LOGINDISABLED)  | tls-needed          | CUSTOMER",
        "NO [ALERT] LOGIN DENIED -- COUNTRY IS BLACKLISTED                    | address-blocked     | OLD_HOST",
        "NO [AUTHENTICATIONFAILED] Invalid OAuth token                        | token-refused       | CUSTOMER",
        "NO [AUTHORIZATIONFAILED] Not authorized                              | no-mailbox          | CUSTOMER",
        "BAD User is authenticated but not connected.                         | no-mailbox          | CUSTOMER",
        "NO [UNAVAILABLE] Temporary authentication failure.                   | server-down         | OLD_HOST",
        "NO LOGIN Internal error                                              | server-down         | OLD_HOST",
        "NO [OVERQUOTA] Account exceeded command or bandwidth limits.         | throttled           | OLD_HOST",
        "NO [LIMIT] LOGIN Rate limit hit.                                     | throttled           | OLD_HOST",
        "NO [ALERT] Too many simultaneous connections. (Failure)              | throttled           | OLD_HOST",
        "NO Come back in the spring, or wait 3 minutes                        | throttled           | OLD_HOST",
        "NO Policy rejection 42                                               | login-refused       | OLD_HOST",
        "BAD What do you mean                                                 | no-login-method     | OLD_HOST",
      })
  void aRefusedLoginIsCalledByItsName(String answer, String code, Owner owner) {
    Problem problem =
        DIAGNOSIS
            .of(
                new LoginRefused(refusal(answer)),
                Side.SOURCE,
                Where.folder("INBOX"),
                "imap.old.example:993")
            .problem();

    assertThat(problem.code().id()).isEqualTo(code);
    assertThat(problem.owner()).isEqualTo(owner);
    assertThat(problem.cause()).contains(answer);
    if (!code.equals("wrong-password")) {
      assertThat(problem.nextStep()).doesNotContain("right password");
    }
    Problem ours =
        DIAGNOSIS
            .of(
                new LoginRefused(refusal(answer)),
                Side.DESTINATION,
                Where.folder("INBOX"),
                "mail.example:993")
            .problem();
    assertThat(ours.code().id()).isEqualTo(code);
    assertThat(ours.owner()).isEqualTo(Owner.US);
    assertThat(ours.nextStep()).doesNotContain("source_");
  }

  private static ServerRefusal refusal(String answer) {
    Matcher parts = Pattern.compile("(NO|BAD) (?:\\[([^\\]]+)\\] )?(.*)").matcher(answer);
    assertThat(parts.matches()).isTrue();
    String code = parts.group(2);
    return new ServerRefusal(
        parts.group(1).equals("BAD"), code == null ? "" : code, parts.group(3));
  }

  @Test
  void aRefusedTokenIsNoWrongPassword() {
    assertThat(
            DIAGNOSIS
                .of(
                    new LoginRefused(refusal("NO AUTHENTICATE failed."), true),
                    Side.SOURCE,
                    Where.folder("INBOX"),
                    "imap.old.example")
                .problem()
                .code())
        .isEqualTo(ProblemCode.TOKEN_REFUSED);
  }

  /** Whether to wait, to look for the bad message, or to give up. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds | PATIENCE  | PT4M59.961S",
        "NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure) | PATIENCE | PT6H",
        "NO [THROTTLED] Later                                                  | PATIENCE  |",
        "NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded  | PATIENCE  |",
        "NO Please wait 60 seconds                                             | PATIENCE  | PT1M",
        "NO [UNAVAILABLE] try again in 15 minutes                              | PATIENCE  | PT15M",
        "NO [UNAVAILABLE] UID FETCH Server error                               | MAY_PASS  |",
        "NO [SERVERBUG] Internal error occurred.                               | MAY_PASS  |",
        "NO Server Unavailable. 15                                             | MAY_PASS  |",
        "NO Too many user flags in mailbox                                     | PERMANENT |",
        "NO [LIMIT] Too many keywords                                          | PERMANENT |",
        "BAD Too many arguments                                                | PERMANENT |",
        "BAD Too many invalid IMAP commands.                                   | PERMANENT |",
        "BAD Command Argument Error. 11                                        | PERMANENT |",
        "NO [OVERQUOTA] Quota exceeded                                         | PERMANENT |",
        "NO Cannot create this folder.                                         | PERMANENT |",
      })
  void aRefusedCommandHasItsProspect(String answer, Prospect prospect, @Nullable Duration delay) {
    assertThat(DIAGNOSIS.meaning(refusal(answer)).prospect()).isEqualTo(prospect);
    assertThat(DIAGNOSIS.meaning(refusal(answer)).delay()).isEqualTo(delay);
    assertThat(DIAGNOSIS.passes(refusal(answer))).isEqualTo(prospect != Prospect.PERMANENT);
  }

  static Stream<Arguments> losses() {
    String backoff = "Request is throttled. Suggested Backoff Time: 299961 milliseconds";
    return Stream.of(
        arguments("", List.of(), ProblemCode.CONNECTION_LOST, null),
        arguments("Connection closed. 14", List.of(), ProblemCode.CONNECTION_LOST, null),
        arguments(
            "Connection closed. 14",
            List.of(backoff),
            ProblemCode.THROTTLED,
            Duration.ofMillis(299_961)),
        arguments("", List.of(backoff), ProblemCode.THROTTLED, Duration.ofMillis(299_961)),
        arguments(backoff, List.of(), ProblemCode.THROTTLED, Duration.ofMillis(299_961)),
        arguments(
            "[OVERQUOTA] Account exceeded command or bandwidth limits.",
            List.of(),
            ProblemCode.THROTTLED,
            Duration.ofHours(6)),
        arguments("Server shutting down.", List.of(), ProblemCode.SERVER_DOWN, null),
        arguments("Session expired", List.of(), ProblemCode.SERVER_DOWN, null),
        arguments("Invalid character in literal", List.of(), ProblemCode.CONNECTION_LOST, null),
        arguments("Account suspended", List.of(), ProblemCode.ACCOUNT_SUSPENDED, null),
        arguments("", List.of("Mailbox does not exist"), ProblemCode.CONNECTION_LOST, null));
  }

  @ParameterizedTest(name = "BYE {0} after {1}")
  @MethodSource("losses")
  void aLostConnectionIsToldByTheLastWordsBeforeIt(
      String bye, List<String> before, ProblemCode code, @Nullable Duration after) {
    MigrationException meaning =
        DIAGNOSIS.of(
            new ConnectionLost("it ended, saying: " + bye, bye, before, null),
            Side.SOURCE,
            Where.folder("INBOX"),
            "outlook.example");

    assertThat(meaning.problem().code()).isEqualTo(code);
    assertThat(meaning instanceof TryAgain again ? again.after() : null).isEqualTo(after);
  }

  @Test
  void aGreetingThatIsARefusalIsToldByItsWords() {
    ConnectFailed failure =
        new ConnectFailed(
            Reason.TURNED_AWAY,
            "imap.old.example:993 turns us away: Too many connections",
            "Too many connections from your IP address",
            null);

    assertThat(
            DIAGNOSIS
                .of(failure, Side.SOURCE, Where.folder("INBOX"), "imap.old.example:993")
                .problem()
                .code())
        .isEqualTo(ProblemCode.THROTTLED);
  }

  @ParameterizedTest
  @CsvSource({
    "WRONG_SECURITY, tls-wrong-security, CUSTOMER, source_security",
    "NO_STARTTLS, no-starttls, CUSTOMER, 993",
    "TLS_EXPIRED, tls-expired, OLD_HOST, renewed",
    "TLS_NOT_YET_VALID, tls-not-yet-valid, OLD_HOST, clock",
    "TLS_SELF_SIGNED, tls-self-signed, US, tls.extra-ca-file",
    "TLS_WRONG_NAME, tls-wrong-name, CUSTOMER, source_imap_server",
    "TLS_UNKNOWN_ISSUER, tls-unknown-issuer, US, tls.extra-ca-file",
    "TLS_REVOKED, tls-revoked, OLD_HOST, new certificate",
    "TLS_WEAK, tls-weak, OLD_HOST, TLS 1.2",
    "TLS_FAILED, tls-failed, OLD_HOST, repaired",
    "TLS_TAMPERED, tls-failed, OLD_HOST, listening",
    "UNKNOWN_HOST, unknown-host, CUSTOMER, source_imap_server",
    "NOT_IMAP, not-imap, CUSTOMER, source_port",
    "UNREACHABLE, unreachable, OLD_HOST, lets us in",
    "ADDRESS_FORBIDDEN, address-forbidden, CUSTOMER, source.allowed-hosts",
    "PLAINTEXT_FORBIDDEN, plaintext-forbidden, CUSTOMER, source.insecure-hosts",
  })
  void eachReasonWhyNoConnectionCameAboutHasItsCodeOwnerAndNextStep(
      Reason reason, String code, Owner owner, String step) {
    Problem problem =
        DIAGNOSIS
            .of(connect(reason), Side.SOURCE, Where.folder("INBOX"), "imap.old.example:993")
            .problem();
    assertThat(problem.code().id()).isEqualTo(code);
    assertThat(problem.owner()).isEqualTo(owner);
    assertThat(problem.nextStep()).contains(step);
    Problem ours =
        DIAGNOSIS
            .of(connect(reason), Side.DESTINATION, Where.folder("INBOX"), "mail.example:993")
            .problem();
    assertThat(ours.owner()).isEqualTo(Owner.US);
  }
}
