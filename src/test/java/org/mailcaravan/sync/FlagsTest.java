package org.mailcaravan.sync;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Flags, one by one, by three states of each: as last written, as it is at the source now, as it is
 * at the destination now.
 */
@MethodSource("org.mailcaravan.sync.ServerPair#any")
class FlagsTest extends ScenarioTest {
  @Test
  void changesAtTheSourceAreCarriedOver() {
    play(
        """
        source: INBOX: m1 m2(Seen Flagged) m3(Seen) m4; Work: t1 t2
        pass
        at source: flag m1 in INBOX +Seen +Answered; flag m2 in INBOX -Flagged
        at source: flag m3 in INBOX -Seen +Draft; flag t2 in Work +Seen
        pass: second
        reports: copied 0, moved 0, flagsUpdated 4
        expect: INBOX: m1(Answered Seen) m2(Seen) m3(Draft) m4; Work: t1 t2(Seen)
        """);
  }

  @Test
  void changesInSeveralPassesAreCarriedOver() {
    play(
        """
        source: INBOX: m1 m2(Seen)
        pass
        at source: flag m1 in INBOX +Seen; flag m2 in INBOX -Seen
        pass
        expect: INBOX: m1(Seen) m2
        at source: flag m1 in INBOX -Seen +Flagged; flag m2 in INBOX +Seen
        pass
        expect: INBOX: m1(Flagged) m2(Seen)
        at source: flag m1 in INBOX +Seen
        pass: second
        expect: INBOX: m1(Flagged Seen) m2(Seen)
        """);
  }

  @Test
  void keywordsAreCarriedOverLikeFlags() {
    play(
        """
        source: INBOX: m1 m2($Work todo) m3(todo)
        pass
        at source: flag m1 in INBOX +$Forwarded; flag m2 in INBOX -$Work
        at destination: flag m3 in INBOX -todo +mine
        at source: flag m3 in INBOX +later
        pass
        expect: INBOX: m1($Forwarded) m2(todo) m3(later mine)
        """);
  }

  @Test
  void deletedIsAFlagLikeOthersAndNothingIsExpunged() {
    play(
        """
        source: INBOX: m1(Deleted) m2 m3(Deleted) m4
        pass
        expect: INBOX: m1(Deleted) m2 m3(Deleted) m4
        at source: flag m2 in INBOX +Deleted; flag m3 in INBOX -Deleted
        at destination: flag m4 in INBOX +Deleted
        pass: mirroring
        reports: deletedAtSource 0, mirrored 0
        expect: INBOX: m1(Deleted) m2(Deleted) m3 m4(Deleted)
        """);
  }

  @Test
  void whatTheUserChangedStaysWhereTheSourceDidNotChange() {
    play(
        """
        source: INBOX: m1 m2(Seen Flagged) m3(Seen) m4
        pass
        at destination: flag m1 in INBOX +Seen +$Mine; flag m2 in INBOX -Flagged
        at destination: flag m3 in INBOX -Seen
        pass
        reports: flagsUpdated 0
        expect: INBOX: m1($Mine Seen) m2(Seen) m3 m4
        """);
  }

  @Test
  void bothSidesAreMergedFlagByFlag() {
    play(
        """
        source: INBOX: m1 m2(Seen Flagged) m3(Seen)
        pass
        at source: flag m1 in INBOX +Seen; flag m2 in INBOX -Seen; flag m3 in INBOX +Answered
        at destination: flag m1 in INBOX +Flagged; flag m2 in INBOX -Flagged; flag m3 in INBOX -Seen
        pass: second
        expect: INBOX: m1(Flagged Seen) m2 m3(Answered)
        """);
  }

  @Test
  void whereBothChangedTheSameFlagTheUserWins() {
    play(
        """
        source: INBOX: m1(Seen) m2 m3(Flagged)
        pass
        at destination: flag m1 in INBOX -Seen; flag m2 in INBOX +Seen; flag m3 in INBOX -Flagged
        pass
        at source: flag m1 in INBOX -Seen; flag m2 in INBOX +Seen; flag m3 in INBOX -Flagged
        pass
        expect: INBOX: m1 m2(Seen) m3
        """);
  }

  @Test
  void aFlagThatTheUserSetIsNotTakenWhenTheSourceTakesItsOwn() {
    play(
        """
        source: INBOX: m1 m2(Flagged)
        pass
        at destination: flag m1 in INBOX +Flagged; flag m2 in INBOX -Flagged
        pass
        at source: flag m1 in INBOX +Flagged; flag m2 in INBOX -Flagged
        pass
        at source: flag m1 in INBOX -Flagged; flag m2 in INBOX +Flagged
        pass
        expect: INBOX: m1(Flagged) m2
        """);
  }

  @Test
  void aFlagThatTheSourceChangedThereAndBackLeavesTheUsersAlone() {
    play(
        """
        source: INBOX: m1(Seen) m2
        pass
        at destination: flag m1 in INBOX -Seen; flag m2 in INBOX +Seen
        at source: flag m1 in INBOX -Seen; flag m2 in INBOX +Seen
        at source: flag m1 in INBOX +Seen; flag m2 in INBOX -Seen
        pass
        expect: INBOX: m1 m2(Seen)
        """);
  }

  @Test
  void trueDuplicatesAreToldApart() {
    play(
        """
        source: INBOX: m1 m1(Flagged) m1
        pass
        at source: flag m1 in INBOX +Seen
        pass
        reports: copied 0, flagsUpdated 1
        expect: INBOX: m1(Flagged) m1(Seen) m1
        at destination: flag m1 in INBOX +Answered
        pass
        expect: INBOX: m1(Flagged) m1(Answered Seen) m1
        """);
  }

  @Test
  void flagsOfNewMailInAFolderWithChangedFlagsAreRight() {
    play(
        """
        source: INBOX: m1 m2(Seen)
        pass
        at source: flag m1 in INBOX +Seen; add m3(Flagged) m4 to INBOX; flag m4 in INBOX +Answered
        pass: second
        reports: copied 2, flagsUpdated 1
        expect: INBOX: m1(Seen) m2(Seen) m3(Flagged) m4(Answered)
        """);
  }

  @Test
  void manyChangesAtOnceArrive() {
    play(
        """
        source: INBOX: m1 m2 m3 m4 m5 m6(Seen) m7(Seen) m8(Seen); Work: m9 n1 n2 n3 n4 n5
        pass
        at source: flag m1 m3 m5 in INBOX +Seen; flag m2 m4 in INBOX +Flagged; flag m6 m8 in INBOX -Seen
        at source: flag m9 n1 n2 n3 n4 n5 in Work +Seen +$Work; flag n2 n4 in Work -Seen
        at destination: flag m3 m7 in INBOX +Answered; flag n5 in Work +Flagged
        pass
        reports: copied 0, flagsUpdated 13
        expect: INBOX: m1(Seen) m2(Flagged) m3(Answered Seen) m4(Flagged) m5(Seen) m6 m7(Answered Seen) m8; Work: m9($Work Seen) n1($Work Seen) n2($Work) n3($Work Seen) n4($Work) n5($Work Flagged Seen)
        """);
  }
}
