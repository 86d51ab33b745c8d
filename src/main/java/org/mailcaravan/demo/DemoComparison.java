package org.mailcaravan.demo;

import java.util.List;

/**
 * What a look into both servers found.
 *
 * @param expected messages in the good rows' mailboxes at the old provider
 * @param arrived messages in those mailboxes at the new server
 * @param differences one line for each message or folder that is not the same on both sides:
 *     octets, flags or date; empty when all is
 */
public record DemoComparison(int expected, int arrived, List<String> differences) {
  public DemoComparison {
    differences = List.copyOf(differences);
  }

  /** Whether there was mail and every message is the same on both sides. */
  public boolean same() {
    return expected > 0 && expected == arrived && differences.isEmpty();
  }
}
