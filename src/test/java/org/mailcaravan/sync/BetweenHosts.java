package org.mailcaravan.sync;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.server.HostAccount;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.HostMessage;
import org.mailcaravan.server.ImapHost;

/**
 * A test of the engine between two scripted servers, each with the mailbox of {@link Caravan#USER}.
 * All of it is there before the test and closed after it.
 */
abstract class BetweenHosts {
  @TempDir Path folder;
  final ImapHost source = ImapHost.start();
  final ImapHost destination = ImapHost.start();
  final HostAccount from = source.account(Caravan.USER, Caravan.PASSWORD);
  final HostAccount to = destination.account(Caravan.USER, Caravan.PASSWORD);
  Caravan caravan;

  @BeforeEach
  final void openCaravan() {
    caravan = newCaravan();
  }

  @AfterEach
  final void closeAll() {
    try (source;
        destination) {
      caravan.close();
    }
  }

  /** The usual engine; a test that waits for a server's silence wants one with less patience. */
  Caravan newCaravan() {
    return new Caravan(folder, destination.port());
  }

  /** A first pass. */
  MailboxResult pass() {
    return caravan.pass(source.port());
  }

  /** A folder of the mailbox at one of the two, made when it is not there. */
  static HostFolder at(ImapHost host, String name) {
    return host.account(Caravan.USER, Caravan.PASSWORD).folder(name);
  }

  static HostFolder inbox(ImapHost host) {
    return at(host, "INBOX");
  }

  static List<String> octets(HostFolder some) {
    return some.messages().stream().map(HostMessage::octets).toList();
  }

  static int logins(ImapHost host) {
    return host.commands("LOGIN", "AUTHENTICATE").size();
  }
}
