package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.server.ScriptedDns;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.settings.SettingsFile;

/** What {@code mailcaravan dns} says, where only a resolver is asked. */
class DomainChecklistsTest {
  private final ScriptedDns dns = ScriptedDns.start();

  @BeforeEach
  void publish() {
    dns.answer("shop.firm", "MX", "10 mx.old.firm.")
        .answer("shop.firm", "TXT", "\"v=spf1 include:spf.old.firm -all\"")
        .answer("spf.old.firm", "TXT", "\"v=spf1 ip4:192.0.2.1 -all\"")
        .answer("_dmarc.shop.firm", "TXT", "\"v=DMARC1; p=none\"")
        .answer("_imaps._tcp.shop.firm", "SRV", "0 1 993 imap.host.net.");
  }

  @AfterEach
  void close() {
    dns.close();
  }

  private Settings settings() {
    return SettingsFile.read(
        Path.of("config"),
        Path.of(""),
        Map.of(
            "destination.host",
            "imap.host.net",
            "cutover.mx-hosts",
            "mx1.host.net",
            "cutover.spf",
            "include:spf.host.net",
            "cutover.ask-authorities",
            "false",
            "cutover.resolvers",
            "127.0.0.1:" + dns.address().getPort()),
        Map.of());
  }

  private Launcher.Checklists ask(String... domains) {
    return DomainChecklists.of(settings(), List.of(domains), 100);
  }

  @Test
  void thePageSaysWhatIsWrongAndWhatToPublish() {
    Launcher.Checklists found = ask("Shop.Firm.");
    assertThat(found.needAttention()).isTrue();
    assertThat(found.text().replace(" port " + dns.address().getPort(), ""))
        .isEqualTo(
            """
            shop.firm: 2 fail, 2 pass

            Status   Record        What it says
            fail     MX            shop.firm MX: Mail goes to the old provider: mx.old.firm. Replace these
                                   records.
                                   resolver 127.0.0.1: 10 mx.old.firm (TTL 60)
            fail     SPF           shop.firm TXT: The record does not allow our servers: include:spf.host.net is
                                   missing.
                                   resolver 127.0.0.1: "v=spf1 include:spf.old.firm -all" (TTL 60)
            pass     DMARC         _dmarc.shop.firm TXT: Its policy is none.
            pass     IMAP          _imaps._tcp.shop.firm SRV: It names our server.

            Publish

            shop.firm. 3600 IN MX 10 mx1.host.net.
            shop.firm. 3600 IN TXT "v=spf1 include:spf.old.firm include:spf.host.net -all"

            Not checked, since it is not configured: cutover.dkim, cutover.autoconfig, cutover.autodiscover,
            cutover.submission-server, destination.caldav-url, destination.carddav-url, cutover.webmail
            """);
  }

  @Test
  void theSameIsThereForPrograms() throws IOException {
    JsonNode json = new ObjectMapper().readTree(ask("shop.firm", "other.firm").json());
    assertThat(json.path("needs_attention").asBoolean()).isTrue();
    assertThat(json.path("domains")).hasSize(2);
    JsonNode mx = json.at("/domains/0/rows/0");
    assertThat(mx.path("status").asText()).isEqualTo("fail");
    assertThat(mx.path("publish").get(0).asText()).contains("MX 10 mx1.host.net.");
    assertThat(mx.at("/evidence/0/servers/0").asText()).startsWith("resolver 127.0.0.1");
    assertThat(mx.at("/evidence/0/said").asText()).isEqualTo("10 mx.old.firm");
    assertThat(mx.at("/evidence/0/ttl_seconds").asInt()).isEqualTo(60);
    assertThat(mx.path("missing_setting").isNull()).isTrue();
    assertThat(json.at("/domains/0/rows/2/missing_setting").asText()).isEqualTo("cutover.dkim");
  }

  @Test
  void aDomainWithAllThatItNeedsIsGood() {
    dns.answer("shop.firm", "MX", "10 mx1.host.net.")
        .answer("mx1.host.net", "A", "198.51.100.1")
        .answer("spf.host.net", "TXT", "\"v=spf1 ip4:198.51.100.1 -all\"")
        .answer("shop.firm", "TXT", "\"v=spf1 include:spf.host.net -all\"");
    assertThat(ask("shop.firm").needAttention()).isFalse();
  }

  @Test
  void namesOfOtherLanguagesAreAskedInAscii() {
    assertThat(ask("Bücher.firm").text()).startsWith("xn--bcher-kva.firm: 1 fail\n");
    assertThat(dns.questions()).contains("xn--bcher-kva.firm MX");
  }

  @ParameterizedTest
  @ValueSource(strings = {"anna@shop.firm", "192.0.2.1", "firm", "", "shop..firm", "[2001:db8::1]"})
  void whatIsNoDomainIsRefusedBeforeAnybodyIsAsked(String name) {
    assertThatThrownBy(() -> ask("shop.firm", name))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("no domain");
    assertThat(dns.questions()).isEmpty();
  }
}
