package org.mailcaravan.sync.messages;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.session.MailboxSession;

/** What a server gave about messages, without any of their content. Filled on the reader thread. */
public final class SeenMessages {
  private final MessageSizes sizes = new MessageSizes();
  private final SeenFlags flags = new SeenFlags();
  private final EmailIds emailIds = new EmailIds();
  private final boolean withFlags;
  private final UidSet untold = new UidSet();
  private boolean flagsUntold;

  /**
   * @param items what is asked for
   */
  public SeenMessages(Set<FetchItem> items) {
    this.withFlags = items.contains(FetchItem.FLAGS);
  }

  /** Of an empty folder. */
  public static SeenMessages none() {
    return new SeenMessages(EnumSet.noneOf(FetchItem.class));
  }

  /**
   * Everything in the selected folder.
   *
   * @param folder as it was opened
   */
  public static SeenMessages all(
      ImapConnection connection, SelectedFolder folder, Set<FetchItem> items) {
    SeenMessages seen = new SeenMessages(items);
    FolderPieces.fetch(connection, folder.status(), items, seen::add);
    return seen;
  }

  /**
   * Everything in a source folder, even where the server fails at some messages.
   *
   * @param folder as it was opened
   */
  public static SeenMessages all(
      MailboxSession session, Where place, SelectedFolder folder, Set<FetchItem> items) {
    SeenMessages seen = new SeenMessages(items);
    List<UidSet.Range> pieces =
        session.in(
            Side.SOURCE, place, folder, connection -> FolderPieces.of(connection, folder.status()));
    for (UidSet.Range piece : pieces) {
      BisectedListing.list(session, Side.SOURCE, place, folder, piece, items, seen::add)
          .forEach(seen::untold);
    }
    return seen;
  }

  /** The items of a first look: flags come later, with the messages. */
  public static Set<FetchItem> forFirstLook() {
    return EnumSet.of(FetchItem.SIZE, FetchItem.EMAIL_ID);
  }

  public static Set<FetchItem> forLaterLook() {
    return EnumSet.of(FetchItem.FLAGS, FetchItem.SIZE, FetchItem.EMAIL_ID);
  }

  public void add(FetchedMessage message) {
    long uid = message.uid();
    if (!MessageSizes.isUid(uid)) {
      // Messages that the folder announces and does not list are told.
      return;
    }
    sizes.add(uid, Math.max(0, message.announcedSize()));
    if (withFlags && !message.flagsTold()) {
      flagsUntold = true;
    } else if (withFlags) {
      flags.put(uid, message.flags());
    }
    String emailId = message.emailId();
    if (emailId != null) {
      emailIds.put(uid, emailId);
    }
  }

  /** Whether flags were asked for, and not told of some message. */
  public boolean areFlagsUntold() {
    return flagsUntold;
  }

  /**
   * Looks for messages that the server has left out because it cannot read them: a search does not
   * read messages, and their content may be given all the same.
   */
  public void findHidden(MailboxSession session, Where place, SelectedFolder folder) {
    session
        .in(Side.SOURCE, place, folder, connection -> BisectedListing.search(connection, folder))
        .stream()
        .filter(uid -> isNew(uid))
        .forEach(uid -> sizes.add(uid, 0));
  }

  private boolean isNew(long uid) {
    return MessageSizes.isUid(uid) && !sizes.contains(uid);
  }

  /** A message that the server does not list; it may still give its content. */
  public void untold(long uid) {
    sizes.add(uid, 0);
    untold.add(uid);
  }

  /** The messages that the server does not list. */
  public UidSet untold() {
    return untold;
  }

  /** Announced octets by UID. */
  public MessageSizes sizes() {
    return sizes;
  }

  /** By UID; empty where they were not asked for. */
  public SeenFlags flags() {
    return flags;
  }

  /** In the order of the UIDs. */
  public Map<Long, String> emailIds() {
    return emailIds;
  }
}
