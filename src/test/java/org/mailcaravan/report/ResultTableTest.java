package org.mailcaravan.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.RowProblem;

class ResultTableTest {
  @Test
  void showsEveryMailboxThenEverythingThatSomebodyHasToDo() {
    assertThat(ResultTable.of(Results.mixed()))
        .isEqualTo(
            """
            Mailbox                             Result           Folders  Copied  There before  Set aside      Size  Time
            anna@old.example                    all arrived           12   1,234            56          0  12.3 MiB  1:02
            森@old.example -> mori@new.example  needs attention        3      10             0          1    1023 B  0:00
            otto@old.example                    nothing copied         0       0             0          0       0 B  0:00

            森@old.example -> mori@new.example
              contacts.vcf into "Contacts": 3 imported, 1 there before, 2 updated, 1 kept as the user has them, 1 repeated in the files, 1 refused
              UID 17 in folder Entwürfe: NO [TOOBIG] message  is too large
                To be fixed by us: Raise the limit.
              contacts.vcf line 12: it has no name
                To be fixed by the customer: Fix the card.
              Note: Folder Kalender was left out: it holds no mail.
              Note: The certificate says "not complete". 4 messages of the old mailbox did not get to the new one. 1 message differs from the old mailbox, or could not be compared. 1 folder could not be compared as a whole. Something needs attention first: see below.
              Note: contacts.vcf line 20 (UID x): not stored.

            otto@old.example
              login at imap.old.example: NO [AUTHENTICATIONFAILED] Invalid credentials
                To be fixed by the customer: Send the right password.

            Rows that were not accepted
              line 5, source_imap_server: it is empty
                To be fixed: Give the server's name.
              line 5, source_password: it is too long ("********")
                To be fixed: Give the password.
              line 7: it has 2 columns\\u001B[2J ("a;b")
                To be fixed: Fill in all columns.

            1 of 3 mailboxes arrived whole; 2 rows were not accepted.
            The report is in /var/lib/mailcaravan/reports/20260301-080000-list.csv
            """);
  }

  @Test
  void showsWhatACheckFound() {
    assertThat(WrittenText.of(out -> ResultTable.write(Results.check(false), true, out)))
        .startsWith(
            """
            Read as CSV of Microsoft 365 (commas, UTF-8)
              "EmailAddress": destination_email
              "UserRoot" is ignored: it is not needed\\u001B[2J
              Read by their own names: source_email, source_password
              Note: Look at line 3.

            Mailbox           Result           Folders  Messages     Size  Destination holds
            anna@old.example  ready                 12     1,290  unknown          1 message
            otto@old.example  needs attention        -         -        -         0 messages
            """)
        .endsWith(
            """
            1 of 2 mailboxes can be migrated; 2 rows were not accepted.
            Nothing was copied.
            """);
  }

  @Test
  void showsWhatAVerificationFound() {
    assertThat(WrittenText.of(out -> VerifyTable.write(Results.verification(false), out)))
        .isEqualTo(
            """
            Mailbox                             Verdict       Folders  Messages  Delivered  Not delivered  In place  Moved  Gone  Altered or cut
            anna@old.example                    complete            1     1,234      1,234              0     1,230      4     0               0
            森@old.example -> mori@new.example  not complete        2     1,251      1,242              4     1,235      5     1               1
            otto@old.example                    not compared        -         -          -              -         -      -     -               -

            森@old.example -> mori@new.example
              Not complete: 4 messages of the old mailbox did not get to the new one. 1 message differs from the old mailbox, or could not be compared. 1 folder could not be compared as a whole. Something needs attention first: see below.
              A source folder is gone.
              Folder Entwürfe <b>&amp;: the old provider announces 17 messages but shows only 15
                UID 17 refused, kept as a file: the new server refused it: <i>too large</i>
                UID 18 not delivered: the server hangs up
                UID 19 not copied: no pass has copied it
                UID 2 no longer there: it is in no folder
                UID 3 altered: its date is another
                1 message more

            otto@old.example
              login at imap.old.example: NO [AUTHENTICATIONFAILED] Invalid credentials
                To be fixed by the customer: Send the right password.

            Rows that were not accepted
              line 5, source_imap_server: it is empty
                To be fixed: Give the server's name.
              line 5, source_password: it is too long ("********")
                To be fixed: Give the password.
              line 7: it has 2 columns\\u001B[2J ("a;b")
                To be fixed: Fill in all columns.

            1 of 3 mailboxes is complete. Nothing was copied.
            The certificates are in /reports/b1-verified
            """);
  }

  private static String written(List<RowProblem> rows, String all) {
    StringWriter text = new StringWriter();
    ResultTable.write(rows, all, new PrintWriter(text));
    return text.toString();
  }

  @Test
  void ofManyRowsThatWereNotAcceptedSomeOfEachCauseAreShown() {
    List<RowProblem> rows = new ArrayList<>();
    for (int line = 2; line <= 100_000; line++) {
      rows.add(new RowProblem(line, "source_port", "", "is no port", "Write 993."));
      String twice = "is there already on line " + line / 2;
      rows.add(new RowProblem(line, "source_email", "", twice, "Remove it."));
    }
    rows.add(new RowProblem(100_001, "source_email", "", "is empty", "Fill it in."));
    String text = written(rows, "All of them are in a.csv");

    assertThat(text.lines()).hasSize(1 + 1 + 2 * 101 + 1);
    assertThat(text)
        .contains("line 51, source_port: is no port", "line 51, source_email: is there already")
        .doesNotContain("line 52,")
        .contains("line 100001, source_email: is empty")
        .endsWith("  and 199,898 more problems. All of them are in a.csv\n");
  }

  @Test
  void causesWithoutEndAreShownInPart() {
    List<RowProblem> rows = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      rows.add(new RowProblem(i, "", "", "is x".repeat(i % 1000), "Fix it."));
    }
    assertThat(written(rows, "").lines()).hasSize(1 + 1 + 2 * 200 + 1);
  }

  @Test
  void saysNumbersAsPeopleDo() {
    assertThat(Amounts.bytes(1023)).isEqualTo("1023 B");
    assertThat(Amounts.bytes(1024)).isEqualTo("1.0 KiB");
    assertThat(Amounts.bytes(1024 * 1024 - 1)).isEqualTo("1.0 MiB");
    assertThat(Amounts.bytes(Long.MAX_VALUE)).isEqualTo("8192.0 PiB");
    assertThat(Amounts.count(1_234_567)).isEqualTo("1,234,567");
    assertThat(Amounts.time(Duration.ofSeconds(3723))).isEqualTo("1:02:03");
  }

  @Test
  void measuresTextAsATerminalDoes() {
    assertThat(TextWidth.of("abc")).isEqualTo(3);
    assertThat(TextWidth.of("森📮")).isEqualTo(4);
    assertThat(TextWidth.of("e\u0301")).isEqualTo(1);
    assertThat(TextWidth.fit("森森森森", 6)).isEqualTo("森...");
    assertThat(TextWidth.fit("abcd", 2)).isEqualTo("..");
    assertThat(TextWidth.tame("a\u001b[31m\u202Eb\r\nc\ud800"))
        .isEqualTo("a\\u001B[31m\\u202Eb  c\\uD800");
  }
}
