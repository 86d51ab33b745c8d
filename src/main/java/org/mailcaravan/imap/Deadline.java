package org.mailcaravan.imap;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A moment by which a connection must stand. When it comes, the socket is closed, so that whatever
 * waits on it ends, however busily the server drips.
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

  /** What is left of it, at least a millisecond. */
  Duration left() {
    long nanos = end - System.nanoTime();
    return nanos < 1_000_000 ? Duration.ofMillis(1) : Duration.ofNanos(nanos);
  }

  /** How long it was at first, for people. */
  String inWords() {
    return whole.toMillis() % 1000 == 0
        ? whole.toSeconds() + " seconds"
        : whole.toMillis() + " milliseconds";
  }

  /** Closes the socket when the time has come. */
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
      // It is of no use any more either way.
    }
  }

  /** Whether the socket was closed since the time had come. */
  synchronized boolean passed() {
    return passed;
  }

  /**
   * The connection stands: the socket stays open from now on.
   *
   * @return false when the time had come before
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
