package org.mailcaravan.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ProvidersFileTest {
  private static final Path SHIPPED = Path.of("config", "providers.yaml");
  private static final Path SCHEMA = Path.of("config", "providers.schema.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String GOOD =
      """
      providers:
        - id: old-host
          name: Old Host
          domains: [old.example]
          mx: [mx.old.example]
          host: imap.old.example
          other-hosts: [mail.old.example]
          port: 143
          security: starttls
          user-name: local-part
          logins: [password, oauth2]
          connections: 3
          mailboxes-at-once: 2
          mib-a-day: 100
          leave-out: [Files]
          help: { en: Do this., de: Tun Sie das., link: "https://old.example/help" }
          source: made up
      """;

  @TempDir Path folder;

  private static Set<ValidationMessage> bySchema(String yaml) throws IOException {
    JsonSchema schema =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(Files.readString(SCHEMA, StandardCharsets.UTF_8));
    JsonNode file = JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(yaml));
    return schema.validate(file);
  }

  private Providers read(String yaml) throws IOException {
    return ProvidersFile.read(Files.writeString(folder.resolve("providers.yaml"), yaml));
  }

  @Test
  void theShippedFileFitsItsSchemaAndIsRead() throws IOException {
    assertThat(bySchema(Files.readString(SHIPPED))).isEmpty();
    Providers providers = ProvidersFile.read(SHIPPED);
    assertThat(providers.all()).hasSizeGreaterThanOrEqualTo(30);
    assertThat(providers.all())
        .allSatisfy(
            provider ->
                assertThat(provider.source())
                    .as(provider.id())
                    .containsAnyOf("ISPDB", "https://", "general knowledge")
                    .containsPattern("20\\d\\d-\\d\\d|https://"));
  }

  @Test
  void theSchemaHasTheKeysThatAreRead() throws IOException {
    JsonNode provider = JSON.readTree(SCHEMA.toFile()).at("/$defs/provider");
    assertThat(provider.path("properties").fieldNames())
        .toIterable()
        .containsExactlyElementsOf(ProvidersFile.KEYS);
    assertThat(provider.at("/properties/help/properties").fieldNames())
        .toIterable()
        .containsExactlyElementsOf(ProvidersFile.HELP_KEYS);
  }

  @Test
  void everyKeyArrives() throws IOException {
    Provider provider = read(GOOD).all().get(0);
    assertThat(bySchema(GOOD)).isEmpty();
    assertThat(provider)
        .isEqualTo(
            new Provider(
                "old-host",
                "Old Host",
                Set.of("old.example"),
                Set.of("mx.old.example"),
                new Server("imap.old.example", 143, Security.STARTTLS),
                Set.of("mail.old.example"),
                UserName.LOCAL_PART,
                Set.of(LoginKind.PASSWORD, LoginKind.OAUTH2),
                new Provider.Limits(3, 2, 100),
                java.util.List.of("Files"),
                new Provider.Help("Do this.", "Tun Sie das.", "https://old.example/help"),
                "made up"));
  }

  /** Each row changes one line of the good file; both the schema and the start refuse it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          id: old-host                   | id: Old Host                   | 2  | id "Old Host" is not a word
          name: Old Host                 | nam: Old Host                  | 3  | did you mean name?
          domains: [old.example]         | domains: old.example           | 4  | domains is not a list
          domains: [old.example]         | domains: []                    | 4  | domains is an empty list
          domains: [old.example]         | domains: ["@old.example"]      | 4  | is not a name in the DNS
          mx: [mx.old.example]           | mx: [MX.Old.Example]           | 5  | in small letters
          host: imap.old.example         | host: 192.0.2.1                | 6  | is not a name in the DNS
          host: imap.old.example         | host: "imaps://old.example"    | 6  | is not a name in the DNS
          port: 143                      | port: 70000                    | 8  | from 1 to 65535
          port: 143                      | port: none                     | 8  | from 1 to 65535
          security: starttls             | security: none                 | 9  | is not one of tls, starttls
          user-name: local-part          | user-name: name                | 10 | is not one of address, local-part
          logins: [password, oauth2]     | logins: [pasword]              | 11 | one of password, app-password, oauth2
          connections: 3                 | connections: 0                 | 12 | from 1 to 100
          leave-out: [Files]             | leave-out: [""]                | 15 | the name of a folder
          "https://old.example/help"     | "http://old.example/help"      | 16 | begins with https://
          en: Do this.                   | fr: Faites cela.               | 16 | help has no key "fr"
          source: made up                | source: ""                     | 17 | where the facts come from
          """)
  void aWrongKeyIsRefusedWithItsLine(String good, String wrong, int line, String words)
      throws IOException {
    String yaml = GOOD.replace(good, wrong);
    assertThat(yaml).isNotEqualTo(GOOD);
    assertThat(bySchema(yaml)).as("the schema refuses it, too").isNotEmpty();
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("providers.yaml")
        .hasMessageContaining("line " + line)
        .hasMessageContaining(words)
        .hasMessageContaining("docs/providers.md");
  }

  @Test
  void aProviderWithoutAHostHasNothingThatNeedsOne() throws IOException {
    String yaml = GOOD.replaceFirst(" +host: imap.old.example\n", "");
    assertThat(bySchema(yaml)).isNotEmpty();
    assertThatThrownBy(() -> read(yaml)).hasMessageContaining("logins needs a host beside it");
    String whole =
        """
        providers:
          - id: none
            name: No IMAP
            domains: [none.example]
            help: { en: Export it., de: Exportieren Sie es., link: "https://none.example" }
            source: made up
        """;
    assertThat(bySchema(whole)).isEmpty();
    assertThat(read(whole).byDomain("none.example").orElseThrow().server()).isNull();
  }

  @Test
  void whatIsNamedTwiceIsRefusedWithBothProviders() throws IOException {
    String second =
        """
          - id: other
            name: Other
            mx: [mx.old.example]
            host: imap.old.example
            logins: [password]
            help: { en: Do this., de: Tun Sie das., link: "https://old.example/help" }
            source: made up
        """;
    assertThatThrownBy(() -> read(GOOD + second))
        .hasMessageContaining("line 20: the MX suffix mx.old.example belongs to old-host already")
        .hasMessageContaining("line 21: the host imap.old.example belongs to old-host already");
  }

  @Test
  void whatIsNotYamlOrIsMissingIsRefused() throws IOException {
    assertThatThrownBy(() -> read("providers: [\n")).hasMessageContaining("providers.yaml");
    assertThatThrownBy(() -> read("- id: a\n")).hasMessageContaining("providers");
    assertThatThrownBy(() -> ProvidersFile.read(folder.resolve("gone.yaml")))
        .hasMessageContaining("the file is missing");
    Path latin = folder.resolve("latin.yaml");
    Files.write(latin, "providers: # für\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ProvidersFile.read(latin)).hasMessageContaining("UTF-8");
  }

  @ParameterizedTest
  @CsvSource({
    "gmail.com, gmail",
    "GMail.com, gmail",
    "hotmail.co.uk, microsoft",
    "web.de, web-de",
    "t-online.de, t-online",
    "proton.me, proton"
  })
  void aDomainLeadsToItsProvider(String domain, String id) {
    assertThat(ProvidersFile.read(SHIPPED).byDomain(domain).orElseThrow().id()).isEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource({
    "aspmx.l.google.com, gmail",
    "alt2.aspmx.l.google.com, gmail",
    "firma-de.mail.protection.outlook.com, microsoft",
    "firma-de.n-v1.mx.microsoft, microsoft",
    "mx.zoho.eu, zoho-organization-eu",
    "mta7.am0.yahoodns.net, yahoo",
    "mx-aol.mail.gm0.yahoodns.net, aol",
    "mx00.kundenserver.de, ionos-de",
    "smtpin.rzone.de, strato",
    "mx1.mail.ovh.net, ovh",
    "in1-smtp.messagingengine.com, fastmail",
    "mx02.mail.icloud.com, icloud"
  })
  void anMxHostLeadsToItsProvider(String host, String id) {
    assertThat(ProvidersFile.read(SHIPPED).byMx(host).orElseThrow().id()).isEqualTo(id);
  }

  @Test
  void anMxHostThatOnlyLooksLikeOneLeadsNowhere() {
    Providers providers = ProvidersFile.read(SHIPPED);
    assertThat(providers.byMx("notgoogle.com")).isEmpty();
    assertThat(providers.byMx("google.com.evil.example")).isEmpty();
    assertThat(providers.byMx("")).isEmpty();
  }

  @Test
  void aLocalPartIsALoginNameOnlyInTheDomainsOfTheProvider() {
    Provider icloud = ProvidersFile.read(SHIPPED).byHost("imap.mail.me.com").orElseThrow();
    assertThat(icloud.loginName("anna@icloud.com")).isEqualTo("anna");
    assertThat(icloud.loginName("anna@anna.example")).isEqualTo("anna@anna.example");
  }

  @ParameterizedTest
  @CsvSource({"0, 8, 8", "3, 8, 3", "20, 8, 8"})
  void connectionsAreNeverMoreThanWanted(int known, int wanted, int given) {
    assertThat(new Provider.Limits(known, 0, 0).ofConnections(wanted)).isEqualTo(given);
  }
}
