package org.mailcaravan.sync;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.server.Lengthy;

/**
 * A message that left one source folder and appeared in another: the untouched copy moves, a
 * touched one stays as the user left it, and never is there a second one.
 */
@Lengthy
@MethodSource("org.mailcaravan.sync.ServerPair#thatMove")
class SourceMovesTest extends ScenarioTest {
  @Test
  void aMoveIsMadeAtTheDestination() {
    play(
        """
        source: INBOX: m1 m2(Seen) n1 t1 t2 x1 x2; Archive: m3
        pass
        at source: move m1 m2 n1 t2 x1 from INBOX to Archive
        pass
        reports: copied 0, moved 5, deletedAtSource 0
        expect: INBOX: t1 x2; Archive: m1 m2(Seen) m3 n1 t2 x1
        """);
  }

  @Test
  void aMoveToANewFolderMakesTheFolder() {
    play(
        """
        source: INBOX: m1 m2
        pass
        at source: move m1 from INBOX to Clients/Miller
        pass: second
        reports: copied 0, moved 1, deletedAtSource 0
        expect: INBOX: m2; Clients/Miller: m1
        or: INBOX: m2; Clients: ; Clients/Miller: m1
        """);
  }

  @Test
  void movesFromFolderToFolderOverSeveralPassesAreFollowed() {
    play(
        """
        source: INBOX: m1 m2; A: ; B: m3
        pass
        at source: move m1 from INBOX to A
        pass
        expect: INBOX: m2; A: m1; B: m3
        at source: move m1 from A to B
        pass
        expect: INBOX: m2; A: ; B: m1 m3
        at source: move m1 from B to INBOX
        pass: second
        reports: copied 0, moved 1
        expect: INBOX: m1 m2; A: ; B: m3
        """);
  }

  @Test
  void severalMovesBetweenTwoPassesAreOne() {
    play(
        """
        source: INBOX: m1 m2; A: ; B: m3
        pass
        at source: move m1 from INBOX to A; move m1 from A to B
        pass
        reports: copied 0, moved 1
        expect: INBOX: m2; A: ; B: m1 m3
        """);
  }

  @Test
  void aMoveThereAndBackIsNone() {
    play(
        """
        source: INBOX: m1 m2; A:
        pass
        at source: move m1 from INBOX to A; move m1 from A to INBOX
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m1 m2; A:
        at source: flag m1 in INBOX +Seen
        pass
        expect: INBOX: m1(Seen) m2; A:
        """);
  }

  @Test
  void aMoveThereAndBackBringsNothingBackThatTheUserDeletedOrMoved() {
    play(
        """
        source: INBOX: m1 m2 m3; A:
        pass
        at destination: delete m1 from INBOX; move m2 from INBOX to Filed
        at source: move m1 m2 from INBOX to A; move m1 m2 from A to INBOX
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m3; A: ; Filed: m2
        """);
  }

  @Test
  void messagesThatSwapFoldersAreMovedBothWays() {
    play(
        """
        source: INBOX: ; A: m1 t1; B: m2 t2
        pass
        at source: move m1 t1 from A to C; move m2 t2 from B to A; move m1 t1 from C to B
        pass
        reports: copied 0, moved 4
        expect: INBOX: ; A: m2 t2; B: m1 t1; C:
        """);
  }

  @Test
  void aMessageThatWasMovedAndFlaggedAtOnceGetsBoth() {
    play(
        """
        source: INBOX: m1 m2(Flagged); Archive:
        pass
        at source: flag m1 in INBOX +Seen; flag m2 in INBOX -Flagged; move m1 m2 from INBOX to Archive
        at source: flag m1 in Archive +$Done
        pass: second
        reports: copied 0, moved 2
        expect: INBOX: ; Archive: m1($Done Seen) m2
        """);
  }

  @Test
  void aMoveBringsNothingBackThatTheUserDeleted() {
    play(
        """
        source: INBOX: m1 m2 t1 t2; Archive:
        pass
        at destination: delete m1 t1 from INBOX
        at source: move m1 t1 from INBOX to Archive
        pass: second
        reports: copied 0, moved 0, deletedAtSource 0
        expect: INBOX: m2 t2; Archive:
        """);
  }

  @Test
  void aMoveLeavesWhatTheUserMovedWhereItIs() {
    play(
        """
        source: INBOX: m1 m2; Archive:
        pass
        at destination: move m1 from INBOX to Filed
        at source: move m1 from INBOX to Archive
        pass
        reports: copied 0, moved 0, deletedAtSource 0
        expect: INBOX: m2; Archive: ; Filed: m1
        at source: move m1 from Archive to Old
        pass: second
        reports: copied 0, moved 0
        expect: INBOX: m2; Archive: ; Filed: m1; Old:
        or: INBOX: m2; Archive: ; Filed: m1
        """);
  }

