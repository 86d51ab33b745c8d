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
 * Reads headers or contents of a folder's messages, although a server may leave out a message that
 * it cannot read, refuse all messages because of it, or hang up; some show nothing on one
 * connection and everything on the next. Missing messages are asked for again, in halves and then
 * alone. For one use, by one thread.
 */
public final class CarefulReading {
  private static final int MOST_COMMANDS = 300;

  /** Lost connections, each of which costs a login. */
  private static final int MOST_LOST = 30;

  /** Lost connections before the first message. */
  private static final int MOST_LOST_IN_VAIN = 6;

  /** After so many failures without an answer, no single message is the cause. */
  private static final int MOST_IN_VAIN = 12;

  /** The most messages that are read whole. */
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
   * @param sink gets what comes, and returns whether that was asked for
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
   * @param sink gets each message once
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

  /** Asks once; returns whether the server answered OK. */
  public boolean ask(UidSet wanted) {
    return wanted.isEmpty() || ask(wanted, items, store, message -> take(wanted, message));
  }

  /** Asks once, and asks for missing messages on a new connection. */
  public void read(UidSet wanted) {
    boolean answered = ask(wanted);
    if (!left(wanted).isEmpty()) {
      session.renew(side, place);
      askAgain(wanted, answered);
    }
  }

  /**
   * Asks again for missing messages, of those that exist.
   *
   * @param together whether they may come when they are asked for together
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

  /** The wanted messages that did not come. */
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

  /** Asks for anything; returns false when it failed and a message may be the cause. */
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
