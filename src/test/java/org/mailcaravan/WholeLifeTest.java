package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.RawImap;
import org.mailcaravan.server.ScriptedDns;
import org.mailcaravan.server.UsedPasswords;
import org.mailcaravan.store.Database;

/**
 * One migration from a mail to Support until it is closed, with real programs and servers. Nobody
 * does anything but the customer; the program is killed between the steps.
 */
@Lengthy
@EnabledIfInstalled("dovecot")
class WholeLifeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String ANNA = "anna@kunde.example";
  private static final String SENDER = "anna.private@freemail.example";
  private static final String SUPPORT = "support@new.example";
  private static final String DESK = UsedPasswords.add("the desk's own 2");
  private static final String OURS = "mx.new.example.";
  private static final String THEIRS = "mx.old.example.";

  @TempDir private Path temp = Path.of("");

  private final TwoServers servers = new TwoServers();
  private final ScriptedDns dns = ScriptedDns.start().ttl(1);
  private final DovecotServer support =
      DovecotServer.builder().compress(false).start().addUser(SUPPORT, DESK);
  private final GreenMail sink =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

  @Test
  @Timeout(600)
  void aMailToSupportBecomesAClosedMigration() throws Exception {
    servers.userWithMail(ANNA, 20, "INBOX", "Sent");
    dns.answer("kunde.example", "MX", "10 " + THEIRS);
    sink.start();
    try (servers;
        dns;
        support;
        NodeProcess node = node()) {
      node.start();
      ask();
      awaitMails(2);
      assertThat(servers.atDestination(ANNA)).isEqualTo(servers.atSource(ANNA));

      node.kill();
      MailboxSnapshot before = changeBothSides();
      dns.answer("kunde.example", "MX", "10 " + OURS);
      node.start();
      awaitMails(3);
      node.kill();
      node.start();
      awaitMails(5);
      node.tellToStop();
      node.awaitStopped(PATIENCE);

      MailboxSnapshot after = servers.atDestination(ANNA);
      assertThat(after.surplusOver(before)).as("the straggler").isEqualTo(1);
      assertThat(after.count()).isEqualTo(before.count() + 1);
      assertThat(mails())
          .satisfiesExactly(
              answer -> assertThat(answer).contains(ANNA),
              copied -> assertThat(copied).contains(OURS.substring(0, OURS.length() - 1)),
              seen -> assertThat(seen).contains("kunde.example"),
              complete -> assertThat(complete).contains("imap.new.example"),
              closed -> assertThat(closed).containsIgnoringCase("password"));
      assertClosed(node);
    } finally {
      sink.stop();
    }
  }

  private NodeProcess node() throws IOException {
    Map<String, String> settings = new HashMap<>();
    settings.put("destination.port", String.valueOf(servers.destination.port()));
    settings.put("answers.poll-millis", "200");
    settings.put("mail.host", "127.0.0.1");
    settings.put("mail.port", String.valueOf(support.port()));
    settings.put("mail.security", "none");
    settings.put("mail.username", SUPPORT);
    settings.put("mail.password", DESK);
    settings.put("mail.poll-millis", "200");
    settings.put("mail.allowed-senders", SENDER);
    settings.put("mail.from", SUPPORT);
    settings.put("mail.envelope-from", "bounces@new.example");
    settings.put("smtp.host", "127.0.0.1");
    settings.put("smtp.port", String.valueOf(sink.getSmtp().getPort()));
    settings.put("smtp.security", "none");
    settings.put("pass.mirror-deletions", "true");
    settings.put("tell.poll-millis", "500");
    settings.put("tell.mail.messages", "first-pass-done, cutover, complete, closed");
    settings.put("clients.imap-server", "imap.new.example");
    settings.put("clients.smtp-server", "smtp.new.example");
    settings.put("cutover.mx-hosts", OURS.substring(0, OURS.length() - 1));
    settings.put("cutover.resolvers", "127.0.0.1:" + dns.address().getPort());
    settings.put("cutover.ask-authorities", "false");
    settings.put("cutover.cron", "0/1 * * * * ?");
    settings.put("cutover.look-seconds", "1");
    settings.put("cutover.final-passes", "0s, ttl, 5s");
    return new NodeProcess(Files.createDirectory(temp.resolve("node")), "node-a", null, settings);
  }

  private void ask() {
    String mail =
        """
        From: Anna <%s>
        To: %s
        Subject: Move
        Message-ID: <request@kunde.example>

        E-mail address: %s
        Password: %s
        New password: %s
        IMAP server: 127.0.0.1
        Port: %d
        Security: none
        """
            .formatted(
                SENDER,
                SUPPORT,
                ANNA,
                TwoServers.oldPassword(ANNA),
                TwoServers.newPassword(ANNA),
                servers.source.port())
            .replace("\n", "\r\n");
    try (RawImap imap = RawImap.login(support.port(), SUPPORT, DESK)) {
      imap.append(
          "INBOX",
          Set.of(),
          OffsetDateTime.parse("2026-01-02T03:04:05Z"),
          mail.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The text of each mail to the customer, in the order in which they came. */
  private List<String> mails() {
    Map<String, String> byId = new LinkedHashMap<>();
    for (MimeMessage mail : sink.getReceivedMessages()) {
      try {
        // A kill may send one again, as the very same.
        byId.putIfAbsent(mail.getMessageID(), plain(mail));
      } catch (MessagingException | IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return List.copyOf(byId.values());
  }

  private static String plain(Part part) throws MessagingException, IOException {
    return part.getContent() instanceof Multipart parts
        ? plain(parts.getBodyPart(0))
        : String.valueOf(part.getContent());
  }

  private void awaitMails(int count) {
    await().atMost(PATIENCE).until(() -> mails().size() >= count);
  }

  /**
   * The customer deletes a mail at the new home, and marks one; at the old server one is deleted,
   * and one comes in.
   *
   * @return what is at the new home then
   */
  private MailboxSnapshot changeBothSides() {
    try (RawImap imap =
        RawImap.login(servers.destination.port(), ANNA, TwoServers.newPassword(ANNA))) {
      imap.select("INBOX");
      imap.store("3", "+FLAGS", List.of("\\Flagged"));
      imap.remove("2");
    }
    servers.deleteOne(ANNA);
    servers.deliverOne(ANNA);
    return servers.atDestination(ANNA);
  }

  private static void assertClosed(NodeProcess node) {
    try (Database database = Database.inFolder(node.program().home().resolve("data"))) {
      assertThat(database.jdbc().sql("select stage from migration").query(String.class).single())
          .isEqualTo("CLOSED");
      assertThat(database.jdbc().sql("select count(*) from credential").query(Long.class).single())
          .isZero();
    }
  }
}
