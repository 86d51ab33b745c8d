package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.intake.mail.MailFile;
import org.mailcaravan.intake.mail.MailLimits;
import org.mailcaravan.intake.mail.MailReader;
import org.mailcaravan.intake.mail.ReceivedMail;
import org.mailcaravan.intake.mail.SenderCheck;
import org.mailcaravan.model.RequestRejected;

/** Mails as people's programs write them, and the mailboxes that are found in them. */
class MailBodyTest {
  private static final MailLabels LABELS =
      MailLabels.read(Path.of("config/mail-labels.properties"));

  @TempDir private Path folder = Path.of("");

  static Stream<Arguments> mails() {
    return Stream.of(
        Arguments.of(
            "outlook",
            List.of("petra.kurz@alt.example Grün=42 imap.alt.example"),
            List.of("Adreßbuch.vcf")),
        Arguments.of(
            "gmail-html-only",
            List.of(
                "joe@old.example a*b<c&d mail.old.example",
                "jane@old.example p@ss w0rd mail.old.example"),
            List.of()),
        Arguments.of(
            "apple-mail",
            List.of(
                "ana@velho.example um€=1 imap.velho.example",
                "rui@velho.example dois#2 imap.velho.example"),
            List.of("ana@velho.example.ics", "rui contactos.vcf")),
        Arguments.of(
            "thunderbird",
            List.of("max@alt.example *stars* and blanks imap.alt.example 143 starttls"),
            List.of()),
        Arguments.of("whmcs", List.of("mary@old.example hunter:2 imap.old.example 993"), List.of()),
        Arguments.of(
            "zammad-table",
            List.of(
                "jörg@alt.example eins;1 imap.alt.example",
                "kim@alt.example zwei,2 imap.alt.example",
                "lea@alt.example imap.alt.example"),
            List.of()),
        Arguments.of("forwarded", List.of("kundin@alt.example >pfeil imap.alt.example"), List.of()),
        Arguments.of("rich-text", List.of(), List.of()));
  }

  @ParameterizedTest
  @MethodSource("mails")
  void theMailboxesOfAMailAreFound(String mail, List<String> rows, List<String> files)
      throws IOException {
    ReceivedMail read = read(mail);
    assertThat(read.texts()).as("texts").isNotEmpty();
    assertThat(rows(read.texts().get(0))).isEqualTo(rows);
    assertThat(read.files()).extracting(MailFile::name).isEqualTo(files);
  }

