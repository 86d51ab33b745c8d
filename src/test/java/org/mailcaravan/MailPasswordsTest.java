package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.icegreen.greenmail.store.StoredMessage;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.BodyPart;
import jakarta.mail.Flags;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.intake.mail.AutomaticHeaders;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.UsedPasswords;
import org.mailcaravan.store.Database;
import org.slf4j.LoggerFactory;

/**
 * Every sample of a mail, and every list of a product, comes by mail. No password of them stands in
 * an answer, the log, or a file of the service. Mails of programs, which come with them, get no
 * answer.
 */
@Lengthy
class MailPasswordsTest {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String SUPPORT = "support@new.example";
  private static final int AUTOMATIC = 20;
  private static final Path MAILS = Path.of("src/test/resources/mail");
  private static final Path LISTS = Path.of("src/test/resources/org/mailcaravan/intake/lists");

  /** Those of the samples and lists. What is shorter stands in any file. */
  private static final List<String> PASSWORDS =
      List.of(
          "Grün=42",
          "a*b<c&d",
          "p@ss w0rd",
          "um€=1",
          "dois#2",
          "*stars* and blanks",
          "hunter:2",
          "eins;1",
          "zwei,2",
          ">pfeil",
          "secret-anna",
          "secret-ben",
          "secret-carl",
          "secret-otto",
          "secret-gone",
          "secret#ben",
          "secret,ben",
          "secret;carl",
          "secret fred",
          "new-anna",
          "new-ben",
          "new-carl",
          "new-gone",
          "1.234567890123457e+19",
          "s3cret-json",
          "s3cret-zip");

  @TempDir private Path folder = Path.of("");

