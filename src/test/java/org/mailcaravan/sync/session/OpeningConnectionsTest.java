package org.mailcaravan.sync.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.model.PassStopped;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.server.ScriptedImapServer;

@Timeout(30)
class OpeningConnectionsTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final OpeningConnections opening = new OpeningConnections();

  /** Logs in, in a thread of its own; what came of it. */
  private CompletableFuture<ImapException> loggingIn(int port) {
    Connector connector =
        new Connector(new ConnectionRules(true, Set.of(), true, Set.of(), LONG, LONG, null));
    Credentials credentials =
        new Credentials.Password(ScriptedImapServer.USER, Secret.of(ScriptedImapServer.PASSWORD));
    return CompletableFuture.supplyAsync(
        () -> {
          try (OpeningConnections.Opening begun = opening.begin();
              ImapConnection connection =
                  connector.connectForLogin(
                      new Server("127.0.0.1", port, Security.NONE), credentials, begun::uses)) {
            connection.login(credentials);
            throw new AssertionError("logged in");
          } catch (ImapException e) {
            return e;
          }
        });
  }

  @Test
  void aStopEndsTheWaitForAServerThatSaysNothing() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<ImapException> login = loggingIn(server.getLocalPort());
      try (Socket connected = server.accept()) {
        assertThat(login).isNotDone();
        opening.stop("it was stopped");
        assertThat(login.get(10, TimeUnit.SECONDS)).isInstanceOf(ConnectFailed.class);
        assertThat(connected.getInputStream().read()).as("hung up").isEqualTo(-1);
      }
    }
  }

  @Test
  void aStopEndsTheWaitForTheAnswerToALogin() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4rev1");
              client.expectMatching("LOGIN .*");
              asked.countDown();
              client.readLine();
            })) {
      CompletableFuture<ImapException> login = loggingIn(server.port());
      asked.await();
      opening.stop("it was stopped");
      assertThat(login.get(10, TimeUnit.SECONDS)).isInstanceOf(ConnectionLost.class);
    }
  }

  @Test
  void noneBeginsAfterAStopAndWhoWaitedIsToldWhy() throws IOException {
    try (OpeningConnections.Opening begun = opening.begin();
        Socket late = new Socket()) {
      opening.requireGoingOn();
      opening.stop("it was stopped");
      begun.uses(late);
      assertThat(late.isClosed()).isTrue();
    }
    assertThatThrownBy(opening::begin)
        .isInstanceOf(PassStopped.class)
        .hasMessageContaining("it was stopped");
    assertThatThrownBy(opening::requireGoingOn).isInstanceOf(PassStopped.class);
  }
}
