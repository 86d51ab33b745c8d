package org.mailcaravan.console;

import java.util.List;
import org.mailcaravan.model.status.EventLine;

/** Where events come from. Thread-safe. */
public interface EventSource {
  /**
   * Those after a number, oldest first.
   *
   * @param most how many at most, 1 to 1000
   */
  List<EventLine> after(long number, int most);

  /** The number of the last one; 0 when there is none. */
  long last();
}
