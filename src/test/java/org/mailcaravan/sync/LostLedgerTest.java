package org.mailcaravan.sync;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.server.Lengthy;

/**
 * No ledger, or one whose UIDs mean nothing any more: messages are known by content, each match
 * used once, wherever the destination holds them.
 */
@Lengthy
@MethodSource("org.mailcaravan.sync.ServerPair#any")
class LostLedgerTest extends ScenarioTest {
  @Test
  void withoutALedgerNothingIsCopiedTwice() {
    play(
        """
        source: INBOX: m1 m1 m2(Seen) n1 t1 t2 x1 x2; Work: m1 m3
        pass
        lose the ledger
        pass
        reports: copied 0
        expect: INBOX: m1 m1 m2(Seen) n1 t1 t2 x1 x2; Work: m1 m3
        """);
  }

  @Test
  void withoutALedgerWhatIsMissingIsCopied() {
    play(
        """
        source: INBOX: m1 m1 m1 m2 n1 n2 t1 t2 x1 x2; Work: m3
        destination: INBOX: m1 n1 t2 x1 u1; Mine: u2
        pass
        reports: copied 7
        expect: INBOX: m1 m1 m1 m2 n1 n2 t1 t2 x1 x2 u1; Mine: u2; Work: m3
        """);
  }

  @Test
  void withoutALedgerMoreDuplicatesThanAtTheSourceStay() {
    play(
        """
        source: INBOX: m1 m2
        destination: INBOX: m1 m1 m1
        pass
        reports: copied 1
        expect: INBOX: m1 m1 m1 m2
        """);
  }

  @Test
  void withoutALedgerWhatTheUserMovedIsFoundWhereItIs() {
    play(
        """
        source: INBOX: m1 m2 n1 t1 t2; Work: m3
        pass
        at destination: move m1 n1 t1 from INBOX to Filed; move m3 from Work to INBOX
        lose the ledger
        pass: second
        reports: copied 0
        expect: INBOX: m2 m3 t2; Filed: m1 n1 t1; Work:
        """);
  }

  @Test
  void withoutALedgerAMatchElsewhereIsUsedOnce() {
    play(
        """
        source: INBOX: m1 m1; Work: m1 m2
        destination: Filed: m1
        pass
        reports: copied 3
        expect: INBOX: m1 m1; Work: m2; Filed: m1
        or: INBOX: m1; Work: m1 m2; Filed: m1
        """);
  }

  @Test
  void withoutALedgerTheMatchInTheSameFolderIsPreferred() {
    play(
        """
        source: INBOX: m1; Archive: m1; Work: m2 m1
        pass
        lose the ledger
        at source: add m1 to Archive
        pass
        reports: copied 1
        expect: INBOX: m1; Archive: m1 m1; Work: m1 m2
        """);
  }

  @Test
  void withoutALedgerTheUsersFlagsStay() {
    play(
        """
        source: INBOX: m1 m2(Seen) m3
        pass
        at destination: flag m1 in INBOX +Flagged; flag m2 in INBOX -Seen
        lose the ledger
        pass
        reports: copied 0, flagsUpdated 0
        expect: INBOX: m1(Flagged) m2 m3
        """);
  }

  @Test
  void whatWasFoundIsFollowedFromThenOn() {
    play(
        """
        source: INBOX: m1 m2 m3 m4; Archive:
        destination: INBOX: m1 m2 m3 m4
        pass
        reports: copied 0
        at source: flag m1 in INBOX +Seen
        at destination: delete m2 from INBOX; move m3 from INBOX to Filed
        pass: second
        reports: copied 0, flagsUpdated 1
        expect: INBOX: m1(Seen) m4; Archive: ; Filed: m3
        """);
  }

  @Test
  void aLedgerLostTwiceDoublesNothing() {
    play(
        """
        source: INBOX: m1 m1 t1 t2; Work: m2
        pass
        lose the ledger
        at source: add m3 m1 to INBOX
        pass
        reports: copied 2
        lose the ledger
        pass
        reports: copied 0
        expect: INBOX: m1 m1 m1 m3 t1 t2; Work: m2
        """);
  }

  @Test
  void aSourceFolderWithAnotherUidValidityIsKnownAgain() {
    play(
        """
        source: INBOX: m1; Work: m2 m3(Seen) m3(Seen) n1 t1 t2
        pass
        at source: replace Work; add m4 to Work
        pass
        reports: copied 1, moved 0, deletedAtSource 0
        expect: INBOX: m1; Work: m2 m3(Seen) m3(Seen) m4 n1 t1 t2
        at source: flag t2 in Work +Seen
        pass: second
        reports: copied 0, flagsUpdated 1
        expect: INBOX: m1; Work: m2 m3(Seen) m3(Seen) m4 n1 t1 t2(Seen)
        """);
  }

