package org.mailcaravan;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.server.Cut;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.LineProxy;
import org.mailcaravan.server.Proxy;

/** Folders of one mailbox that are copied side by side. */
@Lengthy
@EnabledIfInstalled("dovecot")
class LanesTest {
  private static final String POISON = "words that one of the servers cannot bear";
  private static final String USER = "ann@example.org";
  private static final String[] FOLDERS = {
    "INBOX", "Sent", "Work", "Work/2019", "Work/2020", "Friends", "Lists", "Lists/camel"
  };

  @TempDir Path folder;

  private static DovecotServer.Builder allowing(int connections) {
    return DovecotServer.builder().extra("mail_max_userip_connections = " + connections);
  }

  private static long logins(DovecotServer server) throws IOException {
    try (var lines = Files.lines(server.log())) {
      return lines.filter(line -> line.contains("Login: user=<" + USER + ">")).count();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 50", "50, 1", "1, 1", "2, 3"})
  void aServerThatAllowsFewConnectionsGetsNoMore(int atSource, int atDestination) {
    try (TwoServers servers = new TwoServers(allowing(atSource), allowing(atDestination))) {
      servers.userWithMail(USER, 5, FOLDERS);
      Installation installation =
          servers.configure(new Installation(folder)).set("mailbox.connections", "4");
      Path file = installation.request("ann.csv", TwoServers.HEADER + servers.row(USER));

      MailboxResult result = installation.migrate(file).mailboxes().get(0);

      assertThat(result.problems()).isEmpty();
      assertThat(result.state()).isEqualTo(MailboxState.COPIED);
      assertThat(servers.atDestination(USER).differencesFrom(servers.atSource(USER))).isEmpty();
    }
  }

  /** Sees whether two commands of a kind are under way at once; each answer waits for that. */
  private static final class Overlap implements AutoCloseable {
    final LineProxy proxy;
    private final CountDownLatch seen = new CountDownLatch(1);
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicBoolean answering = new AtomicBoolean();

    /**
     * @param answer what shows that a server answers such a command
     * @param end of the answer; the same, or a line that other commands have, too
     */
    Overlap(int port, String command, String answer, String end) {
      proxy =
          new LineProxy(
              port,
              line -> {
                if (line.contains(command) && underWay.incrementAndGet() == 2) {
                  seen.countDown();
                }
                return line;
              },
              line -> {
                if (line.contains(answer)) {
                  isSeenWithin(1);
                  answering.set(true);
                }
                if (line.contains(end) && answering.getAndSet(false)) {
                  underWay.decrementAndGet();
                }
                return line;
              });
    }

    boolean isSeenWithin(int seconds) {
      try {
        return seen.await(seconds, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      proxy.close();
    }
  }

  @Test
  void foldersAreCopiedSideBySideOnOneConnection() throws IOException {
    try (TwoServers servers = new TwoServers();
        Overlap source =
            new Overlap(servers.source.port(), "BODY.PEEK[]", "BODY[]", "OK Fetch completed");
        Overlap destination =
            new Overlap(servers.destination.port(), " APPEND ", "OK [APPENDUID", "OK [APPENDUID")) {
      servers.userWithMail(USER, 5, FOLDERS);
      Installation installation =
          new Installation(folder)
              .set("destination.port", String.valueOf(destination.proxy.port()));
      Path file = installation.request("ann.csv", request(servers, source.proxy.port()));

      MailboxResult result = installation.migrate(file).mailboxes().get(0);

      assertThat(source.isSeenWithin(0)).isTrue();
      assertThat(destination.isSeenWithin(0)).isTrue();
      assertThat(result.state()).isEqualTo(MailboxState.COPIED);
      assertThat(servers.atDestination(USER).differencesFrom(servers.atSource(USER))).isEmpty();
      assertThat(logins(servers.destination)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"source", "destination"})
  void onlyTheMessageThatBreaksAConnectionIsLeftOutOfAllThatWereUnderWay(String side)
      throws IOException {
    Cut cut = Cut.always(POISON);
    boolean atSource = side.equals("source");
    try (TwoServers servers = new TwoServers();
        Proxy proxy =
            atSource
                ? new Proxy(servers.source.port(), Proxy.OPEN, cut)
                : new Proxy(servers.destination.port(), cut, Proxy.OPEN)) {
      servers.userWithMail(USER, 40, FOLDERS);
      int good = servers.atSource(USER).count();
      servers.deliver(USER, ("Subject: x\r\n\r\n" + POISON + "\r\n").getBytes(US_ASCII));
      int port = atSource ? servers.destination.port() : proxy.port();
      Installation installation =
          new Installation(folder).set("destination.port", String.valueOf(port));
      Path file =
          installation.request(
              "ann.csv", request(servers, atSource ? proxy.port() : servers.source.port()));

      MailboxResult result = installation.migrate(file).mailboxes().get(0);

      assertThat(result.problems())
          .singleElement()
          .satisfies(problem -> assertThat(problem.cause()).contains("fails each time"));
      assertThat(servers.atDestination(USER).count()).isEqualTo(good);
      assertThat(result.copied()).isEqualTo(good);
    }
  }

  private static String request(TwoServers servers, int sourcePort) {
    return TwoServers.HEADER + servers.rowThrough(sourcePort, USER);
  }

  @Test
  void thereAreAsManyConnectionsAsAllowedAndOneWhenNothingChanged() throws IOException {
    try (TwoServers servers = new TwoServers()) {
      servers.userWithMail(USER, 5, FOLDERS);
      Installation installation =
          servers.configure(new Installation(folder)).set("mailbox.connections", "3");
      Path file = installation.request("ann.csv", TwoServers.HEADER + servers.row(USER));
      long before = logins(servers.source);

      installation.migrate(file);
      assertThat(logins(servers.source) - before).isEqualTo(3);
      assertThat(logins(servers.destination)).isEqualTo(3);
      installation.migrate(file);
      assertThat(logins(servers.source) - before).isEqualTo(4);
      assertThat(logins(servers.destination)).isEqualTo(4);
    }
  }
}
