package org.mailcaravan.sync.session;

import java.io.IOException;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.PassStopped;

/**
 * The connections of a pass over which nobody has logged in yet. A pass that is to stop does not
 * wait for them: nothing is under way there, and a silent server keeps them for minutes.
 * Thread-safe.
 */
final class OpeningConnections {
  private final Set<Opening> open = new HashSet<>();
  private @Nullable String stopped;

  /** A connection that is being made; closed once somebody has logged in, or could not. */
  final class Opening implements AutoCloseable {
    private @Nullable Socket socket;

    /** What it uses from now on. */
    void uses(Socket made) {
      synchronized (OpeningConnections.this) {
        socket = made;
        if (stopped != null) {
          cutOff();
        }
      }
    }

    private void cutOff() {
      Socket used = socket;
      if (used != null) {
        try {
          used.close();
        } catch (IOException e) {
          // It is given up either way.
        }
      }
    }

    @Override
    public void close() {
      synchronized (OpeningConnections.this) {
        open.remove(this);
      }
    }
  }

  /**
   * Begins one.
   *
   * @throws PassStopped when the pass is to stop
   */
  synchronized Opening begin() {
    requireGoingOn();
    Opening opening = new Opening();
    open.add(opening);
    return opening;
  }

  /**
   * To be asked after one has failed: it may have been cut off.
   *
   * @throws PassStopped when the pass is to stop
   */
  synchronized void requireGoingOn() {
    if (stopped != null) {
      throw new PassStopped(stopped);
    }
  }

  /** Cuts them off, and lets no other one begin. */
  synchronized void stop(String reason) {
    if (stopped == null) {
      stopped = reason;
    }
    open.forEach(Opening::cutOff);
  }
}
