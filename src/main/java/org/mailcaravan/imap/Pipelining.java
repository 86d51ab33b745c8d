package org.mailcaravan.imap;

import java.util.regex.Pattern;

/**
 * Whether commands are sent before those before them were answered, and how a server took it. Some
 * cannot: they refuse what comes too early, forget it, or hang up. Thread-safe.
 */
final class Pipelining {
  /** A NO mostly has other reasons. */
  private static final Pattern SAID =
      Pattern.compile(
          "(?i)\\b(one (command )?at a time|(command|request) (is )?(already )?in progress|pipelin)");

  /** A BAD that asks for time (Microsoft 365) would come to a single command as well. */
  private static final Pattern PLEA =
      Pattern.compile(
          "(?i)throttl|back-?off|slow down|rate.?limit|bandwidth|try again|too many|\\bwait\\b");

  /** How many more commands wait for the answer to the one before. */
  private long singly;

  private int taken;
  private boolean refused;
  private boolean refusedAlone;
  private boolean lost;

  /** So many commands wait for the answer to the one before; {@link Long#MAX_VALUE} for all. */
  synchronized void off(long commands) {
    singly = commands;
  }

  synchronized boolean isOff() {
    return singly > 0;
  }

  /**
   * A command has ended.
   *
   * @param words what was said
   * @param early whether it was sent while another was under way
   */
  synchronized void ended(Completion.Kind kind, String words, boolean early) {
    boolean bad =
        (kind == Completion.Kind.BAD && !PLEA.matcher(words).find())
            || (kind == Completion.Kind.NO && SAID.matcher(words).find());
    if (singly > 0 && singly < Long.MAX_VALUE) {
      singly--;
    }
    refusedAlone |= bad && !early;
    refused |= bad && early;
    taken += !bad && early ? 1 : 0;
  }

  /** The connection was lost when a command was under way that was sent early. */
  synchronized void lost() {
    lost = true;
  }

  synchronized boolean isLost() {
    return lost;
  }

  /** Whether a command got a BAD that was sent early; its syntax may be wrong as well. */
  synchronized boolean hasRefused() {
    return refused;
  }

  /** Whether a command got a BAD that was not. */
  synchronized boolean hasRefusedAlone() {
    return refusedAlone;
  }

  /** Whether nothing that was sent early was ever answered. */
  synchronized boolean neverWorked() {
    return taken == 0;
  }
}