  @Test
  void aMoveLeavesWhatTheUserFlaggedWhereItIs() {
    play(
        """
        source: INBOX: m1 m2(Seen) m3; Archive:
        pass
        at destination: flag m1 in INBOX +Flagged; flag m2 in INBOX -Seen
        at source: move m1 m2 m3 from INBOX to Archive
        pass: second
        reports: copied 0, moved 1, deletedAtSource 0
        expect: INBOX: m1(Flagged) m2; Archive: m3
        """);
  }

  @Test
  void aMoveTakesTheCopyThatIsOursAndLeavesTheUsersOwn() {
    play(
        """
        source: INBOX: m1 m2; Archive:
        pass
        at destination: copy m1 from INBOX to Filed
        at source: move m1 from INBOX to Archive
        pass
        reports: copied 0, moved 1
        expect: INBOX: m2; Archive: m1; Filed: m1
        """);
  }

  @Test
  void aMessageThatBothMovedToTheSameFolderIsThereOnce() {
    play(
        """
        source: INBOX: m1 m2; Archive:
        pass
        at source: move m1 from INBOX to Archive
        at destination: move m1 from INBOX to Archive
        pass: second
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m2; Archive: m1
        """);
  }

  @Test
  void aMovedMessageThatTheUserMovesOnStaysThere() {
    play(
        """
        source: INBOX: m1 m2; Archive:
        pass
        at source: move m1 from INBOX to Archive
        pass
        at destination: move m1 from Archive to INBOX
        at source: add m3 to Archive
        pass
        reports: copied 1, moved 0
        expect: INBOX: m1 m2; Archive: m3
        """);
  }

  @Test
  void theMovedCopyIsKnownAgain() {
    play(
        """
        source: INBOX: m1 m2 m3; Archive: m4
        pass
        at source: move m1 m2 from INBOX to Archive
        pass
        at source: flag m1 in Archive +Seen
        at destination: delete m2 from Archive
        pass
        reports: copied 0, moved 0, flagsUpdated 1
        expect: INBOX: m3; Archive: m1(Seen) m4
        """);
  }

  @Test
  void ofTrueDuplicatesJustTheOneThatMovedIsMoved() {
    play(
        """
        source: INBOX: m1 m1 m1 m2; Archive:
        pass
        at source: move m1 from INBOX to Archive
        pass
        reports: copied 0, moved 1, deletedAtSource 0
        expect: INBOX: m1 m1 m2; Archive: m1
        at source: move m1 m1 from INBOX to Archive
        pass
        reports: copied 0, moved 2, deletedAtSource 0
        expect: INBOX: m2; Archive: m1 m1 m1
        """);
  }

  @Test
  void aDuplicateInAnotherFolderIsNotTakenForAMove() {
    play(
        """
        source: INBOX: m1 m2; Archive: m1
        pass
        at source: delete m1 from INBOX
        pass: second
        reports: copied 0, moved 0, deletedAtSource 1
        expect: INBOX: m1 m2; Archive: m1
        """);
  }

  @Test
  void aCopyAtTheSourceIsASecondMessage() {
    play(
        """
        source: INBOX: m1 m2; Archive:
        pass
        at source: copy m1 from INBOX to Archive
        pass
        reports: moved 0, deletedAtSource 0
        expect: INBOX: m1 m2; Archive: m1
        """);
  }

  @Test
  void aMessageThatWasMovedAndCopiedIsInBothPlaces() {
    play(
        """
        source: INBOX: m1 m2; Archive: ; Work:
        pass
        at source: copy m1 from INBOX to Work; move m1 from INBOX to Archive
        pass
        reports: moved 1, deletedAtSource 0
        expect: INBOX: m2; Archive: m1; Work: m1
        """);
  }

  @Test
  void movesAmongNewMailAreTakenForMoves() {
    play(
        """
        source: INBOX: m1 m2 m3; Archive: m4
        pass
        at source: add m5 to Archive; move m1 from INBOX to Archive; add m6 to Archive; add m7 to INBOX
        at source: delete m2 from INBOX
        pass: second
        reports: copied 3, moved 1, deletedAtSource 1
        expect: INBOX: m2 m3 m7; Archive: m1 m4 m5 m6
        """);
  }

  @Test
  void aMoveIntoAFolderThatTheUserRenamedGoesThere() {
    play(
        """
        source: INBOX: m1 m2; Work: m3
        pass
        at destination: rename Work to Jobs
        at source: move m1 from INBOX to Work
        pass
        reports: copied 0, moved 1
        expect: INBOX: m2; Jobs: m1 m3
        """);
  }

