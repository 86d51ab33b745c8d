package org.mailcaravan.imap;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Whether the commands under way on a connection make progress. A server that sends something now
 * and then is never silent, and can still hold us for ever: with one octet a second, with {@code *
 * OK Still here}, with data that nobody asked for.
 *
 * <p>Progress is the end of a command, or mail and lists that were asked for, in either direction,
 * at {@link #LEAST_SPEED} or more over a window, which is the read timeout. Without progress, the
 * connection is given up
 *
 * <ul>
 *   <li>after {@code longest}, if whole responses come, as Dovecot's {@code * OK Still here} in a
 *       long SEARCH;
 *   <li>after two windows in which no response is completed: the server drips;
 *   <li>after {@link #MOST_UNASKED} octets that nobody asked for, before a command commandEnds: the
 *       server floods us.
 * </ul>
 *
 * <p>{@link Transport} handles silence. The reader thread reports what it reads, the watchdog calls
 * {@link #check}; each writes fields of its own.
 */
final class Progress {
  /** In octets a second. Gmail slows accounts over its daily limit down to 1 KiB a second. */
  static final long LEAST_SPEED = 256;

  static final long MOST_UNASKED = 64L << 20;

  private final long window;
  private final long longest;
  // Written by the reader thread.
  private final AtomicLong responses = new AtomicLong();
  private final AtomicLong wantedOctets = new AtomicLong();
  private final AtomicLong unasked = new AtomicLong();
  private final AtomicLong commandEnds = new AtomicLong();
  private long ofResponse;
  private boolean wanted;

  // Written by the watchdog.
  private long goodAt;
  private long windowAt;
  private long responseAt;
  private long responsesSeen;
  private long wantedSeen;
  private long commandEndsSeen;
  private long unaskedSeen;

  /**
   * @param window the read timeout
   * @param longest how long whole responses may keep us waiting without a result
   */
  Progress(Duration window, Duration longest, long now) {
    this.window = window.toNanos();
    this.longest = longest.toNanos();
    this.goodAt = now;
    this.windowAt = now;
    this.responseAt = now;
  }

  /** Octets were read. On the reader thread, as all methods up to {@link #commandEnded}. */
  void received(long octets) {
    ofResponse += octets;
    if (wanted) {
      wantedOctets.addAndGet(octets);
    } else {
      unasked.addAndGet(octets);
    }
  }

  /** The response that is being read was asked for, as far as can be seen. */
  void markWanted() {
    if (!wanted) {
      wanted = true;
      wantedOctets.addAndGet(ofResponse);
      unasked.addAndGet(-ofResponse);
    }
  }

  /** The response that is being read was not asked for, after all. */
  void markUnwanted() {
    if (wanted) {
      wanted = false;
      wantedOctets.addAndGet(-ofResponse);
      unasked.addAndGet(ofResponse);
    }
  }

  /** A response was read to its end. Octets of the next one that came with it count as its own. */
  void responseEnded() {
    ofResponse = 0;
    wanted = false;
    responses.incrementAndGet();
  }

  void commandEnded() {
    commandEnds.incrementAndGet();
  }

  /**
   * Looks at the progress; to be called several times in a window. Times are in nanoseconds.
   *
   * @param busy whether a command is under way
   * @param begun since when
   * @param written how many octets were written on this connection
   * @param slack how much longer than a window octets that were written may still be on their way
   * @return why the connection must be given up, or null
   */
  @Nullable String check(long now, boolean busy, long begun, long written, long slack) {
    long wantedNow = wantedOctets.get() + written;
    boolean ended = commandEnds.get() != commandEndsSeen;
    if (ended) {
      commandEndsSeen = commandEnds.get();
      unaskedSeen = unasked.get();
    }
    if (unasked.get() - unaskedSeen > MOST_UNASKED) {
      return "keeps sending what nobody asked for";
    }
    if (responses.get() != responsesSeen) {
      responsesSeen = responses.get();
      responseAt = now;
    }
    if (!busy || ended || wantedNow - wantedSeen >= LEAST_SPEED * (window / 1e9)) {
      goodAt = now;
      windowAt = now;
      wantedSeen = wantedNow;
      return null;
    }
    if (begun - goodAt > 0) {
      goodAt = begun;
    }
    if (now - windowAt >= window) {
      windowAt = now;
      wantedSeen = wantedNow;
    }
    if (now - goodAt >= 2 * window + slack && now - responseAt >= 2 * window + slack) {
      return "transfers less than "
          + LEAST_SPEED
          + " octets a second, for "
          + words(now - Math.max(goodAt, responseAt));
    }
    if (now - goodAt >= longest) {
      return "has kept us waiting for " + words(now - goodAt) + " without a result";
    }
    return null;
  }

  /** How long there has been no progress. On the watchdog's thread. */
  Duration waitedWithoutResult(long now) {
    return Duration.ofNanos(now - goodAt);
  }

  private static String words(long nanos) {
    long seconds = nanos / 1_000_000_000;
    return seconds < 120 ? seconds + " seconds" : seconds / 60 + " minutes";
  }
}
