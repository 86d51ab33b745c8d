package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.status.ToldMessage;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.UsedPasswords;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Overview;
import org.mailcaravan.tickets.ScriptedApi;

/** What happens to a migration is told by mail, to a webhook and to a help desk. */
@Lengthy
class ToldMigrationTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SUPPORT = "support@new.example";
  private static final String CUSTOMER = "anna@kunde.example";
  private static final String SECRET = UsedPasswords.add("Secret-of-the-webhook-91");
  private static final String TOKEN = UsedPasswords.add("Token-of-the-desk-92");

  @TempDir private Path folder = Path.of("");

  private final ScriptedApi webhook = new ScriptedApi();
  private final ScriptedApi zammad = new ScriptedApi();
  private final GreenMail mails =
      new GreenMail(
          new ServerSetup[] {
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP)
          });

  @BeforeEach
  void startMails() {
    mails.start();
    mails.setUser(SUPPORT, SUPPORT, "desk");
    mails.setUser(CUSTOMER, CUSTOMER, "own");
  }

  @AfterEach
  void stop() {
    mails.stop();
    webhook.close();
    zammad.close();
  }

  private Installation installation() {
    return new Installation(folder)
        .set("api.enabled", "false")
        .set("destination.port", "1")
        .set("preflight.enabled", "false")
        .set("mail.host", "127.0.0.1")
        .set("mail.port", String.valueOf(mails.getImap().getPort()))
        .set("mail.security", "none")
        .set("mail.username", SUPPORT)
        .set("mail.password", "desk")
        .set("mail.poll-millis", "200")
        .set("mail.allowed-senders", CUSTOMER)
        .set("mail.from", "Support <" + SUPPORT + ">")
        .set("mail.envelope-from", "bounces@new.example")
        .set("smtp.host", "127.0.0.1")
        .set("smtp.port", String.valueOf(mails.getSmtp().getPort()))
        .set("smtp.security", "none")
        .set("tell.poll-millis", "100")
        .set("tell.mail.messages", "started, slipped, first-pass-done, cutover, lapsed, complete")
        .set("tell.webhook.url", webhook.url() + "/hook")
        .set("tell.webhook.secret", SECRET)
        .set("tell.zammad.url", zammad.url().toString())
        .set("tell.zammad.token", TOKEN)
        .set("tell.receivers", "chat")
        .set("cutover.mx-hosts", "10 mx.new.example")
        .set("cutover.ask-authorities", "false")
        .set("cutover.resolvers", "127.0.0.1:1");
  }

  private void request(String headers) throws Exception {
    String mail =
        "From: Anna <%s>\r\nTo: %s\r\nSubject: Move\r\nMessage-ID: <request@kunde.example>\r\n%s\r\nE-mail address: anna@old.example\r\nPassword: old\r\nNew password: new\r\nIMAP server: 127.0.0.1\r\nPort: 1\r\nSecurity: none\r\n"
            .formatted(CUSTOMER, SUPPORT, headers);
    mails
        .getUserManager()
        .getUser(SUPPORT)
        .deliver(
            new MimeMessage(null, new ByteArrayInputStream(mail.getBytes(StandardCharsets.UTF_8))));
  }

  private List<MimeMessage> toCustomer() {
    return Arrays.stream(mails.getReceivedMessagesForDomain("kunde.example")).toList();
  }

  /** The plain text is the first part, also of a mail with attachments. */
  private static String text(Part mail) throws Exception {
    return mail.getContent() instanceof MimeMultipart parts
        ? text(parts.getBodyPart(0))
        : String.valueOf(mail.getContent());
  }

  private List<String> toWebhook() {
    List<String> messages = new ArrayList<>();
    for (ScriptedApi.Asked asked : webhook.asked()) {
      try {
        messages.add(new ObjectMapper().readTree(asked.body()).path("message").asText());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return messages;
  }

  /** It is asked first who the customer is. */
  private List<ScriptedApi.Asked> toZammad() {
    return zammad.asked().stream().filter(asked -> !asked.method().equals("GET")).toList();
  }

  /** Customers with a ticket hear by that, and not by mail as well. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyReceiverGetsItsMessagesOnceAndInOrder(boolean hasTicket) throws Exception {
    Installation installation = installation();
    // Nothing else happens to it.
    Files.delete(installation.ownRoutes().resolve("live.camel.yaml"));
    request("");
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      await().atMost(LIMIT).until(() -> toWebhook().contains("accepted"));
      await().atMost(LIMIT).until(() -> toCustomer().size() == 1);
    }
    try (Database database = Database.inFolder(installation.data())) {
      int unused =
          database
              .jdbc()
              .sql("update request set ticket = ?")
              .param(hasTicket ? "17" : null)
              .update();
      unused = database.jdbc().sql("update mailbox set mail_domain = 'old.example'").update();
      unused = database.jdbc().sql("update migration set stage = 'WAITING_FOR_CUTOVER'").update();
      webhook.next(500, Map.of(), "no " + SECRET);
      happens(
          database,
          "COPYING",
          "WAITING_FOR_CUTOVER",
          "COPYING",
          "CUTOVER",
          "NEEDS_ATTENTION",
          "COMPLETE",
          "CLOSED");
    }
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE);
        Database database = Database.inFolder(installation.data())) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      await().atMost(LIMIT).until(() -> toCustomer().size() == (hasTicket ? 1 : 5));
      await().atMost(LIMIT).until(() -> toZammad().size() == (hasTicket ? 6 : 0));
      // What failed is due in a minute.
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  database
                          .jdbc()
                          .sql(
                              "update telling set due_at = current_timestamp where receiver = 'webhook'"
                                  + " and attempts = 1 and sent_at is null and taken_by is null and reason is not null")
                          .update()
                      > 0);
      await().atMost(LIMIT).until(() -> toWebhook().contains("closed"));
      assertThat(
              database
                  .jdbc()
                  .sql("select reason from event where kind = 'telling' and state = 'FAILED'")
                  .query(String.class)
                  .list())
          .anySatisfy(
              words ->
                  assertThat(words).contains("the webhook answers with HTTP status 500 (no ****"))
          .anySatisfy(
              words ->
                  assertThat(words)
                      .contains("no branch of routes/tell-receivers.camel.yaml tells chat"));
    }
    assertThat(toWebhook())
        .containsExactly(
            "accepted",
            "started",
            "started",
            "first-pass-done",
            "cutover",
            "needs-attention",
            "complete",
            "closed");
    assertThat(webhook.asked().get(1).header("Idempotency-key"))
        .as("the same again")
        .isEqualTo(webhook.asked().get(2).header("Idempotency-key"));
    if (hasTicket) {
      assertThat(toZammad())
          .extracting(asked -> asked.method() + " " + asked.body().contains("\"internal\":true"))
          .containsExactly(
              "POST false", "POST false", "POST false", "POST true", "POST false", "PUT true");
    } else {
      assertMails();
    }
  }

  @Test
  void theTicketOfARowIsTold() throws Exception {
    Installation installation = installation();
    Files.createDirectories(installation.drop());
    Files.move(
        installation.request(
            "list.csv",
            """
            source_email,source_password,source_imap_server,source_port,source_security,destination_password,Ticket ID
            anna@old.example,old,127.0.0.1,1,none,new,
            ben@old.example,old,127.0.0.1,1,none,new,4711
            """),
        installation.drop().resolve("list.csv"));
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      await().atMost(LIMIT).until(() -> !toZammad().isEmpty());
      Path told = installation.drop().resolve("done/list.csv.told.txt");
      await().atMost(LIMIT).until(() -> Files.exists(told));
      try (Database database = Database.inFolder(installation.data())) {
        happens(database, "CANCELLED");
        await().atMost(LIMIT).until(() -> Files.readString(told).contains("was cancelled"));
        // As if the program had been killed before it had marked them as told.
        int unused =
            database
                .jdbc()
                .sql(
                    "update telling set sent_at = null, due_at = current_timestamp where receiver = 'drop'")
                .update();
        await()
            .atMost(LIMIT)
            .until(
                () ->
                    new Overview(database, LIMIT)
                        .messages(id(database)).stream()
                            .filter(message -> message.receiver().equals("drop"))
                            .allMatch(message -> message.state().equals("told")));
        assertThat(new Overview(database, LIMIT).messages(id(database)))
            .filteredOn(message -> message.receiver().equals("drop"))
            .allMatch(
                message -> "done/list.csv.told.txt".equals(message.to()) && message.attempts() == 2)
            .extracting(ToldMessage::message)
            .endsWith("cancelled")
            .doesNotHaveDuplicates();
      }
      assertThat(Files.readString(told))
          .matches(
              "(?s)--- \\d+, \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d: [^\n]+\n\n.*"
                  + "\n\n--- \\d+, [^\n]*: Your move was cancelled\n\nHello,\n.*")
          .containsOnlyOnce(": Your move was cancelled");
    }
    assertThat(toZammad().get(0).body())
        .contains("\"ticket_id\":4711", "We move 2 of your mailboxes", "\"internal\":false");
    assertThat(toZammad().get(0).header("Authorization")).isEqualTo("Token token=" + TOKEN);
  }

  private void assertMails() throws Exception {
    List<MimeMessage> all = toCustomer();
    String answerId = all.get(0).getMessageID();
    assertThat(all.subList(1, 5))
        .allSatisfy(
            mail -> {
              assertThat(mail.getSubject()).isEqualTo("Re: Move");
              assertThat(mail.getHeader("In-Reply-To", null)).isEqualTo("<request@kunde.example>");
              assertThat(mail.getHeader("References", " ").replaceAll("\\s+", " "))
                  .isEqualTo("<request@kunde.example> " + answerId);
              assertThat(mail.getMessageID()).startsWith("<telling.").endsWith("@new.example>");
            })
        .extracting(MimeMessage::getMessageID)
        .doesNotHaveDuplicates();
    assertThat(text(all.get(1))).contains("We have begun to copy your mailbox.");
    assertThat(text(all.get(2)))
        .contains("Please change the DNS records of old.example now.")
        .contains("old.example. 3600 IN MX 10 mx.new.example.");
    assertThat(text(all.get(3))).contains("All mail of old.example now comes to our servers.");
    assertThat(text(all.get(4)))
        .contains("Your mailbox has not got everything.", "does not answer");
    assertThat(((MimeMultipart) all.get(4).getContent()).getBodyPart(1).getFileName())
        .as("no certificate, as nothing was copied")
        .isEqualTo("not-moved.csv");
  }

  private static String id(Database database) {
    return database.jdbc().sql("select id from migration").query(String.class).single();
  }

  private static void happens(Database database, String... states) {
    String migration = id(database);
    for (String state : states) {
      new Events(database, "test")
          .add(
              "migration",
              "test",
              migration,
              null,
              null,
              null,
              state,
              "all mail of old.example comes to us");
    }
  }
}
