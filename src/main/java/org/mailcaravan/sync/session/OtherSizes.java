package org.mailcaravan.sync.session;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Where;

/**
 * The messages of a mailbox that were not as large as announced, in one sentence for all folders.
 * Thread-safe.
 */
public final class OtherSizes {
  private long messages;
  private long folders;
  private boolean wrong;
  private String example = "";

  /**
   * Adds those of one folder.
   *
   * @param anySize whether the server announces sizes that mean nothing, rather than too little
   * @param uids some of them
   */
  public synchronized void add(long count, boolean anySize, Where place, List<Long> uids) {
    if (example.isEmpty()) {
      example =
          uids.stream().map(String::valueOf).collect(Collectors.joining(", ", "UID ", ""))
              + " in "
              + place;
    }
    messages += count;
    folders++;
    wrong |= anySize;
  }

  /** What is to be noted, or null when there is nothing. */
  synchronized @Nullable String note() {
    if (messages == 0) {
      return null;
    }
    return "The old provider announces "
        + (wrong ? "other sizes than it gives" : "less than it gives")
        + " for "
        + messages
        + (messages == 1 ? " message" : " messages")
        + (folders == 1 ? "" : " in " + folders + " folders")
        + " (such as "
        + example
        + "). They were copied as they came; a wrong size harms nothing.";
  }
}
