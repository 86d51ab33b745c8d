package org.mailcaravan.sync;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;

/**
 * Which messages of the source may have a counterpart at the destination. A new mailbox holds a few
 * letters of welcome, and the old one may hold millions of messages: nothing is then kept of nearly
 * all of these.
 */
final class Counterparts implements Predicate<Digests.OfHeader> {
  /** A destination that holds more is looked through without this help. */
  private static final long MOST = 50_000;

  private final Set<Long> headers = new HashSet<>();
  private final Set<Integer> names = new HashSet<>();
  private boolean all;

  /** Looks through all folders of the destination. */
  static Counterparts of(MailboxSession session) {
    Counterparts made = new Counterparts();
    long messages = 0;
    for (ListedFolder folder : session.folders().destination().folders()) {
      if (Listing.mayHoldMail(folder)) {
        long before = messages;
        long[] there = new long[1];
        session
            .otherFolders()
            .look(
                session, folder.name(), () -> there[0] = made.add(session, folder, MOST - before));
        messages += there[0];
        if (messages > MOST) {
          made.all = true;
          break;
        }
      }
    }
    return made;
  }

  /** How many messages the folder has; they are read if they are not too many. */
  private long add(MailboxSession session, ListedFolder folder, long most) {
    String place = "folder " + folder.name();
    SelectedFolder opened = session.examine(Side.DESTINATION, place, folder.name());
    long messages = opened.status().messages();
    if (messages > 0 && messages <= most) {
      session.in(
          Side.DESTINATION,
          place,
          opened,
          connection -> {
            Digests.readHeaders(
                connection, UidSet.parse("1:*"), (uid, size, header) -> add(header));
            return headers;
          });
    }
    return Math.max(0, messages);
  }

  private void add(Digests.OfHeader header) {
    headers.add(HeaderTable.header(header.header()));
    names.add(header.name());
  }

  @Override
  public boolean test(Digests.OfHeader header) {
    return all
        || headers.contains(HeaderTable.header(header.header()))
        || names.contains(header.name());
  }
}
