package org.mailcaravan.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A private Xandikos (CardDAV and CalDAV) on a free loopback port. It has one account, {@code
 * /user/}, and asks nobody for a login; any is taken.
 */
public final class XandikosServer implements DavServer {
  private final Path folder;
  private final int port = ServerProcess.freePort();
  private final ServerProcess process;

  private XandikosServer() throws IOException {
    folder = TestFolders.create("mailcaravan-xandikos");
    List<String> command =
        List.of(
            Programs.require("xandikos"),
            "--directory",
            Files.createDirectory(folder.resolve("collections")).toString(),
            "--current-user-principal",
            "/user/",
            "--autocreate",
            "--listen-address",
            "127.0.0.1",
            "--port",
            Integer.toString(port));
    process = ServerProcess.start(command, folder, log(), port);
  }

  public static XandikosServer start() {
    try {
      return new XandikosServer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public URI baseUri() {
    return URI.create("http://127.0.0.1:" + port + "/");
  }

  @Override
  public URI home(Kind kind) {
    return baseUri().resolve(kind == Kind.CONTACTS ? "user/contacts/" : "user/calendars/");
  }

  @Override
  public Path log() {
    return folder.resolve("xandikos.log");
  }

  @Override
  public void close() {
    process.stop();
    ServerProcess.deleteTree(folder);
  }
}
