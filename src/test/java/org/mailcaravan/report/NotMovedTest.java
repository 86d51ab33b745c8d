package org.mailcaravan.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.CarriedOver;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationResult;

class NotMovedTest {
  private static List<String> lines(MigrationResult result) {
    return lines(result, new CustomerWords(UnaryOperator.identity(), false));
  }

  private static List<String> lines(MigrationResult result, CustomerWords words) {
    StringWriter text = new StringWriter();
    NotMoved.write(result, words, new PrintWriter(text));
    assertThat(text.toString()).startsWith("\uFEFF").endsWith("\r\n");
    return text.toString().substring(1).lines().toList();
  }

  @Test
  void whatIsMissingIsListedOnceWithWhoCanFixIt() {
    assertThat(lines(Results.mixed()))
        .containsExactly(
            String.join(",", NotMoved.HEADER),
            "森@old.example,,,not compared as a whole,A source folder is gone.,,",
            "森@old.example,Kalender,12 messages,left out by a rule,Exchange keeps appointments in it.,,",
            "森@old.example,Shared,all,left out by a rule,It belongs to another user.,,",
            "森@old.example,Entwürfe <b>&amp;,,not compared as a whole,the old provider announces 17 messages but"
                + " shows only 15,,",
            "森@old.example,Entwürfe <b>&amp;,2 messages,left out by a rule,larger=50M because it is <b>large,,",
            "森@old.example,Entwürfe <b>&amp;,UID 17,\"refused, kept as a file\",the new server refused it: <i>too"
                + " large</i>,,",
            "森@old.example,Entwürfe <b>&amp;,UID 18,not delivered,the server hangs up,,",
            "森@old.example,Entwürfe <b>&amp;,UID 19,not copied,no pass has copied it,,",
            "森@old.example,Entwürfe <b>&amp;,UID 2,no longer there,it is in no folder,,",
            "森@old.example,Entwürfe <b>&amp;,UID 3,altered,its date is another,,",
            "森@old.example,Entwürfe <b>&amp;,1 more message,not as they should be,the list in the certificate has a"
                + " limit,,",
            "森@old.example,UID 17 in folder Entwürfe,,needs attention,NO [TOOBIG] message\\u000D\\u000Ais too large,us,We"
                + " take care of it.",
            "森@old.example,contacts.vcf line 12,,needs attention,it has no name,the customer,Fix the card.",
            "otto@old.example,login at imap.old.example,,needs attention,NO [AUTHENTICATIONFAILED] Invalid"
                + " credentials,the customer,Send the right password.",
            "\"\",line 5,,row not accepted,source_imap_server: it is empty,the customer,Give the server's name.",
            "\"\",line 5,,row not accepted,source_password: it is too long,the customer,Give the password.",
            "\"\",line 7,,row not accepted,it has 2 columns\\u001B[2J,the customer,Fill in all columns.");
  }

  @Test
  void aMessageOfTheCertificateHasTheStepsOfItsProblem() {
    assertThat(lines(Results.setAside()))
        .contains(
            "anna@old.example,Drafts,UID 17,\"refused, kept as a file\",'=too large,us,We take care of it.")
        .hasSize(2);
  }

  @Test
  void itIsInTheWordsOfTheCustomer() {
    assertThat(lines(Results.mixed(), new CustomerWords(words -> "<" + words + ">", true)))
        .contains(
            "otto@old.example,login at imap.old.example,,needs attention,<NO [AUTHENTICATIONFAILED] Invalid"
                + " credentials>,the customer,\"<If it is still to be moved, put this right and send us a new request.>\"");
  }

  @Test
  void aMailboxThatNoPassHasCopiedIsListed() {
    Mailbox anna = Results.mailbox(1, "anna@old.example", "anna@new.example");
    Mailbox bert = Results.mailbox(2, "bert@old.example", "bert@new.example");
    Mailbox carl = Results.mailbox(3, "carl@old.example", "carl@new.example");
    Mailbox dora = Results.mailbox(4, "dora@old.example", "dora@new.example");
    Mailbox emma = Results.mailbox(5, "emma@old.example", "emma@new.example");
    MigrationResult closed =
        new MigrationResult(
            Results.migration(List.of(anna, bert, carl, dora, emma, anna), false),
            Instant.EPOCH,
            List.of(
                stopped(bert, MailboxState.BLOCKED, 0),
                stopped(carl, MailboxState.INCOMPLETE, 0),
                stopped(dora, MailboxState.CANCELLED, 9),
                stopped(emma, MailboxState.CANCELLED, 0)),
            Path.of("/reports/b1"));
    assertThat(closed.mailboxCount()).isEqualTo(5);
    MigrationResult one =
        new MigrationResult(
            closed.migration(),
            Instant.EPOCH,
            List.of(stopped(bert, MailboxState.COPIED, 1)),
            Path.of("/reports/b1"));
    assertThat(one.allArrived()).as("no pass of the others has ended").isFalse();
    assertThat(lines(closed))
        .containsExactly(
            String.join(",", NotMoved.HEADER),
            "bert@old.example,,,nothing was moved,its pass was stopped before it was done,,",
            "carl@old.example,,,not everything was moved,its pass was stopped before it was done,,",
            "dora@old.example,,,not everything was moved,it was cancelled,,",
            "emma@old.example,,,nothing was moved,it was cancelled,,",
            "anna@old.example,,,nothing was moved,no pass has copied it,,");
  }

  private static MailboxResult stopped(Mailbox mailbox, MailboxState state, long copied) {
    return new MailboxResult(
        mailbox,
        state,
        0,
        copied,
        0,
        0,
        CarriedOver.NOTHING,
        0,
        0,
        List.of(),
        List.of(),
        null,
        List.of(),
        List.of());
  }

  @Test
  void whereEverythingArrivedThereIsTheHeaderAlone() {
    assertThat(lines(Results.of(MailboxState.COPIED, false)))
        .containsExactly(String.join(",", NotMoved.HEADER));
  }

  @Test
  void theColumnsAreDescribed() throws IOException {
    assertThat(Files.readString(Path.of("docs/certificate.md")))
        .contains(NotMoved.HEADER.stream().map(name -> "`" + name + "`").toList());
  }
}
