package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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
import org.mailcaravan.model.TryAgain;

/** What real servers say, who can mend it, and whether waiting helps. */
class DiagnosisTest {
  private static LoginRefused login(String code, String text) {
    return new LoginRefused(new ServerRefusal(false, code, text));
  }

  private static CommandRefused command(String code, String text) {
    return new CommandRefused("EXAMINE INBOX", new ServerRefusal(false, code, text));
  }

  private static ConnectFailed connect(Reason reason) {
    return new ConnectFailed(reason, "imap.old.example:993 said so", null);
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
            "allowed"),
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
            connect(Reason.TLS_FAILED),
            false,
            Owner.CUSTOMER,
            "certificate"),
        arguments(
            "a private address",
            connect(Reason.ADDRESS_FORBIDDEN),
            false,
            Owner.US,
            "source.allowed-hosts"),
        arguments(
            "plain text",
            connect(Reason.PLAINTEXT_FORBIDDEN),
            false,
            Owner.US,
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
  void anAnswerOfTheSourceIsGivenToWhoCanMendIt(
      String name, ImapException failure, boolean passes, Owner owner, String remedy) {
    MigrationException meaning =
        Diagnosis.of(failure, Side.SOURCE, "folder INBOX", "imap.old.example:993");

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
  void whatOurServerAnswersIsForUsToMend(ImapException failure) {
    assertThat(
            Diagnosis.of(failure, Side.DESTINATION, "folder INBOX", "mail.example")
                .problem()
                .owner())
        .isEqualTo(Owner.US);
  }

  @Test
  void theTimeThatMicrosoftAsksForIsObeyed() {
    MigrationException meaning =
        Diagnosis.of(
            new ConnectionLost(
                "closed",
                "Request is throttled. Suggested Backoff Time: 299961 milliseconds",
                null),
            Side.SOURCE,
            "folder INBOX",
            "outlook.example");

    assertThat(meaning)
        .isInstanceOfSatisfying(
            TryAgain.class,
            again -> assertThat(again.after()).isEqualTo(Duration.ofMillis(299_961)));
  }

  @Test
  void aFullMailboxIsNeitherRetriedNorTheMessagesFault() {
    ServerRefusal refusal = new ServerRefusal(false, "OVERQUOTA", "Quota exceeded");

    assertThat(Diagnosis.isOverQuota(refusal)).isTrue();
    assertThat(Diagnosis.passes(refusal)).isFalse();
    assertThat(
            Diagnosis.of(
                new CommandRefused("APPEND", refusal),
                Side.DESTINATION,
                "folder INBOX",
                "mail.example"))
        .isInstanceOf(NeedsAttention.class);
  }
}
