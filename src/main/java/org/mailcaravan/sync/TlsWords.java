package org.mailcaravan.sync;

import org.mailcaravan.imap.ConnectFailed.Reason;
import org.mailcaravan.model.ProblemCode;

/** What to do where TLS does not come about. */
final class TlsWords {
  private TlsWords() {}

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
      default ->
          "Use the name that stands in the server's certificate; if its issuer is private, name its"
              + " certificate in tls.extra-ca-file.";
    };
  }
}
