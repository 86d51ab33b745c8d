package org.mailcaravan.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * A private Dovecot 2.3 on free loopback ports, run by whoever runs the tests: IMAP with STARTTLS
 * on {@link #port()}, IMAP over TLS on {@link #tlsPort()}. Logins in clear text are allowed.
 *
 * <pre>{@code
 * try (DovecotServer dovecot = DovecotServer.builder().separator('.').prefix("INBOX.").start()) {
 *   dovecot.addUser("ann@example.org", "any: \"characters\"");
 * }
 * }</pre>
 */
public final class DovecotServer implements ImapServer {
  private final Path folder;
  private final TlsCertificate certificate;
  private final int port = ServerProcess.freePort();
  private final int tlsPort = ServerProcess.freePort();
  private ServerProcess process;

  private DovecotServer(Builder builder) throws IOException {
    folder = TestFolders.create("mailcaravan-dovecot");
    // Run by root, Dovecot's processes become other users, which must get in here.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectory(folder.resolve("run"));
    Path mail = Files.createDirectory(folder.resolve("mail"));
    Files.setPosixFilePermissions(mail, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.createDirectory(folder.resolve("users"));
    certificate = TlsCertificate.create(folder, builder.certificateName);
    DovecotConfiguration configuration =
        new DovecotConfiguration(folder, certificate, port, tlsPort, builder);
    Files.writeString(folder.resolve("masters"), userLine(builder.master, builder.masterPassword));
    Files.writeString(config(), configuration.text());
    Files.writeString(folder.resolve("oauth2"), configuration.tokens());
    process = launchOrClean();
  }

  private ServerProcess launchOrClean() {
    try {
      return launch();
    } catch (IllegalStateException e) {
      ServerProcess.deleteTree(folder);
      throw e;
    }
  }

  private ServerProcess launch() {
    return ServerProcess.start(
        List.of(Programs.require("dovecot"), "-F", "-c", config().toString()),
        folder,
        folder.resolve("output.log"),
        port,
        log());
  }

  private Path config() {
    return folder.resolve("dovecot.conf");
  }

  /** With the defaults: maildir, prefix "", separator "/", SPECIAL-USE, COMPRESS. */
  public static DovecotServer start() {
    return builder().start();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** For clear text and STARTTLS. */
  @Override
  public int port() {
    return port;
  }

  /** For TLS from the first byte. */
  public int tlsPort() {
    return tlsPort;
  }

  /** The server's self-signed certificate in PEM, to be trusted as a CA. */
  public Path caFile() {
    return certificate.certificate();
  }

  /**
   * Adds a user, who can log in at once. The name is in lower case and the password may hold any
   * character.
   */
  @Override
  public DovecotServer addUser(String name, String password) {
    try {
      Files.writeString(folder.resolve("users").resolve(name), userLine(name, password));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  // Base64, so that the colons and line ends of the file do not matter.
  private static String userLine(String name, String password) {
    return name
        + ":{PLAIN.b64}"
        + Base64.getEncoder()
            .encodeToString(UsedPasswords.add(password).getBytes(StandardCharsets.UTF_8))
        + "::::::\n";
  }

  /** Where a user's mail lies; there once something was stored. */
  public Path mailFolder(String user) {
    return folder.resolve("mail").resolve(user);
  }

  /** What the server logged. */
  public Path log() {
    return folder.resolve("dovecot.log");
  }

  /** Ends the server and all its connections at once; the mail stays for {@link #restart}. */
  public void kill() {
    process.kill();
  }

  /**
   * Starts the killed server again on the same ports, or ends it first when it still runs. Locks
   * that it held on the logs of its indexes do not outlive it; they would stand for two minutes.
   * Nor do its sockets: a process of it that still ends would answer there for a running server.
   */
  public void restart() {
    process.kill();
    removeLocks();
    ServerProcess.deleteTree(folder.resolve("run"));
    process = launch();
  }

  private void removeLocks() {
    try (Stream<Path> files = Files.walk(folder.resolve("mail"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".newlock")).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    // Asked to stop, it takes a second; nothing of it is needed any more.
    process.kill();
    ServerProcess.deleteTree(folder);
  }

  /** How Dovecot keeps mail. */
  public enum Storage {
    MAILDIR,
    MDBOX
  }

  /** What the server should be like. */
  public static final class Builder {
    Storage storage = Storage.MAILDIR;
    String prefix = "";
    char separator = '/';
    boolean specialUse = true;
    boolean compress = true;
    long quotaKibibytes;
    String master = "master";
    String masterPassword = "master's password";
    String capability = "";
    String certificateName = "localhost";
    String timeZone = "";
    String introspection = "";
    final List<String> extraLines = new ArrayList<>();

    private Builder() {}

    public Builder storage(Storage storage) {
      this.storage = storage;
      return this;
    }

    /** The personal namespace's prefix: "" or "INBOX." with the separator at its end. */
    public Builder prefix(String prefix) {
      this.prefix = prefix;
      return this;
    }

    /** Between the levels of a folder name: '/' or '.'. */
    public Builder separator(char separator) {
      this.separator = separator;
      return this;
    }

    /**
     * Whether Drafts, Sent, Trash and Junk are there from the beginning and marked (SPECIAL-USE).
     * Archive is marked when it is made.
     */
    public Builder specialUse(boolean specialUse) {
      this.specialUse = specialUse;
      return this;
    }

    /** Whether COMPRESS=DEFLATE is offered. */
    public Builder compress(boolean compress) {
      this.compress = compress;
      return this;
    }

    /** Offers QUOTA and refuses mail above this many KiB per user. */
    public Builder quota(long kibibytes) {
      this.quotaKibibytes = kibibytes;
      return this;
    }

    /** A master user: logs in as {@code user*master}, or by SASL PLAIN for any user. */
    public Builder masterUser(String name, String password) {
      this.master = name;
      this.masterPassword = password;
      return this;
    }

    /**
     * All the capabilities that the server may announce after login; it still understands the rest.
     */
    public Builder capability(String words) {
      this.capability = words;
      return this;
    }

    /** The host name in the certificate, localhost (and 127.0.0.1) unless told otherwise. */
    public Builder certificateName(String hostName) {
      this.certificateName = hostName;
      return this;
    }

    /** The zone in which INTERNALDATE is told, such as {@code Asia/Kathmandu}. */
    public Builder timeZone(String zone) {
      this.timeZone = zone;
      return this;
    }

    /** Takes the tokens of a token server, too. */
    public Builder tokensOf(TokenEndpoint endpoint) {
      this.introspection = endpoint.url("/introspect?token=").toString();
      return this;
    }

    /** More lines for the end of the configuration. */
    public Builder extra(String lines) {
      this.extraLines.add(lines);
      return this;
    }

    public DovecotServer start() {
      for (int attempt = 1; ; attempt++) {
        try {
          return new DovecotServer(this);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } catch (IllegalStateException e) {
          // Somebody else took the free port in between.
          boolean portTaken = String.valueOf(e.getMessage()).contains("Address already in use");
          if (!portTaken || attempt == 3) {
            throw e;
          }
        }
      }
    }
  }
}
