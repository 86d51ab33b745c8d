package org.mailcaravan.server;

import java.io.IOException;

/**
 * Holds back what passes a {@link Proxy} while it is closed, on all connections. Thread-safe. It is
 * open at first.
 */
public final class Valve implements Proxy.Passage {
  private long left = Long.MAX_VALUE;
  private boolean holding;

  @Override
  public synchronized void pass(String text, Proxy.Wire wire)
      throws IOException, InterruptedException {
    left -= text.length();
    while (left < 0) {
      holding = true;
      wait();
    }
    wire.forth(text);
  }

  /** Lets so many octets more pass, and then closes. */
  public synchronized void closeAfter(long octets) {
    left = octets;
    holding = false;
    notifyAll();
  }

  /** Whether it holds something back. */
  public synchronized boolean holding() {
    return holding;
  }

  /** From now on everything passes. */
  public synchronized void open() {
    closeAfter(Long.MAX_VALUE);
  }
}
