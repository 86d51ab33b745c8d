package org.mailcaravan.sync;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Deletions at the source are told, and nothing is removed at the destination. */
@MethodSource("org.mailcaravan.sync.ServerPair#any")
class SourceDeletionsTest extends ScenarioTest {
  @Test
  void deletionsAreToldAndNothingIsRemoved() {
    play(
        """
        source: INBOX: m1 m2 m3 n1; Work: m4 m5
        pass
        at source: delete m1 n1 from INBOX; delete m4 from Work
        pass
        reports: copied 0, moved 0, deletedAtSource 3, mirrored 0
        expect: INBOX: m1 m2 m3 n1; Work: m4 m5
        """);
  }

  @Test
  void aFolderDeletedAtTheSourceStaysAtTheDestination() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass
        at source: remove Work
        pass: second
        reports: copied 0, moved 0, deletedAtSource 2, mirrored 0
        expect: INBOX: m1; Work: m2 m3
        """);
  }

  @Test
  void messagesThatCameBackAtTheSourceAreNotDoubled() {
    play(
        """
        source: INBOX: m1 m2; Work:
        pass
        at source: delete m1 from INBOX
        pass
        reports: deletedAtSource 1
        at source: add m1 to Work
        pass
        expect: INBOX: m1 m2; Work:
        or: INBOX: m2; Work: m1
        """);
  }

  @Test
  void aFolderMadeAnewAtTheSourceWithOtherMailAddsToWhatIsThere() {
    play(
        """
        source: INBOX: ; Work: m1 m2
        pass
        at source: remove Work; add m3 m4 to Work
        pass
        reports: copied 2, deletedAtSource 2
        expect: INBOX: ; Work: m1 m2 m3 m4
        """);
  }
}
