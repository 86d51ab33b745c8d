package org.mailcaravan.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.mailcaravan.docs.Document;
import org.mailcaravan.model.status.Digest;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.model.status.LostAnswer;
import org.mailcaravan.model.status.SupportMailboxFailure;
import org.mailcaravan.model.status.WaitingMails;

class DigestValuesTest {
  private static final ZoneId ROME = ZoneId.of("Europe/Rome");
  private static final Instant SEVEN = Instant.parse("2026-11-30T06:00:00Z");
  private static final Instant BEFORE = SEVEN.minusSeconds(86_400);

  private static final Digest CALM =
      new Digest(
          BEFORE,
          SEVEN,
          List.of(),
          new Digest.Ended(0, 0, 0, 0, 0, 0, 0, 0),
          List.of(),
          new Digest.AwaitingCutover(0, null, null),
          List.of(),
          List.of(),
          List.of(),
          WaitingMails.NONE,
          null);

  private static final Digest NIGHT =
      new Digest(
          BEFORE,
          SEVEN,
          List.of(
              new Digest.Action(
                  "customer",
                  "wrong-password",
                  12,
                  "anna@old.example",
                  "login at imap.old.example: NO <wrong>\u001b[2J.",
                  "Send the right password."),
              new Digest.Action(
                  "us",
                  "quota-full",
                  1,
                  "bert@old.example",
                  "folder INBOX: NO full",
                  "Raise the quota."),
              new Digest.Action(
                  "customer", "rejected-row", 2, "list.csv", "a row cannot be used", "Fix it.")),
          new Digest.Ended(21, 1, 40, 123_456, 5L << 30, 300, 1 << 20, 13),
          List.of(
              new Digest.Migration(
                  "20261129-1", "list.csv", "waiting-for-cutover", 40, SEVEN.minusSeconds(7200))),
          new Digest.AwaitingCutover(3, "20261120-1", SEVEN.minusSeconds(864_000)),
          List.of(
              new Digest.Promise("20261128-1", "a.csv", BEFORE, SEVEN.plusSeconds(36_000), null),
              new Digest.Promise("20261129-1", "list.csv", SEVEN, SEVEN, SEVEN.minusSeconds(7200))),
          List.of(
              new HostStatus(
                  "imap.old.example:993", 1, 1, 4, 1, "it refused the fifth.", null, false, 9)),
          List.of(new LostAnswer(SEVEN.minusSeconds(60), "webhook", "20261129-1", "cutover")),
          WaitingMails.NONE,
          new SupportMailboxFailure(BEFORE, 3, SEVEN, true, "NO login"));

  private static String text(Digest digest, String template, TextTemplate.Kind kind) {
    return TextTemplate.read(
            Path.of("config/templates", template),
            kind,
            "the digest",
            "docs/digest.md",
            DigestValues.example())
        .fill(DigestValues.of(digest, ROME));
  }

  @Test
  void aCalmNightSaysSoFirst() {
    assertThat(text(CALM, "digest.txt.mustache", TextTemplate.Kind.PLAIN))
        .isEqualTo(
            """
            Nobody has to do anything.
            From Sunday, 29 November, 07:00 CET to Monday, 30 November, 07:00 CET.

            WHAT ENDED
            - nothing
            """);
  }

  @Test
  void aBusyNightSaysWhoMustActFirst() {
    assertThat(text(NIGHT, "digest.txt.mustache", TextTemplate.Kind.PLAIN))
        .isEqualTo(
            """
            Somebody has to act: the customer (14), us (3).
            From Sunday, 29 November, 07:00 CET to Monday, 30 November, 07:00 CET.

            WHO MUST ACT
            The customer:
            - 12 mailboxes, such as anna@old.example: login at imap.old.example: NO <wrong>\\u001B[2J. Send the right password.
            - 2 rows, such as list.csv: a row cannot be used. Fix it.
            Us:
            - 1 mailbox, bert@old.example: folder INBOX: NO full. Raise the quota.
            - the support mailbox: it could not be opened since Sunday, 29 November, 07:00 CET: NO login. STEP
            - webhook: could not be told "cutover" of migration 20261129-1, and it was given up on Monday, 30 November, 06:59 CET. Tell it yourself, and check the settings of this receiver.

            WHAT ENDED
            - 40 mailboxes were copied for the first time: 123,456 messages, 5.0 GiB
            - 300 later passes brought 1.0 MiB
            - 13 passes ended without success
            - 21 migrations ended, closed of these: 1
            - 20261129-1: 40 mailboxes, waiting for cutover, Monday, 30 November, 05:00 CET
            - and 20 more migrations

            WAITING FOR THE DNS
            3 migrations wait for the customer to change the DNS records, migration 20261120-1 the longest, since Friday, 20 November, 07:00 CET.

            LATE
            - 20261128-1: now expected by Monday, 30 November, 17:00 CET; the first forecast was Sunday, 29 November, 07:00 CET

            ON TIME
            - 20261129-1: copied on Monday, 30 November, 05:00 CET; the first forecast was Monday, 30 November, 07:00 CET

            SLOW SERVERS
            - imap.old.example:993: It lets in 1 mailbox at a time, and 4 are configured: it refused the fifth.
            """
                .replace("STEP", Objects.requireNonNull(NIGHT.supportMailbox()).nextStep()));
  }

  @Test
  void thePageEscapesWhatStrangersSay() {
    assertThat(text(NIGHT, "digest.html.mustache", TextTemplate.Kind.HTML))
        .contains("NO &lt;wrong&gt;\\u001B[2J")
        .doesNotContain("<wrong>")
        .contains(
            "<h1 style=\"font-size:1.3em\">Somebody has to act: the customer (14), us (3).</h1>");
  }

  @Test
  void everyNameIsDescribed() {
    Set<String> names = new TreeSet<>();
    names(DigestValues.of(NIGHT, ROME), names);
    assertThat(new TreeSet<>(Document.of("docs/digest.md").table("Name").column(0)))
        .isEqualTo(names);
  }

  private static void names(Object value, Set<String> names) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (name, below) -> {
            names.add(String.valueOf(name));
            names(below, names);
          });
    } else if (value instanceof List<?> list) {
      list.forEach(below -> names(below, names));
    }
  }
}
