package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.CyrusServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.MailboxSnapshot;

/** What Cyrus refuses, it gets with the least change; all else as it is. */
@EnabledIfInstalled("cyrus")
class CyrusDestinationTest {
  private static final OffsetDateTime DATE = OffsetDateTime.parse("2020-02-03T04:05:06+01:00");
  private static final String HEADER = "From: a@example.org\r\nTo: b@example.org\r\n";

  @TempDir Path folder;

  @Test
  void whatCyrusRefusesIsStoredRepairedAndTheOthersAsTheyAre() {
    List<String> mail =
        List.of(
            HEADER + "Subject: 1\r\n\r\nbody 1\r\n",
            HEADER + "Subject: 2\r\n\r\nbo\0dy 2\r\n",
            HEADER + "Subject: 3\r\n\r\nbare\nbody 3\r\n",
            "From a@example.org Thu Jan  1 00:00:00 2015\r\n" + HEADER + "\r\nbody 4\r\n",
            HEADER + "Subject: 6\r\n\r\n" + "long ".repeat(1000) + "\r\n",
            HEADER + "Subject: 7\r\nno field\r\n\r\nbody 7\r\n",
            HEADER + "Subject: 8\r\n\r\nbody 8\r\n");
    try (ImapHost source = ImapHost.start();
        CyrusServer cyrus = CyrusServer.start().addUser(Caravan.USER, Caravan.PASSWORD);
        Caravan caravan = new Caravan(folder, cyrus.port())) {
      HostFolder inbox = source.account(Caravan.USER, Caravan.PASSWORD).folder("INBOX");
      mail.forEach(message -> inbox.put(message, Set.of("\\Seen", "$Mine"), DATE));

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems()).isEmpty();
      assertThat(result.state()).isEqualTo(MailboxState.COPIED);
      Certificate certificate = Objects.requireNonNull(result.certificate());
      assertThat(certificate.verdict()).isEqualTo(Verdict.COMPLETE);
      assertThat(certificate.folders().get(0).listed())
          .allMatch(listed -> listed.reason() == FolderCertificate.Reason.REPAIRED)
          .map(FolderCertificate.Listed::uid)
          .contains(2L, 3L, 6L)
          .doesNotContain(1L, 7L);
      assertThat(MailboxSnapshot.read(cyrus.port(), Caravan.USER, Caravan.PASSWORD).count())
          .isEqualTo(mail.size());
      Certificate deep = Objects.requireNonNull(caravan.verify(source.port(), true).certificate());
      assertThat(deep.folders().get(0).listed()).isEqualTo(certificate.folders().get(0).listed());
      assertThat(deep.verdict()).as(deep.folders().toString()).isEqualTo(Verdict.COMPLETE);
      assertThat(caravan.pass(source.port()).copied()).isZero();
    }
  }
}