  @Test
  void richTextOfOutlookIsRefusedWithAnExplanation() throws IOException {
    assertThat(read("rich-text").refused())
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.name()).isEqualTo("winmail.dat");
              assertThat(file.why()).contains("not as Rich Text");
            });
  }

  @ParameterizedTest
  @MethodSource
  void whatIsWrittenIsRead(String text, List<String> rows) {
    assertThat(rows(text)).isEqualTo(rows);
  }

  static Stream<Arguments> whatIsWrittenIsRead() {
    return Stream.of(
        // The words and the order are the sender's.
        Arguments.of(
            "IMAP server: imap.x.example\npassword: b\nemail: a@x.example",
            List.of("a@x.example b imap.x.example")),
        Arguments.of(
            "1. E-Mail (alt): a@x.example\n2. Kennwort = b = c\n3. IMAP-Host\timap.x.example",
            List.of("a@x.example b = c imap.x.example")),
        Arguments.of(
            "Courriel : a@x.example\nMot de passe : b\nServeur : imap.x.example",
            List.of("a@x.example b imap.x.example")),
        // Each has its own server.
        Arguments.of(
            "email: a@x.example\npassword: 1\nserver: imap.x.example\n\nemail: b@y.example\npassword: 2\n"
                + "server: imap.y.example\n\nemail: c@z.example\npassword: 3",
            List.of(
                "a@x.example 1 imap.x.example", "b@y.example 2 imap.y.example", "c@z.example 3")),
        // The second has no password yet, and the server stands with the first.
        Arguments.of(
            "email: a@x.example\npassword: 1\nserver: imap.x.example\n\nemail: b@x.example\nnew password: 2",
            List.of("a@x.example 1 imap.x.example", "b@x.example imap.x.example 2")),
        Arguments.of(
            "email: a@x.example\npassword: 1\nserver: imap.x.example\n\nemail: b@x.example\n\nemail: A@x.example",
            List.of("a@x.example 1 imap.x.example", "b@x.example imap.x.example")),
        // Each password, or each server, stands before its address.
        Arguments.of(
            "password: 1\nemail: a@x.example\n\npassword: 1\nemail: b@x.example\nserver: imap.x.example",
            List.of("a@x.example 1 imap.x.example", "b@x.example 1 imap.x.example")),
        Arguments.of(
            "server: imap.x.example\nemail: a@x.example\npassword: 1\nserver: imap.y.example\nemail: b@y.example\npassword: 2",
            List.of("a@x.example 1 imap.x.example", "b@y.example 2 imap.y.example")),
        // A password without an address is told of.
        Arguments.of(
            "email: a@x.example\npassword: 1\nserver: imap.x.example\npassword: 2",
            List.of("a@x.example 1 imap.x.example", "2 imap.x.example")),
        // A table without HTML.
        Arguments.of(
            "email;password\na@x.example;1\n;2\nb@y.example;\nc@x.example;3",
            List.of("a@x.example 1", "2", "b@y.example", "c@x.example 3")),
        Arguments.of(
            "email;password;server\na@x.example;1;imap.x.example\nb@x.example;2;imap.x.example\n\nThanks!",
            List.of("a@x.example 1 imap.x.example", "b@x.example 2 imap.x.example")),
        // No request.
        Arguments.of("How long does it take to move a mailbox?", List.of()),
        Arguments.of("You can reach me under\nE-mail: a@x.example\nTel.: 1234", List.of()),
        Arguments.of("My password: secret does not work at the site: why?", List.of()),
        Arguments.of("", List.of()));
  }

  @Test
  void anAddressOfAnotherDomainAloneMayBeNoMailboxAndIsAProblem() {
    List<RawRow> rows =
        MailBody.read(
            "email: a@x.example\npassword: 1\n\n\ne-mail: info@y.example\n\nYours\nAnna\ne-mail: me@z.example",
            LABELS);
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).problems()).isEmpty();
    assertThat(rows.get(1).problems())
        .singleElement()
        .satisfies(each -> assertThat(each.problem()).contains("another domain"));
  }

  @Test
  void aTableOfLabelsWithAMistakeSaysWhatToDo() throws IOException {
    Path file = folder.resolve("labels.properties");
    Files.writeString(file, "source_emial=e-mail");
    assertThatThrownBy(() -> MailLabels.read(file))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("did you mean source_email?");
    Files.writeString(file, "source_email=login\nsource_username=login");
    assertThatThrownBy(() -> MailLabels.read(file))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("\"login\" is a label of");
    assertThatThrownBy(() -> MailLabels.read(folder.resolve("missing")))
        .isInstanceOf(RequestRejected.class);
  }

  private static List<String> rows(String text) {
    return MailBody.read(text, LABELS).stream()
        .map(row -> row.cells().values().stream().collect(Collectors.joining(" ")))
        .toList();
  }

  private static ReceivedMail read(String mail) throws IOException {
    byte[] octets = Files.readAllBytes(Path.of("src/test/resources/mail", mail + ".eml"));
    MailReader reader =
        new MailReader(
            MailLimits.STANDARD,
            new SenderCheck(
                Set.of(
                    "@cliente.example",
                    "@firma.example",
                    "billing@billing.example",
                    "@help.example",
                    "@agentur.example"),
                "mx.new.example",
                Set.of()));
    assertThat(reader.read(octets)).isInstanceOf(MailReader.Read.class);
    return ((MailReader.Read) reader.read(octets)).mail();
  }
}
