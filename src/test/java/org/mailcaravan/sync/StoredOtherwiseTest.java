package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.FolderCertificate.Reason;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.CyrusServer;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.ImapHost;

/** What real servers store otherwise without a word stands in the certificate of the first pass. */
class StoredOtherwiseTest {
  private static final String EIGHT_BIT =
      "From: a@example.org\r\nMessage-ID: <e@example.org>\r\nSubject: Gr\u00fc\u00dfe\r\n\r\ntext \u00fc\r\n";
  private static final String NUL =
      "From: a@example.org\r\nMessage-ID: <n@example.org>\r\n\r\nbefore\0after\r\n";

  @TempDir Path folder;

  private void assertListed(int port, String octets, String words) {
    try (ImapHost source = ImapHost.start();
        Caravan caravan = new Caravan(folder, port)) {
      HostFolder inbox = source.account(Caravan.USER, Caravan.PASSWORD).folder("INBOX");
      OffsetDateTime date = OffsetDateTime.parse("2020-02-03T04:05:06+01:00");
      inbox.put(
          "From: a@example.org\r\nMessage-ID: <1@example.org>\r\n\r\ntext\r\n", Set.of(), date);
      inbox.put(octets, Set.of(), date);

      MailboxResult result = caravan.pass(source.port());

      FolderCertificate account = Objects.requireNonNull(result.certificate()).folders().get(0);
      assertThat(account.verdict()).as(account.toString()).isEqualTo(Verdict.COMPLETE);
      assertThat(account.listed())
          .as(account.toString())
          .singleElement()
          .satisfies(
              listed -> {
                assertThat(listed.uid()).isEqualTo(2);
                assertThat(listed.reason()).isEqualTo(Reason.REPAIRED);
                assertThat(listed.detail()).contains("stored it otherwise").contains(words);
              });
      assertThat(caravan.pass(source.port()).problems()).isEmpty();
    }
  }

  @Test
  @EnabledIfInstalled("cyrus")
  void eightBitHeadersAtCyrus() {
    try (CyrusServer cyrus = CyrusServer.start().addUser(Caravan.USER, Caravan.PASSWORD)) {
      assertListed(cyrus.port(), EIGHT_BIT, "became X");
    }
  }

  @Test
  @EnabledIfInstalled("cyrus")
  void nulAndAnEightBitHeaderAtCyrus() {
    try (CyrusServer cyrus = CyrusServer.start().addUser(Caravan.USER, Caravan.PASSWORD)) {
      assertListed(cyrus.port(), EIGHT_BIT + "\0\r\n", "NUL octets were removed; 8-bit");
    }
  }

  @Test
  @EnabledIfInstalled("dovecot")
  void nulAtDovecot() {
    try (DovecotServer dovecot =
        DovecotServer.builder().start().addUser(Caravan.USER, Caravan.PASSWORD)) {
      assertListed(dovecot.port(), NUL, "0x80");
    }
  }
}
