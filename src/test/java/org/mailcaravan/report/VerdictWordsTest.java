package org.mailcaravan.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.Verdict;

class VerdictWordsTest {
  private static Certificate certificate(
      FolderCertificate.Copies copies, FolderCertificate.Flags flags) {
    FolderCertificate inbox =
        new FolderCertificate(
            "INBOX",
            "INBOX",
            Instant.EPOCH,
            false,
            new FolderCertificate.Messages(3, 0, 0, 0, 0, 0, 0),
            copies,
            3,
            0,
            "aa",
            "aa",
            null,
            List.of(),
            List.of(),
            flags,
            FolderCertificate.Surplus.NONE,
            List.of());
    return new Certificate(
        Instant.EPOCH,
        "old.example",
        "new.example",
        List.of(inbox),
        List.of(),
        List.of(),
        List.of());
  }

  @Test
  void aFolderOfWhichOnlyMessagesCameCutIsNotCompleteForTheirSake() {
    Certificate certificate =
        certificate(new FolderCertificate.Copies(2, 0, 0, 0, 1), FolderCertificate.Flags.NONE);

    assertThat(certificate.verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(VerdictWords.sentence(certificate))
        .isEqualTo("1 message was cut short by the old provider.");
  }

  @Test
  void aFolderOfWhichOnlyFlagsAreWrongIsNotCompleteForTheirSake() {
    Certificate certificate =
        certificate(
            new FolderCertificate.Copies(3, 0, 0, 0, 0),
            new FolderCertificate.Flags(
                2, List.of(new FolderCertificate.ChangedFlag("\\Seen", 0, 2))));

    assertThat(certificate.verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(VerdictWords.sentence(certificate))
        .isEqualTo("2 messages have other flags than in the old mailbox.");
  }
}
