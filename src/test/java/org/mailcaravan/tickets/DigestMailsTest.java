package org.mailcaravan.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.imap.TrustedTls;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.report.NightDigest;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Digests;
import org.mailcaravan.store.Timers;

class DigestMailsTest {
  private static final ZoneId ROME = ZoneId.of("Europe/Rome");
  private static final Instant SEVEN = Instant.parse("2026-11-30T06:00:00Z");
  private static final String ANNA = "anna@new.example";
  private static final String NIGHT = "Night shift <night@new.example>";

  private final GreenMail mails =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private Database database;
  private int port;

  @BeforeEach
  void start() throws Exception {
    mails.start();
    port = mails.getSmtp().getPort();
    database =
        Database.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", Secret.of(""));
    node("one", SEVEN.minus(Duration.ofDays(1))).turn();
  }

  @AfterEach
  void stop() {
    mails.stop();
    database.close();
  }

  private DigestMails node(String name, Instant now) throws Exception {
    Clock clock = Clock.fixed(now, ROME);
    return new DigestMails(
        new NightDigest(
            new Digests(database, true, false), Path.of("config/templates"), ROME, clock),
        new Timers(database, name),
        new Smtp(
            new Smtp.Account(
                new Server("127.0.0.1", port, Security.NONE),
                "",
                Secret.of(""),
                new InternetAddress("Support <support@new.example>"),
                "bounces@new.example"),
            TrustedTls.context(null),
            Duration.ofSeconds(5),
            clock),
        List.of(ANNA, NIGHT),
        LocalTime.of(7, 0),
        ROME,
        clock);
  }

  private List<String> recipients() {
    return Arrays.stream(mails.getReceivedMessages())
        .map(
            message -> {
              try {
                return message.getAllRecipients()[0].toString();
              } catch (MessagingException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }

  @Test
  void ofTwoNodesOneSendsItToEachOperatorOnceADay() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int day = 0; day < 3; day++) {
        Instant now = SEVEN.plus(Duration.ofDays(day)).plusSeconds(200);
        List<Future<?>> both = new ArrayList<>();
        for (String name : List.of("one", "two")) {
          DigestMails node = node(name, now);
          both.add(
              threads.submit(
                  () -> {
                    node.turn();
                    node.turn();
                  }));
        }
        for (Future<?> each : both) {
          Object unused = each.get();
        }
        assertThat(recipients()).hasSize(2 * (day + 1));
      }
    } finally {
      threads.shutdown();
    }
    assertThat(recipients()).containsOnly(ANNA, NIGHT);
  }

  @Test
  void theMailSaysWhetherSomebodyMustActInItsSubject() throws Exception {
    node("one", SEVEN).turn();
    MimeMessage mail = mails.getReceivedMessages()[0];
    assertThat(mail.getSubject()).isEqualTo("Nobody has to do anything");
    assertThat(mail.getHeader("Auto-Submitted", null)).isEqualTo("auto-generated");
    assertThat(mail.getMessageID()).matches("<digest\\.20261130\\.[0-9a-f]{16}@new\\.example>");
    MimeMultipart parts = (MimeMultipart) mail.getContent();
    assertThat(text(mail))
        .startsWith("Nobody has to do anything.")
        .contains("From Sunday, 29 November, 07:00 CET to Monday, 30 November, 07:00 CET.");
    assertThat(String.valueOf(parts.getBodyPart(1).getContent())).contains("<h1");
  }

  @Test
  void beforeItsTimeTheOneOfTheDayBeforeCounts() throws Exception {
    node("one", SEVEN).turn();
    node("one", SEVEN.plus(Duration.ofHours(23))).turn();
    assertThat(recipients()).hasSize(2);
    node("one", SEVEN.plus(Duration.ofHours(24))).turn();
    assertThat(recipients()).hasSize(4);
  }

  @Test
  void whileOurMailServerIsAwayItWaitsAndComesLate() throws Exception {
    mails.stop();
    node("one", SEVEN).turn();
    mails.start();
    port = mails.getSmtp().getPort();
    node("two", SEVEN.plus(Duration.ofHours(5))).turn();
    node("one", SEVEN.plus(Duration.ofHours(6))).turn();
    assertThat(recipients()).containsExactly(ANNA, NIGHT);
  }

  @Test
  void afterAnOutageOneTellsOfAllDaysThatNobodyWasToldOf() throws Exception {
    node("one", SEVEN).turn();
    mails.stop();
    node("one", SEVEN.plus(Duration.ofHours(25))).turn();
    mails.start();
    port = mails.getSmtp().getPort();
    node("one", SEVEN.plus(Duration.ofHours(50))).turn();
    assertThat(text(mails.getReceivedMessages()[0]))
        .contains("From Monday, 30 November, 07:00 CET to Wednesday, 2 December, 07:00 CET.");

    node("one", SEVEN.plus(Duration.ofDays(40))).turn();
    assertThat(text(mails.getReceivedMessages()[1]))
        .contains("From Saturday, 2 January, 07:00 CET to Saturday, 9 January, 07:00 CET.");
  }

  private static String text(MimeMessage mail) throws Exception {
    return String.valueOf(((MimeMultipart) mail.getContent()).getBodyPart(0).getContent());
  }

  /** Both ends of summer time; the time of the day stays. */
  @Test
  void theClockOfTheZoneCounts() throws Exception {
    int unused = database.jdbc().sql("delete from timer").update();
    node("one", Instant.parse("2026-10-23T05:00:00Z")).turn();
    node("one", Instant.parse("2026-10-24T05:00:00Z")).turn();
    node("one", Instant.parse("2026-10-25T05:59:00Z")).turn();
    assertThat(recipients()).hasSize(2);
    node("one", Instant.parse("2026-10-25T06:00:00Z")).turn();
    assertThat(recipients()).hasSize(4);
  }

  @Test
  void theFirstOneTellsOfNothingBeforeTheFirstStart() throws Exception {
    int unused = database.jdbc().sql("delete from timer").update();
    Instant start = SEVEN.minus(Duration.ofMinutes(30));
    node("one", start).turn();
    node("two", start.plusSeconds(300)).turn();
    assertThat(mails.getReceivedMessages()).isEmpty();
    node("one", SEVEN.plusSeconds(100)).turn();
    assertThat(recipients()).containsExactlyInAnyOrder(ANNA, NIGHT);
    assertThat(text(mails.getReceivedMessages()[0])).contains("30 November, 06:30");
  }
}
