package org.mailcaravan.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationResult;

class NotMovedTest {
  private static List<String> lines(MigrationResult result) {
    StringWriter text = new StringWriter();
    NotMoved.write(result, new PrintWriter(text));
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
            "森@old.example,Entwürfe <b>&amp;,UID 17,\"refused, kept as a file\",the new server refused it: <i>too"
                + " large</i>,,",
            "森@old.example,Entwürfe <b>&amp;,UID 18,not delivered,the server hangs up,,",
            "森@old.example,Entwürfe <b>&amp;,UID 19,not copied,no pass has copied it,,",
            "森@old.example,Entwürfe <b>&amp;,UID 2,no longer there,it is in no folder,,",
            "森@old.example,Entwürfe <b>&amp;,UID 3,altered,its date is another,,",
            "森@old.example,Entwürfe <b>&amp;,1 more message,not as they should be,the list in the certificate has a"
                + " limit,,",
            "森@old.example,UID 17 in folder Entwürfe,,needs attention,NO [TOOBIG] message\\u000D\\u000Ais too large,us,Raise"
                + " the limit.",
            "森@old.example,contacts.vcf line 12,,needs attention,it has no name,the customer,Fix the card.",
            "otto@old.example,login at imap.old.example,,needs attention,NO [AUTHENTICATIONFAILED] Invalid"
                + " credentials,the customer,Send the right password.");
  }

  @Test
  void aMessageOfTheCertificateHasTheStepsOfItsProblem() {
    assertThat(lines(Results.setAside()))
        .contains(
            "anna@old.example,Drafts,UID 17,\"refused, kept as a file\",'=too large,us,Raise the limit.")
        .hasSize(2);
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
