package org.mailcaravan.sync;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Mail that comes to the source between passes, and what a pass is to leave alone. */
@MethodSource("org.mailcaravan.sync.ServerPair#any")
class NewMailTest extends ScenarioTest {
  @Test
  void everyKindOfMessageArrivesWithItsFlags() {
    play(
        """
        source: INBOX: m1 m2(Seen $Work) n1 n2 t1 t2 x1 x2 m1; Empty: ; A/B: m3(Deleted)
        pass
        reports: copied 10
        expect: INBOX: m1 m1 m2(Seen $Work) n1 n2 t1 t2 x1 x2; Empty: ; A: ; A/B: m3(Deleted)
        or: INBOX: m1 m1 m2(Seen $Work) n1 n2 t1 t2 x1 x2; Empty: ; A/B: m3(Deleted)
        """);
  }

  @Test
  void aPassAfterNothingHappenedCopiesNothing() {
    play(
        """
        source: INBOX: m1 m1 n1 t1 t2; Work: m2
        pass
        pass
        reports: copied 0, moved 0, flagsUpdated 0, deletedAtSource 0, mirrored 0
        expect: INBOX: m1 m1 n1 t1 t2; Work: m2
        """);
  }

  @Test
  void newMailArrivesInOldAndNewFolders() {
    play(
        """
        source: INBOX: m1; Work: m2
        pass
        at source: add m3 n1(Seen) to INBOX; add m4 to Work; add m5 to Work/2020; add m1 to INBOX
        pass: second
        reports: copied 5, moved 0
        expect: INBOX: m1 m1 m3 n1(Seen); Work: m2 m4; Work/2020: m5
        """);
  }

  @Test
  void theUsersOwnMailAndFoldersAreLeftAlone() {
    play(
        """
        source: INBOX: m1; Work: m2
        pass
        at destination: add u1 u2 to INBOX; add u3(Flagged) to Mine; create Empty
        at source: add m3 to INBOX
        pass: second
        reports: copied 1
        expect: INBOX: m1 m3 u1 u2; Work: m2; Mine: u3(Flagged); Empty:
        """);
  }

  @Test
  void theSameMessageComingAgainIsANewMessage() {
    play(
        """
        source: INBOX: m1
        pass
        at destination: delete m1 from INBOX
        at source: add m1 to INBOX
        pass
        reports: copied 1
        expect: INBOX: m1
        """);
  }
}
