package org.mailcaravan.imap;

/**
 * What the server has told of itself on one connection. The reader thread and the caller write it
 * in turn; any thread may read it.
 */
final class ServerState {
  private volatile Capabilities capabilities = Capabilities.NONE;
  private volatile boolean capabilitiesTold;
  private volatile boolean utf8;
  private volatile boolean qresync;
  private volatile long messageLimit;
  private volatile String greeting = "";
  private volatile String bye = "";

  Capabilities capabilities() {
    return capabilities;
  }

  void capabilities(Capabilities told) {
    capabilities = told;
    capabilitiesTold = true;
  }

  /** Whether the server has told its capabilities since the last call of this method. */
  boolean takeCapabilitiesTold() {
    boolean told = capabilitiesTold;
    capabilitiesTold = false;
    return told;
  }

  /** ENABLED (RFC 5161) names these extensions. */
  void enabled(Capabilities extensions) {
    utf8 |= extensions.has("UTF8=ACCEPT");
    qresync |= extensions.has("QRESYNC");
  }

  /** Whether the connection is in UTF8=ACCEPT mode (RFC 6855). */
  boolean utf8() {
    return utf8;
  }

  void utf8(boolean on) {
    utf8 = on;
  }

  /** Whether the server has confirmed that it tells which messages vanished (RFC 7162). */
  boolean qresync() {
    return qresync;
  }

  /**
   * How many messages one command may name (RFC 9738); {@link Long#MAX_VALUE} without a limit. A
   * limit that the server met counts before the one that it advertises.
   */
  long messageLimit() {
    long met = messageLimit;
    return met > 0 ? met : capabilities.messageLimit();
  }

  /** The server has cut an answer short, or refused a command, for this limit. */
  void metMessageLimit(long limit) {
    messageLimit = Math.max(1, limit);
  }

  boolean hasMetMessageLimit() {
    return messageLimit > 0;
  }

  /** The text of the greeting, fit to be shown; empty before it. */
  String greeting() {
    return greeting;
  }

  void greeting(String text) {
    greeting = text;
  }

  /** What the server's BYE says, fit to be shown; empty before it. */
  String bye() {
    return bye;
  }

  void bye(String words) {
    bye = words;
  }
}
