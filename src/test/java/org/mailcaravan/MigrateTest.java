package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.dav.DavReader;
import org.mailcaravan.model.CheckResult;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.MailboxCheck;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.RadicaleServer;

/** One file in the foreground, through the routes as they are, between real servers. */
@EnabledIfInstalled("dovecot")
class MigrateTest {
  private static TwoServers servers;

  @TempDir Path folder;

  @BeforeAll
  static void startServers() {
    servers =
        new TwoServers(
            DovecotServer.builder(),
            DovecotServer.builder().masterUser("admin", "master's, secret"));
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  private Installation installation() {
    return servers.configure(new Installation(folder));
  }

  private static void assertArrived(String user) {
    assertThat(servers.atDestination(user).differencesFrom(servers.atSource(user))).isEmpty();
  }

  @Test
  void aSecondRunCopiesOnlyWhatIsNewAndLeavesTheFileAsItIs() throws IOException {
    servers.userWithMail("ann@example.org", 3, "INBOX", "Sent", "Archive/2015");
    Installation installation = installation();
    String request = TwoServers.HEADER + servers.row("ann@example.org");
    Path file = installation.request("ann.csv", request);

    MailboxResult first = installation.migrate(file).mailboxes().get(0);
    servers.deliverOne("ann@example.org");
    MailboxResult second = installation.migrate(file).mailboxes().get(0);

    assertThat(first.problems()).isEmpty();
    assertThat(first.alreadyThere()).isZero();
    assertThat(second.copied()).isEqualTo(1);
    assertThat(second.alreadyThere()).isEqualTo(first.copied());
    assertArrived("ann@example.org");
    assertThat(file).content().isEqualTo(request);
  }

  @Test
  void aCheckCountsBothSidesAndChangesAndKeepsNothing() {
    servers.userWithMail("ben@example.org", 4, "INBOX", "Sent");
    Installation installation = installation();
    Path file = installation.request("ben.csv", TwoServers.HEADER + servers.row("ben@example.org"));
    MailboxSnapshot source = servers.atSource("ben@example.org");
    MailboxSnapshot destination = servers.atDestination("ben@example.org");

    try (Launcher.Running running = installation.start(Launcher.Mode.CHECK)) {
      CheckResult result = running.check(file);

      assertThat(result.allGood()).isTrue();
      assertThat(result.migration().reading().summary()).isEqualTo("CSV (commas, UTF-8)");
      MailboxCheck check = result.mailboxes().get(0);
      assertThat(check.source().messages()).isEqualTo(source.count());
      assertThat(check.source().bytes())
          .isEqualTo(
              source.folders().values().stream()
                  .flatMap(inFolder -> inFolder.messages().stream())
                  .mapToLong(MailboxSnapshot.Message::size)
                  .sum());
      assertThat(check.destination().messages()).isZero();
    }

    assertThat(servers.atSource("ben@example.org")).isEqualTo(source);
    assertThat(servers.atDestination("ben@example.org")).isEqualTo(destination);
    assertThat(installation.data()).doesNotExist();
  }

  @Test
  void aSourceOnThisMachineIsBlockedUnlessTheConfigurationNamesIt() {
    servers.userWithMail("cem@example.org", 1, "INBOX");
    Installation installation = installation().set("source.allowed-hosts", "");
    Path file = installation.request("cem.csv", TwoServers.HEADER + servers.row("cem@example.org"));

    MailboxResult result = installation.migrate(file).mailboxes().get(0);

    assertThat(result.state()).isEqualTo(MailboxState.BLOCKED);
    assertThat(result.problems())
        .singleElement()
        .extracting(Problem::nextStep)
        .asString()
        .contains("source.allowed-hosts");
    assertThat(servers.atDestination("cem@example.org").count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"master-user", "authorization-identity"})
  void anAdministratorOfTheDestinationNeedsNoPasswordOfTheUser(String auth) {
    String user = auth + "@example.org";
    servers.userWithMail(user, 2, "INBOX");
    Installation installation =
        installation()
            .set("destination.auth", auth)
            .set("destination.master-user", "admin")
            .set("destination.master-password", "master's, secret");
    Path file =
        installation.request(
            "row.csv",
            "source_email,source_password,source_imap_server,source_port,source_security\n"
                + "%s,\"%s\",127.0.0.1,%d,none\n"
                    .formatted(
                        user,
                        TwoServers.oldPassword(user).replace("\"", "\"\""),
                        servers.source.port()));

    MigrationResult result = installation.migrate(file);

    assertThat(result.mailboxes().get(0).problems()).isEmpty();
    assertThat(result.allArrived()).isTrue();
    assertArrived(user);
  }

  @ParameterizedTest
  @ValueSource(strings = {"starttls", "tls"})
  void certificatesOfAnOwnAuthorityAreTrustedWhenTheFileIsNamed(String security)
      throws IOException {
    String user = security + "@example.org";
    servers.userWithMail(user, 2, "INBOX");
    boolean tls = security.equals("tls");
    Path authorities = folder.resolve("authorities.pem");
    Files.write(
        authorities,
        List.of(
            Files.readString(servers.source.caFile()),
            Files.readString(servers.destination.caFile())));
    Installation installation =
        installation()
            .set("source.insecure-hosts", "")
            .set("source.allowed-hosts", "localhost")
            .set("destination.host", "localhost")
            .set("destination.security", security)
            .set(
                "destination.port",
                String.valueOf(tls ? servers.destination.tlsPort() : servers.destination.port()));
    int sourcePort = tls ? servers.source.tlsPort() : servers.source.port();
    Path file =
        installation.request(
            "row.csv",
            TwoServers.HEADER
                + servers
                    .row(user)
                    .replace(
                        ",127.0.0.1," + servers.source.port() + ",none,",
                        ",localhost," + sourcePort + "," + security + ","));

    MailboxResult untrusted = installation.migrate(file).mailboxes().get(0);
    installation.set("tls.extra-ca-file", authorities.toString());
    MailboxResult trusted = installation.migrate(file).mailboxes().get(0);

    assertThat(untrusted.state()).isEqualTo(MailboxState.BLOCKED);
    assertThat(trusted.problems()).isEmpty();
    assertThat(trusted.state()).isEqualTo(MailboxState.COPIED);
    assertArrived(user);
  }

  /** Who names the new server as the old one must not read that everything has arrived. */
  @Test
  void aMailboxIsNotMovedToItself() {
    String user = "ina@example.org";
    servers.userWithMail(user, 1, "INBOX");
    Path file =
        installation()
            .request(
                "ina.csv",
                TwoServers.HEADER
                    + servers
                        .row(user, TwoServers.newPassword(user), ",")
                        .replace(
                            String.valueOf(servers.source.port()),
                            String.valueOf(servers.destination.port())));

    try (Launcher.Running running = installation().start(Launcher.Mode.CHECK)) {
      MailboxCheck check = running.check(file).mailboxes().get(0);
      assertThat(check.source().ok()).isFalse();
      assertThat(check.problems())
          .singleElement(InstanceOfAssertFactories.type(Problem.class))
          .satisfies(
              problem -> {
                assertThat(problem.cause()).startsWith("this is the new server");
                assertThat(problem.owner()).isEqualTo(Owner.CUSTOMER);
              });
    }
  }

  @Test
  void aCheckTellsOfMailboxesThatAllFail() throws IOException {
    String user = "eva@example.org";
    servers.userWithMail(user, 1, "INBOX");
    Installation installation = installation();
    Path file =
        installation.request(
            "eva.csv", TwoServers.HEADER + servers.row(user, "not her password", ","));

    try (Launcher.Running running = installation.start(Launcher.Mode.CHECK)) {
      CheckResult result = running.check(file);

      assertThat(result.mailboxes())
          .singleElement()
          .satisfies(
              check -> {
                assertThat(check.source().ok()).isFalse();
                assertThat(check.destination().ok()).isTrue();
                assertThat(check.problems()).hasSize(1);
              });
    }
  }

  @Test
  void contactsThatCannotBeImportedDoNotHoldUpTheMail() throws IOException {
    String user = "fritz@example.org";
    servers.userWithMail(user, 1, "INBOX");
    Files.writeString(folder.resolve("fritz.vcf"), "BEGIN:VCARD\nVERSION:3.0\nFN:One\nEND:VCARD\n");
    Installation installation =
        installation()
            .set("destination.carddav-url", "http://127.0.0.1:1/{email}/contacts/")
            .set("retry.attempts", "1")
            .set("retry.delay-millis", "1");
    Path file =
        installation.request(
            "fritz.csv",
            TwoServers.HEADER + servers.row(user, TwoServers.oldPassword(user), "fritz.vcf,"));

    MailboxResult result = installation.migrate(file).mailboxes().get(0);

    assertThat(result.state()).isEqualTo(MailboxState.INCOMPLETE);
    assertThat(result.problems()).hasSize(1);
    assertArrived(user);
  }

  @Test
  @EnabledIfInstalled({"dovecot", "radicale"})
  void contactsAndCalendarArriveOnceEvenWhenRunTwice() throws IOException {
    String user = "dan@example.org";
    servers.userWithMail(user, 1, "INBOX");
    Files.writeString(
        folder.resolve("dan.vcf"),
        """
        BEGIN:VCARD
        VERSION:3.0
        UID:card-1
        FN:One
        END:VCARD
        BEGIN:VCARD
        VERSION:3.0
        FN:Two without a UID
        END:VCARD
        """);
    Files.writeString(
        folder.resolve("dan.ics"),
        """
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//test//EN
        BEGIN:VEVENT
        UID:event-1
        DTSTAMP:20260101T000000Z
        DTSTART:20260102T100000Z
        SUMMARY:One
        END:VEVENT
        BEGIN:VEVENT
        UID:event-2
        DTSTAMP:20260101T000000Z
        DTSTART:20260103T100000Z
        SUMMARY:Two
        END:VEVENT
        END:VCALENDAR
        """);
    try (RadicaleServer radicale = RadicaleServer.start()) {
      radicale.addUser(user, TwoServers.newPassword(user));
      Installation installation =
          installation()
              .set("destination.carddav-url", radicale.baseUri() + "{email}/contacts/")
              .set("destination.caldav-url", radicale.baseUri() + "{email}/calendar/");
      Path file =
          installation.request(
              "dan.csv",
              TwoServers.HEADER
                  + servers.row(user, TwoServers.oldPassword(user), "dan.vcf,dan.ics"));

      MailboxResult first = installation.migrate(file).mailboxes().get(0);
      MailboxResult second = installation.migrate(file).mailboxes().get(0);

      assertThat(first.problems()).isEmpty();
      assertThat(first.contacts()).extracting(ImportResult::imported).containsExactly(2);
      assertThat(first.calendar()).extracting(ImportResult::imported).containsExactly(2);
      assertThat(second.problems()).isEmpty();
      assertThat(second.contacts()).extracting(ImportResult::imported).containsExactly(0);
      DavReader reader = new DavReader(user, TwoServers.newPassword(user));
      URI home = radicale.baseUri().resolve(user + "/");
      assertThat(reader.resources(home.resolve("contacts/"))).hasSize(2);
      assertThat(reader.resources(home.resolve("calendar/"))).hasSize(2);
    }
  }
}
