package org.mailcaravan.sync.follow;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.Listing;
import org.mailcaravan.sync.folders.OtherFolders;
import org.mailcaravan.sync.messages.Digests;
import org.mailcaravan.sync.messages.HeaderPrint;
import org.mailcaravan.sync.messages.HeaderTable;
import org.mailcaravan.sync.messages.NumbersByUid;
import org.mailcaravan.sync.messages.WholeHeaders;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Which messages of the source may have a counterpart at the destination. A new mailbox holds a few
 * letters of welcome, and the old one may hold millions of messages: nothing is then kept of nearly
 * all of these.
 */
final class Counterparts implements Predicate<HeaderPrint> {
  /** A destination that holds more is looked through without this help. */
  private static final long MOST = 50_000;

  private final Set<Long> headers = new HashSet<>();
  private final Set<Integer> names = new HashSet<>();
  private boolean all;

  /** Looks through all folders of the destination. */
  static Counterparts of(MailboxSession session) {
    Counterparts made = new Counterparts();
    long messages = 0;
    for (ListedFolder folder : KnownFolders.of(session).destination().folders()) {
      if (Listing.mayHoldMail(folder)) {
        long before = messages;
        long[] there = new long[1];
        OtherFolders.of(session)
            .look(
                session, folder.name(), () -> there[0] = made.add(session, folder, MOST - before));
        messages += there[0];
        made.all |= messages > MOST;
        if (made.all) {
          break;
        }
      }
    }
    return made;
  }

  /** How many messages the folder has; they are read if they are not too many. */
  private long add(MailboxSession session, ListedFolder folder, long most) {
    Where place = Where.folder(folder.name());
    try {
      SelectedFolder opened = session.examine(Side.DESTINATION, place, folder.name());
      long messages = Math.max(opened.status().messages(), Listing.messages(folder));
      if (messages > 0 && messages <= most) {
        long shown = session.in(Side.DESTINATION, place, opened, this::add);
        // What is not shown now may be shown later.
        all |= shown < messages;
      }
      return Math.max(0, messages);
    } catch (TryAgain e) {
      if (session.diagnosis().isOverWhatWasAsked(e)) {
        // It is read again, message by message where that is needed.
        all = true;
        return 0;
      }
      throw e;
    }
  }

  /** How many messages of the folder that is open were shown. */
  private long add(ImapConnection connection) {
    UidSet shown = new UidSet();
    try {
      WholeHeaders given =
          new WholeHeaders(
              (uid, size, header) -> {
                if (NumbersByUid.isUid(uid)) {
                  shown.add(uid);
                }
                add(header);
              });
      connection.read(
          "1:*",
          EnumSet.of(FetchItem.HEADER, FetchItem.SIZE),
          Digests::digestHeader,
          message -> given.test(message));
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof CommandRefused)) {
        throw e;
      }
    }
    return shown.count();
  }

  private void add(HeaderPrint header) {
    headers.add(HeaderTable.header(header.header()));
    names.add(header.name());
  }

  @Override
  public boolean test(HeaderPrint header) {
    return all
        || headers.contains(HeaderTable.header(header.header()))
        || names.contains(header.name());
  }
}
