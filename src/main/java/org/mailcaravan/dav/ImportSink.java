package org.mailcaravan.dav;

import java.util.List;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.store.Database;

/** On whose behalf imports run, and who receives their results. Must be thread-safe. */
public interface ImportSink {
  /** What the import of a mailbox records goes here: it refuses to who has lost the pass. */
  Database database(Mailbox mailbox);

  /** A card or event was stored. A retry that got further than the last one is thereby known. */
  default void progressed(Mailbox mailbox) {}

  /**
   * The import of one kind has finished.
   *
   * @param results one for each file or collection, in order
   */
  void imported(Mailbox mailbox, Groupware kind, List<ImportResult> results);
}
