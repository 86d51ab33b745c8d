package org.mailcaravan.sync.messages;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.diagnosis.Diagnosis;
import org.mailcaravan.sync.diagnosis.Meaning;
import org.mailcaravan.sync.diagnosis.Prospect;
import org.mailcaravan.sync.session.MailboxSession;
import org.mailcaravan.sync.session.Patience;

/**
 * Lists the messages of a folder, without their content. Where the server refuses that or hangs up,
 * it is asked for halves, then halves of these, until the bad messages stand alone: a bad message
 * costs itself, and two commands for each halving. Where the server lists no message at all, asking
 * stops and its first failure counts. For one use, by one thread.
 */
public final class BisectedListing {
  /** After so many failures in a row, and no message listed, no single message is the cause. */
  private static final int MOST_REFUSED = 20;

  /** The same where the server says "try again later", which a single message can cause too. */
  private static final int MOST_PUT_OFF = 4;

  /**
   * Lost connections, each of which costs a login. With one or two bad messages, one of the four
   * quarters can be listed.
   */
  private static final int MOST_LOST = 8;

  /** The most connections that may be lost in all. */
  private static final int MOST_LOGINS = 100;

  private static final int MOST_COMMANDS = 2_000;

  private final MailboxSession session;
  private final Side side;
  private final SelectedFolder folder;
  private final UidSet.Range piece;
  private final Set<FetchItem> items;
  private final Consumer<FetchedMessage> sink;

  /** The messages that were listed. */
  private final UidSet told = new UidSet();

  private final UidSet bad = new UidSet();
  private final Deque<Part> parts = new ArrayDeque<>();
  private boolean whole = true;

  /** The UIDs of the piece in ascending order, once they are needed. */
  private long @Nullable [] uids;

  private @Nullable Part asked;
  private @Nullable CommandRefused refusal;
  private int inVain;
  private int lost;
  private int commands;

  /** Messages that stand together, by their places in {@link #uids}. */
  private record Part(int from, int to) {}

  private BisectedListing(
      MailboxSession session,
      Side side,
      SelectedFolder folder,
      UidSet.Range piece,
      Set<FetchItem> items,
      Consumer<FetchedMessage> sink) {
    this.session = session;
    this.side = side;
    this.folder = folder;
    this.piece = piece;
    this.items = items;
    this.sink = sink;
  }

  /**
   * Lists a piece of a folder, and waits.
   *
   * @param folder as it was opened
   * @param sink is given each message once
   * @return UIDs of messages at which the server fails, although they exist
   * @throws MigrationException as of {@link MailboxSession#in}
   */
  static UidSet list(
      MailboxSession session,
      Side side,
      Where place,
      SelectedFolder folder,
      UidSet.Range piece,
      Set<FetchItem> items,
      Consumer<FetchedMessage> sink) {
    BisectedListing listing = new BisectedListing(session, side, folder, piece, items, sink);
    while (true) {
      try {
        return session.in(side, place, folder, listing::ask);
      } catch (TryAgain e) {
        if (!listing.goesOnAfter(e)) {
          throw e;
        }
      }
    }
  }

  /** The UIDs of all messages in the folder that is open; none where the server does not say. */
  static List<Long> search(ImapConnection connection, SelectedFolder folder) {
    return search(connection, "1:*", folder.status().messages());
  }

  /**
   * The UIDs in a set that exist in the folder that is open; none where the server does not say. A
   * search does not read messages.
   *
   * @param messages how many there are at most
   */
  public static List<Long> search(ImapConnection connection, String set, long messages) {
    try {
      return connection
          .uidsIn(set, (int) Math.min(Math.max(0, messages), Integer.MAX_VALUE))
          .stream()
          .filter(NumbersByUid::isUid)
          .toList();
    } catch (CommandRefused e) {
      return List.of();
    }
  }

  /** Whether a failure to list a folder may be over one of its messages. */
  static boolean mayBeOfMessage(
      MailboxSession session, Side side, FolderName folder, MigrationException failure) {
    if (!Halves.of(session).areWorthwhile(side, folder)) {
      return false;
    }
    return failure.getCause() instanceof CommandRefused refused
        ? refused.command().equals("UID FETCH") && mayBeOfMessage(session, side, folder, refused)
        : mayBeOfMessage(session, failure);
  }

  private static boolean mayBeOfMessage(
      MailboxSession session, Side side, FolderName folder, CommandRefused refused) {
    return !asksForPatience(session, refused) || isPutOff(session, side, folder, refused);
  }

  private static boolean asksForPatience(MailboxSession session, CommandRefused refused) {
    return session.diagnosis().meaning(refused.refusal()).prospect() == Prospect.PATIENCE;
  }

