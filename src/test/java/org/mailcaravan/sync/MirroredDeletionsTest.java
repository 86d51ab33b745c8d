package org.mailcaravan.sync;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.server.Lengthy;

/**
 * Deletions at the source are made at the destination only when wanted, before the cutover, on
 * copies that nobody touched, and where the server can remove a single message.
 */
@Lengthy
@MethodSource("org.mailcaravan.sync.ServerPair#thatRemoveOne")
class MirroredDeletionsTest extends ScenarioTest {
  @Test
  void mirroredDeletionsRemoveUntouchedCopies() {
    play(
        """
        source: INBOX: m1 m2 t1 t2; Work: m3
        pass: mirroring
        at source: delete m1 t1 from INBOX
        pass: mirroring
        reports: copied 0, deletedAtSource 2, mirrored 2
        expect: INBOX: m2 t2; Work: m3
        """);
  }

  @Test
  void mirroredDeletionsSpareWhatTheUserTouched() {
    play(
        """
        source: INBOX: m1 m2(Seen) m3 m4 m5
        pass: mirroring
        at destination: flag m1 in INBOX +Flagged; flag m2 in INBOX -Seen; move m3 from INBOX to Filed
        at destination: delete m4 from INBOX; add u1 to INBOX
        at source: delete m1 m2 m3 m4 m5 from INBOX
        pass: mirroring
        reports: deletedAtSource 5, mirrored 1
        expect: INBOX: m1(Flagged) m2 u1; Filed: m3
        """);
  }

  @Test
  void afterTheCutoverNothingIsMirrored() {
    play(
        """
        source: INBOX: m1 m2; Work: m3
        pass: mirroring
        at source: delete m1 from INBOX; remove Work
        pass: mirroring second
        reports: deletedAtSource 2, mirrored 0
        expect: INBOX: m1 m2; Work: m3
        """);
  }

  @Test
  void aFirstPassMirrorsNothingOnceTheCutoverIsSeen() {
    play(
        """
        source: INBOX: m1 m2; Work: m3
        pass: mirroring
        at source: delete m1 from INBOX; remove Work
        cutover
        pass: mirroring
        reports: deletedAtSource 2, mirrored 0
        expect: INBOX: m1 m2; Work: m3
        """);
  }

  @Test
  void mirroredDeletionsOfAFolderRemoveItsUntouchedCopies() {
    play(
        """
        source: INBOX: m1; Work: m2 m3
        pass: mirroring
        at destination: add u1 to Work; flag m3 in Work +Flagged
        at source: remove Work
        pass: mirroring
        reports: deletedAtSource 2, mirrored 1
        expect: INBOX: m1; Work: m3(Flagged) u1
        """);
  }

  @Test
  void aMirroredDeletionOfATrueDuplicateRemovesOne() {
    play(
        """
        source: INBOX: m1 m1 m1; Archive: m1
        pass: mirroring
        at source: delete m1 from INBOX
        pass: mirroring
        reports: deletedAtSource 1, mirrored 1
        expect: INBOX: m1 m1; Archive: m1
        """);
  }

  @Test
  void movedMessagesAreNotMirroredAsDeleted() {
    play(
        """
        source: INBOX: m1 m2 m3; Archive:
        pass: mirroring
        at destination: move m2 from INBOX to Filed
        at source: move m1 m2 from INBOX to Archive; delete m3 from INBOX
        pass: mirroring
        reports: copied 0, moved 1, deletedAtSource 1, mirrored 1
        expect: INBOX: ; Archive: m1; Filed: m2
        """);
  }

  @Test
  void mirroringSparesOthersThatAreMarkedDeleted() {
    play(
        """
        source: INBOX: m1 m2(Deleted) m3
        pass: mirroring
        at destination: flag m3 in INBOX +Deleted
        at source: delete m1 from INBOX
        pass: mirroring
        reports: mirrored 1
        expect: INBOX: m2(Deleted) m3(Deleted)
        """);
  }

  @Test
  void aMailboxThatWasMadeAnewIsNotTakenForDeletions() {
    play(
        """
        source: INBOX: m1 m2; Work: m3
        pass: mirroring
        at source: wipe
        pass: mirroring
        reports: copied 0, mirrored 0
        expect: INBOX: m1 m2; Work: m3
        """);
  }
}
