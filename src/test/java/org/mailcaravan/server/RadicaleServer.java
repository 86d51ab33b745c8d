package org.mailcaravan.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A private Radicale (CardDAV and CalDAV) on a free loopback port. Every user sees only what lies
 * under {@code /user/}. A user's password may hold any character but a line break and a leading or
 * trailing space.
 */
public final class RadicaleServer implements DavServer {
  private final Path folder;
  private final Path users;
  private final int port = ServerProcess.freePort();
  private final ServerProcess process;

  private RadicaleServer() throws IOException {
    folder = TestFolders.create("mailcaravan-radicale");
    users = Files.createFile(folder.resolve("users"));
    Path config = folder.resolve("config");
    Files.writeString(
        config,
        """
        [server]
        hosts = 127.0.0.1:%d
        [encoding]
        request = utf-8
        stock = utf-8
        [auth]
        type = htpasswd
        htpasswd_filename = %s
        htpasswd_encryption = plain
        delay = 0
        [rights]
        type = owner_only
        [storage]
        filesystem_folder = %s
        [logging]
        level = info
        """
            .formatted(port, users, folder.resolve("collections")));
    List<String> command = List.of(Programs.require("radicale"), "--config", config.toString());
    process = ServerProcess.start(command, folder, log(), port);
  }

  public static RadicaleServer start() {
    try {
      return new RadicaleServer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public URI baseUri() {
    return URI.create("http://127.0.0.1:" + port + "/");
  }

  /** Works from now on; Radicale reads its users at each login. */
  public RadicaleServer addUser(String name, String password) {
    try {
      Files.writeString(
          users,
          name + ":" + UsedPasswords.add(password) + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  @Override
  public URI home(Kind kind) {
    return baseUri().resolve("user/");
  }

  @Override
  public Path log() {
    return folder.resolve("radicale.log");
  }

  @Override
  public void close() {
    process.stop();
    ServerProcess.deleteTree(folder);
  }
}
