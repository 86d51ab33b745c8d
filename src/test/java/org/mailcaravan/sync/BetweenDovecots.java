package org.mailcaravan.sync;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.RawImap;

/**
 * A test of the engine between two real servers, each with the mailbox of {@link Caravan#USER}. All
 * of it is there before the test and closed after it. {@link BetweenHosts} has scripted servers,
 * which are faster.
 */
abstract class BetweenDovecots {
  @TempDir Path folder;
  final DovecotServer source;
  final DovecotServer destination;
  Caravan caravan;

  BetweenDovecots() {
    this(DovecotServer.builder());
  }

  /**
   * @param both how they are set up
   */
  BetweenDovecots(DovecotServer.Builder both) {
    source = start(both);
    destination = start(both);
  }

  static DovecotServer start(DovecotServer.Builder builder) {
    return builder.start().addUser(Caravan.USER, Caravan.PASSWORD);
  }

  @BeforeEach
  final void openCaravan() {
    caravan = new Caravan(folder, destination.port());
  }

  @AfterEach
  final void closeAll() {
    try (source;
        destination) {
      caravan.close();
    }
  }

  /** From now on mail goes to this port, such as that of a proxy before the destination. */
  void destinationIsAt(int port) {
    caravan.destination(new Server("127.0.0.1", port, Security.NONE));
  }

  /** A first pass. */
  MailboxResult pass() {
    return caravan.pass(source.port());
  }

  static RawImap login(DovecotServer server) {
    return RawImap.login(server.port(), Caravan.USER, Caravan.PASSWORD);
  }
}
