package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
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

  private static final String SIDES =
      "the old mailbox and the new one stand below each other, and nothing of them was used";
  private static final String ALONE = "a password stands here without the address of its mailbox";
  private static final String UNCLEAR =
      "it is not clear which value belongs to which mailbox, and nothing of it was used";

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
            List.of("a@x.example 1 imap.x.example", ALONE)),
        // A table without HTML.
        Arguments.of(
            "email;password\na@x.example;1\n;2\nb@y.example;\nc@x.example;3",
            List.of("a@x.example 1", ALONE, "b@y.example", "c@x.example 3")),
        Arguments.of(
            "email;password;server\na@x.example;1;imap.x.example\nb@x.example;2;imap.x.example\n\nThanks!",
            List.of("a@x.example 1 imap.x.example", "b@x.example 2 imap.x.example")),
        // No request.
        Arguments.of("How long does it take to move a mailbox?", List.of()),
        Arguments.of("You can reach me under\nE-mail: a@x.example\nTel.: 1234", List.of()),
        Arguments.of("My password: secret does not work at the site: why?", List.of()),
        Arguments.of("", List.of()));
  }

  /** What stands in a paragraph of its own may be the login of a web site. */
  @ParameterizedTest
  @MethodSource
  void whatMayBeOfAnotherServiceIsNotUsedForAMailbox(String text, List<String> rows) {
    assertThat(rows(text)).isEqualTo(rows);
  }

  static Stream<Arguments> whatMayBeOfAnotherServiceIsNotUsedForAMailbox() {
    String mailbox = "E-Mail: a@x.example\nPasswort: 1\nServer: imap.x.example";
    String row = "a@x.example 1 imap.x.example";
    String portal = "Benutzername: k4711\nPasswort: portal";
    return Stream.of(
        Arguments.of(
            "Kundenmenü: https://x.example\n" + portal + "\n\n" + mailbox, List.of(ALONE, row)),
        Arguments.of(portal + "\n\n" + mailbox, List.of(ALONE, row)),
        Arguments.of(mailbox + "\n\n" + portal, List.of(row, ALONE)),
        Arguments.of(mailbox + "\n\nZugang zum Kundencenter:\n" + portal, List.of(row, ALONE)),
        Arguments.of(mailbox + "\nZugang zum Kundencenter:\n" + portal, List.of(row, ALONE)),
        Arguments.of(
            portal + "\nPostfach: a@x.example\nPasswort: 1\nServer: imap.x.example",
            List.of(UNCLEAR)),
        Arguments.of(
            "E-Mail: a@x.example\nServer: imap.x.example\n\nKundennummer: 7\n" + portal,
            List.of("a@x.example imap.x.example", ALONE)),
        Arguments.of(
            "E-Mail: a@x.example\nServer: imap.x.example\nFTP-Server: ftp.x.example\nFTP-Benutzer: web1\n"
                + "Passwort: ftp",
            List.of("a@x.example imap.x.example", ALONE)),
        Arguments.of(
            "Server: imap.x.example\nPostfach: a@x.example\nZweites Postfach: b@x.example\nPasswort: 2",
            List.of("a@x.example imap.x.example", ALONE)),
        // One mailbox, in paragraphs.
        Arguments.of("Passwort: 1\n\nE-Mail: a@x.example\n\nServer: imap.x.example", List.of(row)),
        Arguments.of("E-Mail: a@x.example\nServer: imap.x.example\n\nPasswort: 1", List.of(row)),
        Arguments.of(
            "Server: imap.x.example\n\nHallo,\nE-Mail: a@x.example\nPasswort: 1", List.of(row)),
        Arguments.of(
            "Name: Anna\nE-Mail: a@x.example\nTelefon: 123\nPasswort: 1\nServer: imap.x.example",
            List.of(row)),
        Arguments.of(
            "Name: Anna\n\nE-Mail: a@x.example\n\nTelefon: 123\n\nPasswort: 1\n\nServer: imap.x.example",
            List.of(row)),
        // Headings that are labels.
        Arguments.of(
            "E-Mail: a@x.example\nPasswort: 1\n\nPosteingangsserver (IMAP)\nServer: imap.x.example\nBenutzername: u",
            List.of("a@x.example 1 imap.x.example u")),
        Arguments.of(
            "Altes Postfach:\n" + mailbox + "\n\nNeues Postfach:\nE-Mail: b@y.example\nPasswort: 2",
            List.of(row + " b@y.example 2")),
        Arguments.of(
            "Alte Zugangsdaten\n" + mailbox + "\n\nNeue Zugangsdaten\n" + mailbox.replace("1", "2"),
            List.of(SIDES)),
        Arguments.of(
            mailbox + "\n\nBei Ihnen habe ich angelegt:\nE-Mail: b@x.example\nPasswort: 2",
            List.of(SIDES)),
        Arguments.of(
            "Old:\n" + mailbox + "\n\nNew login details\nE-mail: b@x.example\nPassword: 2",
            List.of(SIDES)),
        Arguments.of(
            "\tAlt\tNeu\nE-Mail\ta@x.example\tb@x.example\nPasswort\t1\t2\nServer\timap.x.example\tmail.y.example",
            List.of(SIDES)),
        Arguments.of(
            "Please move these to your new server:\n\n"
                + mailbox
                + "\n\nE-Mail: b@x.example\nPasswort: 2",
            List.of(row, "b@x.example 2 imap.x.example")),
        Arguments.of("Senha: 1\nE-mail: a@x.example\nServidor IMAP: imap.x.example", List.of(row)),
        Arguments.of("Adres e-mail: a@x.example\nHasło: 1\nSerwer: imap.x.example", List.of(row)),
        Arguments.of(
            "Neues Postfach:\nE-Mail: b@y.example\nPasswort: 2\n\nAltes Postfach:\n" + mailbox,
            List.of(row + " b@y.example 2")),
        Arguments.of(
            "E-Mail: a@x.example\nNeue E-Mail-Adresse:\nPasswort: 1\nServer: imap.x.example",
            List.of(row)),
        // Numbers behind the labels.
        Arguments.of(
            "E-Mail 1: a@x.example\nPasswort 1: 1\nE-Mail 2: b@x.example\nPasswort 2: 2\nServer: imap.x.example",
            List.of(row, "b@x.example 2 imap.x.example")),
        Arguments.of(
            "Postfach: a@x.example\nPostfach 2: b@x.example\nPasswort: 2\nServer: imap.x.example",
            List.of("a@x.example imap.x.example", "b@x.example 2 imap.x.example")),
        Arguments.of(
            "E-Mail 1: a@x.example\nE-Mail 2: b@x.example\nPasswort 1: 1\nServer: imap.x.example",
            List.of("a@x.example imap.x.example", "b@x.example imap.x.example", ALONE)),
        // As many values as addresses.
        Arguments.of(
            "E-Mail-Adressen: a@x.example, b@x.example\nPasswort: 1 / 2\nServer: imap.x.example",
            List.of(UNCLEAR)),
        Arguments.of(
            "E-Mail: a@x.example\nE-Mail: b@x.example\nPasswort (für beide): 1 und 2\nServer: imap.x.example",
            List.of("a@x.example imap.x.example", UNCLEAR)),
        // What people part mailboxes with.
        Arguments.of(
            mailbox + "\n--\nE-Mail: b@x.example\nPasswort: 2",
            List.of(row, "b@x.example 2 imap.x.example")),
        Arguments.of(
            mailbox + "\n____________________\nE-Mail: b@x.example\nPasswort: 2",
            List.of(row, "b@x.example 2 imap.x.example")),
        // A server is that of one domain.
        Arguments.of(
            mailbox + "\n\nE-Mail: b@y.example\nPasswort: 2\n\nE-Mail: c@x.example\nPasswort: 3",
            List.of(row, "b@y.example 2", "c@x.example 3 imap.x.example")),
        Arguments.of(
            "Server: imap.x.example\n\nE-Mail: a@x.example\nPasswort: 1\n\nE-Mail: b@y.example\nPasswort: 2",
            List.of(row, "b@y.example 2")),
        Arguments.of(
            mailbox + "\nPort: 143\n\nE-Mail: b@y.example\nPasswort: 2\nServer: imap.y.example",
            List.of(row + " 143", "b@y.example 2 imap.y.example")),
        // Which is the old mailbox, and which the new one?
        Arguments.of(
            "Alt:\n" + mailbox + "\n\nNeu:\nE-Mail: b@y.example\nPasswort: 2\n", List.of(SIDES)),
        Arguments.of(
            "From:\n"
                + mailbox
                + "\n\nTo:\nE-Mail: b@y.example\nPasswort: 2\nServer: imap.y.example",
            List.of(SIDES)),
        Arguments.of(
            mailbox + "\n\nNeues Postfach:\n\nE-Mail: b@y.example\nPasswort: 2", List.of(SIDES)),
        Arguments.of("To:\nSupport\n\n" + mailbox, List.of(row)),
        // Below its label.
        Arguments.of(
            "E-Mail: a@x.example\nPasswort:\n31121980\nServer: imap.x.example",
            List.of("a@x.example 31121980 imap.x.example")),
        Arguments.of(
            "E-Mail: a@x.example\nPasswort:\nWeb-2024!\nServer: imap.x.example",
            List.of("a@x.example Web-2024! imap.x.example")));
  }

  /** In HTML, a row of a table is a line with tabs. */
  @ParameterizedTest
  @MethodSource
  void severalMailboxesThatStandTogetherAreToldApartOrAskedFor(String text, List<String> rows) {
    assertThat(rows(text)).isEqualTo(rows);
  }

  static Stream<Arguments> severalMailboxesThatStandTogetherAreToldApartOrAskedFor() {
    String anna = "anna@x.example 1 imap.x.example";
    String bob = "bob@x.example 2 imap.x.example";
    return Stream.of(
        // Two addresses and one password.
        Arguments.of(
            "E-mail: anna@x.example, bob@x.example\nPassword: 1\nServer: imap.x.example",
            List.of(UNCLEAR)),
        Arguments.of(
            "E-mail: anna@x.example / bob@x.example\nPassword: 1\nServer: imap.x.example",
            List.of(UNCLEAR)),
        Arguments.of("E-mail: anna@x.example -> anna@y.example\nPassword: 1", List.of(UNCLEAR)),
        Arguments.of(
            "E-Mail: anna@x.example<mailto:anna@x.example> und bob@x.example<mailto:bob@x.example>\nPasswort: 1",
            List.of(UNCLEAR)),
        Arguments.of(
            "E-mail:\nanna@x.example\nbob@x.example\nPassword: 1\nServer: imap.x.example",
            List.of(UNCLEAR)),
        Arguments.of(
            "E-mail: anna@x.example<mailto:anna@x.example>\nPassword: 1\nServer: imap.x.example",
            List.of(anna)),
        // They wait for their passwords.
        Arguments.of(
            "E-mail: anna@x.example; bob@x.example\nServer: imap.x.example",
            List.of("anna@x.example imap.x.example", "bob@x.example imap.x.example")),
        // The label says that it is the password of all.
        Arguments.of(
            "E-mail addresses: anna@x.example, bob@x.example\nPassword: 1\nServer: imap.x.example",
            List.of(anna, "bob@x.example 1 imap.x.example")),
        Arguments.of(
            "E-Mail-Adressen:\n- anna@x.example\n- bob@x.example\n\nPasswort: 1\nServer: imap.x.example",
            List.of(anna, "bob@x.example 1 imap.x.example")),
        Arguments.of(
            "Courriels : anna@x.example et bob@x.example\nMot de passe : 1\nServeur : imap.x.example",
            List.of(anna, "bob@x.example 1 imap.x.example")),
        Arguments.of(
            "E-Mail: anna@x.example\nE-Mail: bob@x.example\nPasswort (für beide): 1\nServer: imap.x.example",
            List.of(anna, "bob@x.example 1 imap.x.example")),
        Arguments.of(
            "E-mail: anna@x.example\nE-mail: bob@x.example\nPassword: 2\nServer: imap.x.example",
            List.of("anna@x.example imap.x.example", bob)),
        // Labels on the left, a mailbox in each further column.
        Arguments.of(
            "\t1\t2\nE-Mail\tanna@x.example\tbob@x.example\nPasswort\t1\t2\nServer\timap.x.example\timap.x.example",
            List.of(anna, bob)),
        Arguments.of(
            "Postfach\t1\t2\nE-Mail:\tanna@x.example\tbob@x.example\nPasswort:\t1\t2\nServer:\timap.x.example",
            List.of(anna, bob)),
        Arguments.of(
            "E-Mail\tanna@x.example\tbob@x.example\nPasswort\t1\nServer\timap.x.example",
            List.of(UNCLEAR)),
        Arguments.of(
            "E-Mail\tanna@x.example\nPasswort\t1\t2\nServer\timap.x.example", List.of(UNCLEAR)),
        // All addresses, then all passwords.
        Arguments.of(
            "E-Mail: anna@x.example\nE-Mail: bob@x.example\nPasswort: 1\nPasswort: 2\nServer: imap.x.example",
            List.of(UNCLEAR)),
        // A table with other columns; one with a password alone; a row that is too long.
        Arguments.of(
            "Nr.\tName\tE-Mail\tPasswort\tGröße\n1\tUwe\tanna@x.example\t1\t2 GB\n\tEva\tbob@x.example\t2\n"
                + "\tSumme\t\t\t3 GB\n\nIMAP-Server: imap.x.example",
            List.of(anna, bob)),
        Arguments.of(
            "| Name | E-mail | Password | Server |\n|---|---|---|---|\n| Uwe | anna@x.example | 1 | imap.x.example |",
            List.of(anna)),
        Arguments.of(
            "email;password\nanna@x.example;1\nbob@x.example;2;3",
            List.of(
                "anna@x.example 1",
                "the row does not have as many values as the table has columns")),
        Arguments.of(
            "email\tpassword\temail\nanna@x.example\t1\tbob@x.example\nServer: imap.x.example\nE-mail: cem@x.example",
            List.of(
                "two columns of this table have the same meaning", "cem@x.example imap.x.example")),
        // Old and new address.
        Arguments.of(
            "E-Mail (alt): anna@x.example\nPasswort (alt): 1\nE-Mail (neu): bob@y.example\nPasswort (neu): 2\nServer: imap.x.example",
            List.of("anna@x.example 1 imap.x.example bob@y.example 2")),
        // What the address of a mailbox is, after its owner.
        Arguments.of(
            "Account: Anna\nE-mail: anna@x.example\nPassword: 1\nServer: imap.x.example",
            List.of(anna)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "E-mail address：a@x.example\nPassword：p-1\nIMAP server：imap.x.example",
        "E-mail:\n\na@x.example\n\nPassword:\n\np-1\n\nIMAP server:\n\nimap.x.example",
        "E-mail:\n \na@x.example\nPassword:\np-1\nIMAP server:\nimap.x.example",
        "E-mail => a@x.example\nPassword => p-1\nServer => imap.x.example",
        "e-posta: a@x.example\nşifre: p-1\nsunucu: imap.x.example",
        "Indirizzo e-mail: a@x.example\nPassword: p-1\nServer: imap.x.example\nServer SMTP: smtp.x.example",
        "E-mail: a@x.example\nUsername: same as e-mail\nPassword: p-1\nServer: imap.x.example",
        "Server (SMTP): smtp.x.example\nPort: 465\nServer (IMAP): imap.x.example\nE-mail: a@x.example\nPassword: p-1",
      })
  void separatorsAndLayoutsOfAllKindsAreRead(String text) {
    assertThat(rows(text)).containsExactly("a@x.example p-1 imap.x.example");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SSL: ja | a@x.example 1 imap.x.example tls
          SSL: oui | a@x.example 1 imap.x.example tls
          STARTTLS: sí | a@x.example 1 imap.x.example starttls
          Encryption: SSL/TLS (Port 993) | a@x.example 1 imap.x.example 993 tls
          Port: 993 (SSL) | a@x.example 1 imap.x.example 993 tls
          Port: 143 / STARTTLS | a@x.example 1 imap.x.example 143 starttls
          Verschlüsselung: TLS 1.2 | a@x.example 1 imap.x.example tls
          Security: TLS (STARTTLS) | a@x.example 1 imap.x.example starttls
          Security: SSL/TLS oder STARTTLS | a@x.example 1 imap.x.example
          Security: none | a@x.example 1 imap.x.example none
          Port: 993 or 143 | a@x.example 1 imap.x.example 993 or 143
          Security: whatever | a@x.example 1 imap.x.example whatever
          """)
  void portAndSecurityAreReadAsProvidersWriteThem(String line, String row) {
    assertThat(rows("E-mail: a@x.example\nPassword: 1\nServer: imap.x.example\n" + line))
        .containsExactly(row);
  }

  /**
   * What stands below the server that sends is of that one, up to an address, a server or a gap.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          E-Mail: a@x.example/Passwort: 1/IMAP: imap.x.example/SMTP: smtp.x.example/Benutzername: a@x.example/Passwort: 1/Port: 587 | a@x.example 1 imap.x.example
          E-Mail: a@x.example/Passwort: 1/IMAP: imap.x.example/SMTP: smtp.x.example/Benutzername: relay/Passwort: 2 | a@x.example 1 imap.x.example
          E-Mail: a@x.example/Passwort: 1/SMTP: smtp.x.example/Passwort: 2/Port: 465/IMAP: imap.x.example/Port: 993 | a@x.example 1 imap.x.example 993
          E-Mail: a@x.example/IMAP: imap.x.example/SMTP: smtp.x.example/Passwort: 1 | a@x.example 1 imap.x.example
          E-Mail: a@x.example/IMAP: imap.x.example/SMTP: smtp.x.example/User: relay/Passwort: 2 | a@x.example imap.x.example
          SMTP: smtp.x.example/User: relay/Passwort: 2/E-Mail: a@x.example/Passwort: 1/IMAP: imap.x.example | a@x.example 1 imap.x.example
          """)
  void theLoginOfTheServerThatSendsIsNotUsed(String text, String row) {
    assertThat(rows(text.replace('/', '\n'))).containsExactly(row);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "Passwort;=Geheim1|=Geheim1",
        "Passwort;!!:x|!!:x",
        "Passwort = :x1|:x1",
        "Passwort = b = c|b = c",
        "Passwort: =x|=x",
        "Passwort;:;x1|x1",
        "Passwort;: x1|x1",
        "Passwort    : x1|x1",
        "Passwort    :x1|x1",
        "Passwort    x1|x1",
        "Passwort:;;x1|x1",
        "Passwort;;x1|x1",
        "-;Passwort: x1|x1",
      })
  void aPasswordBeginsBehindTheFirstSeparator(String line, String password) {
    assertThat(rows("E-Mail: a@x.example\n" + line.replace(';', '\t') + "\nServer: imap.x.example"))
        .containsExactly("a@x.example " + password + " imap.x.example");
  }

  @Test
  void emptyCellsKeepTheirPlace() {
    assertThat(
            rows(
                "E-Mail-Adressen\ta@x.example\tb@x.example\nPasswort\t\t2\nServer\timap.x.example"))
        .containsExactly("a@x.example imap.x.example", "b@x.example 2 imap.x.example");
    assertThat(rows("E-Mail\t\tb@x.example\tc@x.example\nPasswort\t1\t2\t"))
        .containsExactly(UNCLEAR);
  }

  @Test
  void aPasswordForAllIsTriedInOneDomainOnly() {
    assertThat(
            rows(
                "E-Mail: a@x.example\nE-Mail: c@y.example\nPasswort (für beide): 1\nServer: imap.x.example"))
        .contains(UNCLEAR)
        .noneMatch(row -> row.contains(" 1"));
  }

  /** As people and programs lay them out; / is a line end. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "E-Mail          Passwort   Server/a@x.example     p-1        imap.x.example/b@x.example     p-2        imap.x.example",
        "Nr    E-Mail        Passwort   Server/1    a@x.example   p-1   imap.x.example/2    b@x.example   p-2   imap.x.example",
        "a@x.example/Passwort: p-1//b@x.example/Passwort: p-2//Server: imap.x.example",
        "Anna <a@x.example>/Mot de passe : p-1//Bea Öz <b@x.example>:/Mot de passe : p-2//Serveur : imap.x.example",
        "E-Mail: a@x.example Passwort: p-1/E-Mail: b@x.example Passwort: p-2/Server: imap.x.example",
        "E-Mail: a@x.example, Passwort: p-1/E-Mail: b@x.example; Passwort: p-2/Server: imap.x.example",
        "1) Correo: a@x.example | Contraseña: p-1/2) Correo: b@x.example (contraseña: p-2)/Servidor: imap.x.example",
        "E-mail: a@x.example  Password: p-1  Server: imap.x.example/E-mail: b@x.example  Password: p-2",
        "Passwort: p-1, E-Mail: a@x.example/Passwort: p-2, E-Mail: b@x.example/Server: imap.x.example",
      })
  void mailboxesAreReadHoweverTheyAreLaidOut(String text) {
    assertThat(rows(text.replace('/', '\n')))
        .containsExactly("a@x.example p-1 imap.x.example", "b@x.example p-2 imap.x.example");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Benutzername: a@x.example/Passwort: 1/Server: imap.x.example | a@x.example 1 imap.x.example
          IMAP-Server: imap.x.example/IMAP-Benutzer: a@x.example/IMAP-Passwort: 1 | a@x.example 1 imap.x.example
          User: a@x.example/Password: 1/Host: 10.x.example/Port: 993 | a@x.example 1 10.x.example 993
          E-Mail: a@x.example, Benutzer: u1, Passwort: ab:cd, Server: imap.x.example, Port: 993 | a@x.example ab:cd imap.x.example 993 u1
          E-mail: a@x.example/Password: 1/Server: imap.x.example, Port: 993 (SSL) | a@x.example 1 imap.x.example 993 tls
          """)
  void loginNamesAndSeveralFieldsOnALineAreRead(String text, String row) {
    assertThat(rows(text.replace('/', '\n'))).containsExactly(row);
  }

  /** Nothing of these is tried; the answer says how to write it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1. a@x.example geheim1/2. b@x.example geheim2",
        "a@x.example: geheim1",
        "- a@x.example - geheim1",
        "a@x.example;geheim1/b@x.example;geheim2",
        "Username: web@x.example/Password: 1/Host: ftp.x.example",
        "Kundencenter:/a@x.example/Passwort: portal",
        "Please migrate this account: a@x.example/Password: 1",
        "Hallo, hier die Daten: E-Mail: a@x.example, Passwort: 1",
        "E-Mail: a@x.example Passwort: 1 E-Mail: b@x.example Passwort: 2",
        "E-Mail: a@x.example, Passwort: my pass:word1",
        "Mein Passwort lautet: 1",
        "Voici le mot de passe : 1",
        "{\"email\": \"a@x.example\", \"password\": \"geheim1\"}",
      })
  void whatIsNotCertainIsAskedFor(String text) {
    MailBody.Found found = found(text.replace('/', '\n'));
    assertThat(found.rows()).isEmpty();
    assertThat(found.isMeant()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-- /Anna/E-Mail: anna2@x.example/Server: www.x.example",
        "Mit freundlichen Grüßen/Anna/E-Mail: anna2@x.example/Server: www.x.example",
        "Kind regards/Anna/E-mail: anna2@x.example/Host: www.x.example",
      })
  void aServerInASignatureMakesItNoMailbox(String end) {
    MailBody.Found found =
        found(
            "E-Mail: a@x.example\nPasswort: 1\nServer: imap.x.example\n\n"
                + end.replace('/', '\n'));
    assertThat(found.rows()).hasSize(1);
    assertThat(found.notes())
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("Your mail names anna2@x.example, too");
    assertThat(found("How long does it take?\n\n" + end.replace('/', '\n')).isMeant()).isFalse();
  }

  /** What a line may cost does not grow with the square of its length. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "E-Mail: a|_|60000|b@c.example, Passwort: geheim",
        "|a_|30000|",
        "111111111111111111111111111111111111111111111111111111111111@a.example|_|60000|@",
        "|:|60000|",
        "|_|60000|x",
        "Server: |'|60000|x",
        "E-Mail: a@x.example, b@x.example/Passwort: |_|60000|x",
      })
  void linesWithoutEndAreReadInNoTime(
      @Nullable String begin, String part, int times, @Nullable String end) {
    String line =
        ((begin == null ? "" : begin) + part.repeat(times) + (end == null ? "" : end))
            .replace('_', ' ')
            .replace('/', '\n');
    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> found((line + "\n").repeat(20)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "E-Mail: a@x.example, Passwort: Xy7!k/",
        "E-Mail: a@x.example, Passwort: Xy7(",
        "E-Mail: a@x.example, Passwort: Xy7;",
        "E-Mail: a@x.example; Passwort: Xy7/, Port: 993",
      })
  void theEndOfAPasswordIsNoSeparator(String line) {
    String password = line.replaceAll(".*Passwort: ([^ ,]+).*", "$1");
    assertThat(found(line + "\nServer: imap.x.example").rows())
        .singleElement()
        .satisfies(row -> assertThat(row.text(Column.SOURCE_PASSWORD)).isEqualTo(password));
  }

  @Test
  void aSignThatMaySeparateOrEndAPasswordIsAskedFor() {
    MailBody.Found found = found("E-Mail: a@x.example, Passwort: Xy7/ Server: imap.x.example");
    assertThat(found.rows())
        .allSatisfy(row -> assertThat(row.text(Column.SOURCE_PASSWORD)).isEmpty());
    assertThat(found.isMeant()).isTrue();
    assertThat(rows("E-Mail: a@x.example / Passwort: Xy7 / Server: imap.x.example"))
        .containsExactly("a@x.example Xy7 imap.x.example");
  }

  @Test
  void linesAreNamedAsTheyAreInTheMail() {
    MailBody.Found found =
        found(
            "E-Mail: a@x.example, Server: imap.x.example, Port: 993\nPasswort: siehe Anhang\n\n"
                + "E-Mail: b@x.example, Passwort: 1, Server: imap.y.example");
    assertThat(found.rows()).extracting(RawRow::line).containsExactly(1, 4);
    assertThat(found.notes())
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains("at line 2 of your mail");
  }

  /** A wrong password may lock a mailbox, so that a sentence is not tried as one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Password:\nKind regards, Anna",
        "Password:\n\nMit freundlichen Grüßen\nAnna",
        "Password:\nAnna Kunde",
        "Password:\n\nAnna",
        "Password:\nPlease call me for it.\nAnna",
        "Password:\nTel.: 030 1234567",
        "Password:",
        "Password: will follow by phone",
        "Password: I will call you about it",
        "Passwort: folgt per SMS (0171 1234567)",
        "Passwort: gebe ich Ihnen telefonisch durch",
        "Passwort: siehe oben",
        "Mot de passe : suivra par téléphone",
        "Contraseña: más tarde",
        "Password: segue",
        "Password: ********",
        "Password: -",
        "Password: tbd",
        "Password: correct horse battery staple",
        "Password: ask Bob",
        "Password: (see attached)",
        "Password: [removed]",
        "Password: <your password>",
        "Passwort: haben Sie bereits",
        "Passwort: bitte bei Frau Kurz erfragen",
        "Mot de passe : je vous l'enverrai par SMS",
        "Password:\nBis bald\nUwe",
        "Password:\nAlvast bedankt",
        "Password:\nAnna Kunde\nE-mail: anna@x.example",
        "Password:\np 1",
        "Password:\nwww.x.example",
        "Password:\n+49301234567",
        "Passwort: siehe Anhang",
        "Passwort: in der Anlage",
        "Passwort: bekannt",
        "Passwort: unverändert",
        "Passwort: haben Sie schon",
        "Passwort: wie besprochen",
        "Password: attached",
        "Password: unchanged",
        "Password: as discussed",
        "Mot de passe : ci-joint",
        "Mot de passe : voir pièce jointe",
        "Contraseña: ver adjunto",
        "Password: vedi allegato",
        "Wachtwoord: zie bijlage",
        "Password: https://onetimesecret.example/abc",
        "Password: \"secret1\"",
        "Passwort: „geheim1“",
        "Mot de passe : « secret1 »",
      })
  void whatIsNoPasswordIsNotOneAndTheMailboxWaits(String text) {
    assertThat(rows("E-mail: a@x.example\nIMAP server: imap.x.example\n" + text))
        .containsExactly("a@x.example imap.x.example");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          correct horse 7 staple | correct horse 7 staple
          later2026 | later2026
          Thanks | Thanks
          Kind!regards | Kind!regards
          abcd efgh ijkl mnop | abcd efgh ijkl mnop
          P@ss.word.de | P@ss.word.de
          *stern* | *stern*
          folgt=3 | folgt=3
          """)
  void passwordsThatLookLikeWordsAreRead(String written, String password) {
    assertThat(rows("E-mail: a@x.example\nPassword: " + written + "\nServer: imap.x.example"))
        .containsExactly("a@x.example " + password + " imap.x.example");
  }

  /** In the words of the languages, with a number or "old" and "new" behind them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Adresse mail : a@x.example\nMdp : 1\nServeur de courrier entrant : imap.x.example",
        "Correo: a@x.example\nContraseña: 1\nServidor de correo entrante: imap.x.example",
        "Casella: a@x.example\nPassword: 1\nServer posta in arrivo: imap.x.example",
        "E-mailadres: a@x.example\nWachtwoord: 1\nInkomende mailserver: imap.x.example",
        "E-POSTA: a@x.example\nŞİFRE: 1\nSUNUCU: imap.x.example",
        "Mail: a@x.example\nPasswort alt: 1\nPosteingang: imap.x.example",
        "E-Mail-Konto: a@x.example\nPasswort: 1\nImap-Host: imap.x.example",
      })
  void labelsOfManyLanguagesAreKnown(String text) {
    assertThat(rows(text)).containsExactly("a@x.example 1 imap.x.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Neues Postfach: b@x.example",
        "New mailbox: b@x.example",
        "Nouvelle boîte : b@x.example",
        "E-Mail neu: b@x.example",
      })
  void theNewMailboxIsTheGoal(String line) {
    assertThat(rows("Altes Postfach: a@x.example\nPasswort: 1\nServer: imap.x.example\n" + line))
        .containsExactly("a@x.example 1 imap.x.example b@x.example");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Das Passwort lautet: pw | There may be a password at line 3
          FTP-Passwort: pw | There may be a password at line 3
          Passwort: pw (ab Montag: pw2) | What stands for a password at line 3
          Passwort: keins | What stands for a password at line 3
          Passwort:/pw pw2 | What stands for a password at line 3
          Passwort:/Bis bald | What stands for a password at line 3
          User: Anna Kunde | What stands at line 3 of your mail was not used
          /Kundencenter:/Benutzername: k4711 | What stands at line 5 of your mail was not used
          """)
  void whatIsNotUsedIsTold(String end, String note) {
    MailBody.Found found =
        found("E-Mail: a@x.example\nServer: imap.x.example\n" + end.replace("/", "\n"));
    assertThat(found.rows()).singleElement().satisfies(row -> assertThat(row.cells()).hasSize(2));
    assertThat(found.notes())
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith(note)
        .doesNotContain("pw")
        .doesNotContain("k4711");
  }

  @Test
  void theColumnsOfATableThatMayHaveThePasswordsAreTold() {
    assertThat(
            rows("E-Mail\tPasswort alt\tPasswort neu\tServer\na@x.example\t1\t2\timap.x.example"))
        .containsExactly("a@x.example 1 imap.x.example 2");
    assertThat(found("E-Mail\tPin\tServer\na@x.example\t1\timap.x.example").notes())
        .containsExactly(
            "These columns of your table were not read: Pin. If the passwords stand in one of them, name it"
                + " \"Password\" and send the table again.");
    assertThat(found("E-Mail,Name,Passwort\na@x.example,Anna,1".replace(',', ';')).notes())
        .isEmpty();
    assertThat(
            rows(
                "E-Mail,Passwort,Server\na@x.example,\"p,\"\"1\",imap.x.example\nb@x.example,\"2\",imap.x.example"))
        .containsExactly("a@x.example p,\"1 imap.x.example", "b@x.example 2 imap.x.example");
  }

  @Test
  void whatWasNotTriedAsAPasswordIsTold() {
    MailBody.Found found =
        found("E-mail: a@x.example\nServer: imap.x.example\nPassword: folgt morgen");
    assertThat(found.notes())
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("What stands for a password at line 3 of your mail may be something else")
        .doesNotContain("morgen");
    assertThat(
            found(
                    "E-mail: a@x.example\nPassword: 1\nServer: imap.x.example\n\nThis mail was sent by Old Hosting.\n"
                        + "Password: never share it with anybody.")
                .notes())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Best / Anna / Phone: 123 / Email: anna@x.example / Web: www.x.example | anna@x.example
          Mit freundlichen Grüßen / Petra Kurz / Tel.: 030 123 / E-Mail: petra@x.example | petra@x.example
          Cordialement /  / E-mail : petra@x.example | petra@x.example
          Petra Kurz / +49 30 1234567 / E-Mail: petra@x.example | petra@x.example
          Freundliche Grüsse / Hans Meier /  / E-Mail: meier@x.example | meier@x.example
          Viele Grüße / Anna /  / Tel. 030 1 / E-Mail: info@x.example / E-Mail: anna@x.example / Web: x | info@x.example, anna@x.example
          Anna Kunde / E-Mail: anna2@x.example | anna2@x.example
          Please also move bob@x.example (password comes later). | bob@x.example
          """)
  void anAddressOfASignatureOrASentenceIsNoMailboxAndIsAskedAbout(String end, String named) {
    MailBody.Found found =
        found(
            "E-mail: a@x.example\nPassword: 1\nServer: imap.x.example\n\n"
                + end.replace(" / ", "\n"));
    assertThat(found.rows()).hasSize(1);
    assertThat(found.notes())
        .containsExactly(
            "Your mail names "
                + named
                + ", too, and we did not read that as a mailbox to be moved. If it is one, send it with its password.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Best\nAnna\nanna@x.example",
        "Yours\nAnna\nE-mail: me@agency.example",
        "Server of the list: list@lists.example",
        "E-mail: A@X.example",
      })
  void theSenderAndOtherDomainsBelowALetterNeedNoWord(String end) {
    MailBody.Found found =
        found("E-mail: a@x.example\nPassword: 1\nServer: imap.x.example\n\n" + end);
    assertThat(found.rows()).hasSize(1);
    assertThat(found.notes()).isEmpty();
  }

  @Test
  void anAddressThatFollowsWithoutAPasswordIsAMailboxThatWaits() {
    assertThat(
            rows(
                "E-mail: a@x.example\nPassword: 1\nServer: imap.x.example\n\nBob's password comes later:\nE-mail: bob@x.example"))
        .containsExactly("a@x.example 1 imap.x.example", "bob@x.example imap.x.example");
  }

  @Test
  @Timeout(20)
  void textsOfAnyLengthAndFormAreReadInTime() {
    for (String line :
        List.of(
            "E-mail:\n",
            "E-mail: a@x.example\n",
            "Password:\n\n",
            "a@x.example, b@x.example\n",
            "E-Mail\tPasswort\n",
            "E-Mail\tPasswort\na@x.example\tb\n",
            "Password: a\tb\n")) {
      assertThat(found(line.repeat(10_000)).rows()).hasSizeLessThanOrEqualTo(10_000);
    }
    StringBuilder many = new StringBuilder("E-mail:\n");
    for (int i = 0; i < 10_000; i++) {
      many.append('u').append(i).append("@x.example\n");
    }
    assertThat(found(many + "Server: imap.x.example").rows()).hasSize(10_000);
    assertThat(found("E-Mail: a@x.example" + "\t".repeat(60_000) + "\nPasswort\tb").rows())
        .hasSize(1);
  }

  @Test
  void anAddressOfAnotherDomainAloneMayBeNoMailboxAndIsAProblem() {
    List<RawRow> rows =
        found(
                "email: a@x.example\npassword: 1\n\n\ne-mail: info@y.example\n\nYours\nAnna\ne-mail: me@z.example")
            .rows();
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
    return found(text).rows().stream()
        .map(
            row ->
                row.isUnreadable()
                    ? row.problems().get(0).problem()
                    : row.cells().values().stream().collect(Collectors.joining(" ")))
        .toList();
  }

  private static MailBody.Found found(String text) {
    return MailBody.read(text, LABELS, "anna@x.example");
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
