package org.mailcaravan.sync;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.DovecotServer.Storage;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.LineProxy;

/**
 * Gmail shows a message under each of its labels and in All Mail. One copy of it arrives: under a
 * label, else in INBOX, else in the folder of All Mail.
 */
@Lengthy
@EnabledIfInstalled("dovecot")
class GmailTest {
  @TempDir Path folder;

  private final DovecotServer gmail =
      DovecotServer.builder()
          .storage(Storage.MDBOX)
          .specialUse(false)
          .compress(false)
          .capability(
              "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID CHILDREN X-GM-EXT-1 UIDPLUS ENABLE MOVE"
                  + " CONDSTORE ESEARCH LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE")
          .extra(
              """
              namespace inbox {
                mailbox "[Gmail]/All Mail" {
                  special_use = \\All
                  auto = create
                }
                mailbox "[Gmail]/Sent Mail" {
                  special_use = \\Sent
                }
                mailbox "[Gmail]/Starred" {
                  special_use = \\Flagged
                }
                mailbox "[Gmail]/Trash" {
                  special_use = \\Trash
                }
              }
              """)
          .start()
          .addUser(Caravan.USER, Caravan.PASSWORD);
  private final DovecotServer destination =
      DovecotServer.builder()
          .specialUse(false)
          .compress(false)
          .start()
          .addUser(Caravan.USER, Caravan.PASSWORD);

  @AfterEach
  void stop() {
    gmail.close();
    destination.close();
  }

  private void play(String script) {
    try (LineProxy sourceProxy = ObjectIds.gmail(gmail);
        LineProxy destinationProxy = new LineProxy(destination.port());
        Scenario scenario =
            new Scenario(
                ServerPair.ABLE,
                ServerPair.ABLE.accountAtSource(gmail),
                ServerPair.ABLE.accountAtDestination(destination),
                sourceProxy,
                destinationProxy,
                folder)) {
      scenario.play(script.replace("ALL", "[Gmail]/All Mail"));
    }
  }

  @Test
  void aMessageArrivesOnceUnderItsLabelElseInInboxElseInAllMail() {
    play(
        """
        source: ALL: m1(Seen) m2 m3 m4 m5 n1 t1 t2; [Gmail]/Trash: m6
        at source: copy m1 from ALL to Work; copy m2 t1 from ALL to INBOX
        at source: copy m3 n1 from ALL to INBOX; copy m3 n1 from ALL to Clients/Miller
        at source: copy m5 from ALL to [Gmail]/Sent Mail; copy m1 from ALL to [Gmail]/Starred
        pass
        reports: copied 9
        expect: INBOX: m2 t1; Work: m1(Seen); Clients/Miller: m3 n1; Sent: m5; Trash: m6; ALL: m4 t2
        """);
  }

  @Test
  void aMessageWithTwoLabelsArrivesUnderOneOfThem() {
    play(
        """
        source: ALL: m1 m2
        at source: copy m1 from ALL to A; copy m1 from ALL to B; copy m2 from ALL to B
        pass
        reports: copied 2
        expect: INBOX: ; A: m1; B: m2
        or: INBOX: ; A: m1; B: m2; ALL:
        or: INBOX: ; A: ; B: m1 m2
        or: INBOX: ; A: ; B: m1 m2; ALL:
        """);
  }

  @Test
  void messagesThatAreAlikeAreNotTakenForOne() {
    play(
        """
        source: ALL: m1 m1 t1 t2
        at source: copy m1 t1 t2 from ALL to Work
        pass
        reports: copied 4
        expect: INBOX: ; Work: m1 t1 t2; ALL: m1
        """);
  }

  @Test
  void aSecondPassCopiesWhatIsNewAndOnce() {
    play(
        """
        source: ALL: m1 m2 m3
        at source: copy m1 from ALL to Work; copy m2 from ALL to INBOX
        pass
        at source: add m4 m5 to ALL; copy m4 from ALL to INBOX
        pass: second
        reports: copied 2, deletedAtSource 0
        expect: INBOX: m2 m4; Work: m1; ALL: m3 m5
        """);
  }

  @Test
  void aLabelAddedLaterMakesNoSecondCopy() {
    play(
        """
        source: ALL: m1 m2 m3
        at source: copy m1 from ALL to INBOX; copy m3 from ALL to Work
        pass
        at source: copy m1 m2 from ALL to Work; copy m3 from ALL to A
        pass: second
        reports: copied 0, deletedAtSource 0
        expect: INBOX: m1; Work: m3; ALL: m2; A:
        or: INBOX: m1; Work: m3; ALL: m2
        or: INBOX: ; Work: m1 m2 m3; ALL: ; A:
        or: INBOX: ; Work: m1 m2 m3; ALL:
        """);
  }

