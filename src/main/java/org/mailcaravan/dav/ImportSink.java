package org.mailcaravan.dav;

import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;

/** Is told what became of a file of contacts or events. Must be thread-safe. */
public interface ImportSink {
  /** One file of a mailbox was worked through to its end. */
  void imported(Mailbox mailbox, Groupware kind, ImportResult result);
}
