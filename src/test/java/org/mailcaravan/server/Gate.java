package org.mailcaravan.server;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Holds back what passes a {@link Proxy} after some octets, until it is opened. Thread-safe. */
public final class Gate implements Proxy.Passage {
  private final long limit;
  private final AtomicLong passed = new AtomicLong();
  private final CountDownLatch holding = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);

  /**
   * @param limit how many octets may pass, all connections together
   */
  public Gate(long limit) {
    this.limit = limit;
  }

  @Override
  public void pass(String text, Proxy.Wire wire) throws IOException, InterruptedException {
    if (passed.addAndGet(text.length()) > limit) {
      holding.countDown();
      opened.await();
    }
    wire.forth(text);
  }

  /** Whether something is being held back, or was. */
  public boolean holding() {
    return holding.getCount() == 0;
  }

  /** From now on everything passes. */
  public void open() {
    opened.countDown();
  }
}
