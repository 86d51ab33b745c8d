package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.imap.ConnectFailed.Reason;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.server.Authority;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.TlsCertificate;

/**
 * Each way in which TLS does not come about has its own name and words, within the connect timeout.
 */
@EnabledIfInstalled("openssl")
@Execution(ExecutionMode.CONCURRENT)
class TlsCausesTest {
  private static final Duration CONNECT = Duration.ofSeconds(6);

  @TempDir static Path folder;
  private static Authority authority;

  @BeforeAll
  static void found() {
    authority = Authority.create(folder, "Caravan Test CA");
  }

  private static ConnectionRules trusting(@Nullable Path file) {
    return new ConnectionRules(
        true, Set.of(), true, Set.of(), CONNECT, Duration.ofSeconds(20), file);
  }

  private static ConnectFailed failure(int port, Security security, @Nullable Path trusted) {
    return catchThrowableOfType(
        ConnectFailed.class,
        () -> new Connector(trusting(trusted)).connect(new Server("localhost", port, security)));
  }

  static Stream<Arguments> certificates() {
    Instant now = Instant.now();
    Duration day = Duration.ofDays(1);
    TlsCertificate expired =
        authority.issue("expired", "localhost", now.minus(day.multipliedBy(9)), now.minus(day));
    TlsCertificate early =
        authority.issue("early", "localhost", now.plus(day), now.plus(day.multipliedBy(9)));
    TlsCertificate other =
        authority.issue("other", "mail.other.example", now.minus(day), now.plus(day));
    TlsCertificate good = authority.issue("good", "localhost", now.minus(day), now.plus(day));
    TlsCertificate own = authority.signItself("own", "localhost", now.minus(day), now.plus(day));
    TlsCertificate ownExpired =
        authority.signItself(
            "own-expired", "localhost", now.minus(day.multipliedBy(9)), now.minus(day));
    TlsCertificate ownOther =
        authority.signItself("own-other", "mail.other.example", now.minus(day), now.plus(day));
    TlsCertificate ownExpiredOther =
        authority.signItself(
            "own-expired-other",
            "mail.other.example",
            now.minus(day.multipliedBy(9)),
            now.minus(day));
    Path trusted = authority.certificate();
    return Stream.of(
        arguments("expired", expired, trusted, Reason.TLS_EXPIRED, "expired on 20"),
        arguments("expired, of nobody we know", expired, null, Reason.TLS_EXPIRED, "expired on"),
        arguments("not yet valid", early, trusted, Reason.TLS_NOT_YET_VALID, "not valid before"),
        arguments(
            "another name", other, trusted, Reason.TLS_WRONG_NAME, "but for mail.other.example"),
        arguments("of nobody we know", good, null, Reason.TLS_UNKNOWN_ISSUER, "Caravan Test CA"),
        arguments("self-signed", own, null, Reason.TLS_SELF_SIGNED, "signed itself"),
        arguments(
            "self-signed and expired", ownExpired, null, Reason.TLS_EXPIRED, "also self-signed"),
        arguments(
            "expired, of nobody we know",
            expired,
            null,
            Reason.TLS_EXPIRED,
            "issuer is not known here either"),
        arguments(
            "self-signed and another name",
            ownOther,
            null,
            Reason.TLS_SELF_SIGNED,
            "also not for localhost but for mail.other.example"),
        arguments(
            "of nobody we know and another name",
            other,
            null,
            Reason.TLS_UNKNOWN_ISSUER,
            "also not for localhost but for mail.other.example"),
        arguments(
            "expired, self-signed and another name",
            ownExpiredOther,
            null,
            Reason.TLS_EXPIRED,
            "also self-signed; it is also not for localhost but for mail.other.example"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("certificates")
  void aCertificateIsRefusedWithItsOwnReason(
      String name, TlsCertificate shown, @Nullable Path trusted, Reason reason, String words)
      throws IOException {
    try (ServerSocket listener = tls(shown.serverContext(), "* OK ready\r\n")) {
      ConnectFailed failed = failure(listener.getLocalPort(), Security.TLS, trusted);

      assertThat(failed.reason()).isEqualTo(reason);
      assertThat(failed).hasMessageContaining(words);
      if (trusted != null) {
        assertThat(failed).hasMessageNotContaining("known here");
      }
    }
  }

  /** ADR 9. */
  @Test
  void anExpiredCertificateIsTrustedWhereItIsNamedItselfAndToldAtTheStart() throws IOException {
    Instant now = Instant.now();
    TlsCertificate own =
        authority.signItself(
            "pinned", "localhost", now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1)));
    try (ServerSocket listener = tls(own.serverContext(), "* OK [CAPABILITY IMAP4rev1] ready\r\n");
        ImapConnection connection =
            new Connector(trusting(own.certificate()))
                .connect(new Server("localhost", listener.getLocalPort(), Security.TLS))) {
      assertThat(connection.greeting()).isEqualTo("ready");
    }
    assertThat(TrustedTls.expiredIn(own.certificate(), now))
        .singleElement()
        .asString()
        .contains("localhost", "expired on 20");
    assertThat(TrustedTls.expiredIn(authority.certificate(), now)).isEmpty();
  }

  static Stream<Arguments> ports() {
    String imap = "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n";
    return Stream.of(
        arguments("TLS at a plain port", imap, Security.TLS, Reason.WRONG_SECURITY, "starttls"),
        arguments(
            "TLS at a plain port without STARTTLS",
            "* OK [CAPABILITY IMAP4rev1] ready\r\n",
            Security.TLS,
            Reason.WRONG_SECURITY,
            "offers no STARTTLS: use port 993 with tls"),
        arguments("TLS at POP3", "+OK ready\r\n", Security.TLS, Reason.NOT_IMAP, "POP3"),
        arguments("TLS at SMTP", "220 mail ESMTP\r\n", Security.TLS, Reason.NOT_IMAP, "SMTP"),
        arguments("plain at POP3", "+OK ready\r\n", Security.STARTTLS, Reason.NOT_IMAP, "POP3"),
        arguments("plain at SMTP", "220 mail ESMTP\r\n", Security.NONE, Reason.NOT_IMAP, "SMTP"),
        arguments("plain at SSH", "SSH-2.0-x\r\n", Security.NONE, Reason.NOT_IMAP, "SSH"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ports")
  void aPortThatGreetsInClearIsToldByItsName(
      String name, String greeting, Security security, Reason reason, String words)
      throws IOException {
    try (ServerSocket listener = serve(plain(), greeting)) {
      long start = System.nanoTime();
      ConnectFailed failed = failure(listener.getLocalPort(), security, null);

      assertThat(failed.reason()).isEqualTo(reason);
      assertThat(failed).hasMessageContaining(words);
      assertThat(System.nanoTime() - start).isLessThan(CONNECT.toNanos());
    }
  }

  static Stream<Arguments> tlsPorts() {
    return Stream.of(
        arguments(Security.STARTTLS, false),
        arguments(Security.NONE, false),
        arguments(Security.STARTTLS, true));
  }

  /** Whether we trust the server does not matter for that. */
  @ParameterizedTest
  @MethodSource("tlsPorts")
  void aTlsPortThatIsSpokenToInClearIsToldWithinTheConnectTimeout(
      Security security, boolean trusted) throws IOException {
    Instant now = Instant.now();
    TlsCertificate good =
        authority.issue(
            "tls" + security + trusted,
            "localhost",
            now.minus(Duration.ofDays(1)),
            now.plus(Duration.ofDays(1)));
    try (ServerSocket listener = tls(good.serverContext(), "* OK ready\r\n")) {
      long start = System.nanoTime();
      ConnectFailed failed =
          failure(listener.getLocalPort(), security, trusted ? authority.certificate() : null);

      assertThat(failed.reason()).isEqualTo(Reason.WRONG_SECURITY);
      assertThat(failed)
          .hasMessageContaining("port " + listener.getLocalPort() + " speaks TLS: write tls");
      assertThat(System.nanoTime() - start).isLessThan(CONNECT.toNanos());
    }
  }

  @Test
  void aWebServerThatTlsIsSpokenToIsToldByItsName() throws IOException {
    try (ServerSocket listener =
        answering(plain(), "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")) {
      ConnectFailed failed = failure(listener.getLocalPort(), Security.TLS, null);

      assertThat(failed.reason()).isEqualTo(Reason.NOT_IMAP);
      assertThat(failed).hasMessageContaining("HTTP");
    }
  }

  @Test
  void aServerThatAnswersTlsInPlainTextIsToldToDoSo() throws IOException {
    try (ServerSocket listener = answering(plain(), "what do you want of me?\r\n")) {
      ConnectFailed failed = failure(listener.getLocalPort(), Security.TLS, null);

      assertThat(failed.reason()).isEqualTo(Reason.WRONG_SECURITY);
      assertThat(failed).hasMessageContaining("answers in plain text where TLS should begin");
    }
  }

  @Test
  void aServerWithOldTlsOnlyIsToldToBeWeak() throws IOException {
    Instant now = Instant.now();
    TlsCertificate good =
        authority.issue(
            "old", "localhost", now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1)));
    // Set before the first accept: it is what accept takes over when it begins to wait.
    SSLServerSocket old = listener(good.serverContext());
    old.setEnabledCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
    old.setEnabledProtocols(new String[] {"TLSv1.2"});
    try (ServerSocket listener = serve(old, "* OK ready\r\n")) {
      ConnectFailed failed =
          failure(listener.getLocalPort(), Security.TLS, authority.certificate());

      assertThat(failed.reason()).isEqualTo(Reason.TLS_WEAK);
    }
  }

  private static ServerSocket plain() throws IOException {
    return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  private static ServerSocket tls(SSLContext context, String greeting) throws IOException {
    return serve(listener(context), greeting);
  }

  private static SSLServerSocket listener(SSLContext context) throws IOException {
    return (SSLServerSocket)
        context
            .getServerSocketFactory()
            .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  /** Greets each connection, and keeps it until the other side ends it. */
  private static ServerSocket serve(ServerSocket listener, String greeting) {
    return accepting(
        listener,
        socket -> {
          socket.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
          socket.getOutputStream().flush();
          socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        });
  }

  /** Says nothing before something has come. */
  private static ServerSocket answering(ServerSocket listener, String answer) {
    return accepting(
        listener,
        socket -> {
          if (socket.getInputStream().read() >= 0) {
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
          }
        });
  }

  private interface Work {
    void on(Socket socket) throws IOException;
  }

  private static ServerSocket accepting(ServerSocket listener, Work work) {
    Thread acceptor =
        new Thread(
            () -> {
              while (!listener.isClosed()) {
                try {
                  Socket socket = listener.accept();
                  Thread one = new Thread(() -> serve(socket, work), "tls test connection");
                  one.setDaemon(true);
                  one.start();
                } catch (IOException e) {
                  return;
                }
              }
            },
            "tls test server");
    acceptor.setDaemon(true);
    acceptor.start();
    return listener;
  }

  private static void serve(Socket socket, Work work) {
    try (socket) {
      work.on(socket);
    } catch (IOException e) {
      // The client did not like it, which is what the tests are about.
    }
  }
}
