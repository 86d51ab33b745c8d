package org.mailcaravan.sync;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How many octets of mail may be in memory at once, over all mailboxes. Thread-safe and fair: who
 * waits longest is served first.
 *
 * <p>Who holds a share and cannot give it back by itself must take more only by {@link
 * #tryReserve}; otherwise mailboxes could wait for each other for ever.
 */
public final class ByteBudget {
  private static final int UNIT = 1024;

  private final Semaphore units;
  private final int all;

  /**
   * @param bytes the whole budget in octets, at least 1 KiB
   */
  public ByteBudget(long bytes) {
    this.all = Math.toIntExact(Math.max(1, bytes / UNIT));
    this.units = new Semaphore(all, true);
  }

  /** A part of the budget; give it back by {@link #close}, once. */
  public final class Share implements AutoCloseable {
    private final int held;
    private boolean open = true;

    private Share(int held) {
      this.held = held;
    }

    /** How many octets may be kept in memory for it. */
    public long bytes() {
      return (long) held * UNIT;
    }

    @Override
    public synchronized void close() {
      if (open) {
        open = false;
        units.release(held);
      }
    }
  }

  /** Waits until so many octets are free; more than the whole budget counts as the whole. */
  public Share reserve(long bytes) throws InterruptedException {
    int wanted = units(bytes);
    units.acquire(wanted);
    return new Share(wanted);
  }

  /** Takes so many octets if they are free now, or returns null. */
  public @Nullable Share tryReserve(long bytes) {
    int wanted = units(bytes);
    try {
      // With a time, even none, it does not go before those who wait.
      return units.tryAcquire(wanted, 0, TimeUnit.SECONDS) ? new Share(wanted) : null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private int units(long bytes) {
    return (int) Math.max(1, Math.min(all, (bytes + UNIT - 1) / UNIT));
  }
}
