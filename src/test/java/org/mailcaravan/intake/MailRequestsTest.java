package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.intake.mail.MailLimits;
import org.mailcaravan.intake.mail.MailReader;
import org.mailcaravan.intake.mail.SenderCheck;
import org.mailcaravan.model.Notice;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.model.Request;
import org.mailcaravan.policies.Policies;
import org.mailcaravan.secrets.MemoryVault;
import org.mailcaravan.secrets.Vault;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.store.AnswerThreads;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.MailboxLogins;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.NamedBefore;
import org.mailcaravan.store.Origin;
import org.mailcaravan.store.PasswordTrials;

/** What becomes of the files of a mail, and what its sender is told of them. */
class MailRequestsTest {
  private static final String FIELDS =
      "E-mail: anna@old.example\r\nPassword: secret\r\nServer: imap.old.example\r\n";
  private static final String LIST =
      "source_email,source_password,source_imap_server\r\nbob@old.example,secret,imap.old.example\r\n";

  private static final String ROW =
      """
      E-mail: anna@old.example
      Password: PASSWORD
      Server: imap.old.example
      New e-mail: NEW@kunde.example
      New password: x
      """
          .replace("\n", "\r\n");

  @TempDir private Path folder = Path.of("");

  private Database database;
  private Answers answers;
  private MailRequests requests;

  /**
   * A file of a mail.
   *
   * @param base64 its content
   */
  private record File(String name, String base64) {
    static File of(String name, byte[] octets) {
      return new File(name, Base64.getMimeEncoder().encodeToString(octets));
    }

