package org.mailcaravan.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Part;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Where;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.report.CertificateTemplate;
import org.mailcaravan.report.Certificates;
import org.mailcaravan.report.CustomerFile;
import org.mailcaravan.report.CustomerFiles;
import org.mailcaravan.report.Reports;
import org.mailcaravan.report.Results;
import org.mailcaravan.store.AnswerThreads;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Claims;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.DueReports;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.LifeRows;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.Origin;
import org.mailcaravan.store.PassResults;
import org.mailcaravan.store.Tellings.Telling;
import org.mailcaravan.store.ToldMigrations;

/** The last mail to a customer has what he keeps of his migration. */
class CompleteMailTest {
  private static final Path TEMPLATES = Path.of("config/templates");
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-30T02:59:00Z"), ZoneOffset.UTC);

  @TempDir private Path folder = Path.of("");
  private final GreenMail mails =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private Database database;
  private LifeRows rows;
  private Events events;
  private Answers answers;
  private Migrations migrations;
  private PassResults results;
  private CustomerFiles files;

  @BeforeEach
  void open() {
    mails.start();
    database = Database.inFolder(folder.resolve("data"));
    rows = new LifeRows(database);
    rows.migration("m");
    int unused = rows.set("migration", "finished_at = opened_at, stage = 'COMPLETE'", "true");
    events = new Events(database, "here");
    answers =
        new Answers(database, events, "here", Duration.ofMinutes(1), CLOCK, 10, Duration.ZERO);
    answers.queue(
        Answers.Answer.of(
            "m",
            new ReplyTo(
                "mail:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "anna@kunde.example",
                "Move",
                "<request@kunde.example>",
                List.of(),
                List.of(),
                Language.ENGLISH)));
    migrations =
        new Migrations(database, events, new Origin("here", false, Duration.ofDays(14)), CLOCK);
    Claims claims = new Claims(database, "here", Duration.ofMinutes(1), new HostLimits(4));
    results =
        new PassResults(database, claims, events, FinalPasses.STANDARD, new MailboxMaker(false));
    files =
        new CustomerFiles(
            migrations,
            results,
            new Certificates(
                CertificateTemplate.read(TEMPLATES.resolve("certificate.mustache")), "We", "us"),
            new ToldMigrations(database, true),
            UnaryOperator.identity());
  }

  @AfterEach
  void close() {
    database.close();
    mails.stop();
  }

  private TicketMessage told(String receiver) {
    return new TellingText(
            new ToldMigrations(database, true),
            answers,
            new TellingText.Words(
                TellingTemplates.all(TEMPLATES, Language.ENGLISH),
                AnswerTemplates.all(TEMPLATES, Language.ENGLISH, Providers.NONE),
                Language.ENGLISH,
                ZoneOffset.UTC,
                TellingTextTest.answerText(
                    database, AnswerTemplates.all(TEMPLATES, Language.ENGLISH, Providers.NONE))),
            new TellingText.HandOver(
                domain -> List.of(), true, (domain, of) -> List.of(), files::toMail),
            CLOCK)
        .of(
            new Telling(
                1, 7, CLOCK.instant(), MigrationMessage.COMPLETE, receiver, "m", "all is quiet"));
  }

  private MimeMultipart sent() throws Exception {
    Smtp smtp =
        new Smtp(
            new Smtp.Account(
                new Server("127.0.0.1", mails.getSmtp().getPort(), Security.NONE),
                "",
                Secret.of(""),
                new InternetAddress("support@new.example"),
                "bounces@new.example"),
            SSLContext.getDefault(),
            Duration.ofSeconds(10),
            CLOCK);
    TellingMails mailing = new TellingMails(answers, new AnswerThreads(database), smtp);
    mailing.send(mailing.write(told("mail")));
    MimeMessage[] received = mails.getReceivedMessages();
    return (MimeMultipart) received[received.length - 1].getContent();
  }

