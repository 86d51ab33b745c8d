package org.mailcaravan.sync;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.server.Lengthy;

/** A source folder that got another name: its mail is not copied again, and follows the name. */
@Lengthy
@MethodSource("org.mailcaravan.sync.ServerPair#thatMove")
class SourceFolderRenamesTest extends ScenarioTest {
  @Test
  void theFolderIsRenamedAtTheDestination() {
    play(
        """
        source: INBOX: m1; Work: m2(Seen) m3 n1 t1 t2
        pass
        at source: rename Work to Jobs
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m1; Jobs: m2(Seen) m3 n1 t1 t2
        """);
  }

  @Test
  void aFolderIsRenamedWithItsChildren() {
    play(
        """
        source: INBOX: m1; Work: m2; Work/2019: m3 m4; Work/2020: m5
        pass
        at source: rename Work to Jobs
        pass: second
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m1; Jobs: m2; Jobs/2019: m3 m4; Jobs/2020: m5
        """);
  }

  @Test
  void aChildIsRenamedAlone() {
    play(
        """
        source: INBOX: m1; Work: m2; Work/2019: m3 m4; Work/2020: m5
        pass
        at source: rename Work/2019 to Old
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m1; Work: m2; Old: m3 m4; Work/2020: m5
        """);
  }

  @Test
  void newMailInTheRenamedFolderArrivesThere() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass
        at source: rename Work to Jobs; add m4 m5(Seen) to Jobs
        pass
        reports: copied 2, deletedAtSource 0
        expect: INBOX: m1; Jobs: m2 m3 m4 m5(Seen)
        at source: add m6 to Jobs; flag m2 in Jobs +Flagged
        pass: second
        reports: copied 1, flagsUpdated 1
        expect: INBOX: m1; Jobs: m2(Flagged) m3 m4 m5(Seen) m6
        """);
  }

  @Test
  void aFolderIsRenamedTwice() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass
        at source: rename Work to Jobs
        pass
        at source: rename Jobs to Tasks
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m1; Tasks: m2 m3
        at source: rename Tasks to Work
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m1; Work: m2 m3
        """);
  }

  @Test
  void theUsersOwnMailInTheFolderIsKept() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass
        at destination: add u1(Flagged) to Work
        at source: rename Work to Jobs
        pass
        reports: copied 0
        expect: INBOX: m1; Jobs: m2 m3 u1(Flagged)
        or: INBOX: m1; Jobs: m2 m3; Work: u1(Flagged)
        """);
  }

  @Test
  void whatTheUserChangedInTheFolderStaysChanged() {
    play(
        """
        source: INBOX: m1; Work: m2 m3 m4 m5
        pass
        at destination: delete m2 from Work; move m3 from Work to Filed; flag m4 in Work +Flagged
        at source: rename Work to Jobs
        pass: second
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m1; Jobs: m4(Flagged) m5; Filed: m3
        or: INBOX: m1; Jobs: m5; Work: m4(Flagged); Filed: m3
        """);
  }

  @Test
  void aFolderThatBothRenamedKeepsTheUsersName() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass
        at source: rename Work to Jobs; add m4 to Jobs
        at destination: rename Work to Tasks
        pass: second
        reports: copied 1, deletedAtSource 0
        expect: INBOX: m1; Tasks: m2 m3 m4
        """);
  }

  @Test
  void aFolderThatBothRenamedAlikeIsThereOnce() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass
        at source: rename Work to Jobs
        at destination: rename Work to Jobs
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m1; Jobs: m2 m3
        """);
  }

  @Test
  void whereTheUserHasAFolderOfThatNameTheMailJoinsIt() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass
        at destination: add u1 to Jobs
        at source: rename Work to Jobs
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m1; Jobs: m2 m3 u1; Work:
        or: INBOX: m1; Jobs: m2 m3 u1
        """);
  }

  @Test
  void foldersThatSwapTheirNamesSwapTheirMail() {
    play(
        """
        source: INBOX: ; A: m1 m2 m3; B: m4 m5
        pass
        at source: rename A to C; rename B to A; rename C to B; add m6 to A
        pass
        reports: copied 1, deletedAtSource 0
        expect: INBOX: ; A: m4 m5 m6; B: m1 m2 m3
        """);
  }

  @Test
  void anOldNameCanBeGivenToANewFolder() {
    play(
        """
        source: INBOX: ; Work: m1 m2
        pass
        at source: rename Work to Archive; add m3 to Work
        pass: second
        reports: copied 1, deletedAtSource 0
        expect: INBOX: ; Work: m3; Archive: m1 m2
        """);
  }

  @Test
  void aMessageMovedOutOfTheRenamedFolderIsMoved() {
    play(
        """
        source: INBOX: m1; Work: m2 m3 m4
        pass
        at source: move m2 from Work to INBOX; rename Work to Jobs
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m1 m2; Jobs: m3 m4
        or: INBOX: m1 m2; Jobs: m3 m4; Work:
        """);
  }

  @Test
  void aRenamedFolderThatTheUserDeletedIsNotFilledAgain() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass
        at destination: remove Work
        at source: rename Work to Jobs
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m1
        or: INBOX: m1; Jobs:
        """);
  }

  @Test
  void aFolderThatWasPutUnderANewOneIsFollowed() {
    play(
        """
        source: INBOX: ; Work: m1 m2; Work/2020: m3
        pass
        at source: rename Work to Archive/Work
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: ; Archive/Work: m1 m2; Archive/Work/2020: m3
        or: INBOX: ; Archive: ; Archive/Work: m1 m2; Archive/Work/2020: m3
        """);
  }

  @Test
  void theUsersOwnFolderBelowARenamedOneIsKept() {
    play(
        """
        source: INBOX: ; Work: m1 m2
        pass
        at destination: add u1 to Work/Mine
        at source: rename Work to Jobs
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: ; Jobs: m1 m2; Jobs/Mine: u1
        or: INBOX: ; Jobs: m1 m2; Work: ; Work/Mine: u1
        or: INBOX: ; Jobs: m1 m2; Work/Mine: u1
        """);
  }

  @Test
  void namesInAnyScriptAreFollowed() {
    play(
        """
        source: INBOX: m1; Entwürfe & mehr: m2; 日本語: m3
        pass
        at source: rename Entwürfe & mehr to Übersicht/🎉; move m1 from INBOX to 日本語
        at destination: rename 日本語 to Ñandú
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: ; Ñandú: m1 m3; Übersicht/🎉: m2
        or: INBOX: ; Ñandú: m1 m3; Übersicht: ; Übersicht/🎉: m2
        """);
  }

  @Test
  void aFolderSplitInTwoIsFollowedMessageByMessage() {
    play(
        """
        source: INBOX: ; A: m1 m2 m3 m4
        pass
        at source: move m1 m2 from A to B; rename A to C
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: ; B: m1 m2; C: m3 m4
        or: INBOX: ; A: ; B: m1 m2; C: m3 m4
        """);
  }

  @Test
  void whereSomeWereDeletedARenamedFolderIsStillFollowed() {
    play(
        """
        source: INBOX: ; Work: m1 m2 m3 m4
        pass
        at source: delete m1 from Work; rename Work to Jobs; flag m2 in Jobs +Seen
        pass
        reports: copied 0, deletedAtSource 1
        expect: INBOX: ; Jobs: m1 m2(Seen) m3 m4
        or: INBOX: ; Jobs: m2(Seen) m3 m4; Work: m1
        """);
  }
}
