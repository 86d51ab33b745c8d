package org.mailcaravan.sync.folders;

import org.mailcaravan.imap.FolderName;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Where;

/** One folder of a mailbox, and where it goes: what {@code mailbox:pull} works on. */
public record FolderPlan(Mailbox mailbox, FolderMapping mapping) {
  /** The name of the folder at the source, for a step in a route that looks at it. */
  public String folder() {
    return mapping.source().name().text();
  }

  public FolderName name() {
    return mapping.source().name();
  }

  /** The folder, for problems. */
  public Where place() {
    return Where.folder(name());
  }

  @Override
  public String toString() {
    return mapping.source().name() + " of " + mailbox;
  }
}
