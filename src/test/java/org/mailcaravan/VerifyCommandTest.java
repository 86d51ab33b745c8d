package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MailboxVerification;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.model.VerifyResult;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.RawImap;
import org.mailcaravan.store.Database;

/** The command verify, and certificates in reports, through the routes as they are. */
@EnabledIfInstalled("dovecot")
class VerifyCommandTest {
  private static TwoServers servers;

  @TempDir Path folder;

  @BeforeAll
  static void startServers() {
    servers = new TwoServers();
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  private Installation installation() {
    return servers.configure(new Installation(folder)).set("retry.attempts", "1");
  }

  private static List<String> files(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static VerifyResult verify(Installation installation, Path file, boolean deep) {
    try (Launcher.Running running = installation.start(Launcher.Mode.VERIFY)) {
      return running.verify(file, deep);
    }
  }

  @Test
  void aReportHasACertificateForEachMailbox() throws IOException {
    servers.userWithMail("ada@example.org", 3, "INBOX", "Sent");
    Installation installation = installation();
    Path file = installation.request("ada.csv", TwoServers.HEADER + servers.row("ada@example.org"));

    MigrationResult result = installation.migrate(file);

    Certificate certificate = Objects.requireNonNull(result.mailboxes().get(0).certificate());
    assertThat(certificate.verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(files(result.reportFolder()))
        .contains("certificates", "not-moved.csv", "report.json", "report.txt");
    Path certificates = result.reportFolder().resolve("certificates");
    assertThat(files(certificates))
        .containsExactly("1-ada@example.org.html", "1-ada@example.org.json");
    JsonNode document =
        new ObjectMapper().readTree(certificates.resolve("1-ada@example.org.json").toFile());
    assertThat(document.get("verdict").asText()).isEqualTo("complete");
    assertThat(document.at("/totals/copied").asLong())
        .isEqualTo(result.mailboxes().get(0).copied());
    assertThat(certificates.resolve("1-ada@example.org.html"))
        .content()
        .contains("Complete</strong>");
  }

  @Test
  void aVerificationTellsByItsExitCodeWhetherAllIsCompleteAndOpensNoMigration() throws IOException {
    servers.userWithMail("bea@example.org", 4, "INBOX", "Sent");
    Installation installation = installation();
    Path file = installation.request("bea.csv", TwoServers.HEADER + servers.row("bea@example.org"));
    installation.migrate(file);
    MailboxSnapshot source = servers.atSource("bea@example.org");
    MailboxSnapshot destination = servers.atDestination("bea@example.org");
    List<String> reports = files(installation.data().resolve("reports"));

    assertThat(installation.command("verify", file)).isZero();

    List<String> now = files(installation.data().resolve("reports"));
    assertThat(now).hasSize(2).containsAll(reports);
    assertThat(now).filteredOn(name -> name.endsWith("-bea-verified")).hasSize(1);
    assertThat(files(installation.data().resolve("reports").resolve(now.get(1))))
        .containsExactly("1-bea@example.org.html", "1-bea@example.org.json");
    servers.deliverOne("bea@example.org");
    assertThat(installation.command("verify", file)).isEqualTo(3);
    assertThat(servers.atDestination("bea@example.org")).isEqualTo(destination);
    assertThat(servers.atSource("bea@example.org").count()).isEqualTo(source.count() + 1);
    // It was no migration: nothing waits, and nothing is reported of it.
    try (Database database = Database.inFolder(installation.data())) {
      assertThat(database.jdbc().sql("select name from migration").query(String.class).list())
          .containsExactly("bea.csv");
      assertThat(database.jdbc().sql("select state from mailbox").query(String.class).list())
          .containsExactly(MailboxState.COPIED.name());
    }
    try (Launcher.Running service = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(service.stop().inFlight()).isEmpty();
    }
    assertThat(installation.ended()).hasSize(1);
    assertThat(servers.atDestination("bea@example.org")).isEqualTo(destination);
  }

  @Test
  void aDeepVerificationComparesContents() {
    servers.userWithMail("cleo@example.org", 3, "INBOX", "Sent");
    Installation installation = installation();
    Path file =
        installation.request("cleo.csv", TwoServers.HEADER + servers.row("cleo@example.org"));
    installation.migrate(file);

    Certificate shallow = certificate(verify(installation, file, false));
    Certificate deep = certificate(verify(installation, file, true));

    assertThat(shallow.verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(shallow.deep()).isFalse();
    assertThat(deep.verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(deep.deep()).isTrue();
    assertThat(deep.folders().get(0).sourceDigest())
        .isNotEqualTo(shallow.folders().get(0).sourceDigest());
  }

  private static Certificate certificate(VerifyResult result) {
    return Objects.requireNonNull(result.mailboxes().get(0).certificate());
  }

  @Test
  void whatWasDeletedAtTheNewHomeIsDeliveredAndNotComplete() {
    String user = "dora@example.org";
    servers.userWithMail(user, 3, "INBOX");
    Installation installation = installation();
    Path file = installation.request("dora.csv", TwoServers.HEADER + servers.row(user));
    installation.migrate(file);
    try (RawImap imap =
        RawImap.login(servers.destination.port(), user, TwoServers.newPassword(user))) {
      imap.select("INBOX");
      imap.command("UID STORE 2 +FLAGS (\\Deleted)");
      imap.command("EXPUNGE");
    }

    VerifyResult result = verify(installation, file, false);

    assertThat(result.allComplete()).isFalse();
    assertThat(certificate(result).verdict()).isEqualTo(Verdict.DELIVERED);
  }

  @Test
  void aMailboxThatThisDataFolderDoesNotKnowIsNotComplete() {
    servers.userWithMail("ella@example.org", 2, "INBOX");
    Installation installation = installation();
    Path file =
        installation.request("ella.csv", TwoServers.HEADER + servers.row("ella@example.org"));

    VerifyResult result = verify(installation, file, false);

    assertThat(certificate(result).verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(certificate(result).obstacles())
        .containsExactly("No pass of this mailbox is known in this data folder.");
    assertThat(servers.atDestination("ella@example.org").count()).isZero();
  }

  @Test
  void aMailboxThatCannotBeReachedIsNotComparedAndTheOthersAre() throws IOException {
    servers.userWithMail("fay@example.org", 2, "INBOX");
    servers.userWithMail("gwen@example.org", 2, "INBOX");
    Installation installation = installation();
    String good = servers.row("fay@example.org");
    installation.migrate(installation.request("good.csv", TwoServers.HEADER + good));
    Path file =
        installation.request(
            "both.csv",
            TwoServers.HEADER + servers.row("gwen@example.org", "not her password", ",") + good);

    VerifyResult result = verify(installation, file, false);

    assertThat(result.mailboxes())
        .extracting(MailboxVerification::complete)
        .containsExactly(false, true);
    assertThat(result.mailboxes().get(0).certificate()).isNull();
    assertThat(result.mailboxes().get(0).problems()).hasSize(1);
    assertThat(files(result.certificateFolder()))
        .containsExactly("2-fay@example.org.html", "2-fay@example.org.json");
  }

  @Test
  void aFileThatIsNoRequestIsTwo() {
    Installation installation = installation();
    assertThat(installation.command("verify", installation.request("none.csv", ""))).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"CHECK", "VERIFY", "MIGRATE"})
  void whatAKillLeftIsClearedAtTheNextStartOfAnyCommand(Launcher.Mode mode) throws IOException {
    Installation installation = installation();
    installation.start(Launcher.Mode.MIGRATE).close();
    Path spool = folder.resolve("data/spool");
    Files.createDirectory(spool.resolve("export"));
    Files.writeString(spool.resolve("export/left"), "mail");

    installation.start(mode).close();

    assertThat(files(spool)).isEmpty();
  }
}
