package org.mailcaravan.sync.copy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Bounds the octets of mail in memory, over all mailboxes, and lets none take more than its part
 * while others wait: a slow old provider keeps its share for long. Thread-safe and fair: whoever
 * waits longest is served first, unless its mailbox has its part.
 *
 * <p>Whoever holds a share must take more only by {@link Part#tryReserve}; otherwise folders could
 * wait for each other for ever.
 */
public final class ByteBudget {
  private static final int UNIT = 1024;

  private final int all;
  private final Buffers buffers = new Buffers();
  private final Deque<Request> waiting = new ArrayDeque<>();
  private int free;
  private int parts;

  /**
   * @param bytes the whole budget in octets, at least 1 KiB
   */
  public ByteBudget(long bytes) {
    this.all = Math.toIntExact(Math.max(1, bytes / UNIT));
    this.free = all;
  }

  /** What one mailbox may take, until it is closed. Equal parts, however many there are. */
  public final class Part implements AutoCloseable {
    private int held;
    private boolean open = true;

    private Part() {}

    /** Waits until so many octets are free; more than the whole budget counts as the whole. */
    public Share reserve(long bytes) throws InterruptedException {
      synchronized (ByteBudget.this) {
        Request request = new Request(this, units(bytes));
        waiting.add(request);
        try {
          serve();
          while (request.share == null) {
            ByteBudget.this.wait();
          }
          return request.share;
        } catch (InterruptedException e) {
          waiting.remove(request);
          if (request.share != null) {
            request.share.close();
          }
          serve(); // Others may have waited behind it.
          throw e;
        }
      }
    }

    /** Takes so many octets if they are free now and nobody waits for them, or returns null. */
    public @Nullable Share tryReserve(long bytes) {
      synchronized (ByteBudget.this) {
        Request request = new Request(this, units(bytes));
        waiting.add(request);
        serve();
        waiting.remove(request);
        return request.share;
      }
    }

    /** Leaves its part to the others; open shares must still be closed. */
    @Override
    public void close() {
      synchronized (ByteBudget.this) {
        if (open) {
          open = false;
          parts--;
          serve();
        }
      }
    }

    /** Whether it may have so much more; a mailbox that has nothing may always take a batch. */
    private boolean mayTake(int units) {
      return held == 0 || held + units <= all / Math.max(1, parts);
    }
  }

  /** A part of the budget; give it back by {@link #close}, once. */
  public final class Share implements AutoCloseable {
    private final Part part;
    private final int held;
    private boolean open = true;

    private Share(Part part, int held) {
      this.part = part;
      this.held = held;
      part.held += held;
      free -= held;
    }

    /** How many octets may be kept in memory for it. */
    public long bytes() {
      return (long) held * UNIT;
    }

    /** New memory of this size; to be closed before the share. */
    public BatchMemory memory() {
      return new BatchMemory(buffers, bytes());
    }

    @Override
    public void close() {
      synchronized (ByteBudget.this) {
        if (open) {
          open = false;
          part.held -= held;
          free += held;
          serve();
        }
      }
    }
  }

  private static final class Request {
    final Part part;
    final int units;
    @Nullable Share share;

    Request(Part part, int units) {
      this.part = part;
      this.units = units;
    }
  }

  /** The part of a mailbox, as long as its pass is not closed. */
  public Part partOf(MailboxSession session) {
    return session.ofPass(
        Part.class,
        () -> {
          Part part = part();
          session.atEnd(part::close);
          return part;
        });
  }

  /** The part of one more mailbox. */
  public synchronized Part part() {
    parts++;
    return new Part();
  }

  /** Gives what is free to those who wait, in their order. */
  private void serve() {
    for (Iterator<Request> requests = waiting.iterator(); requests.hasNext(); ) {
      Request request = requests.next();
      if (!request.part.mayTake(request.units)) {
        continue;
      }
      if (request.units > free) {
        break;
      }
      request.share = new Share(request.part, request.units);
      requests.remove();
    }
    notifyAll();
  }

  private int units(long bytes) {
    return (int) Math.max(1, Math.min(all, (bytes + UNIT - 1) / UNIT));
  }
}
