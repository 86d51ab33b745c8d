package org.mailcaravan.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A private authority made for one test by openssl: issues certificates for any time and name. */
public final class Authority {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path folder;
  private final TlsCertificate own;

  private Authority(Path folder, TlsCertificate own) {
    this.folder = folder;
    this.own = own;
  }

  /** Makes one in a folder that is there. */
  public static Authority create(Path folder, String name) {
    Path config = folder.resolve("ca.conf");
    write(
        config,
        """
        [ca]
        default_ca=test
        [test]
        database=%s
        rand_serial=yes
        new_certs_dir=%s
        default_md=sha256
        policy=any
        unique_subject=no
        copy_extensions=copy
        [any]
        commonName=supplied
        """
            .formatted(folder.resolve("index.txt"), folder));
    write(folder.resolve("index.txt"), "");
    TlsCertificate none =
        new TlsCertificate(folder.resolve("none.pem"), folder.resolve("none.key"));
    Instant now = Instant.now();
    TlsCertificate made =
        new Authority(folder, none)
            .signItself(
                "authority", name, now.minus(Duration.ofDays(9)), now.plus(Duration.ofDays(9)));
    return new Authority(folder, made);
  }

  /** To be trusted. */
  public Path certificate() {
    return own.certificate();
  }

  /**
   * Issues one.
   *
   * @param file begins the names of its files
   */
  public TlsCertificate issue(String file, String host, Instant from, Instant to) {
    return sign(
        file,
        host,
        from,
        to,
        List.of("-cert", own.certificate().toString(), "-keyfile", own.key().toString()));
  }

  /** Makes one that is signed by its own key. */
  public TlsCertificate signItself(String file, String host, Instant from, Instant to) {
    return sign(
        file,
        host,
        from,
        to,
        List.of("-selfsign", "-keyfile", folder.resolve(file + ".key").toString()));
  }

  /** One at a time: openssl keeps what it signed in one file. */
  private synchronized TlsCertificate sign(
      String file, String host, Instant from, Instant to, List<String> signer) {
    TlsCertificate made =
        new TlsCertificate(folder.resolve(file + ".pem"), folder.resolve(file + ".key"));
    String request = folder.resolve(file + ".csr").toString();
    List<String> asking =
        new ArrayList<>(
            List.of(
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + host,
                "-keyout",
                made.key().toString(),
                "-out",
                request));
    if (!host.contains(" ")) {
      asking.addAll(List.of("-addext", "subjectAltName=DNS:" + host));
    }
    openssl(asking);
    List<String> signing =
        new ArrayList<>(
            List.of(
                "ca",
                "-batch",
                "-notext",
                "-config",
                folder.resolve("ca.conf").toString(),
                "-in",
                request,
                "-startdate",
                TIME.format(from),
                "-enddate",
                TIME.format(to),
                "-out",
                made.certificate().toString()));
    signing.addAll(signer);
    openssl(signing);
    return made;
  }

  private void openssl(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(Programs.require("openssl")));
    command.addAll(arguments);
    TlsCertificate.openssl(folder, command);
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
