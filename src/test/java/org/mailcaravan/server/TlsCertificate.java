package org.mailcaravan.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A self-signed certificate made for one test by the openssl program (which Debian's Dovecot
 * depends on): PEM files, P-256, valid for ten years.
 *
 * @param certificate to be trusted as a CA file, too
 * @param key its private key, without a passphrase
 */
record TlsCertificate(Path certificate, Path key) {
  static TlsCertificate create(Path folder, String hostName) {
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
    return made;
  }
}
