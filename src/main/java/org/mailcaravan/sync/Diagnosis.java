package org.mailcaravan.sync;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.imap.LoginRefused;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.TryAgain;

/**
 * Tells what an error of a mail server means for a migration: whether it may pass by itself, who
 * can mend it, and how.
 */
final class Diagnosis {
  /** Response codes (RFC 5530) for what passes by itself. */
  private static final Set<String> PASSING_CODES =
      Set.of("UNAVAILABLE", "INUSE", "SERVERBUG", "THROTTLED");

  /** Words of servers that send no code: Gmail, Microsoft 365, Dovecot, Courier, Yahoo. */
  private static final Pattern PASSING_WORDS =
      Pattern.compile(
          "throttl|too many|simultaneous|maximum number of connections|try again|temporar|server busy"
              + "|server error|session expired|timed? ?out");

  /** Microsoft 365: {@code Request is throttled. Suggested Backoff Time: 299961 milliseconds}. */
  private static final Pattern BACKOFF = Pattern.compile("backoff time: (\\d{1,9}) milliseconds");

  private static final String RESUME =
      "Run the request again later; what has arrived will not be copied twice.";

  private Diagnosis() {}

  /**
   * Translates.
   *
   * @param place what was under way, such as {@code folder Archive}
   * @param host the server's name
   */
  static MigrationException of(ImapException failure, Side side, String place, String host) {
    if (failure instanceof ConnectFailed connect) {
      return ofConnect(connect, side, host);
    }
    if (failure instanceof LoginRefused login) {
      return ofLogin(login, side, host);
    }
    if (failure instanceof CommandRefused command) {
      return ofCommand(command, side, place);
    }
    ConnectionLost lost = (ConnectionLost) failure;
    return new TryAgain(
        new Problem(
            ProblemCode.CONNECTION_LOST,
            place,
            "the connection to " + host + " was lost: " + lost.getMessage(),
            mender(side),
            RESUME),
        backoff(lost.bye()),
        lost);
  }

  private static Owner mender(Side side) {
    return side == Side.SOURCE ? Owner.OLD_HOST : Owner.US;
  }

  private static MigrationException ofConnect(ConnectFailed failure, Side side, String host) {
    String place = "connection to " + host;
    String cause = String.valueOf(failure.getMessage());
    return switch (failure.reason()) {
      case UNREACHABLE, TURNED_AWAY ->
          new TryAgain(
              new Problem(
                  ProblemCode.UNREACHABLE,
                  place,
                  cause,
                  mender(side),
                  "See that the server runs and lets us in. " + RESUME),
              backoff(cause),
              failure);
      case UNKNOWN_HOST, NOT_IMAP ->
          attention(
              failure.reason() == ConnectFailed.Reason.NOT_IMAP
                  ? ProblemCode.NOT_IMAP
                  : ProblemCode.UNKNOWN_HOST,
              place,
              cause,
              side == Side.SOURCE ? Owner.CUSTOMER : Owner.US,
              side == Side.SOURCE
                  ? "Ask for the IMAP server's name and port, and correct source_imap_server and source_port."
                  : "Correct destination.host and destination.port in application.properties.",
              failure);
      case TLS_FAILED ->
          attention(
              ProblemCode.TLS_FAILED,
              place,
              cause,
              side == Side.SOURCE ? Owner.CUSTOMER : Owner.US,
              "Use the name that stands in the server's certificate; if its issuer is private, name its"
                  + " certificate in tls.extra-ca-file.",
              failure);
      case NO_STARTTLS ->
          attention(
              ProblemCode.NO_STARTTLS,
              place,
              cause,
              side == Side.SOURCE ? Owner.CUSTOMER : Owner.US,
              "Use security tls and port 993 instead.",
              failure);
      case PLAINTEXT_FORBIDDEN ->
          attention(
              ProblemCode.PLAINTEXT_FORBIDDEN,
              place,
              cause,
              Owner.US,
              "Use tls or starttls; if the server truly has neither, name it in source.insecure-hosts.",
              failure);
      case ADDRESS_FORBIDDEN ->
          attention(
              ProblemCode.ADDRESS_FORBIDDEN,
              place,
              cause,
              Owner.US,
              "Check the server's name; if the address is meant, name the host in source.allowed-hosts.",
              failure);
    };
  }

