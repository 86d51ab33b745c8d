package org.mailcaravan.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.report.Amounts;

/** Measures the progress of one mailbox, or of all together. Not thread-safe. */
final class CopyMeter {
  private final long startedNanos;
  private long messages;
  private long bytes;
  private long messagesDone;
  private long bytesDone;

  CopyMeter(long startedNanos) {
    this.startedNanos = startedNanos;
  }

  void expect(long moreMessages, long moreBytes) {
    messages += Math.max(0, moreMessages);
    bytes += Math.max(0, moreBytes);
  }

  void done(long moreMessages, long moreBytes) {
    messagesDone += moreMessages;
    bytesDone += moreBytes;
  }

  /** Subtracts the counts of another meter. */
  void without(CopyMeter other) {
    messages -= other.messages;
    bytes -= other.bytes;
    messagesDone -= other.messagesDone;
    bytesDone -= other.bytesDone;
  }

  /**
   * Progress in percent: by bytes, which take the time, or by messages if sizes are unknown.
   * Announced sizes may be wrong (Exchange), so it is below 100 until all messages are done.
   */
  int percent() {
    if (messagesDone >= messages) {
      return 100;
    }
    double share = bytes > 0 ? (double) bytesDone / bytes : (double) messagesDone / messages;
    return (int) Math.min(99, share * 100);
  }

  private double bytesPerSecond(long nowNanos) {
    double seconds = (nowNanos - startedNanos) / 1e9;
    return seconds < 0.5 ? 0 : bytesDone / seconds;
  }

  /** {@code 1,234 of 2,400 messages, 1.2 MiB/s, 1:20 left}, as far as known. */
  List<String> words(long nowNanos) {
    List<String> words = new ArrayList<>();
    words.add(
        Amounts.count(messagesDone) + " of " + Amounts.count(messages, "message", "messages"));
    addSpeed(words, nowNanos, true);
    return words;
  }

  /** The short form beside a bar: {@code 1,234/2,400 1.2 MiB/s 1:20 left}. */
  String brief(long nowNanos, boolean withTimeLeft) {
    List<String> words = new ArrayList<>();
    words.add(Amounts.count(messagesDone) + "/" + Amounts.count(messages));
    addSpeed(words, nowNanos, withTimeLeft);
    return String.join("  ", words);
  }

  /** As {@link #words}, but also says when the time left is unknown. */
  String outlook(long nowNanos) {
    List<String> words = words(nowNanos);
    if (messagesDone >= messages) {
      words.add("the last steps are under way");
    } else if (secondsLeft(nowNanos) < 0) {
      words.add("how long it takes is not known yet");
    }
    return String.join(", ", words);
  }

  private void addSpeed(List<String> words, long nowNanos, boolean withTimeLeft) {
    double rate = bytesPerSecond(nowNanos);
    if (messagesDone >= messages) {
      return;
    }
    if (rate > 0) {
      words.add(Amounts.bytes((long) rate) + "/s");
    }
    double left = secondsLeft(nowNanos);
    if (withTimeLeft && left >= 0) {
      words.add(Amounts.time(Duration.ofSeconds((long) Math.ceil(left))) + " left");
    }
  }

  /**
   * By bytes, or by messages if sizes are unknown or wrong; negative if there is nothing to go by
   * yet.
   */
  private double secondsLeft(long nowNanos) {
    double seconds = (nowNanos - startedNanos) / 1e9;
    if (seconds < 0.5) {
      return -1;
    }
    if (bytesDone > 0 && bytesDone < bytes) {
      return (bytes - bytesDone) * seconds / bytesDone;
    }
    return messagesDone > 0 ? (messages - messagesDone) * seconds / messagesDone : -1;
  }

  long messages() {
    return messages;
  }

  long bytes() {
    return bytes;
  }
}
