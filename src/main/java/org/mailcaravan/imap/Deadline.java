package org.mailcaravan.imap;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The time by which a connection must be set up. When it has come, the socket is closed. That ends
 * every wait on it, even if the server sends an octet now and then.
 */
final class Deadline implements AutoCloseable {
  private final Duration whole;
  private final long end;
  private Future<?> alarm = CompletableFuture.completedFuture(null);
  private @Nullable Socket watched;
  private boolean passed;
  private boolean met;

  Deadline(Duration whole) {
    this.whole = whole;
    this.end = System.nanoTime() + whole.toNanos();
  }

  /** The time left, at least a millisecond. */
  Duration left() {
    long nanos = end - System.nanoTime();
    return nanos < 1_000_000 ? Duration.ofMillis(1) : Duration.ofNanos(nanos);
  }

  /** The whole time allowed, for messages. */
  String inWords() {
    return whole.toMillis() % 1000 == 0
        ? whole.toSeconds() + " seconds"
        : whole.toMillis() + " milliseconds";
  }

  /** Closes this socket at the deadline, and no longer the one before. */
  synchronized void watch(Socket tcp) {
    alarm.cancel(false);
    watched = tcp;
    alarm = Watchdog.in(left(), this::passes);
  }

  private synchronized void passes() {
    Socket socket = watched;
    if (met || socket == null) {
      return;
    }
    passed = true;
    try {
      socket.close();
    } catch (IOException e) {
      // It is given up either way.
    }
  }

  /** Whether the deadline has closed the socket. */
  synchronized boolean passed() {
    return passed;
  }

  /**
   * The connection is set up: the socket stays open.
   *
   * @return false if the deadline has closed it before
   */
  synchronized boolean meet() {
    met = true;
    alarm.cancel(false);
    return !passed;
  }

  @Override
  public void close() {
    meet();
  }
}
