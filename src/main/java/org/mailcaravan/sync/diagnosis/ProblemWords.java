package org.mailcaravan.sync.diagnosis;

import org.mailcaravan.imap.ConnectFailed.Reason;
import org.mailcaravan.model.NextStep;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;

/**
 * The sentences of problems for what a server means: the cause of a refused login, and the next
 * step after any refusal, and where TLS fails.
 */
public final class ProblemWords {
  private ProblemWords() {}

  /** What happened at a login, as the beginning of a sentence that ends with the server's words. */
  static String cause(ProblemCode code, Side side) {
    String who = side == Side.SOURCE ? "the old provider" : "the new server";
    return switch (code) {
      case WRONG_PASSWORD -> who + " refused user name or password";
      case APP_PASSWORD_NEEDED -> who + " wants an app password";
      case IMAP_DISABLED -> "IMAP is switched off for this account, says " + who;
      case WEB_LOGIN_NEEDED -> who + " wants a login with a web browser first";
      case TOO_MANY_LOGINS -> who + " accepts no login for a while, after too many of them";
      case ACCOUNT_SUSPENDED -> who + " has suspended, locked or deleted the account";
      case PASSWORD_EXPIRED -> who + " says that the password has expired";
      case TLS_NEEDED -> who + " takes no password on this connection";
      case ADDRESS_BLOCKED -> who + " turns our address away";
      case TOKEN_REFUSED -> who + " refused the access token";
      case NO_MAILBOX -> who + " has no mailbox behind this login";
      case NO_LOGIN_METHOD -> who + " offers no way to log in that we can use";
      case THROTTLED -> who + " asks us to wait";
      case SERVER_DOWN -> who + " cannot log anybody in now";
      default -> who + " refused the login, saying";
    };
  }

  /** What to do. */
  static NextStep nextStep(Meaning meaning, Side side) {
    if (side == Side.DESTINATION) {
      return atOurSide(meaning);
    }
    NextStep own = meaning.nextStep();
    if (own != null) {
      return own;
    }
    return ofCode(meaning);
  }

  private static NextStep ofCode(Meaning meaning) {
    String words =
        switch (meaning.code()) {
          case WRONG_PASSWORD ->
              "Ask the customer for the right password, and put it into source_password. Check source_username too:"
                  + " most servers do not say which of both is wrong.";
          case APP_PASSWORD_NEEDED ->
              "Ask the customer to make an app password there, and put it into source_password.";
          case IMAP_DISABLED -> "Have the customer switch IMAP on in the settings of the webmail.";
          case WEB_LOGIN_NEEDED ->
              "Have the customer log in to the webmail once, then run the request again.";
          case TOO_MANY_LOGINS ->
              "Check the password, and wait until the old provider accepts logins again; each try may make the ban"
                  + " longer.";
          case ACCOUNT_SUSPENDED -> "Have the customer ask the old provider to unlock the account.";
          case PASSWORD_EXPIRED ->
              "Have the customer set a new password there, and put it into source_password.";
          case TLS_NEEDED -> "Use source_security tls with port 993, or starttls.";
          case ADDRESS_BLOCKED ->
              "Ask the old provider to allow our addresses; the customer can often do it in the account's settings.";
          case TOKEN_REFUSED ->
              "Have the customer's administrator see that the application of the OAuth profile may open this mailbox by"
                  + " IMAP, and that source_username is its address; docs/oauth.md has the steps.";
          case NO_MAILBOX -> "Check the password, and that the user may open this mailbox by IMAP.";
          case NO_LOGIN_METHOD ->
              "Try source_security tls with port 993; otherwise ask the old provider how IMAP clients log in.";
          case LOGIN_REFUSED ->
              "Read the server's words. If they do not say enough, ask the old provider what they mean; the password may"
                  + " be right.";
          case QUOTA_FULL ->
              "Ask the old provider which limit is meant, then run the request again.";
          default ->
              meaning.prospect() == Prospect.PERMANENT
                  ? "Read the server's words, fix the cause, and run the request again."
                  : "";
        };
    return words.isEmpty() ? NextStep.AGAIN : NextStep.of(words);
  }

