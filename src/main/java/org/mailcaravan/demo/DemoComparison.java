package org.mailcaravan.demo;

import java.util.List;

/**
 * The comparison of both servers.
 *
 * @param expected messages at the old provider in the mailboxes of the good rows
 * @param arrived messages at the new server in those mailboxes
 * @param differences one line for each message that differs in octets, flags or date, or is on one
 *     side only
 */
public record DemoComparison(int expected, int arrived, List<String> differences) {
  public DemoComparison {
    differences = List.copyOf(differences);
  }

  /** Whether there are messages, and all are the same on both sides. */
  public boolean same() {
    return expected > 0 && expected == arrived && differences.isEmpty();
  }
}