    static File of(String name, String text) {
      return of(name, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  @BeforeEach
  void open() {
    database = Database.inFolder(folder.resolve("data"));
    Clock clock = Clock.systemUTC();
    answers =
        new Answers(
            database,
            new Events(database, "here"),
            "here",
            Duration.ofMinutes(1),
            clock,
            10,
            Duration.ofMinutes(1));
    requests =
        new MailRequests(
            new MailReader(
                MailLimits.STANDARD,
                new SenderCheck(Set.of("anna@kunde.example"), "mx.new.example", Set.of())),
            MailLabels.read(Path.of("config/mail-labels.properties")),
            new RequestRules(false, true, true, List.of()),
            SourceServers.NONE,
            answers,
            new AnswerThreads(database),
            new MailboxLogins(database),
            new PasswordTrials(database, new Events(database, "here")),
            () -> {},
            folder.resolve("attachments"),
            Pattern.compile(String.valueOf(Keys.TELL_TICKET_PATTERN.standard())));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private MailRequests.Read read(String text, File... files) {
    return readAs("Move", text, files);
  }

  private MailRequests.Read readAs(String subject, String text, File... files) {
    StringBuilder mail =
        new StringBuilder(
            "From: anna@kunde.example\r\nSubject: "
                + subject
                + "\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n"
                + text);
    for (File file : files) {
      mail.append("\r\n--x\r\nContent-Type: application/octet-stream; name=\"")
          .append(file.name())
          .append("\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
          .append(file.base64());
    }
    return requests.read(mail.append("\r\n--x--\r\n").toString().getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] zip(String name, byte[] content) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(octets)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    return octets.toByteArray();
  }

  /** The subject, and the header below it, of a mail that answers one of ours. */
  private String answering() {
    String key = "c".repeat(64);
    new Answers(
            database,
            new Events(database, "here"),
            "here",
            Duration.ofMinutes(1),
            Clock.systemUTC(),
            10,
            Duration.ofMinutes(1))
        .queue(
            Answers.Answer.ofUnread(
                new ReplyTo(key, "anna@kunde.example", "Move", "", List.of(), List.of(), null),
                List.of()));
    AnswerThreads threads = new AnswerThreads(database);
    database
        .jdbc()
        .sql("insert into migration (id, name, opened_at) values ('m', 'Move', current_timestamp)")
        .update();
    threads.about(key, "m");
    return "Re: Move\r\nReferences: " + threads.messageId(key, "new.example");
  }

  private static List<String> notes(MailRequests.Read read) {
    List<String> notes = new ArrayList<>();
    read.parts().forEach(part -> notes.addAll(part.replyTo().notes()));
    return notes;
  }

  @Test
  void eachFileThatIsNotUsedIsNamedOnce() throws IOException {
    byte[] card = "BEGIN:VCARD\r\nFN:Bea\r\nEND:VCARD\r\n".getBytes(StandardCharsets.UTF_8);
    MailRequests.Read read =
        read(
            FIELDS,
            File.of("phone.zip", zip("contacts.zip", zip("a.vcf", card))),
            File.of("broken.zip", "PK nothing"),
            File.of("outlook.pst", "x"),
            File.of("offer.pdf", "x"),
            File.of("note.txt", "Thank you for your help."),
            File.of("old.xls", "x"),
            File.of("list.zip", zip("list.csv", LIST.getBytes(StandardCharsets.UTF_8))),
            File.of("smime.p7s", "x"),
            File.of("anna.vcf", card),
            File.of("more.csv", LIST));

    assertThat(read.isTaken()).isTrue();
    assertThat(read.parts()).hasSize(2).allMatch(MailRequests.Part::opensMigration);
    assertThat(notes(read))
        .containsExactlyInAnyOrder(
            "We found no contacts and no calendars in phone.zip. Export them as .vcf and .ics files, and send us these.",
            "We found no contacts and no calendars in broken.zip. Export them as .vcf and .ics files, and send us these.",
            "We found no contacts and no calendars in outlook.pst. Export them as .vcf and .ics files, and send us these.",
            "We did not use offer.pdf.",
            "We did not use note.txt.",
            "We do not read spreadsheets such as old.xls. Save it as .xlsx or .csv, and send us that file.",
            "The list in list.zip was not read. Send us the list itself.");
  }

  @ParameterizedTest
  @CsvSource({
    "anna@kunde.example, Re: [Ticket ID: 123456] Move, '', #123456",
    "anna@kunde.example, [Ticket#2026113000017] Move, '', #2026113000017",
    "anna@kunde.example, Move [#ABC-123456], '', #ABC-123456",
    "anna@kunde.example, Move [2026], '', ''",
    "anna@kunde.example, Move [Ticket], '', ''",
    "anna@kunde.example, [#123456], Ticket: 17, 17",
    // Whoever is not known could have us write into anybody's ticket.
    "ben@kunde.example, [#123456], Ticket: 17, ''",
  })
  void aMailNamesItsTicket(String sender, String subject, String line, String ticket) {
    MailRequests.Read read =
        requests.read(
            "Authentication-Results: mx.new.example; dmarc=pass header.from=kunde.example\r\nFrom: %s\r\nSubject: %s\r\n\r\n%s%s\r\n"
                .formatted(
                    sender, subject, FIELDS.replace("anna@old.example", "ben@kunde.example"), line)
                .getBytes(StandardCharsets.UTF_8));
    assertThat(read.parts())
        .singleElement()
        .satisfies(
            part -> {
              assertThat(requests.request(part).rows()).hasSize(1);
              assertThat(requests.request(part).ticket()).isEqualTo(ticket);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"list.xls", "list.ods", "list.numbers"})
  void aSpreadsheetThatIsNotReadIsExplainedAlone(String name) {
    MailRequests.Read read = read("Here is the list.", File.of(name, "x"));

    assertThat(read.isTaken()).isFalse();
    assertThat(notes(read)).singleElement().asString().contains(name, "Save it as .xlsx or .csv");
  }

  @ParameterizedTest
  @ValueSource(strings = {"offer.pdf", "backup.rar", "smime.p7s"})
  void aMailThatAsksForNothingWaitsForAPersonWhateverIsAttached(String name) {
    assertThat(read("Please call me.", File.of(name, "x")).parts()).isEmpty();
  }

  @Test
  void whatStandsInATextFileCountsAsTheMailWhereTheMailSaysNothing() {
    MailRequests.Read read = read("See the file.", File.of("access.txt", FIELDS));

    assertThat(read.parts())
        .singleElement()
        .satisfies(
            part ->
                assertThat(requests.request(part).rows())
                    .singleElement()
                    .satisfies(
                        row -> assertThat(row.sourceAddress()).isEqualTo("anna@old.example")));
    assertThat(notes(read)).isEmpty();
  }

  @Test
  void aPasswordInTheSubjectOrTheNameOfAFileIsShownNowhere() {
    MailRequests.Read read =
        readAs(
            "Umzug anna@old.example geheim-Wort-77, neues Kennwort: x1 y2",
            FIELDS.replace("secret", "geheim-Wort-77"),
            File.of("anna geheim-wort-77.vcf", "BEGIN:VCARD\r\nFN:Bea\r\nEND:VCARD\r\n"),
            File.of("geheim-Wort-77.csv", LIST),
            File.of("geheim-Wort-77.json", "{}"),
            File.of("GEHEIM-Wort-77.rar", "x"),
            File.of("geheim-Wort-77.rar", "x"));

    assertThat(read.parts()).hasSize(3);
    assertThat(read.parts().get(0).replyTo().subject())
        .isEqualTo("Umzug anna@old.example ********, neues Kennwort: ********");
    assertThat(read.toString())
        .contains(
            "********.csv", "********.json", "********.rar", "********-2.rar", "anna ********.vcf")
        .doesNotContainIgnoringCase("geheim")
        .doesNotContain("x1 y2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Passwort von sj2 ist Zebra-998 | Passwort von ******** ist ********
          Umzug: das Kennwort lautet Nashorn | Umzug: das Kennwort lautet ********
          password Tiger7! for anna@old.example | password ******** for anna@old.example
          Le mot de passe est Girafe | Le mot de passe est ********
          """)
  void aPasswordBehindItsNameInTheSubjectIsShownNowhere(String subject, String shown) {
    assertThat(readAs(subject, FIELDS).parts().get(0).replyTo().subject()).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Move of anna@old.example", "Password", "How do I change my password: a question"})
  void aSubjectWithoutAPasswordStaysAsItIs(String subject) {
    String shown = readAs(subject, FIELDS).parts().get(0).replyTo().subject();

    assertThat(shown).isEqualTo(subject.replace(": a question", ": ********"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "First Name,Last Name,E-mail Address",
        "First Name,Middle Name,Last Name,Phonetic First Name,Nickname,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Value",
        "Anrede;Vorname;Weitere Vornamen;Nachname;Suffix;Firma;E-Mail-Adresse",
        "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Home Phone"
      })
  void exportedContactsAreNoMailboxes(String header) {
    String row = header.replaceAll("[^,;]+", "x");
    MailRequests.Read read = read("Hello", File.of("contacts.csv", header + "\r\n" + row));

    assertThat(read.isTaken()).isFalse();
    assertThat(read.parts())
        .singleElement()
        .satisfies(
            part ->
                assertThat(part.problems())
                    .singleElement()
                    .extracting(Problem::cause)
                    .isEqualTo("it looks like contacts, and no list of mailboxes"));
  }

  @ParameterizedTest
  @CsvSource({
    "Das richtige Passwort ist pw-a34, true",
    "The password is Xy7, true",
    "The mailbox is there now, false",
  })
  void whoeverTellsThePasswordInASentenceIsAskedForALineOfItsOwn(String text, boolean isAsked) {
    MailRequests.Read read = readAs(answering(), text);
    assertThat(notes(read).stream().anyMatch(note -> note.startsWith("We could not find the")))
        .isEqualTo(isAsked);
    assertThat(read.isTaken()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "IMAP server: imap.old.example|true",
        "Yes: IMAP-Server: imap.old.example|false",
        "Server: imap.old.example\\nPort: 993\\nSecurity: SSL|true",
        "Thank you, go ahead.\\n-- \\nE-mail: anna@kunde.example|false",
        "> IMAP server: imap.old.example|false",
      })
  void whoeverAnswersWithTheServerAloneIsAskedForTheWholeRequest(String text, boolean isAsked) {
    MailRequests.Read read = readAs(answering(), text.replace("\\n", "\r\n"));

    assertThat(notes(read).stream().anyMatch(note -> note.startsWith("Your mail is no whole")))
        .isEqualTo(isAsked);
    assertThat(read.isTaken()).isFalse();
    assertThat(notes(readAs("Move", "IMAP server: imap.old.example")))
        .as("no answer of ours is before it")
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("We found no mailbox in your mail that we can move.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Passwort: geheim|true",
        "My password: secret does not work at the site: why?|true",
        "La contraseña correcta es: neu14|true",
        "Server: imap.old.example\\nPort: 993|true",
        "User: anna|true",
        "Mailbox: anna@old.example|true",
        "1. anna@old.example geheim1\\n2. bob@old.example geheim2|true",
        "anna@old.example / geheim1|true",
        "[{'email': 'anna@old.example', 'password': 'geheim1'}]|true",
        "E-Mail\\tPasswort\\tPasswort\\nanna@old.example\\tp1\\tp2|true",
        "Bitte ziehen Sie das Postfach bob@old.example mit dem Passwort pw-b vom Server imap.old.example zu Ihnen um.|true",
        "Please move my mail. My address is bob@old.example and the password is pw-b.|true",
        "My phone does not take my password for bob@old.example any more. What can I do?|false",
        "How long does it take to move a mailbox?|false",
        "Thank you, that worked.|false",
        "Danke!\\n\\nViele Grüße\\nAnna Kunde\\nTel.: 030 123\\nE-Mail: anna@kunde.example\\nWeb: www.kunde.example|false",
        "Please write to bob@old.example about it.|false",
        "anna@kunde.example www.kunde.example|false",
        "How do I set up my phone?\\n\\ninfo@kunde.example / kunde.example|false",
        "How do I set up my phone?\\n\\nKind regards\\ninfo@kunde.example, Berlin|false",
      })
  void whatIsMeantAsARequestAndCannotBeUsedIsAnsweredAndWaits(String text, boolean isAnswered) {
    MailRequests.Read read = readAs("Move", text.replace("\\n", "\r\n").replace("\\t", "\t"));
    assertThat(
            notes(read).stream().filter(note -> note.startsWith("We found no mailbox in")).count())
        .isEqualTo(isAnswered ? 1 : 0);
    assertThat(read.isTaken()).isFalse();
    assertThat(read.left().waits()).isTrue();
  }

  @Test
  void contactsWithoutAMailboxAreAnsweredAndAnInvitationIsNot() {
    File invitation =
        File.of("invite.ics", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n");
    String card = "BEGIN:VCARD\r\nEND:VCARD\r\n";
    assertThat(read("Here they are.", File.of("anna.vcf", card + card)).parts()).hasSize(1);
    assertThat(read("How long does it take?", File.of("anna.vcf", card)).parts())
        .as("the card of the sender, as Outlook adds it")
        .isEmpty();
    assertThat(read("See you there.", invitation).parts()).isEmpty();
  }

  @Test
  void threePasswordsByMailAreTriedInAnHourForAnAccountThatIsKnown() {
    Events events = new Events(database, "here");
    Vault vault = new MemoryVault();
    Requests opening =
        new Requests(
            new RequestReader(new RequestRules(false, true, true, List.of()), SourceServers.NONE),
            database,
            new Migrations(
                database,
                events,
                new Origin("here", false, Duration.ofDays(14)),
                Clock.systemUTC()),
            vault,
            new PasswordTrials(database, events),
            answers,
            new Schedule(
                ZoneOffset.UTC,
                new Notice(Duration.ZERO, Duration.ZERO),
                null,
                Policies.NONE,
                false,
                new NamedBefore(database),
                Clock.systemUTC()),
            new Progress() {});
    List<Integer> opened = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Request request =
          requests.request(
              readAs(
                      "Move " + i,
                      ROW.replace("PASSWORD", "guess" + i).replace("NEW", "new" + i % 2))
                  .parts()
                  .get(0));
      if (request.rows().isEmpty()) {
        assertThat(request.rejected())
            .singleElement()
            .satisfies(
                problem ->
                    assertThat(problem.problem())
                        .startsWith("is not tried, since three that came"));
      } else {
        opened.add(i);
        assertThat(opening.open(request).mailboxes()).hasSize(1);
      }
    }
    assertThat(opened).as("the first is not known, and three more").containsExactly(0, 1, 2, 3);
  }
}
