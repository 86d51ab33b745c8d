package org.mailcaravan.sync;

import org.mailcaravan.model.Mailbox;
import org.mailcaravan.store.Ledger;

/** The steps of a pass, as the routes call them one after the other. Thread-safe. */
public final class MailboxOperations {
  private final CheckMailbox check;
  private final PlanFolders folders;
  private final PullMessages pull;
  private final AppendMessages append;

  public MailboxOperations(
      Sessions sessions, Ledger ledger, ByteBudget budget, CopySettings settings) {
    this.check = new CheckMailbox(sessions);
    this.folders = new PlanFolders(sessions, ledger);
    this.pull = new PullMessages(sessions, ledger, budget, settings);
    this.append = new AppendMessages(new SetAside(settings.setAsideFolder()));
  }

  /**
   * Logs in on both sides and opens INBOX there.
   *
   * @param count whether to count folders, messages and octets too
   */
  public void check(Mailbox mailbox, boolean count) {
    check.check(mailbox, count);
  }

  /** Finds the folders, and where each goes. */
  public MailboxPlan folders(Mailbox mailbox) {
    return folders.plan(mailbox);
  }

  /**
   * The messages of a folder that are not at the destination yet; called again, it goes on where it
   * was.
   */
  public MessageBatches pull(FolderPlan plan) {
    return pull.pull(plan);
  }

  /** Stores a batch at the destination and in the ledger, then frees it. */
  public void append(MessageBatch batch) {
    append.append(batch);
  }
}
