package org.mailcaravan.sync.messages;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.diagnosis.Prospect;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Reads headers or contents of a folder's messages, and does not take for granted that all come. A
 * server may leave a message out that it cannot read, refuse all for it or hang up over it, and
 * some show nothing on one connection and all on the next. What does not come is asked for again,
 * in halves and then alone. For one use, by one thread.
 */
public final class CarefulReading {
  private static final int MOST_COMMANDS = 300;

  /** Each costs a login. */
  private static final int MOST_LOST = 30;

  /** So many connections are lost before any message came. */
  private static final int MOST_LOST_IN_VAIN = 6;

  /** So many failures without a single answer are the server's, and not a message's. */
  private static final int MOST_IN_VAIN = 12;

  /** So many messages are read whole. */
  private static final int MOST_WHOLE = 50;

  private final MailboxSession session;
  private final Side side;
  private final Where place;
  private final SelectedFolder folder;
  private final Set<FetchItem> items;
  private final ContentStore store;
  private final Predicate<FetchedMessage> sink;
  private final UidSet given = new UidSet();
  private int commands;
  private int lost;
  private final AtomicInteger inVain = new AtomicInteger();

  /**
   * @param folder as it was opened
   * @param items what is asked for
   * @param sink is given what comes, and returns whether that is what was asked for
   */
  CarefulReading(
      MailboxSession session,
      Side side,
      Where place,
      SelectedFolder folder,
      Set<FetchItem> items,
      ContentStore store,
      Predicate<FetchedMessage> sink) {
    this.session = session;
    this.side = side;
    this.place = place;
    this.folder = folder;
    this.items = items;
    this.store = store;
    this.sink = sink;
  }

  /**
   * Reads headers.
   *
   * @param sink is given each message once
   */
  public static CarefulReading ofHeaders(
      MailboxSession session,
      Side side,
      Where place,
      SelectedFolder folder,
      Digests.HeaderSink sink) {
    return ofHeaders(session, side, place, folder, FetchItem.HEADER, sink);
  }

  /** Reads headers as whole messages have them; for a server that tells others. */
  public static CarefulReading ofHeadersOfContents(
      MailboxSession session,
      Side side,
      Where place,
      SelectedFolder folder,
      Digests.HeaderSink sink) {
    return ofHeaders(session, side, place, folder, FetchItem.MESSAGE, sink);
  }

  private static CarefulReading ofHeaders(
      MailboxSession session,
      Side side,
      Where place,
      SelectedFolder folder,
      FetchItem item,
      Digests.HeaderSink sink) {
    return new CarefulReading(
        session,
        side,
        place,
        folder,
        EnumSet.of(item, FetchItem.SIZE),
        Digests::digestHeader,
        new WholeHeaders(sink));
  }

  /** Reads contents. */
  static CarefulReading ofContents(
      MailboxSession session,
      Side side,
      Where place,
      SelectedFolder folder,
      BiConsumer<Long, Fingerprint> sink) {
    return new CarefulReading(
        session,
        side,
        place,
        folder,
        EnumSet.of(FetchItem.MESSAGE),
        Digests::digest,
        message -> {
          if (message.content() instanceof Digests.Digest digest && digest.size() > 0) {
            sink.accept(message.uid(), digest.fingerprint());
            return true;
          }
          return false;
        });
  }

  /** Reads contents of which every octet counts. */
  static CarefulReading ofOctets(
      MailboxSession session,
      Side side,
      Where place,
      SelectedFolder folder,
      BiConsumer<Long, Digests.OfOctets> sink) {
    return new CarefulReading(
        session,
        side,
        place,
        folder,
        EnumSet.of(FetchItem.MESSAGE),
        Digests::digestOctets,
        message -> {
          if (message.content() instanceof Digests.Digest digest && digest.size() > 0) {
            sink.accept(message.uid(), new Digests.OfOctets(digest.sha256(), digest.fingerprint()));
            return true;
          }
          return false;
        });
  }

  /** UIDs of the messages that came. */
  UidSet given() {
    return given;
  }

  /** Asks once; returns whether the server answered as if it had given all. */
  public boolean ask(UidSet wanted) {
    return wanted.isEmpty() || ask(wanted, items, store, message -> take(wanted, message));
  }

