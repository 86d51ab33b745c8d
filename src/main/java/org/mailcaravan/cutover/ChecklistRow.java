package org.mailcaravan.cutover;

import java.util.List;

/**
 * One line of the checklist.
 *
 * @param item what it is about, such as {@code SPF}
 * @param name whose record it is, in ASCII
 * @param type of the record, such as {@code TXT}
 * @param missingSetting the property that is empty, so that nobody was asked; empty where it is not
 * @param words why it has this status, and what to do, for people
 * @param evidence which servers said what
 * @param publish the lines of a zone file to publish; empty where none is needed or known
 */
public record ChecklistRow(
    String item,
    String name,
    String type,
    Status status,
    String missingSetting,
    String words,
    List<Evidence> evidence,
    List<String> publish) {
  /**
   * What some servers said alike.
   *
   * @param servers with their addresses
   * @param said the records, or why there are none; words of strangers are fit to be shown
   * @param ttlSeconds how long it may be kept, at most; 0 when that is not known
   */
  public record Evidence(List<String> servers, String said, long ttlSeconds) {
    public Evidence {
      servers = List.copyOf(servers);
    }
  }

  public ChecklistRow {
    evidence = List.copyOf(evidence);
    publish = List.copyOf(publish);
  }

  /** Whether our side of it is configured. */
  public boolean configured() {
    return missingSetting.isEmpty();
  }

  /** Whether somebody has to act: it is wrong, or could not be found out. */
  public boolean needsAttention() {
    return status == Status.FAIL || (status == Status.UNKNOWN && configured());
  }
}
