package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Side;
import org.mailcaravan.sync.messages.CarefulReading;
import org.mailcaravan.sync.messages.ContentMatch;
import org.mailcaravan.sync.messages.HeaderTable;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Finds what a folder of the destination holds already and shows with a header that is not its own,
 * as a broken index does: a part of it, or that of another message. Where a message that was not
 * found has the date of one there that stands for none, and about its size, the whole one there
 * tells its header. For one thread.
 */
final class UnderOtherHeaders {
  /** So many messages of the destination are read whole. */
  private static final int MOST = 200;

  /** A date that more messages have tells none of them: it is that of an import. */
  private static final int MOST_OF_A_DATE = 3;

  private final MailboxSession session;
  private final FolderLook look;
  private final SelectedFolder destination;
  private final HeaderTable there;
  private final UidSet accounted;

  /** Source UIDs by the UID there that has the same date and about the same size. */
  private final Map<Long, List<Long>> alike = new HashMap<>();

  /**
   * @param there of the destination, of which what was found is used
   * @param accounted source UIDs that need not be found
   */
  UnderOtherHeaders(
      MailboxSession session,
      FolderLook look,
      SelectedFolder destination,
      HeaderTable there,
      UidSet accounted) {
    this.session = session;
    this.look = look;
    this.destination = destination;
    this.there = there;
    this.accounted = accounted;
  }

  /**
   * Finds.
   *
   * @return source UIDs of messages that may be there, whose counterpart is not given
   */
  Collection<Long> find(ContentMatch.Bodies bodies, ContentMatch.Sink sink) {
    compareDates();
    if (alike.isEmpty()) {
      return new HashSet<>();
    }
    Set<Long> wanted = new HashSet<>();
    alike.values().forEach(wanted::addAll);
    HeaderTable here = new HeaderTable();
    CarefulReading.ofHeaders(session, Side.SOURCE, look.place(), look.source(), here::add)
        .read(UidSet.of(wanted));
    HeaderTable read = new HeaderTable();
    CarefulReading.ofHeadersOfContents(
            session, Side.DESTINATION, look.place(), destination, read::add)
        .read(UidSet.of(alike.keySet()));
    ContentMatch match =
        new ContentMatch(
            here,
            read,
            bodies,
            (uid, destinationUid, fingerprint) -> {
              there.use(there.row(destinationUid));
              sink.found(uid, destinationUid, fingerprint);
            });
    match.find();
    Set<Long> unread = new HashSet<>(match.unread());
    alike.forEach(
        (uid, counterparts) -> {
          if (read.row(uid) < 0) {
            unread.addAll(counterparts);
          }
        });
    unread.removeIf(uid -> here.row(uid) >= 0 && here.isUsed(here.row(uid)));
    return unread;
  }

  private void compareDates() {
    UidSet rest = new UidSet();
    NavigableSet<Long> sizes = new TreeSet<>();
    for (int row = 0; row < there.count(); row++) {
      if (!there.isUsed(row)) {
        rest.add(there.uid(row));
        sizes.add((long) there.size(row));
      }
    }
    UidSet wanted = new UidSet();
    look.fresh()
        .uids()
        .filter(uid -> !accounted.contains(uid))
        .filter(uid -> HeldBack.isNear(look.fresh().size(uid), sizes, true))
        .forEach(wanted::add);
    if (rest.isEmpty() || wanted.isEmpty()) {
      return;
    }
    Map<Long, List<Long>> byDate = new HashMap<>();
    MessageTable copies = dates(Side.DESTINATION, destination, rest);
    for (int row = 0; row < copies.count(); row++) {
      if (copies.date(row) != MessageTable.NO_DATE) {
        byDate.computeIfAbsent(copies.date(row), date -> new ArrayList<>()).add(copies.uid(row));
      }
    }
    byDate.values().removeIf(uids -> uids.size() > MOST_OF_A_DATE);
    if (byDate.isEmpty()) {
      return;
    }
    MessageTable here = dates(Side.SOURCE, look.source(), wanted);
    for (int row = 0; row < here.count(); row++) {
      for (long uid : byDate.getOrDefault(here.date(row), List.of())) {
        NavigableSet<Long> size = new TreeSet<>(List.of((long) there.size(there.row(uid))));
        if (HeldBack.isNear(look.fresh().size(here.uid(row)), size, true)
            && (alike.size() < MOST || alike.containsKey(uid))) {
          alike.computeIfAbsent(uid, any -> new ArrayList<>()).add(here.uid(row));
        }
      }
    }
  }

  private MessageTable dates(Side side, SelectedFolder folder, UidSet wanted) {
    MessageTable dates = new MessageTable();
    boolean unused =
        CarefulReading.ofHeaders(session, side, look.place(), folder, (uid, size, header) -> {})
            .ask(
                wanted,
                EnumSet.of(FetchItem.INTERNALDATE),
                ContentStore.NONE,
                message -> {
                  if (wanted.contains(message.uid())) {
                    dates.add(message);
                  }
                });
    return dates;
  }
}
