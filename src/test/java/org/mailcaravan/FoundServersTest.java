package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.intake.SourceServers;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.providers.Discovery;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.providers.ProvidersFile;
import org.mailcaravan.providers.Search;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.MailboxSeeder;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.ScriptedDns;

/** What becomes of rows that name no server, and what presets change where rows name one. */
@EnabledIfInstalled("dovecot")
class FoundServersTest {
  private static final String HEADER = "source_email,source_password,destination_password\n";
  private static final String WITH_SERVER =
      "source_email,source_password,destination_password,source_imap_server\n";

  private static TwoServers servers;

  @TempDir Path folder;

  private final ScriptedDns dns = ScriptedDns.start();

  @BeforeAll
  static void startServers() {
    servers = new TwoServers();
    for (String user : List.of("dora", "elias")) {
      servers.source.addUser(user, "old secret of " + user);
      servers.destination.addUser(
          user + "@old.example", TwoServers.newPassword(user + "@old.example"));
    }
    new MailboxSeeder(1)
        .messagesPerFolder(2)
        .folders(List.of("INBOX", "Junk Drawer", "Junk Drawer/Deeper", "Kept"))
        .fill(servers.source.port(), "dora", "old secret of dora");
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  @AfterEach
  void close() {
    dns.close();
  }

  private Installation installation() throws IOException {
    Path providers =
        Files.writeString(
            folder.resolve("providers.yaml"),
            """
            providers:
              - id: old
                name: Old Host
                domains: [old.example]
                host: localhost
                port: %d
                user-name: local-part
                logins: [app-password]
                connections: 1
                leave-out: [Junk Drawer]
                help:
                  en: Make an app password in the settings.
                  de: Legen Sie in den Einstellungen ein App-Passwort an.
                  link: https://old.example/app-passwords
                source: made up
              - id: tokens
                name: Token Host
                domains: [tokens.example]
                host: imap.tokens.example
                logins: [oauth2]
                help: { en: Use a token., de: Nehmen Sie ein Token., link: "https://tokens.example" }
                source: made up
              - id: none
                name: No IMAP
                domains: [none.example]
                help: { en: Export it., de: Exportieren Sie es., link: "https://none.example" }
                source: made up
            """
                .formatted(servers.source.tlsPort()));
    return servers
        .configure(new Installation(folder))
        .set("providers.file", providers.toString())
        .set("source.discovery", "presets")
        .set("dns.servers", "127.0.0.1:" + dns.address().getPort())
        .set("source.allowed-hosts", "localhost")
        .set("tls.extra-ca-file", servers.source.caFile().toString());
  }

  private MigrationResult migrated(String rows) throws IOException {
    Installation installation = installation();
    return installation.migrate(installation.request("rows.csv", rows));
  }

  @Test
  void aPresetGivesServerAndLoginNameAndLeavesFoldersOut() throws IOException {
    MigrationResult result =
        migrated(
            HEADER + "dora@old.example,old secret of dora,new %+& secret of dora@old.example\n");

    MailboxResult dora = result.mailboxes().get(0);
    assertThat(dora.problems()).isEmpty();
    assertThat(dora.mailbox().source())
        .isEqualTo(new Server("localhost", servers.source.tlsPort(), Security.TLS));
    MailboxSnapshot arrived = servers.atDestination("dora@old.example");
    assertThat(arrived.folders()).containsKey("Kept").doesNotContainKey("Junk Drawer");
    assertThat(dora.notes())
        .anySatisfy(note -> assertThat(note).contains("Junk Drawer", "config/providers.yaml"))
        .anySatisfy(note -> assertThat(note).contains("Junk Drawer/Deeper"));
    assertThat(dns.questions()).isEmpty();
  }

  @Test
  void aRefusedPasswordTellsWhatTheCustomerHasToDoAtThisProvider() throws IOException {
    MigrationResult result =
        migrated(
            WITH_SERVER
                .replace("\n", ",source_port\n")
                .concat(
                    "elias@old.example,wrong one,new %+& secret of elias@old.example,localhost,")
                .concat(servers.source.tlsPort() + "\n"));

    assertThat(result.mailboxes().get(0).problems())
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.nextStep())
                    .endsWith(
                        "At Old Host: Make an app password in the settings. See"
                            + " https://old.example/app-passwords for more."));
  }

  @Test
  void aPasswordForAHostThatTakesNoneIsAProblemBeforeAnyLogin() throws IOException {
    MigrationResult result =
        migrated(
            WITH_SERVER
                + "dora@old.example,old secret of dora,new %+& secret of dora@old.example,\n"
                + "anna@other.example,s3cret,new,imap.tokens.example\n"
                + "anna@tokens.example,s3cret,new,\n"
                + "anna@none.example,s3cret,new,\n");

    assertThat(result.migration().rejected())
        .extracting(row -> row.line() + " " + row.column() + " " + row.problem())
        .containsExactly(
            "3 source_password is of no use: Token Host takes no password for IMAP",
            "4 source_password is of no use: Token Host takes no password for IMAP",
            "5 source_imap_server is empty, and No IMAP has no IMAP server that we can reach (found by"
                + " config/providers.yaml: No IMAP has none.example)");
    assertThat(result.migration().rejected())
        .extracting(org.mailcaravan.model.RowProblem::remedy)
        .anySatisfy(
            remedy ->
                assertThat(remedy)
                    .contains("source_oauth_profile")
                    .endsWith("Use a token. See https://tokens.example for more."));
  }

  @Test
  void aMistakeInTheListOfProvidersStopsTheStartWithItsLine() throws IOException {
    Installation installation = installation();
    Path file = folder.resolve("providers.yaml");
    Files.writeString(file, Files.readString(file).replace("[app-password]", "[app-pasword]"));
    assertThatThrownBy(() -> installation.start(Launcher.Mode.CHECK))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("providers.yaml line 8: logins \"app-pasword\" is not one of");
  }

  private static Connector everywhere(String address) {
    return new Connector(
        new ConnectionRules(
            false, Set.of(), false, Set.of(), Duration.ofSeconds(1), Duration.ofSeconds(1), null),
        host ->
            new InetAddress[] {
              InetAddress.getByName(host.equals("box.shop.firm") ? "9.9.9.9" : address)
            });
  }

  private SourceServers servers(boolean trusted) {
    Providers providers = ProvidersFile.read(Path.of("config/providers.yaml"));
    return new FoundServers(
        providers,
        new Discovery(
            providers,
            () -> Search.of(providers, List.of(dns.address()), everywhere("10.0.0.1"), false),
            Clock.systemUTC()),
        trusted);
  }

  private <A extends SourceServers.Answer> A answer(boolean trusted, Class<A> kind) {
    SourceServers.Answer answer = servers(trusted).find("anna@shop.firm");
    assertThat(answer).isInstanceOf(kind);
    return kind.cast(answer);
  }

  @Test
  void whatOnlyTheDnsSaysIsConfirmedByAPersonUnlessTrusted() {
    dns.answer("_imaps._tcp.shop.firm", "SRV", "0 1 9993 box.shop.firm.");

    SourceServers.Missing missing = answer(false, SourceServers.Missing.class);
    assertThat(missing.problem())
        .contains("box.shop.firm (port 9993, tls)", "SRV", "_imaps._tcp.shop.firm");
    assertThat(missing.remedy())
        .contains("write box.shop.firm into source_imap_server, 9993 into source_port.");
    assertThat(answer(true, SourceServers.Found.class).server().toString())
        .isEqualTo("box.shop.firm:9993");
  }

  @Test
  void anMxRecordOfAKnownProviderNeedsNobody() {
    dns.answer("shop.firm", "MX", "10 mx00.kundenserver.de.");
    SourceServers.Found found = answer(false, SourceServers.Found.class);
    assertThat(found.server().host()).isEqualTo("imap.ionos.de");
    assertThat(found.how()).contains("the MX records (mx00.kundenserver.de)");
  }

  @Test
  void theServersOfARequestAreLookedForOnceAndTogether() {
    dns.answer("shop.firm", "MX", "10 mx00.kundenserver.de.");
    SourceServers found = servers(false).lookedUp(List.of("a@shop.firm", "b@Shop.Firm"));
    assertThat(found.find("a@shop.firm")).isInstanceOf(SourceServers.Found.class);
    assertThat(found.find("b@Shop.Firm")).isInstanceOf(SourceServers.Found.class);
    assertThat(dns.questions()).containsExactly("shop.firm MX");
  }

  @Test
  void nothingFoundSaysWhatWasTriedAndWhatToDo() {
    SourceServers.Missing missing = answer(false, SourceServers.Missing.class);
    assertThat(missing.problem()).contains("MX of shop.firm", "autoconfig.shop.firm");
    assertThat(missing.remedy()).contains("Ask the customer");
  }

  @Test
  void theServerOfARowKeepsItsPresetLoginName() {
    Map<String, String> names =
        Map.of("anna@web.de", "anna", "anna@firma.example", "anna@firma.example");
    names.forEach(
        (address, name) ->
            assertThat(
                    servers(false).username(new Server("imap.web.de", 993, Security.TLS), address))
                .isEqualTo(name));
  }
}