  private final Map<String, Set<String>> forms = new HashMap<>();
  private final GreenMail mails =
      new GreenMail(
          new ServerSetup[] {
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP)
          });

  private Installation installation() {
    return new Installation(folder)
        .set("api.enabled", "false")
        .set("preflight.enabled", "false")
        .set("answers.poll-millis", "200")
        .set("destination.port", "1")
        .set("destination.auth", "master-user")
        .set("destination.master-user", "admin")
        .set("destination.master-password", "{{env:HOME}}")
        .set("mail.host", "127.0.0.1")
        .set("mail.port", String.valueOf(mails.getImap().getPort()))
        .set("mail.security", "none")
        .set("mail.username", SUPPORT)
        .set("mail.password", "desk")
        .set("mail.poll-millis", "200")
        .set("mail.answers-per-hour", "1000")
        .set(
            "mail.allowed-senders",
            "@cliente.example, @agentur.example, @gmail.example, @kunde.example, @firma.example,"
                + " @billing.example, @help.example")
        .set("mail.from", SUPPORT)
        // GreenMail accepts no mail without it.
        .set("mail.envelope-from", "bounces@new.example")
        .set("smtp.host", "127.0.0.1")
        .set("smtp.port", String.valueOf(mails.getSmtp().getPort()))
        .set("smtp.security", "none");
  }

  /** Puts a mail into the support mailbox; gives its Message-ID. */
  private String deliver(byte[] mail) throws Exception {
    MimeMessage message = new MimeMessage(null, new ByteArrayInputStream(mail));
    mails.getUserManager().getUser(SUPPORT).deliver(message);
    return message.getMessageID();
  }

  private static byte[] withFile(String text, String name, byte[] content) {
    String mail =
        """
        From: Anna <anna@kunde.example>
        To: support@new.example
        Subject: Move
        Message-ID: <%1$s@kunde.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=x

        --x

        %3$s
        --x
        Content-Type: application/octet-stream; name="%1$s"
        Content-Disposition: attachment; filename="%1$s"
        Content-Transfer-Encoding: base64

        %2$s
        --x--
        """
            .formatted(name, Base64.getMimeEncoder().encodeToString(content), text);
    return mail.replaceAll("\r?\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static List<byte[]> requests() throws IOException {
    List<byte[]> all = new ArrayList<>();
    try (Stream<Path> samples = Files.list(MAILS)) {
      for (Path sample : samples.sorted().toList()) {
        all.add(Files.readAllBytes(sample));
      }
    }
    try (Stream<Path> lists = Files.list(LISTS)) {
      for (Path list : lists.filter(file -> !file.toString().endsWith(".txt")).sorted().toList()) {
        all.add(
            withFile(
                "Here is the list.", String.valueOf(list.getFileName()), Files.readAllBytes(list)));
      }
    }
    String json =
        """
        [{"source_email": "json@old.example", "source_password": "s3cret-json",
          "source_imap_server": "127.0.0.1", "source_port": 1, "source_security": "none"}]
        """;
    all.add(withFile("And another.", "list.json", json.getBytes(StandardCharsets.UTF_8)));
    all.add(
        withFile(
            "E-mail: zip@old.example\nPassword: s3cret-zip\nServer: 127.0.0.1",
            "contacts.zip",
            zip("zip.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoe\r\nEND:VCARD\r\n")));
    return all;
  }

  private static byte[] zip(String name, String content) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(octets)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return octets.toByteArray();
  }

  private static byte[] automatic(int number) {
    String mail =
        """
        From: Anna <anna@kunde.example>
        To: support@new.example
        Message-ID: <automatic%d@kunde.example>
        %s

        E-mail: anna@old.example
        Password: secret-anna
        Server: 127.0.0.1
        """
            .formatted(number, AutomaticHeaders.ALL.get(number % AutomaticHeaders.ALL.size()));
    return mail.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Our answers. */
  private List<MimeMessage> answers() throws MessagingException {
    List<MimeMessage> ours = new ArrayList<>();
    for (MimeMessage mail : mails.getReceivedMessages()) {
      if (mail.getMessageID().startsWith("<answer.")) {
        ours.add(mail);
      }
    }
    return ours;
  }

  /** What they answer, by its Message-IDs. */
  private List<String> answered() throws MessagingException {
    List<String> ids = new ArrayList<>();
    for (MimeMessage answer : answers()) {
      ids.add(answer.getHeader("In-Reply-To", ""));
    }
    return ids;
  }

  @Test
  void noPasswordOfAMailIsShownOrStoredAndNoProgramIsAnswered() throws Exception {
    mails.start();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    log.start();
    root.addAppender(log);
    Installation installation = installation();
    try {
      mails.setUser(SUPPORT, SUPPORT, "desk");
      for (int i = 0; i < AUTOMATIC; i++) {
        assertThat(deliver(automatic(i))).isNotEmpty();
      }
      Set<String> sent = new TreeSet<>();
      for (byte[] request : requests()) {
        assertThat(sent.add(deliver(request))).isTrue();
      }
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        await()
            .atMost(LIMIT)
            .untilAsserted(() -> assertThat(answered()).containsExactlyInAnyOrderElementsOf(sent));
      }
      for (MimeMessage answer : answers()) {
        assertShowsNone(answer);
      }
      assertAutomaticMailsLieUnread();
    } finally {
      root.detachAppender(log);
      mails.stop();
    }
    for (ILoggingEvent event : log.list) {
      assertHasNone(
          "the log",
          (event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy()))
              .getBytes(StandardCharsets.UTF_8));
    }
    try (Database database = Database.inFolder(installation.data())) {
      assertThat(
              database.jdbc().sql("select count(*) from migration").query(Integer.class).single())
          .isGreaterThan(15);
    }
    int files = 0;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        assertHasNone(file.toString(), Files.readAllBytes(file));
        files++;
      }
    }
    assertThat(files).isGreaterThan(3);
  }

  /** And what could not be read, of which its sender was told. */
  private void assertAutomaticMailsLieUnread() throws Exception {
    List<StoredMessage> left =
        mails
            .getManagers()
            .getImapHostManager()
            .getInbox(mails.getUserManager().getUser(SUPPORT))
            .getMessages();
    assertThat(left).noneMatch(message -> message.isSet(Flags.Flag.SEEN));
    List<String> ids = new ArrayList<>();
    for (StoredMessage message : left) {
      ids.add(message.getMimeMessage().getMessageID());
    }
    ids.remove("<tnef-1@firma.example>");
    assertThat(ids).hasSize(AUTOMATIC).allMatch(id -> id.startsWith("<automatic"));
  }

  private void assertShowsNone(MimeMessage answer) throws Exception {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    answer.writeTo(raw);
    String what = "the answer to " + answer.getHeader("In-Reply-To", "");
    assertHasNone(what, raw.toByteArray());
    Multipart parts = (Multipart) answer.getContent();
    for (int i = 0; i < parts.getCount(); i++) {
      BodyPart part = parts.getBodyPart(i);
      assertHasNone(what, part.getContent().toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private void assertHasNone(String where, byte[] octets) {
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    for (String password : PASSWORDS) {
      for (String form : forms.computeIfAbsent(password, MailPasswordsTest::formsOf)) {
        assertThat(text.contains(form)).as(password + " in " + where).isFalse();
      }
    }
  }

  /** In UTF-8 and Latin-1, one char per octet; no form is so short that it stands anywhere. */
  private static Set<String> formsOf(String password) {
    Set<String> all = new TreeSet<>();
    for (String form : UsedPasswords.forms(password).keySet()) {
      all.add(new String(form.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
      all.add(form);
    }
    all.removeIf(form -> form.length() < 6);
    return all;
  }
}