  @Test
  void aSourceFolderWithAnotherUidValidityUndoesNothingOfTheUsers() {
    play(
        """
        source: INBOX: m1; Work: m2 m3 m4(Seen) m5 t1 t2
        pass
        at destination: delete m2 t1 from Work; move m3 from Work to Filed; flag m4 in Work -Seen
        at source: replace Work; flag m5 in Work +Seen
        pass: second
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m1; Work: m4 m5(Seen) t2; Filed: m3
        """);
  }

  @Test
  void aSourceThatWasRebuiltIsKnownAgain() {
    play(
        """
        source: INBOX: m1 m1 m2(Seen) n1; Work: m3 t1 t2; Empty:
        pass
        at destination: delete m2 from INBOX; move m3 from Work to Filed; delete m1 from INBOX
        at source: rebuild; add m4 to INBOX
        pass
        reports: copied 1, deletedAtSource 0
        expect: INBOX: m1 m4 n1; Work: t1 t2; Empty: ; Filed: m3
        """);
  }

  @Test
  void aDestinationFolderWithAnotherUidValidityIsKnownAgain() {
    play(
        """
        source: INBOX: m1; Work: m2 m3(Seen) m3(Seen) n1 t1 t2
        pass
        at destination: replace Work
        at source: add m4 to Work; flag m2 in Work +Flagged
        pass
        reports: copied 1
        expect: INBOX: m1; Work: m2(Flagged) m3(Seen) m3(Seen) m4 n1 t1 t2
        at source: flag t1 in Work +Seen
        pass: second
        reports: copied 0, flagsUpdated 1
        expect: INBOX: m1; Work: m2(Flagged) m3(Seen) m3(Seen) m4 n1 t1(Seen) t2
        """);
  }

  @Test
  void aDestinationFolderWithAnotherUidValidityStaysAsTheUserLeftIt() {
    play(
        """
        source: INBOX: m1; Work: m2 m3 m4 t1 t2
        pass
        at destination: delete m2 t2 from Work; move m3 from Work to INBOX; flag m4 in Work +Flagged
        at destination: replace Work
        pass: second
        reports: copied 0
        expect: INBOX: m1 m3; Work: m4(Flagged) t1
        """);
  }

  @Test
  void aDestinationThatWasRebuiltIsKnownAgain() {
    play(
        """
        source: INBOX: m1 m1 m2(Seen) n1; Work: m3 t1 t2
        pass
        at destination: delete m2 from INBOX; move m3 from Work to Filed; rebuild
        at source: add m4 to INBOX
        pass
        reports: copied 1
        expect: INBOX: m1 m1 m4 n1; Work: t1 t2; Filed: m3
        """);
  }

  @Test
  void bothSidesWithOtherUidValiditiesAreKnownAgain() {
    play(
        """
        source: INBOX: m1 m1 m2(Seen) n1; Work: m3 t1 t2
        pass
        at destination: delete m2 from INBOX; move m3 from Work to Filed; rebuild
        at source: rebuild; add m4 to INBOX
        pass
        reports: copied 1, deletedAtSource 0
        expect: INBOX: m1 m1 m4 n1; Work: t1 t2; Filed: m3
        """);
  }

  @Test
  void aDestinationThatWasMadeAnewAndEmptyIsFilledAgain() {
    play(
        """
        source: INBOX: m1 m1 m2(Seen) n1; Work: m3 t1 t2
        pass
        at source: add m4 to INBOX; flag m3 in Work +Seen
        at destination: wipe
        pass
        reports: copied 8
        expect: INBOX: m1 m1 m2(Seen) m4 n1; Work: m3(Seen) t1 t2
        """);
  }

  @Test
  void aNewMessageInAFolderWithAnotherUidValidityIsNotTakenForOneThatTheUserDeleted() {
    play(
        """
        source: INBOX: ; C: x1 x3
        pass
        at destination: delete x1 from C
        at source: delete x1 from C; add x2 to C; replace C
        pass
        reports: copied 1
        expect: INBOX: ; C: x2 x3
        """);
  }

  @Test
  void whatIsMovedAgainAfterItsRetentionIsNotDoubled() {
    play(
        """
        source: INBOX: m1 m1 m2(Seen) n1 t1; Work: m3
        pass
        at destination: move m3 from Work to Filed; flag m1 in INBOX +Flagged
        at source: delete n1 from INBOX
        pass: second
        retention
        at source: add m4 to Work
        pass
        reports: copied 1
        expect: INBOX: m1(Flagged) m1 m2(Seen) n1 t1; Work: m4; Filed: m3
        """);
  }
}
