package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.imap.ConnectFailed.Reason;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.ScriptedImapServer;
import org.mailcaravan.server.ScriptedImapServer.Script;

@Execution(ExecutionMode.CONCURRENT)
class ConnectorTest {
  private static final ConnectionRules STRICT =
      new ConnectionRules(
          false,
          Set.of("allowed.example"),
          false,
          Set.of("allowed.example", "insecure.example"),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          null);

  private static ConnectFailed failure(Connector connector, Server server) {
    ConnectFailed failed =
        catchThrowableOfType(ConnectFailed.class, () -> connector.connect(server));
    assertThat(failed).hasMessageContaining(server.toString());
    return failed;
  }

  private static ConnectFailed failure(int port, Security security) {
    return failure(port, security, Duration.ofSeconds(30));
  }

  private static ConnectFailed failure(int port, Security security, Duration connectTimeout) {
    Connector connector = new Connector(Connections.patient(null, connectTimeout));
    return failure(connector, new Server("localhost", port, security));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* BYE too busy|TURNED_AWAY|too busy",
        "* NO not now|TURNED_AWAY|not now",
        "* PREAUTH hello root|NOT_IMAP|PREAUTH",
        "+OK POP3 ready|NOT_IMAP|POP3",
        "220 smtp.example.org ESMTP|NOT_IMAP|220 smtp",
        "HTTP/1.1 400 Bad Request|NOT_IMAP|400"
      })
  void tellsWhatGreetsItWrongly(String greeting, Reason reason, String words) {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.send(greeting + "\r\n");
              client.hangUpSoftly();
            })) {
      ConnectFailed failed = failure(server.port(), Security.NONE);
      assertThat(failed.reason()).isEqualTo(reason);
      assertThat(failed).hasMessageContaining(words);
    }
  }

  @Test
  void tellsAServerThatHangsUpOrKeepsSilent() throws IOException {
    try (ScriptedImapServer server = ScriptedImapServer.start(ScriptedImapServer.Client::hangUp)) {
      for (Security security : Security.values()) {
        assertThat(failure(server.port(), security).reason()).isEqualTo(Reason.UNREACHABLE);
      }
    }
    for (Security security : List.of(Security.NONE, Security.TLS)) {
      try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
        ConnectFailed failed = failure(silent.getLocalPort(), security, Duration.ofMillis(500));
        assertThat(failed.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(failed).hasMessageContaining("in time");
      }
    }
  }

  private static final Security TLS = Security.TLS;
  private static final Security STARTTLS = Security.STARTTLS;
  private static final Security NONE = Security.NONE;

  /** The first words of a TLS server: a handshake record that announces 512 octets. */
  private static final String HANDSHAKE = "\u0016\u0003\u0003\u0002\u0000\u0002";

  static Stream<Arguments> endlessOpenings() {
    Script endlessLines = client -> drip(client, "* OK Still here\r\n");
    Script noCapability =
        client -> {
          client.untagged("OK ready");
          client.expect("CAPABILITY");
          drip(client, "* OK Still here\r\n");
        };
    Script noStartTls =
        client -> {
          client.greet("IMAP4rev1 STARTTLS");
          client.expect("STARTTLS");
          drip(client, "* OK Still here\r\n");
        };
    Script slowSecondHandshake =
        client -> {
          client.greet("IMAP4rev1 STARTTLS");
          client.expect("STARTTLS");
          client.ok("begin");
          // What came together with the OK would be a fault of another kind.
          assertThat(client.octets(1)).isNotEmpty();
          client.send(HANDSHAKE);
          drip(client, "x");
        };
    return Stream.of(
        arguments("a greeting octet by octet", NONE, dripping("* OK "), "the greeting"),
        arguments("a handshake octet by octet", TLS, dripping(HANDSHAKE), "the TLS handshake"),
        arguments("silence where TLS is due", TLS, dripping(""), "the TLS handshake"),
        arguments("no answer to CAPABILITY", NONE, noCapability, "the answer to CAPABILITY"),
        arguments("no answer to STARTTLS", STARTTLS, noStartTls, "the answer to STARTTLS"),
        arguments("STARTTLS, then a drip", STARTTLS, slowSecondHandshake, "the TLS handshake"),
        arguments("lines without a greeting", STARTTLS, endlessLines, "the answer to STARTTLS"));
  }

  private static Script dripping(String first) {
    return client -> {
      client.send(first);
      drip(client, first.isEmpty() ? "" : "x");
    };
  }

  /** Sends something again and again until the client hangs up. */
  private static void drip(ScriptedImapServer.Client client, String words) throws Exception {
    for (CountDownLatch never = new CountDownLatch(1);
        !never.await(5, TimeUnit.MILLISECONDS) && !client.hasHungUp(); ) {
      client.send(words);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("endlessOpenings")
  void theConnectTimeoutBoundsAllThatComesBeforeTheLogin(
      String behaviour, Security security, Script script, String awaited) {
    ConnectionRules rules =
        new ConnectionRules(
            true, Set.of(), true, Set.of(), Duration.ofMillis(400), Duration.ofSeconds(60), null);
    try (ScriptedImapServer server = ScriptedImapServer.start(script)) {
      ConnectFailed failed =
          failure(new Connector(rules), new Server("127.0.0.1", server.port(), security));
      assertThat(failed.reason()).isEqualTo(Reason.UNREACHABLE);
      assertThat(failed)
          .hasMessageEndingWith(
              "accepted the connection, but " + awaited + " took longer than 400 milliseconds");
    }
  }

  @Test
  void aConnectionThatStandsOutlivesTheConnectTimeout() {
    ConnectionRules rules =
        new ConnectionRules(
            true, Set.of(), true, Set.of(), Duration.ofMillis(400), Duration.ofSeconds(60), null);
    try (ScriptedImapServer server =
            ScriptedImapServer.start(
                client -> {
                  client.greet("IMAP4rev1");
                  client.expect("LOGIN \"user\" \"secret\"");
                  for (int i = 0; i < 100; i++) {
                    client.untagged("OK Still here");
                    assertThat(new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS)).isFalse();
                  }
                  client.ok("[CAPABILITY IMAP4rev1] in");
                });
        ImapConnection connection =
            new Connector(rules).connect(new Server("127.0.0.1", server.port(), NONE))) {
      connection.login(Connections.password("user", "secret"));
      assertThat(connection.capabilities()).contains("IMAP4REV1");
    }
  }

  @Test
  void tellsAPortThatNobodyListensOn() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }
    assertThat(failure(port, Security.TLS).reason()).isEqualTo(Reason.UNREACHABLE);
  }

  @Test
  void asksForCapabilitiesThatTheGreetingDoesNotTell() {
    try (ScriptedImapServer server =
            ScriptedImapServer.start(
                client -> {
                  client.untagged("OK ready");
                  client.expect("CAPABILITY");
                  client.untagged("CAPABILITY IMAP4rev1 X-OWN");
                  client.ok("done");
                });
        ImapConnection connection = Connections.plain(server.port())) {
      assertThat(connection.capabilities()).containsExactlyInAnyOrder("IMAP4REV1", "X-OWN");
      assertThat(connection.greeting()).isEqualTo("ready");
    }
  }

  @Test
  void doesNotGoOnWithoutStartTls() {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4rev1");
              client.expect("CAPABILITY");
              client.untagged("CAPABILITY IMAP4rev1");
              client.ok("done");
              client.hangUpSoftly();
            })) {
      assertThat(failure(server.port(), Security.STARTTLS).reason()).isEqualTo(Reason.NO_STARTTLS);
    }
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.untagged("PREAUTH forged");
              client.hangUpSoftly();
            })) {
      assertThat(failure(server.port(), Security.STARTTLS).reason()).isEqualTo(Reason.NO_STARTTLS);
    }
  }

  @Test
  void tellsWithWhichWordsStarttlsIsRefused() {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4rev1 STARTTLS");
              String tag = client.expect("STARTTLS");
              client.send(tag + " NO TLS is not available now\r\n");
              client.hangUpSoftly();
            })) {
      ConnectFailed failed = failure(server.port(), Security.STARTTLS);
      assertThat(failed.reason()).isEqualTo(Reason.NO_STARTTLS);
      assertThat(failed).hasMessageContaining("NO TLS is not available now");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "absent, there is no such file",
    "folder, certificate",
    "empty, the file holds no certificate",
    "text, certificate"
  })
  void aFileOfCertificatesThatIsNoneIsToldByTheNameOfItsProperty(
      String name, String cause, @TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve("folder"));
    Files.writeString(folder.resolve("empty"), "");
    Files.writeString(folder.resolve("text"), "no certificate");

    assertThatThrownBy(() -> TrustedTls.context(folder.resolve(name)))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("tls.extra-ca-file")
        .hasMessageContaining(cause);
  }

  @ParameterizedTest
  @ValueSource(strings = {"* CAPABILITY IMAP4rev1 AUTH=EVIL\r\n", "x"})
  void refusesWhatIsInjectedBeforeTls(String injected) {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4rev1 STARTTLS");
              String tag = client.expect("STARTTLS");
              client.send(tag + " OK begin\r\n" + injected);
              client.hangUpSoftly();
            })) {
      ConnectFailed failed = failure(server.port(), Security.STARTTLS);
      assertThat(failed.reason()).isEqualTo(Reason.TLS_TAMPERED);
      assertThat(failed).hasMessageContaining("unprotected data");
    }
  }

  @Test
  void tellsAPlaintextPortFromATlsPort() {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4rev1");
              client.hangUpSoftly();
            })) {
      assertThat(failure(server.port(), Security.TLS).reason()).isEqualTo(Reason.WRONG_SECURITY);
    }
  }

  @Test
  @EnabledIfInstalled("dovecot")
  void trustsOnlyTheRightCertificate() {
    try (DovecotServer dovecot = DovecotServer.builder().certificateName("other.example").start()) {
      Server server = new Server("localhost", dovecot.tlsPort(), Security.TLS);
      ConnectFailed unknown = failure(new Connector(Connections.anything(null)), server);
      assertThat(unknown.reason()).isEqualTo(Reason.TLS_SELF_SIGNED);
      assertThat(unknown).hasMessageContaining("other.example");
      for (Security security : Set.of(Security.TLS, Security.STARTTLS)) {
        int port = security == Security.TLS ? dovecot.tlsPort() : dovecot.port();
        ConnectFailed otherName =
            failure(
                new Connector(Connections.anything(dovecot.caFile())),
                new Server("localhost", port, security));
        assertThat(otherName.reason()).isEqualTo(Reason.TLS_WRONG_NAME);
        assertThat(otherName).hasMessageContaining("not for localhost but for other.example");
      }
      Connector resolving =
          new Connector(
              Connections.anything(dovecot.caFile()),
              host -> new InetAddress[] {InetAddress.getLoopbackAddress()});
      try (ImapConnection connection =
          resolving.connect(new Server("other.example", dovecot.tlsPort(), Security.TLS))) {
        assertThat(connection.capabilities()).contains("IMAP4REV1");
      }
    }
  }

  @Test
  void readsTheCaFileAtOnce(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("ca.pem"), "nothing of the kind");
    assertThatThrownBy(() -> new Connector(Connections.anything(file)))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("ca.pem");
    assertThatThrownBy(() -> new Connector(Connections.anything(folder.resolve("none.pem"))))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("none.pem");
  }

  @Test
  void allowsPlaintextOnlyWhereTheRulesDo() {
    Connector connector = new Connector(STRICT, host -> new InetAddress[0]);
    assertThat(failure(connector, new Server("other.example", 143, Security.NONE)).reason())
        .isEqualTo(Reason.PLAINTEXT_FORBIDDEN);
    assertThat(failure(connector, new Server("Insecure.Example", 143, Security.NONE)).reason())
        .isNotEqualTo(Reason.PLAINTEXT_FORBIDDEN);
  }

  @ParameterizedTest
  @EnumSource(
      value = Security.class,
      names = {"TLS", "STARTTLS"})
  void keepsToPublicAddressesUnlessTheHostIsAllowed(Security security) {
    Connector connector = new Connector(STRICT);
    for (String host :
        new String[] {
          "localhost", "127.0.0.1", "::1", "[::1]", "2130706433", "127.1", "10.0.0.1", "::"
        }) {
      assertThat(failure(connector, new Server(host, 9, security)).reason())
          .isEqualTo(Reason.ADDRESS_FORBIDDEN);
    }
  }

  @Test
  void keepsFromAHostThatHasAPrivateAddressBesideAPublicOne() throws UnknownHostException {
    InetAddress open = InetAddress.getByName("8.8.8.8");
    InetAddress ours = InetAddress.getByName("192.168.1.1");
    for (InetAddress[] mixed : new InetAddress[][] {{open, ours}, {ours, open}}) {
      Connector connector = new Connector(STRICT, host -> mixed);
      assertThat(failure(connector, new Server("mixed.example", 9, Security.TLS)).reason())
          .isEqualTo(Reason.ADDRESS_FORBIDDEN);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fe80::1%nowhere9",
        "[fe80::1%nowhere9]",
        "[::1",
        "::1]",
        "1.2.3.4.5",
        "0x7f000001z",
        "-",
        ".",
        "..",
        "a..example",
        "\u00df\u0000.example",
        "xn--\u0661.example",
        "127.0.0.1 example",
        "%31"
      })
  void aHostThatIsNoneIsAnAnswerAndNoFault(String host) {
    Connector connector = new Connector(STRICT);

    assertThat(failure(connector, new Server(host, 9, Security.TLS)).reason())
        .isIn(Reason.UNKNOWN_HOST, Reason.ADDRESS_FORBIDDEN);
  }

  @Test
  void looksANameUpOnlyOnce() {
    AtomicInteger lookups = new AtomicInteger();
    Connector.Resolver counting =
        host -> {
          lookups.incrementAndGet();
          return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
    try (ScriptedImapServer server = ScriptedImapServer.start(client -> client.greet("IMAP4rev1"));
        ImapConnection connection =
            new Connector(STRICT, counting)
                .connect(new Server("Allowed.example", server.port(), Security.NONE))) {
      assertThat(connection.capabilities()).isNotEmpty();
    }
    assertThat(lookups).hasValue(1);
  }

  @Test
  void triesTheNextAddressWhenOneDoesNotAnswer() throws UnknownHostException {
    InetAddress nobody = InetAddress.getByName("127.0.0.99");
    InetAddress somebody = InetAddress.getLoopbackAddress();
    try (ScriptedImapServer server = ScriptedImapServer.start(client -> client.greet("IMAP4rev1"));
        ImapConnection connection =
            new Connector(STRICT, host -> new InetAddress[] {nobody, somebody})
                .connect(new Server("allowed.example", server.port(), Security.NONE))) {
      assertThat(connection.greeting()).isEqualTo("ready");
    }
  }

  @Test
  void tellsANameThatDoesNotResolve() {
    Connector connector =
        new Connector(
            STRICT,
            host -> {
              throw new UnknownHostException(host);
            });
    for (String host : new String[] {"nowhere.example", "x".repeat(300), "ümlaut.example"}) {
      assertThat(failure(connector, new Server(host, 993, Security.TLS)).reason())
          .isEqualTo(Reason.UNKNOWN_HOST);
    }
  }
}
