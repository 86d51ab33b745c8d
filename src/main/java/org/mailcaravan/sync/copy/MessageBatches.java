package org.mailcaravan.sync.copy;

import java.io.Closeable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.sync.session.CopySettings;

/**
 * The open messages of a folder, batch by batch: while one batch is appended, the next is on its
 * way. For one thread at a time. Asking for the next batch frees the one before.
 *
 * <p>Camel's splitter looks whether there is a next batch before it handles this one, calls {@link
 * #close} as soon as there is none, and cannot go on with an iterator that failed. Therefore {@link
 * #hasNext} waits for nothing, {@link #next} gives a batch that may still be on its way, and the
 * last batch is freed by {@link #end}. Behind a batch that failed, it asks for all the others and
 * throws them away; these are not fetched, nor told as left out.
 */
public final class MessageBatches implements Iterator<MessageBatch>, Closeable {
  /** What a message that goes through a spool file may take of the budget, in octets. */
  private static final long SPOOLED_SHARE = 64 * 1024;

  private final FolderCopy copy;
  private final ByteBudget.Part budget;
  private final CopySettings settings;
  private final Deque<BatchFetch> underWay = new ArrayDeque<>();
  private List<Long> waiting;
  private @Nullable MessageBatch given;
  private long leftOut;

  /** Whether what waits was put off. */
  private boolean atEnd;

  MessageBatches(FolderCopy copy, ByteBudget.Part budget, CopySettings settings) {
    this.copy = copy;
    this.budget = budget;
    this.settings = settings;
    copy.ledger()
        .openMessages()
        .forEach(
            (uid, message) -> {
              if (message.failed() && copy.work().open().contains(uid)) {
                copy.work().putOff().add(uid);
              }
            });
    copy.work().putOff().addAll(copy.work().again().keySet());
    copy.session().suspects(Side.SOURCE).known(folder(), copy.work().putOff());
    this.atEnd = copy.work().open().isEmpty();
    this.waiting = batchFrom(1);
  }

  private FolderName folder() {
    return copy.plan().name();
  }

  /** The next message from a UID on that is not put off, or at the end that is; -1 for none. */
  private long next(long first) {
    if (atEnd) {
      Long next = copy.work().putOff().ceiling(first);
      return next == null ? -1 : next;
    }
    long next = copy.work().open().from(first);
    while (next > 0 && (copy.work().putOff().contains(next) || !mayFit(next))) {
      next = copy.work().open().from(next + 1);
    }
    return next;
  }

  /** A message that is too large for a full mailbox need not be fetched. */
  private boolean mayFit(long uid) {
    return Room.of(copy.session()).mayTake(copy.work().open().size(uid));
  }

  /** The next messages from a UID on; none at the end. */
  private List<Long> batchFrom(long first) {
    List<Long> batch = new ArrayList<>();
    long bytes = 0;
    for (long uid = next(first); uid > 0; uid = next(uid + 1)) {
      bytes += copy.work().open().size(uid);
      if (!batch.isEmpty()
          && (batch.size() == settings.batchMessages() || bytes > settings.batchBytes())) {
        break;
      }
      batch.add(uid);
    }
    return batch;
  }

  /** Takes the waiting messages; later ones wait from now on. */
  private List<Long> taken() {
    if (waiting.isEmpty()) {
      atEnd = true;
      waiting = batchFrom(1);
    }
    List<Long> batch = waiting;
    if (batch.isEmpty()) {
      return batch;
    }
    waiting = batchFrom(batch.get(batch.size() - 1) + 1);
    return batch;
  }

  /**
   * Whether there is another batch; it may turn out to be empty, when its messages are gone
   * meanwhile. What is put off comes last, and whether there is any is not known before.
   */
  @Override
  public boolean hasNext() {
    return !underWay.isEmpty() || !waiting.isEmpty() || !atEnd;
  }

  /**
   * Frees the batch before, and gives the next, which may still be on its way. Never fails over the
   * source: what is wrong there shows when the messages are waited for.
   */
  @Override
  public MessageBatch next() {
    return Swallowed.not(this::following);
  }

  private MessageBatch following() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    copy.guard().requireNoAppend(this::freeGiven);
    boolean lazy = copy.guard().isBrokenOff();
    if (underWay.isEmpty()) {
      List<Long> uids = taken();
      request(uids, reserve(lazy ? SPOOLED_SHARE : share(uids)), lazy);
    }
    MessageBatch batch = new MessageBatch(copy, underWay.remove());
    given = batch;
    // Never waits for memory: who holds a share and waits for another could wait for ever.
    ByteBudget.Share share = waiting.isEmpty() || lazy ? null : budget.tryReserve(share(waiting));
    if (share != null) {
      request(taken(), share, false);
    }
    return batch;
  }

  /**
   * @param lazy whether the messages are asked for only when somebody looks at them
   */
  private void request(List<Long> uids, ByteBudget.Share share, boolean lazy) {
    BatchFetch fetch = new BatchFetch(copy, uids, share, settings, atEnd);
    underWay.add(fetch);
    if (!lazy) {
      fetch.ask();
    }
  }

  private long share(List<Long> uids) {
    long bytes = uids.stream().mapToLong(copy.work().open()::size).sum();
    return bytes > settings.batchBytes() ? SPOOLED_SHARE : bytes;
  }

  private ByteBudget.Share reserve(long bytes) {
    try {
      return budget.reserve(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for memory", e);
    }
  }

  private void freeGiven() {
    MessageBatch last = given;
    given = null;
    if (last != null) {
      if (!last.wasTaken() && !last.isHopeless() && !copy.guard().isBrokenOff()) {
        leftOut += last.size();
      }
      last.close();
    }
  }

  /** Frees the batches that were asked for ahead. */
  @Override
  public void close() {
    underWay.forEach(BatchFetch::free);
    underWay.clear();
    waiting = List.of();
    atEnd = true;
  }

  /**
   * Frees everything, and reports what no step appended. To be called when the folder is done with.
   */
  public void end() {
    freeGiven();
    close();
    // Camel keeps this object until the mailbox is done.
    copy.work().open().clear();
    if (leftOut > 0) {
      copy.session()
          .tally()
          .problem(
              new Problem(
                  ProblemCode.MESSAGE_DROPPED,
                  copy.place(),
                  leftOut
                      + (leftOut == 1 ? " message was" : " messages were")
                      + " pulled and not appended",
                  Owner.US,
                  "A step between mailbox:pull and mailbox:append in the routes drops them; see that it is meant"
                      + " to."));
    }
    new LateArrivals(copy).findAndTell();
    if (copy.stored() > 0) {
      StoredCopies.see(copy.session(), copy.place(), copy.destination(), copy.ledger());
    }
    if (copy.sizes().oddSizes().hasAny()) {
      AnnouncedSizes sizes = AnnouncedSizes.of(copy.session(), copy.ledger());
      sizes.keep(copy.ledger());
      copy.sizes()
          .oddSizes()
          .tell(copy.session().tally().otherSizes(), copy.place(), sizes.areWrong());
    }
    copy.session().suspects(Side.SOURCE).remove(folder());
    copy.session().suspects(Side.DESTINATION).remove(folder());
    copy.look().completeIfAccounted();
  }
}