  private static MigrationException ofLogin(LoginRefused failure, Side side, String host) {
    ServerRefusal refusal = failure.refusal();
    String place = "login at " + host;
    String words = refusal.text().toLowerCase(Locale.ROOT);
    if (passes(refusal)) {
      return new TryAgain(
          new Problem(
              ProblemCode.THROTTLED,
              place,
              "the server has no room for us now: " + refusal,
              mender(side),
              RESUME),
          backoff(words),
          failure);
    }
    if (side == Side.DESTINATION) {
      return attention(
          ProblemCode.LOGIN_REFUSED,
          place,
          "our server refused the login: " + refusal,
          Owner.US,
          "Check that the mailbox exists, and destination_password or the destination.auth properties.",
          failure);
    }
    if (words.contains("application-specific password") || words.contains("app password")) {
      return attention(
          ProblemCode.APP_PASSWORD_NEEDED,
          place,
          "the old provider wants an app password: " + refusal,
          Owner.CUSTOMER,
          "Ask the customer to make an app password there and to send it.",
          failure);
    }
    if (words.contains("blacklisted") || words.contains("blocked")) {
      return attention(
          ProblemCode.ADDRESS_BLOCKED,
          place,
          "the old provider turns our address away: " + refusal,
          Owner.OLD_HOST,
          "Ask the customer to have our addresses allowed there.",
          failure);
    }
    if (refusal.bad()) {
      return attention(
          ProblemCode.NO_LOGIN_METHOD,
          place,
          "the old provider offers no way to log in that we can use: " + refusal,
          Owner.OLD_HOST,
          "Try source_security tls with port 993; otherwise ask the old provider how IMAP clients log in.",
          failure);
    }
    return attention(
        ProblemCode.WRONG_PASSWORD,
        place,
        "the old provider refused user name or password: " + refusal,
        Owner.CUSTOMER,
        "Ask the customer for the right password, and put it into source_password.",
        failure);
  }

  private static MigrationException ofCommand(CommandRefused failure, Side side, String place) {
    ServerRefusal refusal = failure.refusal();
    String words = refusal.text().toLowerCase(Locale.ROOT);
    if (words.contains("authenticated but not connected")) {
      // Exchange says so to any command after a LOGIN that it seemed to accept.
      return attention(
          ProblemCode.NO_MAILBOX,
          place,
          "the login was accepted, but there is no mailbox behind it: " + refusal,
          side == Side.SOURCE ? Owner.CUSTOMER : Owner.US,
          "Check the password, and that the user may open this mailbox by IMAP.",
          failure);
    }
    if (passes(refusal)) {
      return new TryAgain(
          new Problem(
              ProblemCode.THROTTLED,
              place,
              side.words() + " cannot answer now: " + refusal,
              mender(side),
              RESUME),
          backoff(words),
          failure);
    }
    if (isOverQuota(refusal)) {
      return attention(
          ProblemCode.QUOTA_FULL,
          place,
          "the mailbox at our side is full: " + refusal,
          Owner.US,
          "Raise its quota, then run the request again; what has arrived will not be copied twice.",
          failure);
    }
    return attention(
        ProblemCode.COMMAND_REFUSED,
        place,
        side.words() + " refused: " + String.valueOf(failure.getMessage()),
        mender(side),
        "See what the server's words mean, mend it, and run the request again.",
        failure);
  }

  /** Whether a refusal may pass by itself. */
  static boolean passes(ServerRefusal refusal) {
    return PASSING_CODES.contains(refusal.codeName()) || passes(refusal.text());
  }

  /** Whether words of a server ask for patience. */
  static boolean passes(String words) {
    return PASSING_WORDS.matcher(words.toLowerCase(Locale.ROOT)).find();
  }

  /** Whether the mailbox is full (RFC 9208), which no later message will change. */
  static boolean isOverQuota(ServerRefusal refusal) {
    return refusal.codeName().equals("OVERQUOTA")
        || refusal.text().toLowerCase(Locale.ROOT).contains("quota exceeded");
  }

  private static @Nullable Duration backoff(String words) {
    Matcher matcher = BACKOFF.matcher(words.toLowerCase(Locale.ROOT));
    return matcher.find() ? Duration.ofMillis(Long.parseLong(matcher.group(1))) : null;
  }

  private static NeedsAttention attention(
      ProblemCode code,
      String place,
      String cause,
      Owner owner,
      String nextStep,
      Throwable failure) {
    return new NeedsAttention(new Problem(code, place, cause, owner, nextStep), failure);
  }
}
