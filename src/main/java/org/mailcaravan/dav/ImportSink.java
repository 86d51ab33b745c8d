package org.mailcaravan.dav;

import java.util.List;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;

/** Receives what became of the contacts or events of a mailbox. Must be thread-safe. */
public interface ImportSink {
  /** One more card or event was dealt with, so that a retry can tell that it got further. */
  default void progressed(Mailbox mailbox) {}

  /**
   * All files of one kind were worked through to their end.
   *
   * @param results one per file, in their order
   */
  void imported(Mailbox mailbox, Groupware kind, List<ImportResult> results);
}
