package org.mailcaravan.sync.messages;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.session.MailboxSession;

/** Opens a folder read-only and reads from all its messages in one go. */
public final class FolderReading {
  private final MailboxSession session;
  private final Side side;
  private final Where place;
  private final FolderName folder;
  private final Set<FetchItem> items;
  private final Consumer<FetchedMessage> sink;

  /**
   * @param place the folder, for problems
   * @param sink gets each message
   */
  public FolderReading(
      MailboxSession session,
      Side side,
      Where place,
      FolderName folder,
      Set<FetchItem> items,
      Consumer<FetchedMessage> sink) {
    this.session = session;
    this.side = side;
    this.place = place;
    this.folder = folder;
    this.items = items;
    this.sink = sink;
  }

  /**
   * Reads; returns what the server told of the folder.
   *
   * @param bad gets the UIDs of messages at which the server fails
   * @param meanwhile work that is done at the other side while the answer is awaited
   */
  public SelectedFolder read(LongConsumer bad, Runnable meanwhile) {
    if (!session.canBeExamined(side)) {
      return list(bad);
    }
    AtomicLong shown = new AtomicLong();
    Supplier<SelectedFolder> answer =
        session.sent(side, place, connection -> examining(connection, shown));
    meanwhile.run();
    SelectedFolder told;
    try {
      told = answer.get();
    } catch (TryAgain | NeedsAttention e) {
      if (BisectedListing.mayBeOfMessage(session, side, folder, e)) {
        return list(bad);
      }
      throw e;
    }
    return shown.get() < told.status().messages() ? readOneByOne(told) : told;
  }

  private SelectedFolder list(LongConsumer bad) {
    SelectedFolder opened = session.open(side, place, folder);
    if (opened.status().messages() != 0) {
      BisectedListing.list(session, side, place, opened, FolderPieces.WHOLE, items, sink)
          .forEach(bad);
    }
    return opened;
  }

  private Supplier<SelectedFolder> examining(ImapConnection connection, AtomicLong shown) {
    return session.examining(
        side,
        connection,
        folder,
        items,
        message -> {
          shown.incrementAndGet();
          sink.accept(message);
        });
  }

  /**
   * A folder has shown fewer messages than it announced. James 3.8 does so when it is asked for
   * them before it has opened the folder: then it shows all when asked afterwards, and gets one
   * command at a time from now on.
   */
  private SelectedFolder readOneByOne(SelectedFolder before) {
    return session.on(
        side,
        place,
        connection -> {
          if (connection.hasMetMessageLimit()) {
            SelectedFolder told = session.examining(side, connection, folder).get();
            connection.read("1:*", items, ContentStore.NONE, sink);
            return told;
          }
          if (connection.isOneAtATime()) {
            return before;
          }
          connection.awaitIdle();
          connection.oneAtATime(Long.MAX_VALUE);
          AtomicLong shown = new AtomicLong();
          SelectedFolder told = examining(connection, shown).get();
          if (shown.get() >= told.status().messages()) {
            session.manners(side).losesWhatComesEarly();
          } else {
            connection.oneAtATime(0);
          }
          return told;
        });
  }
}