  @Test
  void archivingAMessageTakesNothingAway() {
    play(
        """
        source: ALL: m1 m2
        at source: copy m1 m2 from ALL to INBOX
        pass: mirroring
        at source: delete m1 from INBOX
        pass: mirroring
        reports: copied 0, deletedAtSource 0, mirrored 0
        expect: INBOX: m1 m2
        or: INBOX: m1 m2; ALL:
        or: INBOX: m2; ALL: m1
        """);
  }

  @Test
  void takingALabelAwayTakesNoMessageAway() {
    play(
        """
        source: ALL: m1
        at source: copy m1 from ALL to INBOX; copy m1 from ALL to Work
        pass: mirroring
        at source: delete m1 from Work
        pass: mirroring
        reports: copied 0, deletedAtSource 0, mirrored 0
        expect: INBOX: m1; Work:
        or: INBOX: m1; Work: ; ALL:
        or: INBOX: ; Work: m1
        or: INBOX: ; Work: m1; ALL:
        """);
  }

  @Test
  void deletingALabelTakesNoMessageAway() {
    play(
        """
        source: ALL: m1 m2
        at source: copy m1 m2 from ALL to A; copy m1 from ALL to Work
        pass: mirroring
        at source: delete m1 from Work; remove A
        pass: mirroring
        reports: copied 0, deletedAtSource 0, mirrored 0
        expect: INBOX: ; A: ; Work: ; ALL: m1 m2
        or: INBOX: ; Work: ; ALL: m1 m2
        or: INBOX: ; A: m1 m2; Work:
        or: INBOX: ; A: m1 m2; Work: ; ALL:
        or: INBOX: ; A: m2; Work: m1
        or: INBOX: ; A: m2; Work: m1; ALL:
        """);
  }

  @Test
  void aLabelThatChangesTakesTheCopyAlong() {
    play(
        """
        source: ALL: m1 m2
        at source: copy m1 m2 from ALL to Work
        pass
        at source: move m1 from Work to Private
        pass
        reports: copied 0, deletedAtSource 0
        expect: INBOX: ; Work: m2; Private: m1
        or: INBOX: ; Work: m2; Private: m1; ALL:
        """);
  }

  @Test
  void labelsBringNothingBackThatTheUserDeletedOrMoved() {
    play(
        """
        source: ALL: m1 m2 m3
        at source: copy m1 m2 from ALL to INBOX
        pass
        at destination: delete m1 from INBOX; move m2 from INBOX to Filed; delete m3 from ALL
        at source: copy m1 m2 m3 from ALL to Work; delete m1 from INBOX; add m4 to ALL
        pass: second
        reports: copied 1
        expect: INBOX: ; Filed: m2; ALL: m4; Work:
        or: INBOX: ; Filed: m2; ALL: m4
        """);
  }

  @Test
  void flagsOfACopyFollowTheMessageWhereverItIsSeen() {
    play(
        """
        source: ALL: m1 m2 m3
        at source: copy m1 from ALL to Work; copy m2 from ALL to INBOX
        pass
        at source: flag m1 in Work +Seen; flag m2 in INBOX +Flagged
        pass: second
        reports: copied 0, flagsUpdated 2
        expect: INBOX: m2(Flagged); Work: m1(Seen); ALL: m3
        """);
  }

  @Test
  void withoutALedgerNothingIsCopiedTwice() {
    play(
        """
        source: ALL: m1 m2 m3 t1 t2
        at source: copy m1 t1 from ALL to Work; copy m2 t1 from ALL to INBOX
        pass
        reports: copied 5
        lose the ledger
        pass
        reports: copied 0
        expect: INBOX: m2; Work: m1 t1; ALL: m3 t2
        """);
  }

  @Test
  void withoutALedgerMessagesThatAreAlikeStayAsManyAsTheyAre() {
    play(
        """
        source: ALL: m1 m1 m1
        at source: copy m1 from ALL to Work
        pass
        reports: copied 3
        lose the ledger
        pass
        reports: copied 0
        expect: INBOX: ; Work: m1; ALL: m1 m1
        """);
  }

  @Test
  void aMessageThrownAwayAtGmailIsNotCopiedAgain() {
    play(
        """
        source: ALL: m1 m2; [Gmail]/Trash: m3
        at source: copy m1 from ALL to INBOX
        pass
        at source: delete m1 from INBOX; move m1 from ALL to [Gmail]/Trash
        pass: second
        reports: copied 0, deletedAtSource 0
        expect: INBOX: ; Trash: m1 m3; ALL: m2
        or: INBOX: m1; Trash: m3; ALL: m2
        """);
  }
}
