package org.mailcaravan;

import java.util.Locale;
import org.mailcaravan.cli.Launcher;

/** The name under which a running program is known in the database. */
final class NodeName {
  /** Leaves room for what a command adds; a node's name has 100 characters at most. */
  private static final int LONGEST_BEFORE_COMMAND = 80;

  private NodeName() {}

  /**
   * The name as set; a program that is not the service adds its process id, since several may run
   * beside it.
   */
  static String of(String name, Launcher.Mode mode) {
    return mode == Launcher.Mode.SERVICE
        ? name
        : name.substring(0, Math.min(name.length(), LONGEST_BEFORE_COMMAND))
            + "-"
            + mode.name().toLowerCase(Locale.ROOT)
            + "-"
            + ProcessHandle.current().pid();
  }
}
