package org.mailcaravan.cli;

/** The exit codes of the process, as {@code docs/commands.md} promises them. */
final class ExitCode {
  /** All arrived, or the command does nothing that can fail. */
  static final int DONE = 0;

  /** An error in this program. */
  static final int FAULT = 1;

  /** Wrong usage, configuration or input; nothing was started. */
  static final int REJECTED = 2;

  /** Finished, but some row or mailbox needs attention. */
  static final int ATTENTION = 3;

  /** No service answers where a command looked for one. */
  static final int NO_SERVICE = 4;

  /** Stopped by SIGINT (Ctrl-C): 128 plus the number of the signal, as shells have it. */
  static final int INTERRUPTED = 130;

  /** Stopped by SIGTERM. */
  static final int TERMINATED = 143;

  private ExitCode() {}
}
