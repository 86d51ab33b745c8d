package org.mailcaravan.sync;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.server.Lengthy;

/** What the user moved, deleted, copied or filed at the destination stays as it was left. */
@Lengthy
@MethodSource("org.mailcaravan.sync.ServerPair#any")
class UserChangesTest extends ScenarioTest {
  @Test
  void whatTheUserMovedStaysWhereItIs() {
    play(
        """
        source: INBOX: m1 m2 n1 t1 t2
        pass
        at destination: move m1 n1 t2 from INBOX to Filed
        at source: add m3 to INBOX
        pass: second
        reports: copied 1, moved 0
        expect: INBOX: m2 m3 t1; Filed: m1 n1 t2
        """);
  }

  @Test
  void whatTheUserDeletedDoesNotComeBack() {
    play(
        """
        source: INBOX: m1 m2 n1 t1 t2; Work: m1 m3
        pass
        at destination: delete m1 n1 t1 from INBOX; delete m3 from Work
        at source: add m4 to INBOX
        pass: second
        reports: copied 1
        expect: INBOX: m2 m4 t2; Work: m1
        """);
  }

  @Test
  void anEmptiedFolderStaysEmpty() {
    play(
        """
        source: INBOX: m1 m2; Work: m3
        pass
        at destination: delete m1 m2 from INBOX; move m3 from Work to INBOX
        pass
        reports: copied 0
        expect: INBOX: m3; Work:
        """);
  }

  @Test
  void whatTheUserCopiedStaysInBothPlaces() {
    play(
        """
        source: INBOX: m1 m2
        pass
        at destination: copy m1 from INBOX to Filed; copy m2 from INBOX to INBOX
        at source: add m3 to INBOX
        pass: second
        reports: copied 1
        expect: INBOX: m1 m2 m2 m3; Filed: m1
        """);
  }

  @Test
  void whatTheUserMovedIsNotFlaggedByTheSource() {
    play(
        """
        source: INBOX: m1 m2
        pass
        at destination: move m1 from INBOX to Filed; flag m1 in Filed +Answered
        at source: flag m1 m2 in INBOX +Seen
        pass: second
        reports: copied 0
        expect: INBOX: m2(Seen); Filed: m1(Answered)
        """);
  }

  @Test
  void whatTheUserDeletedIsNotBroughtBackByAFlag() {
    play(
        """
        source: INBOX: m1 m2
        pass
        at destination: delete m1 from INBOX
        at source: flag m1 in INBOX +Flagged
        pass: second
        reports: copied 0
        expect: INBOX: m2
        """);
  }

  @Test
  void whatTheUserMovedThereAndBackIsTheSameMessage() {
    play(
        """
        source: INBOX: m1 m2
        pass
        at destination: move m1 from INBOX to Filed; move m1 from Filed to INBOX
        at source: add m3 to INBOX
        pass
        reports: copied 1
        expect: INBOX: m1 m2 m3; Filed:
        """);
  }

  @Test
  void ofTrueDuplicatesOnlyTheOneThatTheUserDeletedIsGone() {
    play(
        """
        source: INBOX: m1 m1 m1
        pass
        at destination: delete m1 from INBOX
        at source: add m1 to INBOX
        pass
        reports: copied 1
        expect: INBOX: m1 m1 m1
        """);
  }

  @Test
  void aFolderThatTheUserRenamedIsFollowed() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass
        at destination: rename Work to Jobs
        at source: add m4 to Work; flag m2 in Work +Seen
        pass: second
        reports: copied 1
        expect: INBOX: m1; Jobs: m2(Seen) m3 m4
        """);
  }

  @Test
  void aFolderThatTheUserRenamedWithItsChildrenIsFollowed() {
    play(
        """
        source: INBOX: m1; Work: m2; Work/2020: m3
        pass
        at destination: rename Work to Jobs
        pass
        reports: copied 0
        expect: INBOX: m1; Jobs: m2; Jobs/2020: m3
        at source: add m4 to Work/2020; add m5 to Work
        pass: second
        reports: copied 2
        expect: INBOX: m1; Jobs: m2 m5; Jobs/2020: m3 m4
        """);
  }

  @Test
  void aFolderThatTheUserPutUnderAnotherIsFollowed() {
    play(
        """
        source: INBOX: m1; Work: m2; Old: m3
        pass
        at destination: rename Work to Old/Work
        at source: add m4 to Work
        pass: second
        reports: copied 1
        expect: INBOX: m1; Old: m3; Old/Work: m2 m4
        """);
  }

  @Test
  void aFolderThatTheUserDeletedIsNotFilledAgain() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass
        at destination: remove Work
        pass
        reports: copied 0
        expect: INBOX: m1
        or: INBOX: m1; Work:
        """);
  }

  @Test
  void newMailForAFolderThatTheUserDeletedArrivesInItAlone() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass
        at destination: remove Work
        at source: add m4 to Work; flag m2 in Work +Seen
        pass: second
        reports: copied 1
        expect: INBOX: m1; Work: m4
        at source: add m5 to Work
        pass: second
        reports: copied 1
        expect: INBOX: m1; Work: m4 m5
        """);
  }

  @Test
  void aFolderThatTheUserMadeAnewIsNotFilledAgain() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass
        at destination: remove Work; create Work; add u1 to Work
        at source: add m4 to Work
        pass: second
        reports: copied 1
        expect: INBOX: m1; Work: m4 u1
        """);
  }

  @Test
  void aFolderWhoseMailTheUserMovedBeforeHeDeletedItIsNotFilledAgain() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass
        at destination: move m2 m3 from Work to INBOX; remove Work
        pass
        reports: copied 0
        expect: INBOX: m1 m2 m3
        or: INBOX: m1 m2 m3; Work:
        """);
  }

  @Test
  void foldersThatTheUserSwappedAreFollowed() {
    play(
        """
        source: INBOX: ; A: m1 m2; B: m3 m4
        pass
        at destination: rename A to C; rename B to A; rename C to B
        at source: add m5 to A; add m6 to B
        pass
        reports: copied 2
        expect: INBOX: ; B: m1 m2 m5; A: m3 m4 m6
        """);
  }
}
