package org.mailcaravan.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderAccount;
import org.mailcaravan.model.Verdict;

class VerdictWordsTest {
  @Test
  void aFolderOfWhichOnlyFlagsAreWrongIsNotCompleteForTheirSake() {
    FolderAccount inbox =
        new FolderAccount(
            "INBOX",
            "INBOX",
            Instant.EPOCH,
            false,
            new FolderAccount.Messages(3, 0, 0, 0, 0, 0),
            new FolderAccount.Copies(3, 0, 0, 0),
            3,
            0,
            "aa",
            "aa",
            null,
            List.of(),
            List.of(),
            new FolderAccount.Flags(2, List.of(new FolderAccount.ChangedFlag("\\Seen", 0, 2))));
    Certificate certificate =
        new Certificate(
            Instant.EPOCH,
            "old.example",
            "new.example",
            List.of(inbox),
            List.of(),
            List.of(),
            List.of());

    assertThat(certificate.verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(VerdictWords.sentence(certificate))
        .isEqualTo("2 messages have other flags than in the old mailbox.");
  }
}
