package org.mailcaravan.dav;

import java.util.List;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;

/** Receives the results of imports. Must be thread-safe. */
public interface ImportSink {
  /** A card or event was stored. A retry that got further than the last one is thereby known. */
  default void progressed(Mailbox mailbox) {}

  /**
   * The import of one kind has finished.
   *
   * @param results one for each file or collection, in order
   */
  void imported(Mailbox mailbox, Groupware kind, List<ImportResult> results);
}
