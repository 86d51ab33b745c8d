package org.mailcaravan.providers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.dav.ScriptedDavServer;
import org.mailcaravan.dav.ScriptedDavServer.Answer;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.providers.Finding.Found;
import org.mailcaravan.providers.Finding.NoImap;
import org.mailcaravan.providers.Finding.NotFound;
import org.mailcaravan.providers.Finding.Way;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.ScriptedDns;
import org.mailcaravan.server.TlsCertificate;

/**
 * The order of the search, with DNS, web and IMAP servers on loopback. All names below shop.firm
 * have the loopback address, which only those in {@link #ALLOWED} may have.
 */
@Lengthy
class SearchTest {
  private static final String DOMAIN = "shop.firm";
  private static final String FILE = "/mail/config-v1.1.xml";

  private static final Set<String> ALLOWED =
      Set.of(
          "autoconfig.shop.firm",
          "shop.firm",
          "ispdb.shop.firm",
          "moved.shop.firm",
          "mail.shop.firm",
          "box.shop.firm");

  private static final Providers PROVIDERS = ProvidersFile.read(Path.of("config/providers.yaml"));

  @TempDir static Path folder;

  private static TlsCertificate certificate;
  private static ScriptedDavServer web;

  /** What the web servers answer, by host and path. */
  private static final Map<String, Answer> FILES = new ConcurrentHashMap<>();

  private final ScriptedDns dns = ScriptedDns.start();
  private final Map<String, String> addresses = new HashMap<>();
  private int imapPort = 1;

  @BeforeAll
  static void start() {
    certificate = TlsCertificate.create(folder, "*.shop.firm,DNS:shop.firm");
    web =
        ScriptedDavServer.start(
            certificate,
            request -> {
              String host = request.headers().getOrDefault("host", "").replaceFirst(":.*", "");
              String path = request.path().replaceFirst("\\?.*", "");
              return FILES.getOrDefault(host + path, Answer.of(404));
            });
  }

  @AfterAll
  static void stop() {
    web.close();
  }

  @AfterEach
  void close() {
    dns.close();
    FILES.clear();
  }

