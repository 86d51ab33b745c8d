package org.mailcaravan.imap;

import java.util.regex.Pattern;

/**
 * Whether commands are sent before the earlier ones are answered, and how the server took that.
 * Some servers refuse such commands, lose them, or close the connection. Thread-safe.
 */
final class Pipelining {
  /** A NO that means pipelining; most have other reasons. */
  private static final Pattern SAID =
      Pattern.compile(
          "(?i)\\b(one (command )?at a time|(command|request) (is )?(already )?in progress|pipelin)");

  /** A BAD that asks for time (Microsoft 365); a single command would get it too. */
  private static final Pattern PLEA =
      Pattern.compile(
          "(?i)throttl|back-?off|slow down|rate.?limit|bandwidth|try again|too many|\\bwait\\b");

  /** How many more commands are sent one at a time. */
  private long singly;

  private int taken;
  private boolean refused;
  private boolean refusedAlone;
  private boolean lost;

  /** Sends so many commands one at a time; {@link Long#MAX_VALUE} for all. */
  synchronized void suspend(long commands) {
    singly = commands;
  }

  synchronized boolean isSuspended() {
    return singly > 0;
  }

  /**
   * A command has ended.
   *
   * @param words of the server
   * @param pipelined whether it was sent while another was under way
   */
  synchronized void ended(Completion.Kind kind, String words, boolean pipelined) {
    boolean bad =
        (kind == Completion.Kind.BAD && !PLEA.matcher(words).find())
            || (kind == Completion.Kind.NO && SAID.matcher(words).find());
    if (singly > 0 && singly < Long.MAX_VALUE) {
      singly--;
    }
    refusedAlone |= bad && !pipelined;
    refused |= bad && pipelined;
    taken += !bad && pipelined ? 1 : 0;
  }

  /** The connection was lost while a pipelined command was under way. */
  synchronized void lost() {
    lost = true;
  }

  synchronized boolean isLost() {
    return lost;
  }

  /** Whether a pipelined command got a BAD, which may be for its syntax. */
  synchronized boolean hasRefused() {
    return refused;
  }

  /** Whether a command got a BAD that was sent alone. */
  synchronized boolean hasRefusedAlone() {
    return refusedAlone;
  }

  /** Whether no pipelined command was ever accepted. */
  synchronized boolean neverWorked() {
    return taken == 0;
  }
}