  /** Asks once, and where not all came, on a new connection for the rest of it. */
  public void read(UidSet wanted) {
    boolean answered = ask(wanted);
    if (!left(wanted).isEmpty()) {
      session.renew(side, place);
      askAgain(wanted, answered);
    }
  }

  /**
   * Asks again for what did not come, of messages that are there.
   *
   * @param together whether all of it may come when it is asked for together
   */
  public void askAgain(UidSet wanted, boolean together) {
    Deque<UidSet> parts = new ArrayDeque<>();
    boolean endless = sink instanceof WholeHeaders headers && isEndless(headers, wanted);
    if (together || endless) {
      parts.add(left(wanted));
    } else {
      add(parts, left(wanted));
    }
    while (!parts.isEmpty() && mayAsk()) {
      UidSet part = left(parts.remove());
      if (part.isEmpty()) {
        continue;
      }
      boolean answered = ask(part);
      UidSet rest = left(part);
      if (part.count() > 1 && !rest.isEmpty()) {
        add(parts, rest);
      } else if (!answered && mayAsk()) {
        boolean unused = ask(part);
      }
    }
    UidSet left = left(wanted);
    if (items.contains(FetchItem.HEADER) && left.count() <= MOST_WHOLE) {
      left.forEach(uid -> askForWhole(UidSet.of(List.of(uid))));
    }
  }

  /** Whether whole messages show that the server leaves out the empty line after each header. */
  private boolean isEndless(WholeHeaders headers, UidSet wanted) {
    headers.doubted().stream()
        .filter(wanted::contains)
        .forEach(uid -> askForWhole(UidSet.of(List.of(uid))));
    return headers.isEndless();
  }

  private void askForWhole(UidSet one) {
    if (mayAsk()) {
      boolean unused =
          ask(
              one,
              EnumSet.of(FetchItem.MESSAGE, FetchItem.SIZE),
              store,
              message -> take(one, message));
    }
  }

  private void take(UidSet wanted, FetchedMessage message) {
    if (NumbersByUid.isUid(message.uid())
        && wanted.contains(message.uid())
        && !given.contains(message.uid())
        && sink.test(message)) {
      given.add(message.uid());
      inVain.set(0);
    }
  }

  /** What has not come of some messages. */
  public UidSet left(UidSet wanted) {
    UidSet left = new UidSet();
    left.addAll(wanted);
    left.removeAll(given);
    return left;
  }

  private static void add(Deque<UidSet> parts, UidSet rest) {
    long middle = (rest.count() + 1) / 2;
    UidSet first = new UidSet();
    UidSet second = new UidSet();
    rest.forEach(uid -> (first.count() < middle ? first : second).add(uid));
    parts.add(first);
    if (!second.isEmpty()) {
      parts.add(second);
    }
  }

  private boolean mayAsk() {
    return commands < MOST_COMMANDS && lost < MOST_LOST;
  }

  /** Asks for anything; returns false where a message may be why that failed. */
  public boolean ask(
      UidSet wanted, Set<FetchItem> items, ContentStore store, Consumer<FetchedMessage> taker) {
    commands++;
    try {
      return session.in(
          side, place, folder, connection -> read(connection, wanted, items, store, taker));
    } catch (TryAgain e) {
      if (!isOverMessage(e)) {
        throw e;
      }
      lost++;
      return false;
    }
  }

  private boolean read(
      ImapConnection connection,
      UidSet wanted,
      Set<FetchItem> items,
      ContentStore store,
      Consumer<FetchedMessage> taker) {
    try {
      for (String set : wanted.commands()) {
        connection.read(set, items, store, taker);
      }
      return true;
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof CommandRefused refused) || !isOverMessage(refused)) {
        throw e;
      }
      return false;
    }
  }

  private boolean isOverMessage(CommandRefused refused) {
    return session.diagnosis().meaning(refused.refusal()).prospect() != Prospect.PATIENCE
        && goesOn();
  }

  private boolean isOverMessage(TryAgain failure) {
    return session.diagnosis().isOverWhatWasAsked(failure)
        && (lost < MOST_LOST_IN_VAIN || !given.isEmpty())
        && goesOn();
  }

  private boolean goesOn() {
    return inVain.incrementAndGet() <= MOST_IN_VAIN || !given.isEmpty();
  }
}
