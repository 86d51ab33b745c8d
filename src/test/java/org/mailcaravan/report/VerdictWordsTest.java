package org.mailcaravan.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderAccount;
import org.mailcaravan.model.Verdict;

class VerdictWordsTest {
  private static Certificate certificate(FolderAccount.Copies copies, FolderAccount.Flags flags) {
    FolderAccount inbox =
        new FolderAccount(
            "INBOX",
            "INBOX",
            Instant.EPOCH,
            false,
            new FolderAccount.Messages(3, 0, 0, 0, 0, 0),
            copies,
            3,
            0,
            "aa",
            "aa",
            null,
            List.of(),
            List.of(),
            flags,
            FolderAccount.Surplus.NONE);
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
        certificate(new FolderAccount.Copies(2, 0, 0, 0, 1), FolderAccount.Flags.NONE);

    assertThat(certificate.verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(VerdictWords.sentence(certificate))
        .isEqualTo("1 message was cut short by the old provider.");
  }

  @Test
  void aFolderOfWhichOnlyFlagsAreWrongIsNotCompleteForTheirSake() {
    Certificate certificate =
        certificate(
            new FolderAccount.Copies(3, 0, 0, 0, 0),
            new FolderAccount.Flags(2, List.of(new FolderAccount.ChangedFlag("\\Seen", 0, 2))));

    assertThat(certificate.verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(VerdictWords.sentence(certificate))
        .isEqualTo("2 messages have other flags than in the old mailbox.");
  }
}