  private Search search(boolean onlyPresets) {
    int port = web.uri("/").getPort();
    Connector connector =
        new Connector(
            new ConnectionRules(
                false,
                ALLOWED,
                false,
                Set.of(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                certificate.certificate()),
            host ->
                new InetAddress[] {
                  InetAddress.getByName(addresses.getOrDefault(host, "127.0.0.1"))
                });
    return new Search(
        PROVIDERS,
        new Dns(List.of(dns.address()), Duration.ofSeconds(2)),
        new ConfigFiles(new HttpConnections(connector, Duration.ofSeconds(2))),
        connector,
        new Search.Places(
            "https://autoconfig.DOMAIN:" + port + FILE,
            "https://DOMAIN:" + port + "/.well-known/autoconfig" + FILE,
            "https://ispdb.shop.firm:" + port + "/DOMAIN",
            imapPort),
        onlyPresets);
  }

  private Finding find() {
    return search(false).find(DOMAIN);
  }

  private static String config(String host) {
    return ClientConfigTest.file(
        ClientConfigTest.server("imap", host, 993, "SSL", "%EMAILLOCALPART%"));
  }

  private static void file(String place, String host) {
    FILES.put(place, Answer.of(200, config(host)));
  }

  private static Server tls(String host) {
    return new Server(host, 993, Security.TLS);
  }

  @Test
  void anMxRecordOfAKnownProviderIsEnough() {
    dns.answer(DOMAIN, "MX", "0 shop-firm.mail.protection.outlook.com.");
    file("autoconfig.shop.firm" + FILE, "box.shop.firm");
    Found found = (Found) find();
    assertThat(found.server()).isEqualTo(tls("outlook.office365.com"));
    assertThat(found.provider()).isNotNull();
    assertThat(found.words())
        .contains("outlook.office365.com (port 993, tls)", "shop-firm.mail.protection.outlook.com");
    assertThat(dns.questions()).containsExactly("shop.firm MX");
  }

  @Test
  void anMxRecordCanLeadToAProviderWithoutImap() {
    dns.answer(DOMAIN, "MX", "10 mail.protonmail.ch.");
    assertThat(((NoImap) find()).provider().id()).isEqualTo("proton");
  }

  @Test
  void theFileOfTheDomainComesBeforeTheOthers() {
    file("autoconfig.shop.firm" + FILE, "box.shop.firm");
    file("shop.firm/.well-known/autoconfig" + FILE, "mail.shop.firm");
    Found found = (Found) find();
    assertThat(found.way()).isEqualTo(Way.AUTOCONFIG);
    assertThat(found.server()).isEqualTo(tls("box.shop.firm"));
    assertThat(found.provider()).as("it needs a person to confirm it").isNull();
    assertThat(found.loginName("anna@shop.firm")).isEqualTo("anna");
  }

  @Test
  void theWellKnownFileComesNextThenThunderbirdsList() {
    file("ispdb.shop.firm/shop.firm", "mail.shop.firm");
    assertThat(((Found) find()).way()).isEqualTo(Way.ISPDB);
    file("shop.firm/.well-known/autoconfig" + FILE, "box.shop.firm");
    assertThat(((Found) find()).way()).isEqualTo(Way.WELL_KNOWN);
  }

  @Test
  void theSrvRecordComesAfterAllFiles() {
    dns.answer("_imaps._tcp.shop.firm", "SRV", "0 1 9993 box.shop.firm.");
    Found found = (Found) find();
    assertThat(found.way()).isEqualTo(Way.SRV);
    assertThat(found.server()).isEqualTo(new Server("box.shop.firm", 9993, Security.TLS));
    assertThat(found.loginName("anna@shop.firm")).isEqualTo("anna@shop.firm");
  }

  @Test
  void aServerOfAKnownProviderIsTrustedWhoeverNamesIt() {
    dns.answer("_imaps._tcp.shop.firm", "SRV", "0 1 993 imap.strato.de.");
    addresses.put("imap.strato.de", "9.9.9.9");
    assertThat(String.valueOf(((Found) find()).provider())).contains("id=strato");
  }

  @Test
  void aGuessCountsOnlyWithItsCertificate() throws IOException {
    try (SSLServerSocket imap = imapServer()) {
      imapPort = imap.getLocalPort();
      addresses.put("imap.shop.firm", "127.0.0.1"); // not among the allowed hosts
      Found found = (Found) find();
      assertThat(found.way()).isEqualTo(Way.GUESS);
      assertThat(found.server().host()).isEqualTo("mail.shop.firm");
    }
  }

  @Test
  void aGuessWithTheCertificateOfAnotherIsNone(@TempDir Path other) throws IOException {
    TlsCertificate foreign = TlsCertificate.create(other, "other.firm");
    try (SSLServerSocket imap = imapServer(foreign)) {
      imapPort = imap.getLocalPort();
      assertThat(((NotFound) find()).words()).contains("mail.shop.firm");
    }
  }

  private static SSLServerSocket imapServer() throws IOException {
    return imapServer(certificate);
  }

  /** Greets everybody, and says no more. */
  private static SSLServerSocket imapServer(TlsCertificate shown) throws IOException {
    SSLServerSocket server =
        (SSLServerSocket)
            shown
                .serverContext()
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try (SSLSocket client = (SSLSocket) server.accept()) {
                  client
                      .getOutputStream()
                      .write(
                          "* OK [CAPABILITY IMAP4rev1] ready\r\n"
                              .getBytes(StandardCharsets.US_ASCII));
                  client.getInputStream().readAllBytes();
                } catch (IOException e) {
                  // The client hung up, or the test is over.
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  @Test
  void nothingFoundSaysWhatWasTried() {
    NotFound nothing = (NotFound) find();
    assertThat(nothing.tried())
        .extracting(Finding.Tried::way)
        .containsExactly(
            Way.MX, Way.AUTOCONFIG, Way.WELL_KNOWN, Way.ISPDB, Way.SRV, Way.GUESS, Way.GUESS);
    assertThat(nothing.words())
        .contains(
            "MX of shop.firm: there is none",
            "autoconfig.shop.firm/mail/config-v1.1.xml: there is no such file",
            "_imaps._tcp.shop.firm: there is none");
  }

  @Test
  void onlyPresetsAsksForTheMxRecordAlone() {
    file("autoconfig.shop.firm" + FILE, "box.shop.firm");
    int before = web.requests().size();
    assertThat(search(true).find(DOMAIN)).isInstanceOf(NotFound.class);
    assertThat(web.requests()).hasSize(before);
    assertThat(dns.questions()).containsExactly("shop.firm MX");
  }

  @Test
  void aFoundServerWithAPrivateAddressIsRefused() {
    file("autoconfig.shop.firm" + FILE, "intranet.shop.firm");
    addresses.put("intranet.shop.firm", "10.0.0.5");
    file("shop.firm/.well-known/autoconfig" + FILE, "169.254.169.254");
    addresses.put("169.254.169.254", "169.254.169.254");
    dns.answer("_imaps._tcp.shop.firm", "SRV", "0 1 993 loop.shop.firm.");
    NotFound nothing = (NotFound) find();
    assertThat(nothing.tried().subList(1, 5))
        .filteredOn(tried -> tried.way() != Way.ISPDB)
        .allSatisfy(tried -> assertThat(tried.outcome()).contains("private or link-local"));
  }

  @Test
  void aWebServerWithAPrivateAddressIsNotAsked() {
    addresses.put("autoconfig.shop.firm", "127.0.0.1");
    FILES.put(
        "shop.firm/.well-known/autoconfig" + FILE,
        Answer.of(302, "Location", web.uri("secret.shop.firm", "/config.xml").toString()));
    file("secret.shop.firm/config.xml", "box.shop.firm");
    NotFound nothing = (NotFound) find();
    assertThat(nothing.tried().get(2).outcome()).contains("private or link-local");
    assertThat(web.requests()).noneMatch(request -> request.path().equals("/config.xml"));
  }

  @Test
  void aRedirectIsFollowedWhereTheRulesAllowIt() {
    FILES.put(
        "autoconfig.shop.firm" + FILE,
        Answer.of(302, "Location", web.uri("moved.shop.firm", "/config.xml").toString()));
    file("moved.shop.firm/config.xml", "box.shop.firm");
    assertThat(((Found) find()).server()).isEqualTo(tls("box.shop.firm"));
  }

  @Test
  void otherRedirectsLeadNowhere() {
    FILES.put("autoconfig.shop.firm" + FILE, Answer.of(302, "Location", FILE));
    FILES.put(
        "shop.firm/.well-known/autoconfig" + FILE,
        Answer.of(301, "Location", "http://shop.firm/config.xml"));
    FILES.put("ispdb.shop.firm/shop.firm", Answer.of(301));
    NotFound nothing = (NotFound) find();
    assertThat(nothing.tried())
        .extracting(Finding.Tried::outcome)
        .contains("redirects more than 3 times", "redirects to what is no https URL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://moved.shop.firm:99999/",
        "https://moved.shop.firm:0/",
        "https://[::1]/",
        "https://[fe80::1%25eth0]/",
        "https://1.2.3.4.5/",
        "https://a..b/",
        "https://a_b.firm/",
        "https:///config.xml",
        "//[",
        "https:config.xml"
      })
  void aRedirectToAStrangePlaceIsOneMoreWayThatLeadsNowhere(String place) {
    FILES.put("autoconfig.shop.firm" + FILE, Answer.of(302, "Location", place));
    file("ispdb.shop.firm/shop.firm", "box.shop.firm");
    assertThat(((Found) find()).way()).isEqualTo(Way.ISPDB);
  }

  @ParameterizedTest
  @ValueSource(strings = {"my_shop.firm", "1.2.3.4", "::1", "_.firm"})
  void aDomainThatNoWebServerCanHaveIsLookedForInTheDnsAlone(String domain) {
    assertThat(((NotFound) search(false).find(domain)).words())
        .contains("no web server can have that name");
  }

  @Test
  void aHugeFileIsNotReadToItsEnd() {
    FILES.put(
        "autoconfig.shop.firm" + FILE,
        Answer.of(200, config("box.shop.firm") + " ".repeat(1 << 20)));
    assertThat(((NotFound) find()).tried().get(1).outcome()).contains("larger than 64 KiB");
  }

  @Test
  void noAddressOfACustomerIsTold() {
    find();
    assertThat(Search.Places.REAL.autoconfig()).contains("postmaster%40DOMAIN");
    assertThat(web.requests())
        .allSatisfy(request -> assertThat(request.path()).doesNotContain("anna"));
  }
}
