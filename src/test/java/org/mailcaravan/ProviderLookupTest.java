package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.cli.MailCaravanCommand;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.server.ScriptedDns;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.settings.SettingsFile;
import picocli.CommandLine;

/** What {@code mailcaravan provider} says. */
class ProviderLookupTest {
  private final ScriptedDns dns = ScriptedDns.start();

  @AfterEach
  void close() {
    dns.close();
  }

  private Settings settings(String discovery) {
    return SettingsFile.read(
        Path.of("config"),
        Path.of(""),
        Map.of(
            "destination.host",
            "mail.example.com",
            "source.discovery",
            discovery,
            "dns.servers",
            "127.0.0.1:" + dns.address().getPort()),
        Map.of());
  }

  private Launcher.Whereabouts ask(String addressOrDomain) {
    return ProviderLookup.of(settings("presets"), addressOrDomain, 80);
  }

  @Test
  void aKnownProviderIsToldWithAllThatHelps() {
    Launcher.Whereabouts gmail = ask("anna@gmail.com");
    assertThat(gmail.usable()).isTrue();
    assertThat(gmail.text())
        .contains(
            "Domain        gmail.com\n",
            "Server        imap.gmail.com, port 993, tls\n",
            "Logs in with  app-password, oauth2\n",
            "2,500 MiB of one mailbox in 24 hours\n",
            "https://myaccount.google.com/apppasswords")
        .endsWith("\n");
    assertThat(gmail.text().lines()).allMatch(line -> line.length() <= 90);
    assertThat(dns.questions()).isEmpty();
  }

  @Test
  void theSameIsThereForPrograms() throws IOException {
    JsonNode gmail = new ObjectMapper().readTree(ask("anna@gmail.com").json());
    assertThat(gmail.path("usable").asBoolean()).isTrue();
    assertThat(gmail.at("/server/host").asText()).isEqualTo("imap.gmail.com");
    assertThat(gmail.at("/server/port").asInt()).isEqualTo(993);
    assertThat(gmail.at("/provider/mib_a_day").asInt()).isEqualTo(2500);
    assertThat(gmail.at("/provider/help/link").asText()).startsWith("https://");

    JsonNode nothing = new ObjectMapper().readTree(ask("shop.firm").json());
    assertThat(nothing.path("server").isNull()).isTrue();
    assertThat(nothing.path("tried").get(0).asText()).contains("MX of shop.firm");
    assertThat(
            new ObjectMapper().readTree(ask("anna@proton.me").json()).at("/provider/name").asText())
        .contains("Proton");
  }

  @Test
  void aDomainOfItsOwnIsFoundByItsMxRecord() {
    dns.answer("shop.firm", "MX", "10 aspmx.l.google.com.");
    assertThat(ask("Shop.Firm").text())
        .contains("imap.gmail.com", "the MX records (aspmx.l.google.com)");
  }

  @Test
  void whatIsNotFoundSaysWhatWasTried() {
    Launcher.Whereabouts nothing = ask("shop.firm");
    assertThat(nothing.usable()).isFalse();
    assertThat(nothing.text())
        .contains("Server        not found", "Tried         MX of shop.firm: there is none");
  }

  @Test
  void aProviderWithoutImapSaysWhatToDoInstead() {
    assertThat(ask("anna@proton.me").usable()).isFalse();
    assertThat(ask("anna@proton.me").text()).contains("none that we can reach", "Bridge");
  }

  @Test
  void offMeansThatNobodyIsAsked() {
    assertThat(ProviderLookup.of(settings("off"), "gmail.com", 80).text()).contains("is off");
    assertThat(dns.questions()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"anna@strato.de, STRATO", "1und1.de, IONOS", "anna@freenet.de, freenet"})
  void aProviderIsKnownByItsOwnDomainToo(String addressOrDomain, String name) {
    assertThat(ask(addressOrDomain).text()).contains("Provider      " + name);
    assertThat(dns.questions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"anna@", "anna@ben@gmail.com", "@gmail.com"})
  void whatIsNeitherAnAddressNorADomainIsRefused(String words) {
    assertThatThrownBy(() -> ask(words))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("neither an address nor a domain");
  }

  @Test
  void theExitCodeSaysWhetherARowCanGoOn() {
    Launcher launcher =
        new Launcher() {
          @Override
          public Running start(Options options) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Whereabouts whereabouts(Options options, String address, int width) {
            return new Whereabouts(address.equals("anna@gmail.com"), "found\n", "{}\n");
          }
        };
    CommandLine command = MailCaravanCommand.commandLine(launcher, "");
    command.setOut(new PrintWriter(new StringWriter()));
    assertThat(command.execute("provider", "anna@gmail.com")).isZero();
    assertThat(command.execute("provider", "anna@shop.firm")).isEqualTo(3);
  }
}
