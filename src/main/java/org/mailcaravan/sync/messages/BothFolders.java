package org.mailcaravan.sync.messages;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.session.MailboxSession;

/** A folder of the source and one of the destination, each open on its connection. */
public final class BothFolders implements ContentMatch.Bodies {
  private final MailboxSession session;
  private final Where place;
  private final SelectedFolder source;
  private final SelectedFolder destination;

  public BothFolders(
      MailboxSession session, Where place, SelectedFolder source, SelectedFolder destination) {
    this.session = session;
    this.place = place;
    this.source = source;
    this.destination = destination;
  }

  public <T> T in(Side side, Function<ImapConnection, T> work) {
    return session.in(side, place, side == Side.SOURCE ? source : destination, work);
  }

  @Override
  public NavigableMap<Long, Fingerprint> messages(Side side, Collection<Long> uids) {
    NavigableMap<Long, Fingerprint> messages = new TreeMap<>();
    CarefulReading.ofContents(
            session, side, place, side == Side.SOURCE ? source : destination, messages::put)
        .read(UidSet.of(uids));
    return messages;
  }

  /** As {@link #messages}, with digests of every octet. */
  public NavigableMap<Long, Digests.OfOctets> octets(Side side, Collection<Long> uids) {
    NavigableMap<Long, Digests.OfOctets> messages = new TreeMap<>();
    CarefulReading.ofOctets(
            session, side, place, side == Side.SOURCE ? source : destination, messages::put)
        .read(UidSet.of(uids));
    return messages;
  }

  /** Flags by UID; a message that is not there is missing in the answer. */
  public Map<Long, Set<String>> flags(Side side, Collection<Long> uids) {
    return in(side, connection -> flags(connection, uids));
  }

  public static Map<Long, Set<String>> flags(ImapConnection connection, Collection<Long> uids) {
    return flags(connection, uids, false);
  }

  /** Without messages whose flags the server does not tell. */
  public static Map<Long, Set<String>> toldFlags(ImapConnection connection, Collection<Long> uids) {
    return flags(connection, uids, true);
  }

  private static Map<Long, Set<String>> flags(
      ImapConnection connection, Collection<Long> uids, boolean told) {
    Map<Long, Set<String>> flags = new HashMap<>();
    UidSet wanted = UidSet.of(uids);
    for (String set : wanted.commands()) {
      connection.read(
          set,
          EnumSet.of(FetchItem.FLAGS),
          ContentStore.NONE,
          message -> {
            if (wanted.contains(message.uid()) && (message.flagsTold() || !told)) {
              flags.put(message.uid(), message.flags());
            }
          });
    }
    return flags;
  }
}
