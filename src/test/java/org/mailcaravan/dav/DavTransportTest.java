package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.dav.ScriptedDavServer.Answer;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Secret;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.TlsCertificate;

/** Which servers are spoken to, and which of them get the login. */
class DavTransportTest {
  private static final String PASSWORD = "hunter2 hunter2";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  enum Refused {
    ANOTHER_NAME,
    NOT_TRUSTED,
    ADDRESS
  }

  enum Way {
    REDIRECT,
    PRINCIPAL,
    HOME
  }

  @Test
  @EnabledIfInstalled("openssl")
  void aStrangersServerIsAskedOverTls(@TempDir Path folder) {
    TlsCertificate certificate = TlsCertificate.create(folder, "localhost");
    try (var server = ScriptedDavServer.start(certificate, request -> Answer.of(200, "here"))) {
      DavClient client = client(toSources(certificate, Set.of("localhost")));

      assertThat(client.send("GET", server.uri("localhost", "//dav/?a=%2F"), 3))
          .satisfies(
              answer -> {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.octets()).asString().isEqualTo("her");
                assertThat(answer.whole()).isFalse();
              });
      assertThat(server.requests())
          .singleElement()
          .satisfies(
              request -> {
                assertThat(request.path()).isEqualTo("//dav/?a=%2F");
                assertThat(request.headers())
                    .containsOnlyKeys("Authorization", "Connection", "Host", "User-Agent")
                    .containsEntry("User-Agent", "MailCaravan");
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  @EnabledIfInstalled("openssl")
  void aStrangersServerThatBreaksARuleGetsNoRequest(Refused why, @TempDir Path folder) {
    String name = why == Refused.ANOTHER_NAME ? "dav.example.org" : "localhost";
    TlsCertificate certificate = TlsCertificate.create(folder, name);
    try (var server = ScriptedDavServer.start(certificate, request -> Answer.of(200))) {
      Set<String> allowed = why == Refused.ADDRESS ? Set.of() : Set.of("localhost");
      DavTransport transport = toSources(why == Refused.NOT_TRUSTED ? null : certificate, allowed);

      NeedsAttention thrown =
          catchThrowableOfType(
              NeedsAttention.class,
              () ->
                  client(transport)
                      .send("PROPFIND", server.uri("localhost", "/"), DavClient.SHORT));

      assertThat(thrown.problem().cause())
          .contains(
              switch (why) {
                case ADDRESS -> "loopback, private or link-local address";
                case ANOTHER_NAME -> "not for localhost but for dav.example.org";
                case NOT_TRUSTED -> "signed itself";
              });
      assertThat(server.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theLoginFollowsOnlyToHostsThatTheConfigurationNames(Way way) {
    for (DavSide side : DavSide.values()) {
      try (var elsewhere = ScriptedDavServer.start(DavTransportTest::calendars);
          var server =
              ScriptedDavServer.start(
                  request -> pointing(way, elsewhere.uri("localhost", "/home/")))) {
        NeedsAttention thrown =
            catchThrowableOfType(
                NeedsAttention.class,
                () -> discover(to(side, Set.of("example.org")), server.uri("/")));

        assertThat(thrown.problem().cause())
            .isEqualTo(
                "the server points to http://localhost:%d, where the login is not sent"
                    .formatted(elsewhere.uri("/").getPort()));
        assertThat(thrown.problem().nextStep()).contains("dav.redirect-hosts");
        assertThat(thrown.toString()).doesNotContain(PASSWORD);
        assertThat(elsewhere.requests()).isEmpty();

        List<CollectionFacts> found = discover(to(side, Set.of("localhost")), server.uri("/"));

        assertThat(found).extracting(CollectionFacts::name).containsExactly("Work");
        assertThat(elsewhere.requests())
            .isNotEmpty()
            .allSatisfy(request -> assertThat(request.headers()).containsKey("Authorization"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example/, https://a.example:8443/x, https://a.example:8443, dav.redirect-hosts",
    "https://a.example/, http://a.example/, http://a.example, https:// URL",
    "https://a.example/, http://a.example:8080/, http://a.example:8080, https:// URL",
    "https://a.example/, https://[2001:db8::1]:444/, https://[2001:db8::1]:444, dav.redirect-hosts",
    "https://a.example/, mailto:x, a mailto: URL that names no server, https:// URL",
  })
  void whereTheServerPointsIsToldWithItsPortAndWhatHelps(
      URI from, String to, String told, String step) {
    assertThatThrownBy(() -> client(to(DavSide.SOURCE, Set.of())).follow(from, to))
        .isInstanceOfSatisfying(
            NeedsAttention.class,
            thrown -> {
              assertThat(thrown.problem().cause())
                  .isEqualTo("the server points to " + told + ", where the login is not sent");
              assertThat(thrown.problem().nextStep()).contains(step);
            });
  }

  private static Answer pointing(Way way, URI elsewhere) {
    return switch (way) {
      case REDIRECT -> Answer.of(301, "Location", elsewhere.toString());
      case PRINCIPAL -> told("/", href("d:current-user-principal", elsewhere.toString()));
      case HOME -> told("/", href("c:calendar-home-set", elsewhere.toString()));
    };
  }

  /** A principal, its home and a calendar in it, all at one URL. */
  private static Answer calendars(ScriptedDavServer.Request request) {
    return told(
        "/home/",
        href("c:calendar-home-set", "/home/")
            + (request.headers().getOrDefault("Depth", "0").equals("1")
                ? "<d:displayname>Work</d:displayname>"
                    + "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"
                : ""));
  }

  private static String href(String property, String uri) {
    return "<%s><d:href>%s</d:href></%s>".formatted(property, uri, property);
  }

  private static Answer told(String href, String properties) {
    return Answer.of(
        207,
        """
        <d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:response>
        <d:href>%s</d:href><d:propstat><d:prop>%s</d:prop><d:status>HTTP/1.1 200 OK</d:status>
        </d:propstat></d:response></d:multistatus>
        """
            .formatted(href, properties));
  }

  @ParameterizedTest
  @CsvSource({
    "https://dav.example.org/, https://dav.example.org/other/, true",
    "https://dav.example.org/, https://DAV.example.org:443/, true",
    "https://dav.example.org:8443/, https://dav.example.org:8443/x, true",
    "https://dav.example.org/, https://DAV.example.org:8443/, false",
    "https://dav.example.org:8443/, https://dav.example.org/, false",
    "https://dav.example.org/, https://p42.icloud.com:8443/, true",
    "https://dav.example.org/, https://p42.icloud.com/, true",
    "https://dav.example.org/, https://ICLOUD.com/, true",
    "https://dav.example.org/, https://evilicloud.com/, false",
    "https://dav.example.org/, https://icloud.com.evil.example/, false",
    "https://dav.example.org/, https://example.org/, false",
    "https://dav.example.org/, http://dav.example.org/, false",
    "https://dav.example.org/, http://p42.icloud.com/, false",
    "http://dav.example.org/, https://dav.example.org/, true",
    "http://dav.example.org:8080/, https://dav.example.org/, false",
    "http://dav.example.org/, https://dav.example.org:8443/, false",
    "http://dav.example.org/, ftp://dav.example.org/, false",
    "https://dav.example.org/, https://me:pw@dav.example.org/, false",
    "https://dav.example.org/, mailto:x, false",
  })
  void theLoginGoesToTheSameHostAndBelowNamedOnesNeverWithLessProtection(
      URI from, URI to, boolean follows) {
    assertThat(to(DavSide.DESTINATION, Set.of("icloud.com")).mayFollow(from, to))
        .isEqualTo(follows);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/logback.xml", "/logback-file.xml"})
  void theLoginIsNotLoggedWhateverTheLevelOfTheLibraries(String file, @TempDir Path folder)
      throws Exception {
    LoggerContext context = new LoggerContext();
    context.putProperty("MAILCARAVAN_LOG", "TRACE");
    context.putProperty("LOG_FILE", folder.resolve("log").toString());
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(Objects.requireNonNull(getClass().getResource(file)));

    assertThat(context.getLogger("org.apache").isDebugEnabled()).isTrue();
    for (String name : List.of("wire", "headers")) {
      assertThat(context.getLogger("org.apache.hc.client5.http." + name).isDebugEnabled())
          .isFalse();
    }
    context.stop();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https:///nowhere/",
        "https://a_b..example/",
        "https://[::1]/",
        "https://[fe80::1%25nowhere9]/",
        "https://127.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://dav.example.org:0/",
        "https://dav.example.org:99999/",
        "ftp://dav.example.org/",
        "mailto:ann@example.org",
        "/only/a/path"
      })
  void aUrlThatNamesNoServerOrOneOfOursIsToldAndNoFault(String url) {
    DavClient client = client(toSources(null, Set.of()));

    assertThatThrownBy(() -> client.send("GET", URI.create(url), 1))
        .isInstanceOf(MigrationException.class);
  }

  private static List<CollectionFacts> discover(DavTransport transport, URI base) {
    return new Discovery(client(transport), Groupware.CALENDARS).from(base).collections;
  }

  private static DavClient client(DavTransport transport) {
    return new DavClient(transport, new DavLogin.Password("ann", Secret.of(PASSWORD)));
  }

  /** With this machine allowed under both of its names. */
  private static DavTransport to(DavSide side, Set<String> redirectHosts) {
    return switch (side) {
      case SOURCE -> toSources(null, Set.of("127.0.0.1", "localhost"), redirectHosts);
      case DESTINATION ->
          DavTransport.toDestination(
              Importing.anywhere(), PATIENCE, redirectHosts, Clock.systemUTC());
    };
  }

  private static DavTransport toSources(@Nullable TlsCertificate trusted, Set<String> allowed) {
    return toSources(trusted, allowed, Set.of());
  }

  private static DavTransport toSources(
      @Nullable TlsCertificate trusted, Set<String> allowed, Set<String> redirectHosts) {
    Path file = trusted == null ? null : trusted.certificate();
    return DavTransport.toSources(
        new Connector(
            new ConnectionRules(false, allowed, false, allowed, PATIENCE, PATIENCE, file)),
        PATIENCE,
        redirectHosts,
        Clock.systemUTC());
  }
}
