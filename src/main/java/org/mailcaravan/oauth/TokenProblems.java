package org.mailcaravan.oauth;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.NextStep;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.settings.OAuthProfile;
import org.mailcaravan.settings.OAuthProfile.ClientCertificate;
import org.mailcaravan.settings.OAuthProfile.DeviceCode;
import org.mailcaravan.settings.OAuthProfile.RefreshToken;
import org.mailcaravan.settings.OAuthProfile.ServiceAccount;

/**
 * Says which administrative step is missing when no token comes. Decided by the codes of RFC 6749
 * section 5.2; what a server writes beside them changes, and is only shown.
 */
final class TokenProblems {
  /** Microsoft's own number of an error, for its page about it. */
  private static final Pattern MICROSOFT = Pattern.compile("\\bAADSTS(\\d{4,8})\\b");

  private final OAuthProfile profile;

  TokenProblems(OAuthProfile profile) {
    this.profile = profile;
  }

  /** No token, and none will come before somebody does something. */
  NeedsAttention refused(TokenAnswer.Refused refused) {
    String cause =
        "the OAuth profile %s gets no access token (%s)".formatted(profile.name(), refused.words());
    return attention(cause, owner(refused.error()), nextStep(refused));
  }

  /** A key file cannot be used. */
  NeedsAttention unusable(Assertions.UnusableKey failure) {
    return attention(
        "the OAuth profile %s cannot sign: %s".formatted(profile.name(), failure.getMessage()),
        Owner.US,
        "Put the right file there; docs/oauth.md shows how it is made.");
  }

  private NeedsAttention attention(String cause, Owner owner, String nextStep) {
    return new NeedsAttention(
        new Problem(
            ProblemCode.TOKEN_NOT_ISSUED, place(profile.tokenUrl()), cause, owner, nextStep));
  }

  /** No answer now. */
  MigrationException busy(TokenAnswer.Busy busy, Duration wait) {
    NextStep step = new NextStep("See that the token server can be reached from here.", true, "");
    return new TryAgain(
        new Problem(
            busy.asked() ? ProblemCode.THROTTLED : ProblemCode.SERVER_DOWN,
            place(profile.tokenUrl()),
            "the token server cannot answer now (" + busy.words() + ")",
            profile.provider() == OAuthProfile.Provider.OTHER ? Owner.US : Owner.OLD_HOST,
            step.words()),
        step,
        wait,
        new IOException(busy.words()));
  }

  private static Where place(URI url) {
    int port = url.getPort();
    return Where.url(url.getHost() + (port < 0 ? "" : ":" + port) + url.getRawPath());
  }

  /** What is set here is ours to fix; the rest is decided by who administers the mailboxes. */
  private static Owner owner(String error) {
    return switch (error) {
      case "unauthorized_client",
          "invalid_grant",
          "access_denied",
          "expired_token",
          "interaction_required",
          "consent_required" ->
          Owner.CUSTOMER;
      default -> Owner.US;
    };
  }

  private String nextStep(TokenAnswer.Refused refused) {
    String step =
        switch (refused.error()) {
          case "invalid_client" -> correctClient();
          case "unauthorized_client", "consent_required", "interaction_required" -> allow();
          case "invalid_grant" -> agreeAgain();
          case "invalid_scope" -> "Correct " + property("scope") + ".";
          case "access_denied", "expired_token" ->
              "Run the command again, and let the user of the mailbox enter the code and agree in time.";
          case "" -> "Check " + property("token-url") + ", and what answers there.";
          default ->
              "Read the server's words, and correct the properties oauth." + profile.name() + ".…";
        };
    Matcher number = MICROSOFT.matcher(refused.words());
    return number.find()
        ? step
            + " Microsoft explains it at https://login.microsoftonline.com/error?code="
            + number.group(1)
        : step;
  }

  private String correctClient() {
    String secret =
        profile.grant() instanceof ClientCertificate
            ? "the certificate ("
                + property("certificate-file")
                + ") is the one that was uploaded for it"
            : "its secret (" + property("client-secret") + ") is right and has not expired";
    return "Check that the application "
        + property("client-id")
        + " exists, and that "
        + secret
        + ".";
  }

  private String allow() {
    if (profile.grant() instanceof ServiceAccount account) {
      String id = Assertions.clientId(account);
      return "Have the customer's administrator allow the client ID %s the scope %s (Google Admin console, Security, API controls, domain-wide delegation). It can take up to 24 hours until that counts. A consumer account cannot be opened in this way."
          .formatted(id.isEmpty() ? "of the service account" : id, profile.scope());
    }
    if (profile.provider() == OAuthProfile.Provider.MICROSOFT) {
      return "Check %s and %s, and have the customer's administrator give the application the permission for IMAP (IMAP.AccessAsApp) with admin consent."
          .formatted(property("tenant"), property("client-id"));
    }
    return "Have the customer's administrator allow the application %s this kind of access."
        .formatted(profile.clientId());
  }

  private String agreeAgain() {
    if (profile.grant() instanceof ServiceAccount) {
      return "Check that the address is that of a user in the customer's domain (no alias, no group) who is not suspended, and that our clock is right.";
    }
    if (profile.grant() instanceof RefreshToken) {
      return "The consent has ended or was withdrawn: have the user agree again, and set %s to the new token."
          .formatted(property("refresh-token"));
    }
    return profile.grant() instanceof DeviceCode
        ? "The consent has ended or was withdrawn: run the command again, and let the user agree again."
        : "Have the customer's administrator check what the application may do.";
  }

  private String property(String part) {
    return "oauth." + profile.name() + "." + part;
  }
}
