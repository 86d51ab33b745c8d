package org.mailcaravan.imap;

import java.io.Serial;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ConnectFailed.Reason;

/**
 * Why a TLS handshake failed, by the certificate that the server showed: Java itself calls nearly
 * every cause a path that cannot be built.
 *
 * @param words what is wrong, as the end of a sentence about the server
 */
record CertificateFault(Reason reason, String words) {
  private static final int NAMES_SHOWN = 6;

  /** A certificate that is not trusted, with the chain that the server showed. */
  static final class Untrusted extends CertificateException {
    @Serial private static final long serialVersionUID = 1L;

    private final transient List<X509Certificate> chain;

    Untrusted(X509Certificate[] chain, CertificateException cause) {
      super(cause.getMessage(), cause);
      this.chain = List.of(chain);
    }
  }

  /**
   * @param host what the certificate should be for
   * @param now to tell what has expired
   */
  static CertificateFault of(SSLException failure, String host, Instant now) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof CertificateRevokedException) {
        return new CertificateFault(Reason.TLS_REVOKED, "shows a certificate that was revoked");
      }
      if (t instanceof CertPathValidatorException path
          && path.getReason() == CertPathValidatorException.BasicReason.ALGORITHM_CONSTRAINED) {
        return weak("shows a certificate with a key or signature that is too weak", path);
      }
    }
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof Untrusted untrusted && !untrusted.chain.isEmpty()) {
        return of(untrusted.chain, untrusted, host, now);
      }
    }
    String lower = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (lower.contains("certificate_revoked")) {
      return new CertificateFault(Reason.TLS_REVOKED, "shows a certificate that was revoked");
    }
    if (lower.contains("unsupported or unrecognized ssl message")
        || lower.contains("plaintext connection")) {
      return new CertificateFault(
          Reason.WRONG_SECURITY, "answers in plain text where TLS should begin");
    }
    if (lower.contains("protocol_version")
        || lower.contains("protocol version")
        || lower.contains("no appropriate protocol")
        || lower.contains("handshake_failure")
        || lower.contains("insufficient_security")
        || lower.contains("no cipher suites in common")
        || lower.contains("algorithm constraints")) {
      return weak(
          "and we have no TLS version or cipher in common (TLS 1.2 is the oldest that we accept)",
          failure);
    }
    return new CertificateFault(Reason.TLS_FAILED, "TLS failed: " + plain(failure));
  }

  private static CertificateFault weak(String words, Throwable cause) {
    return new CertificateFault(Reason.TLS_WEAK, words + ": " + plain(cause));
  }

  private static CertificateFault of(
      List<X509Certificate> chain, Untrusted untrusted, String host, Instant now) {
    X509Certificate own = chain.get(0);
    boolean selfSigned = own.getSubjectX500Principal().equals(own.getIssuerX500Principal());
    X509Certificate old =
        chain.stream()
            .filter(one -> one.getNotAfter().toInstant().isBefore(now))
            .findFirst()
            .orElse(null);
    boolean unknown = isOfPath(untrusted);
    String name = isFor(own, host) ? "" : "; it is also not for " + host + " but for " + names(own);
    String more =
        (selfSigned
                ? "; it is also self-signed"
                : unknown ? "; its issuer is not known here either" : "")
            + name;
    if (old != null) {
      return new CertificateFault(
          Reason.TLS_EXPIRED,
          "shows a certificate that expired on " + day(old.getNotAfter().toInstant()) + more);
    }
    if (own.getNotBefore().toInstant().isAfter(now)) {
      return new CertificateFault(
          Reason.TLS_NOT_YET_VALID,
          "shows a certificate that is not valid before "
              + day(own.getNotBefore().toInstant())
              + more);
    }
    if (unknown) {
      return selfSigned
          ? new CertificateFault(
              Reason.TLS_SELF_SIGNED,
              "shows a certificate that it signed itself"
                  + (name.isEmpty() ? ", for " + names(own) : name))
          : new CertificateFault(
              Reason.TLS_UNKNOWN_ISSUER,
              "shows a certificate of an issuer that is not known here: "
                  + DisplayText.plain(own.getIssuerX500Principal().getName())
                  + name);
    }
    String message = String.valueOf(untrusted.getMessage());
    if (message.contains("No subject alternative")
        || message.contains("No name matching")
        || message.contains("Illegal given domain name")) {
      return new CertificateFault(
          Reason.TLS_WRONG_NAME,
          "shows a certificate that is not for " + host + " but for " + names(own));
    }
    return new CertificateFault(Reason.TLS_FAILED, "TLS failed: " + plain(untrusted));
  }

  /** By RFC 9525: compares the alternative names, whose first label may be an asterisk. */
  private static boolean isFor(X509Certificate certificate, String host) {
    String wanted = host.toLowerCase(Locale.ROOT);
    String parent = wanted.substring(wanted.indexOf('.') + 1);
    return allNames(certificate).stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .anyMatch(
            name ->
                name.equals(wanted)
                    || name.equals("cn=" + wanted)
                    || (!parent.equals(wanted) && name.equals("*." + parent)));
  }

  /** Whether no chain leads from the certificate to an issuer that we trust. */
  private static boolean isOfPath(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof CertPathBuilderException) {
        return true;
      }
    }
    return false;
  }

  /** The names that a certificate is for, to be shown. */
  private static String names(X509Certificate certificate) {
    List<String> names = allNames(certificate);
    String shown = String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())));
    return DisplayText.plain(shown) + (names.size() > NAMES_SHOWN ? " and more" : "");
  }

  private static List<String> allNames(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      if (all != null) {
        all.stream()
            .filter(entry -> entry.size() > 1 && entry.get(1) instanceof String)
            .map(entry -> String.valueOf(entry.get(1)))
            .forEach(names::add);
      }
    } catch (CertificateParsingException e) {
      names.clear();
    }
    if (names.isEmpty()) {
      names.add(certificate.getSubjectX500Principal().getName());
    }
    return names;
  }

  private static String day(Instant moment) {
    return moment.toString().substring(0, 10);
  }

  private static String plain(@Nullable Throwable e) {
    return DisplayText.plain(e == null ? "" : String.valueOf(e.getMessage()));
  }
}
