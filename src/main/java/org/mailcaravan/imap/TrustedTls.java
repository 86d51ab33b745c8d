package org.mailcaravan.imap;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Where;

/** TLS 1.2 or newer, with verified certificate and host name. Thread-safe. */
public final class TrustedTls {
  private final SSLSocketFactory factory;

  TrustedTls(@Nullable Path extraCaFile) {
    factory = context(extraCaFile).getSocketFactory();
  }

  /**
   * A context that trusts the JDK's certificates and those of a file.
   *
   * @param extraCaFile certificates (PEM), or null
   * @throws RequestRejected when the file cannot be read or holds no certificate
   */
  public static SSLContext context(@Nullable Path extraCaFile) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          null, reporting(extraCaFile == null ? managers(null) : trusting(extraCaFile)), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("Java's TLS does not work here", e);
    }
  }

  private static TrustManager[] trusting(Path extraCaFile)
      throws GeneralSecurityException, IOException {
    KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
    anchors.load(null, null);
    int n = 0;
    for (TrustManager manager : managers(null)) {
      if (manager instanceof X509TrustManager x509) {
        for (X509Certificate certificate : x509.getAcceptedIssuers()) {
          anchors.setCertificateEntry("jdk" + n++, certificate);
        }
      }
    }
    for (Certificate certificate : read(extraCaFile)) {
      anchors.setCertificateEntry("extra" + n++, certificate);
    }
    return managers(anchors);
  }

  private static Collection<? extends Certificate> read(Path extraCaFile) {
    String cause;
    try (InputStream in = Files.newInputStream(extraCaFile)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (!certificates.isEmpty()) {
        return certificates;
      }
      cause = "the file holds no certificate";
    } catch (NoSuchFileException e) {
      cause = "there is no such file";
    } catch (IOException e) {
      cause = "the file cannot be read (" + e.getClass().getSimpleName() + ")";
    } catch (CertificateException e) {
      cause = "the file holds something that is no certificate in PEM";
    }
    throw new RequestRejected(
        new Problem(
            Where.setting(
                "tls.extra-ca-file",
                "tls.extra-ca-file = " + DisplayText.plain(extraCaFile.toString())),
            cause,
            Owner.US,
            "Name a file of certificates in PEM, each from BEGIN CERTIFICATE to END CERTIFICATE, that this user"
                + " may read; or leave the property empty."));
  }

  /** Makes failures hold the chain that the server showed. */
  private static TrustManager[] reporting(TrustManager[] managers) {
    return Arrays.stream(managers)
        .map(
            manager ->
                manager instanceof X509ExtendedTrustManager x509
                    ? new ChainReportingTrust(x509)
                    : manager)
        .toArray(TrustManager[]::new);
  }

  private static TrustManager[] managers(@Nullable KeyStore anchors)
      throws GeneralSecurityException {
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(anchors);
    return managers.getTrustManagers();
  }

  /**
   * The certificates of the file that have expired and are trusted all the same, each with its
   * date.
   *
   * @throws RequestRejected when the file cannot be read or holds no certificate
   */
  public static List<String> expiredIn(Path extraCaFile, Instant now) {
    List<String> expired = new ArrayList<>();
    for (Certificate certificate : read(extraCaFile)) {
      if (certificate instanceof X509Certificate x509
          && x509.getNotAfter().toInstant().isBefore(now)) {
        expired.add(
            DisplayText.plain(x509.getSubjectX500Principal().getName())
                + " expired on "
                + x509.getNotAfter().toInstant().toString().substring(0, 10));
      }
    }
    return expired;
  }

  /**
   * As {@link #handshake(Socket, String)}.
   *
   * @throws ConnectFailed with what is wrong with the certificate
   */
  SSLSocket handshake(Socket socket, Server server) throws IOException {
    try {
      return handshake(socket, server.host());
    } catch (SSLException e) {
      if (e.getCause() instanceof EOFException) {
        throw new ConnectFailed(
            ConnectFailed.Reason.UNREACHABLE,
            server + " closed the connection during the TLS handshake",
            e);
      }
      CertificateFault fault = CertificateFault.of(e, server.host(), Instant.now());
      throw new ConnectFailed(fault.reason(), server + " " + fault.words(), e);
    }
  }

  /**
   * TLS over a connected socket, after the handshake.
   *
   * @param host the name that the certificate must be for
   */
  SSLSocket handshake(Socket socket, String host) throws IOException {
    SSLSocket tls = (SSLSocket) factory.createSocket(socket, host, socket.getPort(), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    tls.setSSLParameters(parameters);
    tls.startHandshake();
    return tls;
  }
}
