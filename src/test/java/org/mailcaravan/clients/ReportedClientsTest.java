package org.mailcaravan.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.report.Results;

class ReportedClientsTest {
  @TempDir private Path folder = Path.of("");

  private List<String> files(Stream<String> addresses, String... settings) {
    List<Mailbox> mailboxes =
        addresses.map(address -> Results.mailbox(2, "a@old.example", address)).toList();
    MigrationResult result =
        new MigrationResult(
            Results.migration(mailboxes, false),
            Instant.EPOCH,
            mailboxes.stream()
                .map(mailbox -> Results.result(mailbox, MailboxState.COPIED))
                .toList(),
            Path.of("/reports/b1"));
    ClientFiles files =
        new ClientFiles(
            ClientWordsTest.settings(folder, settings),
            new ClientGuides(Path.of("config/templates")));
    return new ReportedClients(files)
        .documents(result).stream().map(ReportedClients.Document::file).toList();
  }

  @Test
  void eachDomainOfANewMailboxHasAFolder() {
    assertThat(
            files(
                Stream.of("a@new.example", "b@NEW.example", "c@müller.example", "d@../../x"),
                "destination.host=imap.example.net",
                "clients.smtp-server=smtp.example.net"))
        .containsExactly(
            "b1/clients/new.example/config-v1.1.xml",
            "b1/clients/new.example/autodiscover.xml",
            "b1/clients/new.example/new.example.mobileconfig",
            "b1/clients/new.example/how-to.en.txt",
            "b1/clients/new.example/how-to.en.html",
            "b1/clients/new.example/how-to.de.txt",
            "b1/clients/new.example/how-to.de.html",
            "b1/clients/xn--mller-kva.example/config-v1.1.xml",
            "b1/clients/xn--mller-kva.example/autodiscover.xml",
            "b1/clients/xn--mller-kva.example/xn--mller-kva.example.mobileconfig",
            "b1/clients/xn--mller-kva.example/how-to.en.txt",
            "b1/clients/xn--mller-kva.example/how-to.en.html",
            "b1/clients/xn--mller-kva.example/how-to.de.txt",
            "b1/clients/xn--mller-kva.example/how-to.de.html");
  }

  @Test
  void aMigrationOfManyDomainsHasTheFilesOfAHundred() {
    assertThat(
            files(
                IntStream.range(0, 300).mapToObj(i -> "a@d" + i + ".example"),
                "destination.host=imap.example.net",
                "clients.smtp-server=smtp.example.net"))
        .hasSize(700);
  }

  @Test
  void withoutServersThereAreNoFiles() {
    assertThat(files(Stream.of("a@new.example"), "destination.host=imap.example.net")).isEmpty();
  }
}
