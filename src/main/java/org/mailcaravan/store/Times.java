package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Times in rows, and what is calculated from them. */
final class Times {
  /**
   * Until so much of a mailbox is done, or so much time has passed, an estimate is only a guess.
   */
  private static final double KNOWN_FROM_SHARE = 0.02;

  private static final double KNOWN_FROM_SECONDS = 30;

  private Times() {}

  static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp at = row.getTimestamp(column);
    return at == null ? null : at.toInstant();
  }

  /** The time of a column that is never null. */
  static Instant present(ResultSet row, String column) throws SQLException {
    return row.getTimestamp(column).toInstant();
  }

  /** A number of which -1 means that it is not known. */
  static @Nullable Long known(ResultSet row, String column) throws SQLException {
    long number = row.getLong(column);
    return number < 0 || row.wasNull() ? null : number;
  }

  /**
   * How quick a running pass is, and how long it will take.
   *
   * @param rate octets a second; null when that is not known yet
   * @param secondsLeft null when that is not known yet
   */
  record Pace(@Nullable Long rate, @Nullable Long secondsLeft) {
    static final Pace UNKNOWN = new Pace(null, null);

    /**
     * @param bytesTotal null when it is not known
     * @param messagesTotal null when it is not known
     */
    static Pace of(
        Duration elapsed,
        long messagesDone,
        @Nullable Long messagesTotal,
        long bytesDone,
        @Nullable Long bytesTotal) {
      double seconds = elapsed.toMillis() / 1000.0;
      if (seconds <= 0) {
        return UNKNOWN;
      }
      Long rate = bytesDone <= 0 ? null : Math.round(bytesDone / seconds);
      // The octets are those of copied messages, and a later pass finds most there already.
      double ofMessages = share(messagesDone, messagesTotal);
      double ofBytes = share(bytesDone, bytesTotal);
      // Announced sizes may be wrong, and the last steps of a pass come behind its last message.
      double share = ofBytes < 1 ? Math.max(ofMessages, ofBytes) : ofMessages;
      if (share <= 0 || share >= 1 || (seconds < KNOWN_FROM_SECONDS && share < KNOWN_FROM_SHARE)) {
        return new Pace(rate, null);
      }
      return new Pace(rate, Math.max(1, Math.round(seconds * (1 - share) / share)));
    }

    private static double share(long done, @Nullable Long total) {
      return total == null || total <= 0 ? 0 : Math.min(1, (double) done / total);
    }
  }
}
