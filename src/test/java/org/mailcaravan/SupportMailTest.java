package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.imap.ImapHostManager;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.store.StoredMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Flags;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.status.Status;
import org.mailcaravan.model.status.WaitingMails;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Overview;

/**
 * Requests that come by mail: what becomes of the mail, of the mailboxes in it, and of its sender.
 */
@Lengthy
@EnabledIfInstalled("dovecot")
class SupportMailTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final String SUPPORT = "support@new.example";
  private static final String CUSTOMER = "anna@kunde.example";

  @TempDir private Path folder = Path.of("");

  private final GreenMail mails =
      new GreenMail(
          new ServerSetup[] {
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP),
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_POP3)
          });

  @BeforeEach
  void startMails() {
    mails.start();
    mails.setUser(SUPPORT, SUPPORT, "desk");
    mails.setUser(CUSTOMER, CUSTOMER, "own");
  }

  @AfterEach
  void stopMails() {
    mails.stop();
  }

  private Installation installation(String protocol) {
    int port = protocol.equals("imap") ? mails.getImap().getPort() : mails.getPop3().getPort();
    return new Installation(folder)
        .set("api.enabled", "false")
        .set("mail.host", "127.0.0.1")
        .set("mail.protocol", protocol)
        .set("mail.port", String.valueOf(port))
        .set("mail.security", "none")
        .set("mail.username", SUPPORT)
        .set("mail.password", "desk")
        .set("mail.poll-millis", "200")
        .set("mail.allowed-senders", CUSTOMER)
        .set("mail.from", "Support <" + SUPPORT + ">")
        // GreenMail accepts no mail without it.
        .set("mail.envelope-from", "bounces@new.example")
        .set("smtp.host", "127.0.0.1")
        .set("smtp.port", String.valueOf(mails.getSmtp().getPort()))
        .set("smtp.security", "none");
  }

  private static String mail(String headers, String text) {
    return "From: Anna <"
        + CUSTOMER
        + ">\r\nTo: "
        + SUPPORT
        + "\r\nSubject: Move\r\nMessage-ID: <request@kunde.example>\r\nReferences: <first@kunde.example>\r\n"
        + headers
        + "\r\n"
        + text;
  }

  private void deliver(String mail) throws Exception {
    mails
        .getUserManager()
        .getUser(SUPPORT)
        .deliver(
            new MimeMessage(null, new ByteArrayInputStream(mail.getBytes(StandardCharsets.UTF_8))));
  }

  private MailFolder folder(GreenMailUser user, String name) {
    ImapHostManager hosts = mails.getManagers().getImapHostManager();
    return name.equals("INBOX") ? inbox(hosts, user) : hosts.getFolder(user, name);
  }

  private static MailFolder inbox(ImapHostManager hosts, GreenMailUser user) {
    try {
      return hosts.getInbox(user);
    } catch (FolderException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<StoredMessage> in(String address, String name) {
    MailFolder found = folder(mails.getUserManager().getUser(address), name);
    return found == null ? List.of() : found.getMessages();
  }

  private static String text(MimeMessage answer) throws Exception {
    MimeMultipart parts = (MimeMultipart) answer.getContent();
    return parts.getBodyPart(0).getContent() + "\n" + parts.getBodyPart(1).getContent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"imap", "pop3"})
  void aMailBecomesAMigrationAndIsAnswered(String protocol) throws Exception {
    try (TwoServers servers = new TwoServers()) {
      servers.userWithMail("anna@old.example", 3, "INBOX");
      deliver(
          mail(
              "",
              "E-mail address: anna@old.example\r\nPassword: %s\r\nNew password: %s\r\n\r\nE-mail: broken\r\nPassword: s3cret-words\r\nIMAP server: 127.0.0.1\r\nPort: %d\r\nSecurity: none\r\n"
                  .formatted(
                      TwoServers.oldPassword("anna@old.example"),
                      TwoServers.newPassword("anna@old.example"),
                      servers.source.port())));
      Installation installation =
          installation(protocol)
              .set("destination.port", String.valueOf(servers.destination.port()));
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        await().atMost(LIMIT).until(() -> in(CUSTOMER, "INBOX").size() == 1);
        await().atMost(LIMIT).until(() -> installation.ended().size() == 1);
        await().atMost(LIMIT).until(() -> in(SUPPORT, "INBOX").isEmpty());
      }
      assertThat(
              servers
                  .atDestination("anna@old.example")
                  .differencesFrom(servers.atSource("anna@old.example")))
          .isEmpty();
      MimeMessage answer = in(CUSTOMER, "INBOX").get(0).getMimeMessage();
      assertThat(answer.getHeader("In-Reply-To", null)).isEqualTo("<request@kunde.example>");
      assertThat(answer.getHeader("References", " ").replaceAll("\\s+", " "))
          .isEqualTo("<first@kunde.example> <request@kunde.example>");
      assertThat(answer.getHeader("Auto-Submitted", null)).isEqualTo("auto-replied");
      assertThat(answer.getMessageID()).startsWith("<answer.").endsWith("@new.example>");
      assertThat(answer.getSubject()).isEqualTo("Re: Move");
      assertThat(text(answer))
          .contains("anna@old.example from 127.0.0.1")
          .contains("E-mail address: is not an e-mail address")
          .doesNotContain("s3cret-words")
          .doesNotContain(TwoServers.oldPassword("anna@old.example"))
          .doesNotContain(TwoServers.newPassword("anna@old.example"));
    }
  }

  @Test
  void aListWithContactsIsTakenAndTheSameMailOnlyOnce() throws Exception {
    String mail =
        mail(
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n",
            """
            --x
            Content-Type: text/plain

            Here is the list.
            --x
            Content-Type: text/csv; name="list.csv"
            Content-Disposition: attachment; filename="list.csv"

            source_email,source_password,source_imap_server,source_port,source_security,destination_password
            anna@old.example,old,127.0.0.1,1,none,new
            bob@old.example,old,127.0.0.1,1,none,new
            --x
            Content-Type: text/vcard; name="bob.vcf"

            BEGIN:VCARD
            FN:Bea
            END:VCARD
            --x
            Content-Type: text/vcard; name="whose.vcf"

            BEGIN:VCARD
            FN:Cleo
            END:VCARD
            --x--
            """
                .replace("\n", "\r\n"));
    deliver(mail);
    Installation installation =
        installation("imap")
            .set("mail.after", "move")
            .set("mail.taken-folder", "Taken")
            .set("destination.carddav-url", "http://127.0.0.1:1/{email}/")
            .set("destination.port", "1");
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      await().atMost(LIMIT).until(() -> in(CUSTOMER, "INBOX").size() == 1);
      await().atMost(LIMIT).until(() -> in(SUPPORT, "Taken").size() == 1);
      // As after a kill between the migration and the end of the mail.
      deliver(mail);
      await().atMost(LIMIT).until(() -> in(SUPPORT, "Taken").size() == 2);
    }
    try (Database database = Database.inFolder(installation.data())) {
      assertThat(count(database, "migration")).isEqualTo(1);
      assertThat(count(database, "answer where follows is null")).isEqualTo(1);
      assertThat(
              database
                  .jdbc()
                  .sql(
                      "select count(*) from mailbox where contacts is not null and source_address = 'bob@old.example'")
                  .query(Integer.class)
                  .single())
          .isEqualTo(1);
    }
    assertThat(text(in(CUSTOMER, "INBOX").get(0).getMimeMessage()))
        .contains("anna@old.example", "bob@old.example", "whose.vcf");
    assertThat(files(installation.data().resolve("attachments")))
        .containsExactlyInAnyOrder("bob.vcf", "whose.vcf");
  }

  @Test
  void whatIsNoRequestStaysUnreadAndGetsNoAnswer() throws Exception {
    String fields = "E-mail: anna@old.example\r\nPassword: s3cret-words\r\nServer: 127.0.0.1\r\n";
    deliver(
        mail(
            "delete: true\r\nmoveTo: Elsewhere\r\ncamelBeanMethodName: endTaken\r\nCamelFileName: ../x\r\n",
            "How long does it take?"));
    deliver(mail("Auto-Submitted: auto-replied\r\n", fields));
    deliver(mail("", fields).replace(CUSTOMER, "who@other.example"));
    Installation installation = installation("imap").set("destination.port", "1");
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      // A request after them is answered: they were looked at before it.
      deliver(mail("", fields.replace("anna@", "last@")).replace("request@", "last@"));
      await().atMost(LIMIT).until(() -> in(CUSTOMER, "INBOX").size() == 1);
      await().atMost(LIMIT).until(() -> in(SUPPORT, "INBOX").size() == 3);
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  in(SUPPORT, "INBOX").stream()
                      .noneMatch(message -> message.isSet(Flags.Flag.SEEN)));
    }
    assertThat(in(CUSTOMER, "INBOX")).hasSize(1);
    try (Database database = Database.inFolder(installation.data())) {
      assertThat(count(database, "migration")).isEqualTo(1);
      assertThat(count(database, "left_mail")).isEqualTo(3);
      // What a program sent waits for nobody.
      assertThat(status(database).mails())
          .satisfies(waiting -> assertThat(waiting).isNotNull())
          .extracting(WaitingMails::count)
          .isEqualTo(2L);
    }
  }

  @Test
  void whoIsNotListedMovesNothingToAnotherDomainAndUsesNoProfileOfOurs() throws Exception {
    deliver(
        mail(
            "Authentication-Results: mx.new.example; dmarc=pass header.from=kunde.example\r\n",
            """
            email;password;server;new email;source_auth;source_oauth_profile
            anna@old.example;x;127.0.0.1;anna@kunde.example;;
            anna@old.example;x;127.0.0.1;boss@other.example;;
            boss@tenant.example;;127.0.0.1;boss@kunde.example;oauth2;tenant
            """));
    Installation installation =
        installation("imap")
            .set("mail.allowed-senders", "")
            .set("mail.authserv-id", "mx.new.example")
            .set("destination.auth", "master-user")
            .set("destination.master-user", "admin")
            .set("destination.master-password", "{{env:HOME}}")
            .set("oauth.tenant.kind", "refresh-token")
            .set("oauth.tenant.token-url", "https://127.0.0.1:1/token")
            .set("oauth.tenant.client-id", "x")
            .set("oauth.tenant.servers", "127.0.0.1")
            .set("oauth.tenant.refresh-token", "{{env:HOME}}")
            .set("destination.port", "1");
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      await().atMost(LIMIT).until(() -> in(CUSTOMER, "INBOX").size() == 1);
    }
    assertThat(text(in(CUSTOMER, "INBOX").get(0).getMimeMessage()))
        .contains("We move your mailbox:")
        .contains("belongs to another domain than the sender")
        .contains("source_oauth_profile");
  }

  @Test
  void anAnswerWaitsForTheServerThatSendsIt() throws Exception {
    int port = mails.getSmtp().getPort();
    mails.getSmtp().stopService();
    deliver(mail("", "E-mail: anna@old.example\r\nPassword: x\r\nServer: 127.0.0.1\r\n"));
    Installation installation = installation("imap").set("smtp.port", String.valueOf(port));
    installation.set("destination.port", "1");
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      await().atMost(LIMIT).until(() -> in(SUPPORT, "INBOX").isEmpty());
    }
    try (Database database = Database.inFolder(installation.data())) {
      assertThat(count(database, "answer where sent_at is null")).isEqualTo(1);
      database.jdbc().sql("update answer set due_at = queued_at").update();
    }

    GreenMail other = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    other.start();
    try (Launcher.Running running =
        installation
            .set("smtp.port", String.valueOf(other.getSmtp().getPort()))
            .start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      await().atMost(LIMIT).until(() -> other.getReceivedMessages().length == 1);
    } finally {
      other.stop();
    }
  }

  @Test
  void aMailThatCannotBeTakenIsLeftAfterSomeTriesAndHoldsUpNoOther() throws Exception {
    deliver(
        mail(
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n",
            """
            --x

            E-mail: anna@old.example
            Password: s3cret-words
            Server: 127.0.0.1
            --x
            Content-Type: text/vcard; name="anna.vcf"

            BEGIN:VCARD
            FN:Bea
            END:VCARD
            --x--
            """
                .replace("\n", "\r\n")));
    deliver(
        mail(
                "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n",
                """
                --x
                Content-Type: text/csv; name="one.csv"

                source_email,source_password,source_imap_server,destination_password
                bob@old.example,s3cret-words,127.0.0.1,new
                --x
                Content-Type: text/csv; name="two.csv"

                source_email,source_password,source_imap_server,destination_password
                cleo@old.example,s3cret-words,127.0.0.1,new
                --x--
                """
                    .replace("\n", "\r\n"))
            .replace("request@", "second@"));
    Installation installation =
        installation("imap")
            .set("destination.carddav-url", "http://127.0.0.1:1/{email}/")
            .set("destination.port", "1");
    // Contacts cannot be kept: there is a file where their folder belongs.
    Files.createDirectories(installation.data());
    Files.writeString(installation.data().resolve("attachments"), "");
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      // One for each list of the second mail.
      await().atMost(LIMIT).until(() -> in(CUSTOMER, "INBOX").size() == 2);
      await().atMost(LIMIT).until(() -> in(SUPPORT, "INBOX").size() == 1);
    }
    assertThat(in(SUPPORT, "INBOX").get(0).isSet(Flags.Flag.SEEN)).isFalse();
    try (Database database = Database.inFolder(installation.data())) {
      assertThat(count(database, "migration")).isEqualTo(2);
      assertThat(count(database, "failed_mail where failures = 1")).isEqualTo(1);
      assertThat(status(database).mails()).isEqualTo(WaitingMails.NONE);
      database.jdbc().sql("update failed_mail set failures = 4, due_at = failed_at").update();
    }

    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      deliver(mail("", "E-mail: dora@old.example\r\nPassword: x\r\nServer: 127.0.0.1\r\n"));
      await().atMost(LIMIT).until(() -> in(CUSTOMER, "INBOX").size() == 3);
    }
    try (Database database = Database.inFolder(installation.data())) {
      assertThat(count(database, "migration")).isEqualTo(3);
      assertThat(count(database, "failed_mail")).isZero();
      WaitingMails waiting = Objects.requireNonNull(status(database).mails());
      assertThat(waiting.count()).isEqualTo(1);
      assertThat(waiting.longest().get(0).sender()).isEqualTo(CUSTOMER);
      assertThat(waiting.longest().get(0).why())
          .startsWith("it cannot be taken: ")
          .contains("attachments")
          .doesNotContain("s3cret-words");
    }

    in(SUPPORT, "INBOX").get(0).setFlag(Flags.Flag.SEEN, true);
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      deliver(mail("", "E-mail: emil@old.example\r\nPassword: x\r\nServer: 127.0.0.1\r\n"));
      await().atMost(LIMIT).until(() -> in(CUSTOMER, "INBOX").size() == 4);
    }
    try (Database database = Database.inFolder(installation.data())) {
      assertThat(status(database).mails()).isEqualTo(WaitingMails.NONE);
    }
  }

  /** An answer of a sender to an answer of ours. */
  private static String reply(int number, String to, String text) {
    return mail("In-Reply-To: " + to + "\r\n", text)
        .replace("<request@kunde.example>", "<reply" + number + "@kunde.example>");
  }

  private String answerAfter(int answers, String mail) throws Exception {
    deliver(mail);
    await().atMost(LIMIT).until(() -> in(CUSTOMER, "INBOX").size() == answers + 1);
    return text(in(CUSTOMER, "INBOX").get(answers).getMimeMessage());
  }

  @Test
  void anAnswerToOurAnswerCorrectsAPasswordGivesATimeAndCancels() throws Exception {
    mails.setUser("boss@kunde.example", "boss@kunde.example", "boss");
    String start = LocalDate.now(ZoneId.systemDefault()).plusDays(2) + " 18:00";
    Installation installation =
        installation("imap")
            .set("mail.allowed-senders", CUSTOMER + ", boss@kunde.example")
            .set("destination.port", "1");
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      assertThat(
              answerAfter(
                  0,
                  mail(
                      "",
                      "E-mail: %s\r\nPassword: wrong\r\nNew password: x\r\nServer: 127.0.0.1\r\nPort: %d\r\nSecurity: none\r\n"
                          .formatted(CUSTOMER, mails.getImap().getPort()))))
          .contains("If you want to change something, answer this mail");
      String ours = in(CUSTOMER, "INBOX").get(0).getMimeMessage().getMessageID();
      assertThat(ours).matches("<answer\\.[0-9a-f]{16}\\.[0-9a-f]{20}@new\\.example>");
      String forged = ours.replaceFirst("\\.[0-9a-f]{20}@", "." + "0".repeat(20) + "@");

      deliver(reply(1, forged, "Cancel\r\n"));
      deliver(reply(2, ours, "Cancel\r\n").replace("Anna <" + CUSTOMER, "<boss@kunde.example"));
      deliver(reply(3, ours, "Thank you!\r\n\r\n> Cancel\r\n> Password: own\r\n"));
      assertThat(answerAfter(1, reply(4, ours, "Password: s3cret-words\r\n")))
          .contains("The new password of " + CUSTOMER + " was not taken")
          .doesNotContain("s3cret-words");
      String corrects =
          reply(5, ours, "Hello,\r\n\r\nPassword: own\r\nStart: " + start + "\r\n> Cancel\r\n");
      assertThat(answerAfter(2, corrects))
          .contains("The new password of " + CUSTOMER + " works")
          .containsPattern("1 mailbox of migration .* begins at " + start);
      deliver(corrects);
      String second = in(CUSTOMER, "INBOX").get(2).getMimeMessage().getMessageID();
      assertThat(answerAfter(3, reply(6, second, "Start: 2020-01-01 10:00\r\n")))
          .contains("The time 2020-01-01 10:00")
          .contains("is over");
      assertThat(answerAfter(4, reply(8, second, "Server: imap.old.example\r\n")))
          .contains("nothing was changed. Please send us the request again as a whole");
      assertThat(answerAfter(5, reply(7, second, "Cancel\r\n\r\nYours, Anna\r\n")))
          .contains("is cancelled");
      await().atMost(LIMIT).until(() -> in(SUPPORT, "INBOX").size() == 4);
    }
    assertThat(in(CUSTOMER, "INBOX")).hasSize(6);
    assertThat(in("boss@kunde.example", "INBOX")).isEmpty();
    try (Database database = Database.inFolder(installation.data())) {
      assertThat(count(database, "migration where cancelled")).isEqualTo(1);
      assertThat(count(database, "pass where state <> 'ENDED'")).isZero();
      assertThat(count(database, "event where reason like 'begins at %'")).isEqualTo(1);
      assertThat(count(database, "left_mail where waits")).isEqualTo(4);
    }
  }

  @Test
  void aGermanMailIsAnsweredInGermanAndSoIsWhatAnswersThat() throws Exception {
    Installation installation = installation("imap").set("destination.port", "1");
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      assertThat(
              answerAfter(
                  0,
                  mail(
                      "",
                      "E-Mail-Adresse: %s\r\nPasswort: x\r\nNeues Passwort: x\r\nServer: 127.0.0.1\r\nPort: %d\r\nSicherheit: none\r\n"
                          .formatted(CUSTOMER, mails.getImap().getPort()))))
          .contains(
              "Guten Tag",
              "Wir ziehen Ihr Postfach um:",
              "hat Benutzername oder Passwort abgelehnt")
          .doesNotContain("We ");
      String ours = in(CUSTOMER, "INBOX").get(0).getMimeMessage().getMessageID();
      assertThat(answerAfter(1, reply(1, ours, "Password: s3cret-words\r\n")))
          .contains("Das neue Passwort von " + CUSTOMER + " wurde nicht übernommen: ")
          .contains("Bitte prüfen Sie das Passwort")
          .doesNotContain("s3cret-words");
      String second = in(CUSTOMER, "INBOX").get(1).getMimeMessage().getMessageID();
      assertThat(answerAfter(2, reply(2, second, "Cancel\r\n"))).contains("ist storniert");
      assertThat(answerAfter(3, reply(3, second, "Password: own\r\n")))
          .contains("Das Postfach ist angehalten oder storniert und bleibt es.");
    }
  }

  private static Status status(Database database) {
    return new Overview(database, Duration.ofMinutes(1)).status(List.of(), 10);
  }

  private static int count(Database database, String of) {
    return database.jdbc().sql("select count(*) from " + of).query(Integer.class).single();
  }

  private static List<String> files(Path in) throws IOException {
    try (Stream<Path> files = Files.walk(in)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT))
          .toList();
    }
  }
}
