package org.mailcaravan.sync.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Side;

/**
 * A connection to each side, opened when it is needed, and what is open on it. Several threads may
 * have commands under way on one connection: each sends within {@link #use}, and may wait for its
 * answer outside. Thread-safe; the methods that say so are to be called within {@link #use} of
 * their side.
 */
final class ConnectionPair {
  private final Map<Side, Line> lines = new EnumMap<>(Side.class);

  ConnectionPair() {
    for (Side side : Side.values()) {
      lines.put(side, new Line());
    }
  }

  /**
   * A folder that is being opened, or was.
   *
   * @param told waits for the server's answer
   */
  record Selection(FolderName name, boolean readOnly, Supplier<SelectedFolder> told) {}

  private static final class Line {
    final ReentrantLock use = new ReentrantLock(true);
    volatile @Nullable ImapConnection connection;
    @Nullable Selection folder;
  }

  private Line line(Side side) {
    Line line = lines.get(side);
    if (line == null) {
      throw new IllegalStateException("no line for " + side);
    }
    return line;
  }

  /** Sends something, while no other thread does. */
  <T> T use(Side side, Supplier<T> work) {
    ReentrantLock use = line(side).use;
    use.lock();
    try {
      return work.get();
    } finally {
      use.unlock();
    }
  }

  /** Whether this thread uses the connection already. Within {@link #use}. */
  boolean isUsedAgain(Side side) {
    return line(side).use.getHoldCount() > 1;
  }

  /** Null when there is none now. */
  @Nullable ImapConnection connection(Side side) {
    return line(side).connection;
  }

  /** Within {@link #use}. */
  void connected(Side side, ImapConnection connection) {
    line(side).folder = null;
    line(side).connection = connection;
  }

  boolean areOpen() {
    return lines.values().stream().allMatch(line -> line.connection != null);
  }

  /** What the next command will find open, or null. Within {@link #use}. */
  @Nullable Selection folder(Side side) {
    return line(side).folder;
  }

  /** Within {@link #use}. */
  void opened(Side side, Selection folder) {
    line(side).folder = folder;
  }

  /** Within {@link #use}. */
  void noFolder(Side side) {
    line(side).folder = null;
  }

  /** A folder could not be opened, so that none is open, unless another was opened since. */
  void notOpened(Side side, Selection refused) {
    Line line = line(side);
    use(
        side,
        () -> {
          if (refused.equals(line.folder)) {
            line.folder = null;
          }
          return true;
        });
  }

  /** Closes a connection; gives whether it was still in use. */
  boolean disconnect(Side side, ImapConnection connection) {
    Line line = line(side);
    boolean used =
        use(
            side,
            () -> {
              boolean current = line.connection == connection;
              if (current) {
                line.folder = null;
                line.connection = null;
              }
              return current;
            });
    connection.close();
    return used;
  }

  /** Takes leave of both servers, where nobody is sending, and does not wait. */
  void leave() {
    for (Line line : lines.values()) {
      ImapConnection connection = line.connection;
      if (connection != null && line.use.tryLock()) {
        try {
          connection.sendLogout();
        } finally {
          line.use.unlock();
        }
      }
    }
  }

  /** Closes both, whoever uses them. */
  void close() {
    for (Line line : lines.values()) {
      ImapConnection connection = line.connection;
      line.connection = null;
      if (connection != null) {
        connection.close();
      }
    }
  }
}
