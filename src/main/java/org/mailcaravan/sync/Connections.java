package org.mailcaravan.sync;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;

/**
 * A connection to each side, opened when it is needed, and the folders open on them. For one thread
 * at a time; any may ask whether they are open, or close them.
 */
final class Connections {
  private final ReentrantLock use = new ReentrantLock();
  private final Map<Side, ImapConnection> connections = new ConcurrentHashMap<>();
  private final Map<Side, SelectedFolder> folders = new ConcurrentHashMap<>();

  /**
   * Uses them.
   *
   * @throws IllegalStateException when another thread does
   */
  <T> T use(Supplier<T> work) {
    if (!use.tryLock()) {
      throw new IllegalStateException(
          "folders of a mailbox may be copied side by side only as ${body.lanes} shares them out");
    }
    try {
      return work.get();
    } finally {
      use.unlock();
    }
  }

  /** Null when there is none now. */
  @Nullable ImapConnection connection(Side side) {
    return connections.get(side);
  }

  void connected(Side side, ImapConnection connection) {
    connections.put(side, connection);
  }

  boolean areOpen() {
    return connections.size() == Side.values().length;
  }

  /** The folder that is open, or null. */
  @Nullable SelectedFolder folder(Side side) {
    return folders.get(side);
  }

  void opened(Side side, SelectedFolder folder) {
    folders.put(side, folder);
  }

  void noFolder(Side side) {
    folders.remove(side);
  }

  /** Closes one connection. */
  void disconnect(Side side) {
    folders.remove(side);
    ImapConnection connection = connections.remove(side);
    if (connection != null) {
      connection.close();
    }
  }

  /** Takes leave of both servers and does not wait. */
  void leave() {
    connections.values().forEach(ImapConnection::leave);
  }

  void close() {
    disconnect(Side.SOURCE);
    disconnect(Side.DESTINATION);
  }
}
