package org.mailcaravan.sync.folders;

import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.mailcaravan.model.Mailbox;

/**
 * What {@code mailbox:folders} found.
 *
 * @param folders the folders to copy, in the order to copy them in
 * @param excluded those that a rule excludes
 * @param sharing shares folders out among lanes
 */
public record MailboxPlan(
    Mailbox mailbox,
    List<FolderPlan> folders,
    List<ExcludedFolder> excluded,
    Function<List<FolderPlan>, List<Iterator<FolderPlan>>> sharing) {
  public MailboxPlan {
    folders = List.copyOf(folders);
    excluded = List.copyOf(excluded);
  }

  /** The same with a folder that goes to another destination. */
  public MailboxPlan with(FolderPlan folder) {
    return new MailboxPlan(
        mailbox,
        folders.stream()
            .map(
                other ->
                    other.mapping().source().equals(folder.mapping().source()) ? folder : other)
            .toList(),
        excluded,
        sharing);
  }

  /**
   * The folders once more, shared out among a few lanes, each an iterator over folders for one
   * thread: these may be copied side by side, the lanes share {@code mailbox.connections}. Each
   * call shares out all folders again.
   */
  public List<Iterator<FolderPlan>> lanes() {
    return sharing.apply(folders);
  }

  /** Short, for logs. */
  @Override
  public String toString() {
    return folders.size() + " folders of " + mailbox;
  }
}
