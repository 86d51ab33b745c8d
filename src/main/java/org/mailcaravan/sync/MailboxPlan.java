package org.mailcaravan.sync;

import java.util.List;
import org.mailcaravan.model.Mailbox;

/**
 * What {@code mailbox:folders} found.
 *
 * @param folders the folders to copy, in the order to copy them in
 * @param excluded those that a rule excludes
 */
public record MailboxPlan(
    Mailbox mailbox, List<FolderPlan> folders, List<ExcludedFolder> excluded) {
  public MailboxPlan {
    folders = List.copyOf(folders);
    excluded = List.copyOf(excluded);
  }

  /** The same with a folder that goes to another destination. */
  MailboxPlan with(FolderPlan folder) {
    return new MailboxPlan(
        mailbox,
        folders.stream()
            .map(
                other ->
                    other.mapping().source().equals(folder.mapping().source()) ? folder : other)
            .toList(),
        excluded);
  }

  /** Short, for logs. */
  @Override
  public String toString() {
    return folders.size() + " folders of " + mailbox;
  }
}
