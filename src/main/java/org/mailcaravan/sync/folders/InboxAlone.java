package org.mailcaravan.sync.folders;

import java.util.List;
import org.mailcaravan.sync.session.MailboxSession;

/** What is copied of a mailbox while its window is closed, where its policy wants INBOX first. */
public final class InboxAlone {
  private InboxAlone() {}

  /**
   * INBOX, if it may be copied before the other folders; else nothing. Mail that the new server
   * held before our first pass may be that of INBOX, in whatever folder it is: that is found out in
   * a whole pass.
   */
  public static List<FolderPlan> of(MailboxSession session, List<FolderPlan> folders) {
    KnownFolders known = KnownFolders.of(session);
    boolean elsewhere =
        !known.isRecognised()
            && known.destination().folders().stream()
                .filter(folder -> !Listing.isInbox(folder.name().text()))
                .anyMatch(Listing::mayHoldMail);
    return elsewhere ? List.of() : of(known.source().kind(), folders);
  }

  /**
   * The same where the new server held no mail: from Gmail a message is copied once, and labels
   * that the user gave come before INBOX.
   */
  static List<FolderPlan> of(SourceKind kind, List<FolderPlan> folders) {
    return kind == SourceKind.GMAIL
        ? List.of()
        : folders.stream().filter(folder -> Listing.isInbox(folder.name().text())).toList();
  }
}
