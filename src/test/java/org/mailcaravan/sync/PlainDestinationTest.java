package org.mailcaravan.sync;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A destination with neither MOVE nor UIDPLUS can take nothing out of a folder without removing
 * what else is marked \\Deleted there. What would have to be moved or removed stays where it is:
 * nothing is lost, doubled or undone.
 */
@EnumSource(value = ServerPair.class, names = "PLAIN_DESTINATION")
class PlainDestinationTest extends ScenarioTest {
  @Test
  void aMessageThatMovedAtTheSourceStaysAndIsNotCopiedAgain() {
    play(
        """
        source: INBOX: m1 m2(Seen) m3; Archive: m4
        pass
        at destination: flag m3 in INBOX +Deleted
        at source: move m1 m2 from INBOX to Archive; add m5 to Archive
        pass
        reports: copied 1, moved 0, deletedAtSource 0
        expect: INBOX: m1 m2(Seen) m3(Deleted); Archive: m4 m5
        at source: move m1 from Archive to Work; flag m2 in Archive +Flagged
        pass: second
        reports: copied 0, moved 0, deletedAtSource 0
        expect: INBOX: m1 m2(Flagged Seen) m3(Deleted); Archive: m4 m5; Work:
        or: INBOX: m1 m2(Flagged Seen) m3(Deleted); Archive: m4 m5
        or: INBOX: m1 m2(Seen) m3(Deleted); Archive: m4 m5; Work:
        or: INBOX: m1 m2(Seen) m3(Deleted); Archive: m4 m5
        """);
  }

  @Test
  void aFolderRenamedAtTheSourceIsRenamedAndWhereThatIsNotPossibleItsMailStays() {
    play(
        """
        source: INBOX: ; Work: m1 m2; Old: m3 m4
        pass
        at destination: add u1 to Kept
        at source: rename Work to Jobs; rename Old to Kept; add m5 to Kept
        pass
        reports: copied 1, deletedAtSource 0
        expect: INBOX: ; Jobs: m1 m2; Kept: m5 u1; Old: m3 m4
        """);
  }

  @Test
  void deletionsAreNotMirrored() {
    play(
        """
        source: INBOX: m1 m2 m3(Deleted)
        pass: mirroring
        at source: delete m1 from INBOX
        pass: mirroring
        reports: deletedAtSource 1, mirrored 0
        expect: INBOX: m1 m2 m3(Deleted)
        """);
  }
}