  /**
   * Whether a server says "try again later", for another reason than throttling. A short wait that
   * it names is granted once. Call it once for each failure.
   */
  private static boolean isPutOff(
      MailboxSession session, Side side, FolderName folder, CommandRefused refused) {
    Meaning meaning = session.diagnosis().meaning(refused.refusal());
    return meaning.prospect() == Prospect.PATIENCE
        && !Diagnosis.isThrottling(refused.refusal())
        && (meaning.delay() == null
            || (Patience.isSatOut(meaning) && Halves.of(session).askedForTimeBefore(side, folder)));
  }

  private static boolean mayBeOfMessage(MailboxSession session, MigrationException failure) {
    return failure instanceof TryAgain && session.diagnosis().isOverWhatWasAsked(failure);
  }

  private UidSet ask(ImapConnection connection) {
    if (whole && !read(connection, FolderPieces.text(piece))) {
      whole = false;
    } else if (whole) {
      return bad;
    }
    long[] all = uids;
    if (all == null) {
      all = all(connection);
      uids = all;
      split(new Part(0, all.length));
    }
    for (asked = parts.poll(); asked != null; asked = parts.poll()) {
      Part part = asked;
      String set = all[part.from()] + ":" + all[part.to() - 1];
      if (!read(connection, all[part.from()] == all[part.to() - 1] ? "" + all[part.from()] : set)) {
        split(part);
      }
    }
    return bad;
  }

  /** Whether the server lists the set; a refusal that is not about messages is thrown. */
  private boolean read(ImapConnection connection, String set) {
    commands++;
    long before = told.count();
    try {
      connection.read(set, items, ContentStore.NONE, this::take);
      inVain = 0;
      return true;
    } catch (CompletionException e) {
      if (e.getCause() instanceof CommandRefused refused) {
        failed(refused, before);
        return false;
      }
      throw e;
    }
  }

  private void failed(CommandRefused refused, long before) {
    CommandRefused first = refusal == null ? refused : refusal;
    refusal = first;
    inVain = told.count() > before ? 0 : inVain + 1;
    boolean putOff = isPutOff(session, side, folder.name(), refused);
    boolean ofMessage =
        (putOff || !asksForPatience(session, refused))
            && Halves.of(session).areWorthwhile(side, folder.name());
    int most = putOff ? MOST_PUT_OFF : MOST_REFUSED;
    if (!ofMessage || inVain > most || commands > MOST_COMMANDS) {
      if (ofMessage) {
        Halves.of(session).inVain(side, folder.name());
      }
      throw ofMessage ? first : refused;
    }
  }

  private boolean goesOnAfter(TryAgain failure) {
    if (!Halves.of(session).areWorthwhile(side, folder.name())
        || !mayBeOfMessage(session, (MigrationException) failure)) {
      return false;
    }
    if (++inVain > MOST_LOST || ++lost > MOST_LOGINS) {
      Halves.of(session).inVain(side, folder.name());
      return false;
    }
    whole = false;
    Part part = asked;
    if (part != null) {
      asked = null;
      split(part);
    }
    return true;
  }

  /** Adds both halves of what is not listed yet, behind all other parts. */
  private void split(Part part) {
    long[] all = uids;
    if (all == null) {
      return;
    }
    int from = part.from();
    int to = part.to();
    while (from < to && told.contains(all[from])) {
      from++;
    }
    while (to > from && told.contains(all[to - 1])) {
      to--;
    }
    if (to - from == 1) {
      bad.add(all[from]);
    } else if (to > from) {
      int middle = (from + to) >>> 1;
      parts.add(new Part(from, middle));
      parts.add(new Part(middle, to));
    }
  }

  private void take(FetchedMessage message) {
    if (NumbersByUid.isUid(message.uid()) && !told.contains(message.uid())) {
      told.add(message.uid());
      sink.accept(message);
    }
  }

  /** All UIDs; where a search finds none, all that may exist. */
  private long[] all(ImapConnection connection) {
    long most = Math.max(folder.status().messages(), 0);
    long[] found =
        search(connection, FolderPieces.text(piece), most).stream()
            .mapToLong(Long::longValue)
            .distinct()
            .sorted()
            .toArray();
    if (found.length > 0) {
      return found;
    }
    long end = Math.min(piece.last(), folder.status().uidNext() - 1);
    long messages = Math.max(1, end - piece.first() + 1);
    CommandRefused first = refusal;
    if (end < piece.first() || messages > 10 * Math.max(100, most)) {
      throw first != null ? first : new IllegalStateException("no UIDs are known");
    }
    long[] possible = new long[(int) messages];
    Arrays.setAll(possible, place -> piece.first() + place);
    return possible;
  }
}
