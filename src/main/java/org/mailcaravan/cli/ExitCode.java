package org.mailcaravan.cli;

/** What the process tells the shell. {@code docs/commands.md} promises these numbers. */
final class ExitCode {
  /** All arrived; or nothing was asked that can fail. */
  static final int DONE = 0;

  /** A fault of ours. */
  static final int FAULT = 1;

  /** Wrong usage, configuration or input; nothing was started. */
  static final int REJECTED = 2;

  /** Finished, but some row or mailbox needs attention. */
  static final int ATTENTION = 3;

  /**
   * Told to stop by SIGINT, as Ctrl-C sends it: 128 and the number of the signal, as of a shell.
   */
  static final int INTERRUPTED = 130;

  /** Told to stop by SIGTERM. */
  static final int TERMINATED = 143;

  private ExitCode() {}
}
