package org.mailcaravan.sync;

import java.util.List;
import org.mailcaravan.model.Mailbox;

/** What {@code mailbox:folders} found: the folders to copy, in the order to copy them in. */
public record MailboxPlan(Mailbox mailbox, List<FolderPlan> folders) implements OfMailbox {
  public MailboxPlan {
    folders = List.copyOf(folders);
  }

  /** Short, for logs. */
  @Override
  public String toString() {
    return folders.size() + " folders of " + mailbox;
  }
}
