package org.mailcaravan.sync;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/** What left the source and comes back, or leaves a folder that cannot quite go. */
@EnumSource(value = ServerPair.class, names = "ABLE")
class ReturnsTest extends ScenarioTest {
  @Test
  void aMirroredDeletionThatIsTakenBackIsCopiedAgain() {
    play(
        """
        source: INBOX: m1 m2; Archive: m3
        pass: mirroring
        at source: delete m1 from INBOX
        pass: mirroring
        expect: INBOX: m2; Archive: m3
        at source: add m1 to Archive
        pass: mirroring
        expect: INBOX: m2; Archive: m1 m3
        """);
  }

  @Test
  void aMoveOutOfAFolderThatLivesOnAsAParentIsAMove() {
    play(
        """
        source: INBOX: m1; A: m2 m4; A/B: m3
        pass
        at source: move m2 from A to INBOX; remove A
        pass
        reports: copied 0, moved 1, deletedAtSource 1
        expect: INBOX: m1 m2; A: m4; A/B: m3
        """);
  }
}
