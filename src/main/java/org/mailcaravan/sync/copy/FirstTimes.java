package org.mailcaravan.sync.copy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.session.MailboxSession;

/** Which steps a pass has done with which source folders. Thread-safe. */
public final class FirstTimes {
  private final Set<FolderName> seen = ConcurrentHashMap.newKeySet();
  private final Set<FolderName> pulled = ConcurrentHashMap.newKeySet();

  public static FirstTimes of(MailboxSession session) {
    return session.ofPass(FirstTimes.class, FirstTimes::new);
  }

  /**
   * Whether a folder is looked at for the first time in this pass. A pass that lists its folders
   * again looks again, and has got no further by that.
   */
  boolean isFirstLook(FolderPlan plan) {
    return seen.add(plan.name());
  }

  /** Notes that a step pulls new messages of a folder; whether that is the first time. */
  boolean isFirstPull(FolderPlan plan) {
    return pulled.add(plan.name());
  }

  /** Whether a step has begun to pull new messages of a folder. */
  public boolean isPulled(FolderPlan plan) {
    return pulled.contains(plan.name());
  }
}