  /** What to look at where a server names several causes, as one of a list. */
  static String check(ProblemCode cause) {
    return switch (cause) {
      case WRONG_PASSWORD -> "the password (source_password)";
      case NO_MAILBOX -> "the address (source_username), and that its mailbox is still there";
      case ACCOUNT_SUSPENDED -> "that the old provider has not locked or deleted the account";
      case IMAP_DISABLED -> "that IMAP is switched on in the settings of the webmail";
      case APP_PASSWORD_NEEDED -> "whether the account needs an app password";
      case WEB_LOGIN_NEEDED -> "whether the webmail asks for something at a login there";
      case PASSWORD_EXPIRED -> "that the password has not expired";
      case ADDRESS_BLOCKED -> "that the old provider lets our addresses in";
      case TLS_NEEDED -> "source_security and source_port";
      case TOKEN_REFUSED -> "that the application may open the mailbox by IMAP";
      case TOO_MANY_LOGINS, THROTTLED -> "how long the old provider bans logins";
      case SERVER_DOWN -> "that the server works";
      default -> "how IMAP clients log in there";
    };
  }

  private static NextStep atOurSide(Meaning meaning) {
    return meaning.prospect() == Prospect.PERMANENT
        ? NextStep.of(ofOurs(meaning.code()))
        : NextStep.AGAIN;
  }

  private static String ofOurs(ProblemCode code) {
    return switch (code) {
      case QUOTA_FULL ->
          "Raise its quota, then run the request again; what has arrived will not be copied twice.";
      case TLS_NEEDED -> "Set destination.security to tls in application.properties.";
      case COMMAND_REFUSED, FOLDER_REFUSED, MESSAGE_TOO_LARGE ->
          "Read the server's words, fix the cause, and run the request again.";
      case NO_MAILBOX, ACCOUNT_SUSPENDED, IMAP_DISABLED, PASSWORD_EXPIRED ->
          "Make or unlock the mailbox at the new server and allow IMAP for it, then run the request again.";
      case TOKEN_REFUSED ->
          "Give the application of the OAuth profile (destination.oauth-profile) the right to open this mailbox by IMAP;"
              + " docs/oauth.md has the steps.";
      default ->
          "Check that the mailbox exists, and destination_password or the destination.auth properties.";
    };
  }

  /** The code of a connection that failed over TLS. */
  static ProblemCode code(Reason reason) {
    return switch (reason) {
      case WRONG_SECURITY -> ProblemCode.TLS_WRONG_SECURITY;
      case NO_STARTTLS -> ProblemCode.NO_STARTTLS;
      case TLS_EXPIRED -> ProblemCode.TLS_EXPIRED;
      case TLS_NOT_YET_VALID -> ProblemCode.TLS_NOT_YET_VALID;
      case TLS_SELF_SIGNED -> ProblemCode.TLS_SELF_SIGNED;
      case TLS_WRONG_NAME -> ProblemCode.TLS_WRONG_NAME;
      case TLS_UNKNOWN_ISSUER -> ProblemCode.TLS_UNKNOWN_ISSUER;
      case TLS_REVOKED -> ProblemCode.TLS_REVOKED;
      case TLS_WEAK -> ProblemCode.TLS_WEAK;
      default -> ProblemCode.TLS_FAILED;
    };
  }

  /** What to do where TLS fails. */
  static String nextStep(Reason reason, Side side) {
    boolean source = side == Side.SOURCE;
    String host = source ? "source_imap_server" : "destination.host";
    String security = source ? "source_security" : "destination.security";
    return switch (reason) {
      case WRONG_SECURITY -> "Correct " + security + ", or the port that goes with it.";
      case NO_STARTTLS -> "Use " + security + " tls and port 993 instead.";
      case TLS_WRONG_NAME ->
          "Use one of the names that stand in the server's certificate as " + host + ".";
      case TLS_SELF_SIGNED ->
          "Make sure that it is the right server, then name its certificate in tls.extra-ca-file.";
      case TLS_UNKNOWN_ISSUER ->
          "Make sure that it is the right server, then name the issuer's certificate in"
              + " tls.extra-ca-file; if the issuer is a public one, the server leaves out an"
              + " intermediate certificate, which its administrator has to add.";
      case TLS_EXPIRED ->
          "Have the certificate renewed. To trust it all the same, save it to a file and name that in"
              + " tls.extra-ca-file.";
      case TLS_NOT_YET_VALID ->
          "Check our clock; if it is right, have the server's clock or certificate corrected.";
      case TLS_REVOKED -> "Have a new certificate installed at the server.";
      case TLS_WEAK ->
          "Have TLS 1.2 or newer, with a key of today's length, switched on at the server.";
      case TLS_TAMPERED ->
          "Use "
              + security
              + " tls and port 993, and have "
              + (source ? "the old provider" : "the administrator of the new server")
              + " look at its server and the network before it: somebody may be listening to this line and changing"
              + " what is on it; no password was sent.";
      default ->
          "Use "
              + security
              + " tls and port 993; if that fails, too, have TLS repaired at the server.";
    };
  }
}
