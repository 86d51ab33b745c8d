package org.mailcaravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.report.Results;
import org.mailcaravan.report.TextWidth;

class ConsoleProgressTest {
  private static final Mailbox ANNA = Results.mailbox(1, "anna@old.example", "anna@old.example");
  private static final Mailbox MORI = Results.mailbox(2, "森📮@old.example", "mori@new.example");
  private static final int MIB = 1024 * 1024;

  private final StringWriter written = new StringWriter();
  private long nanos;

  @Test
  void drawsABarForEachMailboxAndOneForAll() {
    ConsoleProgress progress = progress(true, 80, false);
    progress.migrationOpened(Results.migration(List.of(ANNA, MORI), true));
    progress.mailboxPlanned(ANNA, 12, 2400, 100 * MIB);
    after(Duration.ofSeconds(10));
    progress.messagesDone(ANNA, 600, 50 * MIB);
    assertThat(screen())
        .isEqualTo(
            """
            list.csv: 2 mailboxes, 3 problems in rows that were not accepted
            anna@old.example      [########.........]  50%  600/2,400  5.0 MiB/s  0:10 left
            In total, 0 of 2 done [########.........]  50%  600/2,400  5.0 MiB/s
            """);

    progress.mailboxPlanned(MORI, 1, 100, 0);
    progress.messagesDone(MORI, 25, 0);
    after(Duration.ofMillis(200));
    progress.messagesDone(MORI, 0, 0);
    assertThat(screen())
        .as("now that all is known, the time left in total")
        .isEqualTo(
            """
            list.csv: 2 mailboxes, 3 problems in rows that were not accepted
            anna@old.example           [######......]  50%  600/2,400  4.9 MiB/s  0:11 left
            森📮@old.example -> mor... [###.........]  25%  25/100
            In total, 0 of 2 done      [######......]  50%  625/2,500  4.9 MiB/s  0:11 left
            """);

    progress.mailboxFinished(Results.result(ANNA, MailboxState.COPIED));
    assertThat(screen())
        .contains(
            "\nanna@old.example: all arrived, 1,234 copied, 56 there before, 0 set aside, in 1:02\n森")
        .contains("In total, 1 of 2 done");
    progress.mailboxFinished(Results.result(MORI, MailboxState.INCOMPLETE));
    progress.close();
    assertThat(screen().lines())
        .as("no bar stays behind")
        .hasSize(3)
        .noneMatch(l -> l.contains("["));
  }

