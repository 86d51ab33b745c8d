package org.mailcaravan.imap;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Whether what is under way on a connection makes progress. A server that sends something now and
 * then is never silent, yet may hold us for ever: by a drip of one octet a second, by {@code * OK
 * Still here}, by news that nobody asked for. What counts is the end of a command, and mail and
 * lists that were asked for, in either direction, at {@link #LEAST_SPEED} or more over a window,
 * which is the read timeout.
 *
 * <ul>
 *   <li>Without that a server may keep us waiting as long as whole responses come, as Dovecot's
 *       {@code * OK Still here} in a long SEARCH, but not longer than {@code longest}.
 *   <li>Where for two windows not even a response comes to its end, it is a drip.
 *   <li>More than {@link #MOST_UNASKED} octets that nobody asked for, before a command ends, are a
 *       flood.
 * </ul>
 *
 * <p>Silence is no matter of this class: {@link Transport} sees it. One thread reads, another
 * {@link #judge judges}; which fields each writes keeps them apart.
 */
final class Progress {
  /** In octets a second. Gmail gives 1 KiB a second to who has read too much. */
  static final long LEAST_SPEED = 256;

  static final long MOST_UNASKED = 64L << 20;

  private final long window;
  private final long longest;
  // The reader writes these.
  private final AtomicLong responses = new AtomicLong();
  private final AtomicLong served = new AtomicLong();
  private final AtomicLong unasked = new AtomicLong();
  private final AtomicLong ends = new AtomicLong();
  private long ofResponse;
  private boolean serving;

  // The judge writes these.
  private long goodAt;
  private long windowAt;
  private long responseAt;
  private long responsesSeen;
  private long servedSeen;
  private long endsSeen;
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

  /** So many octets have come. On the reader thread, as all below up to {@link #judge}. */
  void came(long octets) {
    ofResponse += octets;
    if (serving) {
      served.addAndGet(octets);
    } else {
      unasked.addAndGet(octets);
    }
  }

  /** The response that comes now is one that was asked for, as far as can be seen. */
  void serves() {
    if (!serving) {
      serving = true;
      served.addAndGet(ofResponse);
      unasked.addAndGet(-ofResponse);
    }
  }

  /** It was not one that was asked for, after all. */
  void servesNot() {
    if (serving) {
      serving = false;
      served.addAndGet(-ofResponse);
      unasked.addAndGet(ofResponse);
    }
  }

  /** A response has come to its end. What has come with it of the next ones counts as its own. */
  void response() {
    ofResponse = 0;
    serving = false;
    responses.incrementAndGet();
  }

  /** A command has come to its end. */
  void end() {
    ends.incrementAndGet();
  }

  /**
   * To be called several times in a window.
   *
   * @param busy whether something is under way
   * @param begun when it began
   * @param written how many octets were written up to now
   * @param slack for how long more than a window octets that were written may still be on their way
   * @return why the connection is to be given up, or null
   */
  @Nullable String judge(long now, boolean busy, long begun, long written, long slack) {
    long servedNow = served.get() + written;
    boolean ended = ends.get() != endsSeen;
    if (ended) {
      endsSeen = ends.get();
      unaskedSeen = unasked.get();
    }
    if (unasked.get() - unaskedSeen > MOST_UNASKED) {
      return "keeps sending what nobody asked for";
    }
    if (responses.get() != responsesSeen) {
      responsesSeen = responses.get();
      responseAt = now;
    }
    if (!busy || ended || servedNow - servedSeen >= LEAST_SPEED * (window / 1e9)) {
      goodAt = now;
      windowAt = now;
      servedSeen = servedNow;
      return null;
    }
    if (begun - goodAt > 0) {
      goodAt = begun;
    }
    if (now - windowAt >= window) {
      windowAt = now;
      servedSeen = servedNow;
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

  /** For how long nothing was given that counts. On the thread that judges. */
  Duration inVain(long now) {
    return Duration.ofNanos(now - goodAt);
  }

  private static String words(long nanos) {
    long seconds = nanos / 1_000_000_000;
    return seconds < 120 ? seconds + " seconds" : seconds / 60 + " minutes";
  }
}