  /** The text, and then the files by their names. */
  private static Map<String, String> parts(MimeMultipart mail) throws Exception {
    Map<String, String> parts = new LinkedHashMap<>();
    for (int part = 0; part < mail.getCount(); part++) {
      if (mail.getBodyPart(part).getContent() instanceof MimeMultipart text) {
        parts.put("", String.valueOf(text.getBodyPart(0).getContent()));
      } else {
        assertThat(mail.getBodyPart(part).getDisposition()).isEqualTo(Part.ATTACHMENT);
        parts.put(
            mail.getBodyPart(part).getFileName(),
            new String(
                mail.getBodyPart(part).getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return parts;
  }

  private void mailbox(int row, String user, MailboxState state, List<Problem> problems) {
    long pass = rows.pass(rows.mailbox("m", row, user, state.name()), "m", "ENDED", state.name());
    MailboxResult plain = Results.result(Results.mailbox(row, user, user), state);
    rows.result(
        pass,
        new MailboxResult(
            plain.mailbox(),
            state,
            plain.folders(),
            plain.copied(),
            plain.alreadyThere(),
            plain.setAside(),
            plain.carriedOver(),
            plain.bytes(),
            plain.seconds(),
            List.of(),
            List.of(),
            state == MailboxState.COPIED ? whole() : Results.certificate(false),
            problems,
            List.of()));
  }

  private static Certificate whole() {
    Certificate good = Results.certificate(true);
    return new Certificate(
        good.issued(),
        good.source(),
        good.destination(),
        good.folders(),
        List.of(),
        List.of(),
        List.of());
  }

  @Test
  void itHasTheCertificatesAndTheListOfTheReport() throws Exception {
    mailbox(1, "anna", MailboxState.COPIED, List.of());
    mailbox(
        2,
        "müller",
        MailboxState.INCOMPLETE,
        List.of(new Problem(Where.MAILBOX, "it is locked", Owner.CUSTOMER, "Have it unlocked.")));
    Map<String, String> parts = parts(sent());
    assertThat(parts.keySet())
        .containsExactly(
            "",
            "certificate-1-anna@old.example.html",
            "certificate-2-müller@old.example.html",
            CustomerFile.NOT_MOVED);
    assertThat(parts.get(""))
        .contains(
            "Attached are the certificates of your mailboxes",
            "The attached file not-moved.csv lists what was not moved, and why.");
    Path report = Files.createDirectory(folder.resolve("reports"));
    Reports reports =
        new Reports(migrations, results, new DueReports(database, events, "here"), report);
    reports.write(reports.result("m"));
    assertThat(parts.get(CustomerFile.NOT_MOVED))
        .isEqualTo(Files.readString(report.resolve("m/not-moved.csv")))
        .contains("müller@old.example,", "it is locked", "UID 17");
    assertThat(parts.get("certificate-1-anna@old.example.html")).contains("anna@old.example");
    assertThat(told("zammad"))
        .satisfies(
            message -> {
              assertThat(message.files()).isEmpty();
              assertThat(message.hasFiles()).isTrue();
              assertThat(message.text())
                  .contains("Our support team has them: please ask")
                  .doesNotContain("ttached");
            });
  }

  /** The later one may have sent a wrong password, while the one of the earlier request works. */
  @Test
  void whoAsksForAMailboxThatSomebodyElseAskedForBeforeIsToldNothingOfIt() throws Exception {
    mailbox(1, "anna", MailboxState.COPIED, List.of());
    mailbox(
        2,
        "bob",
        MailboxState.INCOMPLETE,
        List.of(new Problem(Where.MAILBOX, "it is locked", Owner.CUSTOMER, "Have it unlocked.")));
    rows.migration("a");
    rows.names("a", 1, "m.2");

    Map<String, String> parts = parts(sent());

    assertThat(parts.keySet()).containsExactly("", "certificate-1-anna@old.example.html");
    assertThat(parts.get("")).doesNotContain("bob", "it is locked");
    assertThat(files.zip("m")).isPresent();
  }

  @Test
  void whereAllHasArrivedItHasTheCertificateAlone() throws Exception {
    mailbox(1, "anna", MailboxState.COPIED, List.of());
    Map<String, String> parts = parts(sent());
    assertThat(parts.keySet()).containsExactly("", "certificate-1-anna@old.example.html");
    assertThat(parts.get(""))
        .contains("Attached is the certificate of your mailbox")
        .doesNotContain("not-moved");
  }

  @Test
  void manyCertificatesAreOneFileWhichTheApiHasToo() throws Exception {
    for (int row = 1; row <= 11; row++) {
      mailbox(row, "user" + row, MailboxState.COPIED, List.of());
    }
    Map<String, String> parts = parts(sent());
    assertThat(parts.keySet()).containsExactly("", "certificates.zip");
    assertThat(files.toMail("m", UnaryOperator.identity()).get(0).octets())
        .as("the same each time")
        .isEqualTo(files.toMail("m", UnaryOperator.identity()).get(0).octets());
    assertThat(names(files.zip("m").orElseThrow()))
        .hasSize(11)
        .startsWith("certificate-1-user1@old.example.html");
  }

  private static List<String> names(byte[] zip) throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }

  @Test
  void whatIsTooLargeIsToBeAskedFor() throws Exception {
    mailbox(
        1,
        "anna",
        MailboxState.INCOMPLETE,
        List.of(new Problem(Where.MAILBOX, "x".repeat(2_100_000), Owner.US, "Wait.")));
    Map<String, String> parts = parts(sent());
    assertThat(parts.keySet()).containsExactly("", "certificate-1-anna@old.example.html");
    int unused = rows.set("problem", "description = replace(description, 'xx', '')", "true");
    long pass = database.jdbc().sql("select max(id) from pass").query(Long.class).single();
    MailboxResult plain = Results.result(Results.mailbox(1, "anna", "anna"), MailboxState.COPIED);
    Certificate good = whole();
    rows.result(
        pass,
        new MailboxResult(
            plain.mailbox(),
            plain.state(),
            1,
            1,
            1,
            0,
            plain.carriedOver(),
            1,
            1,
            List.of(),
            List.of(),
            new Certificate(
                good.issued(),
                good.source(),
                good.destination(),
                good.folders(),
                List.of(),
                List.of("y".repeat(2_100_000)),
                List.of()),
            List.of(),
            List.of()));
    assertThat(told("mail").files()).noneMatch(file -> !file.isNotMoved());
    assertThat(told("mail").text()).contains("Our support team has it: please ask");
  }

  @Test
  void whereNothingWasComparedThereIsNoCertificateToAskFor() {
    String mailbox = rows.mailbox("m", 1, "anna", "BLOCKED");
    long unused = rows.pass(mailbox, "m", "ENDED", "BLOCKED");
    assertThat(told("zammad").text()).doesNotContain("ertificate");
    assertThat(told("zammad").hasFiles()).isFalse();
  }
}
