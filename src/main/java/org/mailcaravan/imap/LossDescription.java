package org.mailcaravan.imap;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says why a connection was lost, with the words of the server that may explain it. */
final class LossDescription {
  private final String peer;
  private final ServerState server;
  private final RecentRefusals refusals;

  LossDescription(String peer, ServerState server, RecentRefusals refusals) {
    this.peer = peer;
    this.server = server;
    this.refusals = refusals;
  }

  /** We closed it because of something on our side. */
  ConnectionLost onOurSide(String because, @Nullable Throwable cause) {
    return new ConnectionLost(peer + ": " + because, server.bye(), refusals.latestFirst(), cause);
  }

  /** It was closed because nobody needs it any more. */
  ConnectionLost closed() {
    return new ConnectionLost(peer + ": the connection was closed here", server.bye(), null);
  }

  /**
   * We gave up the server.
   *
   * @param waited how long in vain
   */
  ConnectionLost givenUp(String because, Duration waited) {
    return lost(peer + ": " + because, waited, null);
  }

  /**
   * Reading failed.
   *
   * @param waited how long in vain
   */
  ConnectionLost readFailed(IOException e, Duration waited) {
    if (e instanceof LoginLost && server.bye().isEmpty()) {
      // Its words are the latest refusal, too, and are said once.
      String words = peer + " has forgotten our login, saying: " + e.getMessage();
      return new ConnectionLost(words, "", refusals.latestFirst(), waited, e);
    }
    return lost(describe(e), waited, e);
  }

  /** Reading failed because we closed the connection. */
  ConnectionLost readFailed(IOException e, Duration waited, String because) {
    return lost(peer + ": " + because, waited, e);
  }

  /** A fault of ours ended the thread that reads. */
  ConnectionLost readerFault(Throwable fault) {
    return new ConnectionLost(
        peer + ": a fault while reading: " + fault.getClass(), server.bye(), fault);
  }

  private ConnectionLost lost(String what, Duration waited, @Nullable Throwable cause) {
    String bye = server.bye();
    List<String> before = refusals.latestFirst();
    String said =
        (bye.isEmpty() ? "" : ", saying: " + bye)
            + (before.isEmpty() ? "" : "; before that it said: " + before.get(0));
    return new ConnectionLost(what + said, bye, before, waited, cause);
  }

  private String describe(IOException e) {
    if (!server.bye().isEmpty()) {
      return peer + " ended the connection";
    } else if (e instanceof LimitExceeded) {
      return peer + " sends more than we accept: " + e.getMessage();
    } else if (e instanceof ProtocolFailure) {
      return peer + " sent an answer that is not IMAP: " + e.getMessage();
    } else if (e instanceof EOFException) {
      return peer + " closed the connection";
    } else if (e instanceof SocketTimeoutException) {
      return peer + " did not answer in time";
    }
    return peer + ": the connection broke: " + DisplayText.plain(String.valueOf(e.getMessage()));
  }
}
