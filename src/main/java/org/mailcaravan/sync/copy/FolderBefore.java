package org.mailcaravan.sync.copy;

import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.messages.BisectedListing;
import org.mailcaravan.sync.messages.CarefulReading;
import org.mailcaravan.sync.messages.HeaderPrint;
import org.mailcaravan.sync.messages.HeaderTable;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.messages.NumbersByUid;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * What a folder of the destination holds that no ledger knows, by its headers. What the server
 * announces, in LIST-STATUS, STATUS or EXISTS, and does not show is not known, rather than not
 * there: to copy it would double it. For one thread.
 */
public final class FolderBefore {
  private static final int MOST_ALONE = 50;

  private final MailboxSession session;
  private final Where place;
  private final SelectedFolder folder;
  private final UidSet known;
  private final HeaderTable headers = new HeaderTable();
  private final CarefulReading reading;
  private final MessageTable listed = new MessageTable();
  private final UidSet there = new UidSet();
  private long announced;
  private int listedAlone;
  private boolean answered = true;

  private FolderBefore(MailboxSession session, Where place, SelectedFolder folder, UidSet known) {
    this.session = session;
    this.place = place;
    this.folder = folder;
    this.known = known;
    this.reading = CarefulReading.ofHeaders(session, Side.DESTINATION, place, folder, this::take);
  }

  /**
   * Reads a folder.
   *
   * @param folder as it was opened
   * @param known UIDs of copies that ledgers know
   */
  public static FolderBefore read(
      MailboxSession session, Where place, SelectedFolder folder, UidSet known) {
    FolderBefore read = new FolderBefore(session, place, folder, known);
    if (!read.isShownAtOnce()) {
      read.lookAgain();
    }
    return read;
  }

  /** The headers that came. */
  public HeaderTable headers() {
    return headers;
  }

  /** Whether all that is announced was shown. */
  boolean isWhole() {
    return hidden() == 0 && unread().isEmpty();
  }

  /** How many messages are announced, whose UIDs are not told either. */
  long hidden() {
    return Math.max(0, announced - there.count());
  }

  /** UIDs of messages that are there, and whose headers do not come. */
  UidSet unread() {
    UidSet unread = reading.left(there);
    unread.removeAll(known);
    return unread;
  }

  /** What is told of an unread message, by its row; a negative row when nothing is. */
  MessageTable listed() {
    return listed;
  }

  long announced() {
    return announced;
  }

  private void take(long uid, long size, HeaderPrint header) {
    there.add(uid);
    headers.add(uid, size, header);
  }

  private boolean isShownAtOnce() {
    announced = folder.status().messages();
    if (announced > 0 && known.isEmpty()) {
      answered = reading.ask(UidSet.parse("1:*"));
    } else if (announced > 0) {
      answered = list(FetchItem.FLAGS) && reading.ask(unread());
    }
    ListedFolder before =
        KnownFolders.of(session).destination().find(folder.name().text()).orElse(null);
    FolderStatus told = before == null ? null : before.status();
    if (answered && isWhole() && (told == null || told.messages() > there.count())) {
      // What was listed may have been moved by now.
      announced = Math.max(announced, now().orElse(announced));
    }
    return answered && isWhole();
  }

  private OptionalLong now() {
    return session.on(
        Side.DESTINATION,
        place,
        connection -> {
          try {
            return OptionalLong.of(connection.status(folder.name()).messages());
          } catch (CommandRefused e) {
            return OptionalLong.empty();
          }
        });
  }

  private void lookAgain() {
    session.renew(Side.DESTINATION, place);
    SelectedFolder again = session.examine(Side.DESTINATION, place, folder.name());
    announced = Math.max(again.status().messages(), now().orElse(announced));
    if (announced > 0 && (!list(FetchItem.SIZE, FetchItem.INTERNALDATE) || hidden() > 0)) {
      session
          .in(
              Side.DESTINATION,
              place,
              folder,
              connection -> BisectedListing.search(connection, "1:*", announced))
          .forEach(there::add);
    }
    reading.askAgain(unread(), answered);
    unread()
        .forEach(
            uid -> {
              if (listed.row(uid) < 0 && ++listedAlone <= MOST_ALONE) {
                boolean unused =
                    list(
                        UidSet.of(List.of(uid)),
                        EnumSet.of(FetchItem.SIZE, FetchItem.INTERNALDATE));
              }
            });
  }

  private boolean list(FetchItem first, FetchItem... more) {
    return list(UidSet.parse("1:*"), EnumSet.of(first, more));
  }

  private boolean list(UidSet wanted, Set<FetchItem> items) {
    return reading.ask(
        wanted,
        items,
        ContentStore.NONE,
        message -> {
          if (NumbersByUid.isUid(message.uid())) {
            there.add(message.uid());
            if (!known.contains(message.uid()) && items.contains(FetchItem.SIZE)) {
              listed.add(message);
            }
          }
        });
  }
}