  @Test
  void aMoveOutOfAFolderThatTheUserDeletedBringsNothingBack() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass
        at destination: remove Work
        at source: move m2 from Work to INBOX
        pass
        reports: copied 0, moved 0, deletedAtSource 0
        expect: INBOX: m1
        or: INBOX: m1; Work:
        """);
  }

  @Test
  void aMovedMessageMarkedDeletedTakesItsMarkAlong() {
    play(
        """
        source: INBOX: m1(Deleted) m2 m3(Deleted); Archive:
        pass
        at source: move m1 from INBOX to Archive
        pass: mirroring
        reports: copied 0, moved 1, mirrored 0
        expect: INBOX: m2 m3(Deleted); Archive: m1(Deleted)
        """);
  }

  @Test
  void afterAnotherUidValidityAtTheSourceMovesAreStillMoves() {
    play(
        """
        source: INBOX: m1; Work: m2 m3 t1 t2
        pass
        at source: replace Work; move m2 t1 from Work to INBOX
        pass
        reports: copied 0, moved 2, deletedAtSource 0
        expect: INBOX: m1 m2 t1; Work: m3 t2
        at source: move m3 from Work to INBOX
        pass: second
        reports: copied 0, moved 1
        expect: INBOX: m1 m2 m3 t1; Work: t2
        """);
  }

  @Test
  void afterAnotherUidValidityAtTheDestinationMovesAreStillMoves() {
    play(
        """
        source: INBOX: m1; Work: m2 m3 t1 t2
        pass
        at destination: replace Work
        at source: move m2 t1 from Work to INBOX
        pass
        reports: copied 0, moved 2
        expect: INBOX: m1 m2 t1; Work: m3 t2
        """);
  }

  @Test
  void aCopyOfAMessageThatTheUserMovedIsASecondMessage() {
    play(
        """
        source: INBOX: m1; A: n1
        pass
        at destination: move n1 from A to Filed
        pass
        at source: copy n1 from A to B
        pass
        reports: moved 0, deletedAtSource 0
        expect: INBOX: m1; A: ; B: n1; Filed: n1
        """);
  }

  @Test
  void anInboxThatWasEmptiedIntoAnotherFolderIsNotRenamed() {
    play(
        """
        source: INBOX: m1 m2 m3
        pass
        at source: move m1 m2 m3 from INBOX to Archive
        at destination: add u1 to INBOX
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: u1; Archive: m1 m2 m3
        """);
  }

  @Test
  void aFolderThatWasEmptiedIntoAnotherStays() {
    play(
        """
        source: INBOX: ; A: m1 m2
        pass
        at source: move m1 m2 from A to B
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: ; A: ; B: m1 m2
        """);
  }

  @Test
  void aMoveIntoAFolderThatTheUserDeletedMakesTheFolderAnew() {
    play(
        """
        source: INBOX: m1; Work: m2
        pass
        at destination: remove Work
        at source: move m1 from INBOX to Work
        pass
        reports: copied 0
        expect: INBOX: ; Work: m1
        or: INBOX: m1
        """);
  }

  @Test
  void aFolderMergedIntoAnotherIsFollowedMessageByMessage() {
    play(
        """
        source: INBOX: ; A: m1 m2; B: m3
        pass
        at source: move m1 m2 from A to B; remove A
        pass
        reports: copied 0, moved 2, deletedAtSource 0
        expect: INBOX: ; A: ; B: m1 m2 m3
        or: INBOX: ; B: m1 m2 m3
        """);
  }

  @Test
  void aNewMessageInAFolderWithAnotherUidValidityIsNotTakenForOneThatMovedAway() {
    play(
        """
        source: INBOX: ; C: x1 x3 t1; A: m1
        pass
        at source: move x1 t1 from C to A; add x2 t2 to C; replace C
        pass
        reports: copied 2, deletedAtSource 0
        expect: INBOX: ; A: m1 t1 x1; C: t2 x2 x3
        """);
  }

  @Test
  void aNewMessageIsNotTakenForTheOnlyOneThatMovedAway() {
    play(
        """
        source: INBOX: ; C: x1; A:
        pass
        at source: move x1 from C to A; add x2 to C; replace C
        pass
        reports: copied 1, deletedAtSource 0
        expect: INBOX: ; A: x1; C: x2
        """);
  }

  @Test
  void afterBothSidesWereReplacedANewMessageIsNew() {
    play(
        """
        source: INBOX: ; C: x1; A:
        pass
        at destination: replace C
        at source: move x1 from C to A; add x2 to C; replace C
        pass
        reports: copied 1
        expect: INBOX: ; A: x1; C: x2
        """);
  }
}
