package org.mailcaravan.cutover;

import java.util.List;

/**
 * What the DNS of a domain says, and what it should say.
 *
 * @param domain in ASCII
 * @param rows in the order in which they matter
 */
public record Checklist(String domain, List<ChecklistRow> rows) {
  public Checklist {
    rows = List.copyOf(rows);
  }

  /** Whether somebody has to act. */
  public boolean needsAttention() {
    return rows.stream().anyMatch(ChecklistRow::needsAttention);
  }
}
