package org.mailcaravan.routes;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.Installation;
import org.mailcaravan.TwoServers;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.MailboxCheck;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.EnabledIfInstalled;

/** Rules of the settings and of a route, in all commands, between real servers. */
@EnabledIfInstalled("dovecot")
class RulesRouteTest {
  private static final String BY_SETTINGS =
      "        - to:\n            uri: mailbox:leaveOut\n            id: leave-out-by-settings\n";

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
    return servers.configure(new Installation(folder));
  }

  private static void addStep(Installation installation, String step) {
    Installation.edit(
        installation.ownRoutes().resolve("rules.camel.yaml"),
        BY_SETTINGS,
        BY_SETTINGS + step.indent(8));
  }

  /** Both by the settings and by a step, and in each of the commands. */
  @Test
  void allCommandsLeaveOutTheSame() throws Exception {
    servers.userWithMail("ann@example.org", 3, "INBOX", "Public", "Work");
    servers.userWithMail("bob@example.org", 3, "INBOX", "Public", "Work");
    servers.deliver(
        "ann@example.org", ("Subject: big\r\n\r\n" + "x".repeat(900_000)).getBytes(US_ASCII));
    Installation installation =
        installation()
            .set("copy.leave-out", "larger=800K because it is large")
            .set("copy.map", "Wor* -> Old/2020 *; role=sent -> Sent before");
    addStep(
        installation,
        """
        - choice:
            when:
              - expression:
                  simple:
                    expression: "${body.sourceAddress} startsWith 'ann@'"
                steps:
                  - to:
                      uri: mailbox:leaveOut
                      parameters:
                        folder: Public/**
                        reason: RAW(100% of it & more + = old; moved by hand)
                  - to:
                      uri: mailbox:map
                      parameters:
                        role: junk
                        to: Spam
        """);
    Path file =
        installation.request(
            "rows.csv",
            TwoServers.HEADER + servers.row("ann@example.org") + servers.row("bob@example.org"));

    MailboxCheck checked;
    try (Launcher.Running running = installation.start(Launcher.Mode.CHECK)) {
      checked = running.check(file).mailboxes().get(0);
    }
    List<MailboxResult> results = installation.migrate(file).mailboxes();
    List<Certificate> verified;
    try (Launcher.Running running = installation.start(Launcher.Mode.VERIFY)) {
      verified =
          running.verify(file, true).mailboxes().stream()
              .map(mailbox -> Objects.requireNonNull(mailbox.certificate()))
              .toList();
    }

    // Dovecot has Drafts, Junk, Sent and Trash for everybody.
    assertThat(checked.source().folders()).isEqualTo(6);
    assertThat(checked.notes())
        .contains(
            "folder Public will be left out. A rule leaves it out (folder=Public/**): 100% of it & more + = old; moved by hand.",
            "folder Work: The rule Wor* -> Old/2020 * sends it to 'Old/2020 k'.",
            "folder Junk: The rule role=junk -> Spam sends it to 'Spam'.",
            "The pass decides which messages the rule larger=800K because it is large leaves out.");
    for (int mailbox = 0; mailbox < 2; mailbox++) {
      MailboxResult result = results.get(mailbox);
      assertThat(result.problems()).isEmpty();
      assertThat(result.state()).isEqualTo(MailboxState.COPIED);
      for (Certificate certificate :
          List.of(Objects.requireNonNull(result.certificate()), verified.get(mailbox))) {
        assertThat(certificate.verdict()).isEqualTo(Verdict.COMPLETE);
        assertThat(certificate.excluded()).hasSize(mailbox == 0 ? 1 : 0);
        assertThat(certificate.sum(each -> each.messages().leftOut()))
            .isEqualTo(mailbox == 0 ? 1 : 0);
      }
    }
    assertThat(servers.atDestination("ann@example.org").folders()).doesNotContainKey("Public");
    assertThat(servers.atDestination("ann@example.org").count()).isEqualTo(6);
    assertThat(servers.atDestination("bob@example.org").count()).isEqualTo(9);
    for (String user : List.of("ann@example.org", "bob@example.org")) {
      assertThat(servers.atDestination(user).folders())
          .hasEntrySatisfying("Old/2020 k", folder -> assertThat(folder.messages()).hasSize(3));
      assertThat(servers.atDestination(user).folders()).doesNotContainKey("Work");
    }
    assertThat(servers.atDestination("ann@example.org").folders()).containsKey("Spam");
    Path report = installation.migrate(file).reportFolder();
    assertThat(report.resolve("not-moved.csv"))
        .content()
        .contains("Public,3 messages,left out by a rule")
        .contains("INBOX,1 message,left out by a rule,larger=800K because it is large");
    assertThat(Files.readString(report.resolve("certificates/1-ann@example.org.json")))
        .contains("\"leftOut\" : 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rules: role=spam             | there is no role "spam"
          larger: big                  | "big" is not a size
          reason: nobody wants it      | the rule has no condition
          folder: A, rules: role=junk  | either the option rules or single conditions
          to: a                        | the option to goes only with mailbox:map
          role: junks                  | there is no role "junks"; there are sent, drafts, trash, junk, archive; the nearest is junk
          """)
  void aMistakeInAStepIsToldWithItsLine(String options, String told) {
    Installation installation = installation();
    StringBuilder step = new StringBuilder("- to:\n    uri: mailbox:leaveOut\n    parameters:\n");
    for (String option : options.split(", ", -1)) {
      step.append("      ").append(option).append('\n');
    }
    addStep(installation, step.toString());

    assertThatThrownBy(() -> installation.routes())
        .hasMessageContaining("rules.camel.yaml line 1")
        .hasMessageContaining(told);
  }

  @Test
  void aMistakeInTheSettingsIsToldWithItsLine() {
    Installation installation = installation().set("copy.leave-out", "rolle=junk");

    assertThatThrownBy(() -> installation.start(Launcher.Mode.CHECK).close())
        .hasMessageContaining("copy.leave-out")
        .hasMessageContaining("there is no field \"rolle\"")
        .hasMessageContaining("the nearest is role");
  }
}