  @Test
  void saysHowARequestWasReadBeforeAnythingIsDone() {
    ConsoleProgress progress = progress(false, 80, false);
    progress.migrationOpened(Results.check(false).migration());

    assertThat(screen())
        .isEqualTo(
            """
            list.csv: 2 mailboxes, 3 problems in rows that were not accepted
            Read as CSV of Microsoft 365 (commas, UTF-8)
              "EmailAddress": destination_email
              "UserRoot" is ignored: it is not needed\\u001B[2J
              Read by their own names: source_email, source_password
              Note: Look at line 3.
            """);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void saysUntilWhenAMailboxWaitsAndWhyAndWhenItGoesOn(boolean redraws) {
    ConsoleProgress progress = progress(redraws, 80, false);
    progress.migrationOpened(Results.migration(List.of(ANNA), false));
    progress.mailboxPlanned(ANNA, 1, 100, 0);
    progress.mailboxWaits(
        ANNA,
        Instant.parse("2026-11-28T14:05:07Z"),
        "imap.old.example asks for time: BAD \u001b[31mthrottled");
    progress.mailboxGoesOn(ANNA);
    progress.close();

    assertThat(screen().lines().map(String::strip))
        .anyMatch(
            line ->
                line.startsWith(
                    "anna@old.example: waiting until 14:05:07 UTC, because imap.old.example asks for time: BAD"))
        .anyMatch(line -> line.equals("anna@old.example: continues"))
        .noneMatch(line -> line.contains("\u001b[31m"));
  }

  @Test
  void drawsAtMostFiveTimesASecond() {
    ConsoleProgress progress = progress(true, 80, false);
    progress.migrationOpened(Results.migration(List.of(ANNA), false));
    progress.mailboxPlanned(ANNA, 1, 100_000, 100_000);
    written.getBuffer().setLength(0);
    for (int i = 0; i < 10_000; i++) {
      after(Duration.ofMillis(1));
      progress.messagesDone(ANNA, 1, 1);
    }
    assertThat(written.toString().split("In total", -1)).hasSize(50 + 1);
  }

  @ParameterizedTest
  @CsvSource({"40", "57", "80", "200"})
  void noLineIsWiderThanTheTerminal(int width) {
    ConsoleProgress progress = progress(true, width, false);
    List<Mailbox> many =
        IntStream.rangeClosed(1, 30)
            .mapToObj(i -> Results.mailbox(i, "森森森森森森森森森森森森" + i + "@old.example", "x@new.example"))
            .toList();
    progress.migrationOpened(Results.migration(many, false));
    for (Mailbox mailbox : many) {
      progress.mailboxPlanned(mailbox, 1, 123_456_789, 1L << 45);
    }
    after(Duration.ofMinutes(5));
    progress.messagesDone(many.get(0), 1_234_567, 1L << 40);
    assertThat(screen().lines().skip(1)).hasSize(12).allMatch(line -> TextWidth.of(line) < width);
    assertThat(screen()).contains("and 20 more");
  }

  @Test
  void writesPlainLinesElsewhere() {
    ConsoleProgress progress = progress(false, 80, false);
    progress.migrationOpened(Results.migration(List.of(ANNA), false));
    progress.mailboxPlanned(ANNA, 1, 100, 0);
    for (int i = 0; i < 30; i++) {
      after(Duration.ofSeconds(4));
      progress.messagesDone(ANNA, i < 25 ? 1 : 0, 0);
    }
    after(Duration.ofSeconds(4));
    progress.mailboxPlanned(ANNA, 1, 100, 0);
    progress.messagesDone(ANNA, 100, 0);
    progress.mailboxFinished(Results.result(ANNA, MailboxState.BLOCKED));
    progress.migrationFinished(Results.of(MailboxState.BLOCKED, false));
    assertThat(written.toString())
        .isEqualTo(
            """
            list.csv: 1 mailbox
            anna@old.example: 1 folder, 100 messages
            anna@old.example: 8 %, 8 of 100 messages, 6:08 left
            anna@old.example: 10 %, 10 of 100 messages, 6:00 left
            anna@old.example: 18 %, 18 of 100 messages, 5:28 left
            anna@old.example: 20 %, 20 of 100 messages, 5:20 left
            anna@old.example: 25 %, 25 of 100 messages, 5:36 left
            anna@old.example: 1 folder, 100 messages
            anna@old.example: nothing copied, 1,234 copied, 56 there before, 0 set aside, in 1:02
            """);
  }

  @Test
  void plainLinesOfAFastCopyAreFew() {
    ConsoleProgress progress = progress(false, 80, false);
    progress.mailboxPlanned(ANNA, 1, 300, 3000);
    for (int i = 0; i < 300; i++) {
      after(Duration.ofMillis(10));
      progress.messagesDone(ANNA, 1, 10);
    }
    assertThat(written.toString())
        .isEqualTo(
            """
            anna@old.example: 1 folder, 300 messages, 2.9 KiB
            anna@old.example: 33 %, 101 of 300 messages, 1000 B/s, 0:02 left
            anna@old.example: 67 %, 202 of 300 messages, 1000 B/s, 0:01 left
            """);
  }

  @Test
  void aResumedMailboxIsCountedOnce() {
    ConsoleProgress progress = progress(true, 120, false);
    progress.migrationOpened(Results.migration(List.of(ANNA), false));
    progress.mailboxPlanned(ANNA, 1, 100, 1000);
    progress.messagesDone(ANNA, 50, 500);
    progress.mailboxPlanned(ANNA, 1, 110, 1100);
    assertThat(screen().lines().skip(1)).hasSize(2).allMatch(line -> line.contains("  0%  0/110"));
  }

  @Test
  void wrongSizesNeverMakeMoreThanAll() {
    ConsoleProgress progress = progress(true, 80, false);
    progress.migrationOpened(Results.migration(List.of(ANNA), false));
    progress.mailboxPlanned(ANNA, 1, 10, 100);
    after(Duration.ofSeconds(1));
    progress.messagesDone(ANNA, 9, 5000);
    assertThat(screen()).contains(" 99%  9/10");
  }

  @Test
  void heedsTheEnvironment() {
    PrintWriter any = new PrintWriter(written);
    assertThat(Terminal.of(any, any, true, Map.of()).colour()).isTrue();
    assertThat(Terminal.of(any, any, true, Map.of("NO_COLOR", "1")).colour()).isFalse();
    assertThat(Terminal.of(any, any, true, Map.of("TERM", "dumb")).redraws()).isFalse();
    assertThat(Terminal.of(any, any, false, Map.of("COLUMNS", "132")).width()).isEqualTo(132);
    assertThat(Terminal.of(any, any, false, Map.of("COLUMNS", "3")).width()).isEqualTo(40);
    assertThat(Terminal.of(any, any, false, Map.of("COLUMNS", "x")).width()).isEqualTo(80);

    progress(true, 80, true).mailboxFinished(Results.result(ANNA, MailboxState.COPIED));
    assertThat(written.toString()).contains("\u001b[32mall arrived\u001b[0m");
  }

  private ConsoleProgress progress(boolean redraws, int width, boolean colour) {
    PrintWriter err = new PrintWriter(written);
    PrintWriter out = new PrintWriter(new StringWriter());
    return new ConsoleProgress(new Terminal(out, err, redraws, width, colour), true, () -> nanos);
  }

  private void after(Duration time) {
    nanos += time.toNanos();
  }

  /** What a terminal shows after all that was written. */
  private String screen() {
    StringBuilder shown = new StringBuilder();
    for (String part : written.toString().split("(?=\u001b\\[\\d+A\r\u001b\\[J)", -1)) {
      if (part.startsWith("\u001b[")) {
        int up = Integer.parseInt(part.substring(2, part.indexOf('A')));
        for (int i = 0; i < up; i++) {
          shown.setLength(shown.lastIndexOf("\n", shown.length() - 2) + 1);
        }
        part = part.substring(part.indexOf("\u001b[J") + 3);
      }
      shown.append(part);
    }
    return shown.toString();
  }
}
