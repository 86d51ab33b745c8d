package org.mailcaravan.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A self-signed certificate made for one test by the openssl program (which Debian's Dovecot
 * depends on): PEM files, P-256, valid for ten years.
 *
 * @param certificate to be trusted as a CA file, too
 * @param key its private key, without a passphrase
 */
public record TlsCertificate(Path certificate, Path key) {
  private static final char[] NO_PASSWORD = {};

  /**
   * Makes one.
   *
   * @param folder an existing one, for the files
   * @param hostName that it is for; localhost is also 127.0.0.1
   */
  public static TlsCertificate create(Path folder, String hostName) {
    TlsCertificate made = new TlsCertificate(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    String names = "subjectAltName=DNS:" + hostName;
    if (hostName.equals("localhost")) {
      names += ",IP:127.0.0.1";
    }
    List<String> command =
        List.of(
            Programs.require("openssl"),
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "3650",
            "-subj",
            "/CN=" + hostName,
            "-addext",
            names,
            "-keyout",
            made.key.toString(),
            "-out",
            made.certificate.toString());
    openssl(folder, command);
    return made;
  }

  /** Runs openssl, whose output goes to a file in the folder. */
  static void openssl(Path folder, List<String> command) {
    Path log = folder.resolve("openssl.log");
    try {
      int exit =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IllegalStateException("openssl failed:\n" + ServerProcess.text(log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** For a server in this Java that shows the certificate. */
  public SSLContext serverContext() {
    try (InputStream pem = Files.newInputStream(certificate)) {
      Certificate own = CertificateFactory.getInstance("X.509").generateCertificate(pem);
      String base64 = Files.readString(key).replaceAll("-----[^-]+-----|\\s", "");
      PrivateKey secret =
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", secret, NO_PASSWORD, new Certificate[] {own});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("the certificate cannot be used", e);
    }
  }
}
