package org.mailcaravan.sync;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;

/**
 * A connection to each side, opened when it is needed, and the folders open on them. One thread.
 */
final class Lane {
  private final Map<Side, ImapConnection> connections = new EnumMap<>(Side.class);
  private final Map<Side, SelectedFolder> folders = new EnumMap<>(Side.class);

  /** Null when there is none now. */
  @Nullable ImapConnection connection(Side side) {
    return connections.get(side);
  }

  void connected(Side side, ImapConnection connection) {
    connections.put(side, connection);
  }

  /** How many there are now. */
  int connections() {
    return connections.size();
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
