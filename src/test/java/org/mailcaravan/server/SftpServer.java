package org.mailcaravan.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** An SFTP server on loopback with one user, whose files are a folder of the test. */
public final class SftpServer implements AutoCloseable {
  private final SshServer server = SshServer.setUpDefaultServer();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger logins = new AtomicInteger();
  private final Path knownHosts;

  /**
   * Starts one.
   *
   * @param folder an existing one, for its key; its files are in {@code files} in it
   */
  public SftpServer(Path folder, String user, String password) {
    UsedPasswords.add(password);
    SimpleGeneratorHostKeyProvider key =
        new SimpleGeneratorHostKeyProvider(folder.resolve("host.key"));
    key.setAlgorithm(KeyUtils.EC_ALGORITHM);
    key.setKeySize(256);
    try {
      Path files = Files.createDirectory(folder.resolve("files"));
      server.setHost("127.0.0.1");
      server.setKeyPairProvider(key);
      server.setPasswordAuthenticator(
          (name, given, session) -> {
            logins.incrementAndGet();
            return name.equals(user) && given.equals(password);
          });
      server.addSessionListener(
          new SessionListener() {
            @Override
            public void sessionCreated(Session session) {
              connections.incrementAndGet();
            }
          });
      server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
      server.setFileSystemFactory(new VirtualFileSystemFactory(files));
      server.start();
      knownHosts =
          Files.writeString(
              folder.resolve("known_hosts"),
              "[127.0.0.1]:%d %s%n"
                  .formatted(
                      server.getPort(),
                      PublicKeyEntry.toString(key.loadKeys(null).iterator().next().getPublic())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getPort();
  }

  /** How many there have been. */
  public int connections() {
    return connections.get();
  }

  /** How many passwords it was told. */
  public int logins() {
    return logins.get();
  }

  /** A file with its key, as ssh-keyscan writes it. */
  public Path knownHosts() {
    return knownHosts;
  }

  @Override
  public void close() {
    try {
      server.stop(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
